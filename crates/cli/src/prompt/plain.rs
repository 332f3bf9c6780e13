//! The prompt on a terminal that can do nothing but print: a line, edited with the terminal's own keys.

use std::io::{self, BufRead as _, Read as _};

use super::End;
use super::editor::Editor;
use super::keys::Key;
use crate::completion;
use crate::failure::complain;
use crate::python::words::split_words;
use crate::session::Session;

/// The longest line.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Asks for the rest of the line, and again while something required is missing or a quote is open.
pub(super) fn converse(session: &Session, editor: &mut Editor) -> io::Result<End> {
    if !editor.notice.is_empty() {
        complain(&format!("{}\n", editor.notice));
    }
    loop {
        complain(&format!(
            "> {} {}",
            session.environment.program,
            editor.text()
        ));
        let mut line = String::new();
        let count = io::stdin()
            .lock()
            .take(LINE_BYTES_MAX)
            .read_line(&mut line)?;
        if count == 0 {
            complain("\n");
            return Ok(End::Closed);
        }
        let is_empty = line.trim().is_empty();
        editor.press(Key::Paste(line));
        let words = match split_words(&editor.text()) {
            Ok(words) => words,
            Err(problem) => {
                complain(&format!("{problem}\n"));
                continue;
            }
        };
        let missing = completion::missing(session, &words);
        // An empty answer insists.
        if missing.is_empty() || is_empty {
            return Ok(End::Run);
        }
        complain(&format!("needs {}\n", missing.join(" ")));
        editor.press(Key::Text(" ".to_owned()));
    }
}
