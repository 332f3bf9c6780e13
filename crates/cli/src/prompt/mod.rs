//! The prompt that asks for a command and its options.

pub mod editor;
mod history;
pub mod interrupt;
mod keys;
mod screen;
pub mod secret;

use std::io::IsTerminal as _;

use crate::failure::{Failure, complain};
use crate::session::Session;
use crate::{completion, python};
use editor::{Editor, Outcome};
use keys::Keys;
use screen::Screen;

/// When the prompt opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Never.
    Off,
    /// Always.
    On,
    /// When the words do not make a command.
    OnPartial,
}

/// The mode by options and settings.
///
/// # Errors
/// Both options at once.
pub fn mode(session: &Session, words: &[String]) -> Result<Mode, Failure> {
    let has = |word: &str| words.iter().any(|given| given == word);
    let (on, off) = (has("--cli-auto-prompt"), has("--no-cli-auto-prompt"));
    if on && off {
        return Err(Failure::usage(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.",
        ));
    }
    if off || has("help") || has("--version") {
        return Ok(Mode::Off);
    }
    if on {
        return Ok(Mode::On);
    }
    // A profile that does not exist is a problem for later.
    let setting = session
        .setting(&["AWS_CLI_AUTO_PROMPT"], "cli_auto_prompt")
        .unwrap_or_default();
    Ok(match setting.map(str::to_ascii_lowercase).as_deref() {
        Some("on") => Mode::On,
        Some("on-partial") => Mode::OnPartial,
        _ => Mode::Off,
    })
}

/// Asks for the words of a command.
///
/// # Errors
/// A prompt that is left without a command.
pub fn ask(session: &Session, words: &[String]) -> Result<Vec<String>, Failure> {
    let is_terminal = std::io::stdin().is_terminal();
    if !is_terminal {
        complain("Warning: Input is not a terminal (fd=0).\n");
    }
    let words: Vec<String> = words
        .iter()
        .filter(|word| *word != "--cli-auto-prompt")
        .cloned()
        .collect();
    let history = history::load(session);
    let mut editor = Editor::new(&words, history.clone());
    let outcome = converse(session, &mut editor, is_terminal);
    match outcome.map_err(|error| Failure::general(error.to_string()))? {
        Outcome::Interrupt => Err(Failure::interrupted()),
        Outcome::End | Outcome::Continue => Err(Failure::general("")),
        Outcome::Run => {
            let line = editor.text().trim().to_owned();
            let words = python::split_words(&line).map_err(Failure::usage)?;
            history::add(session, history, &line);
            Ok(words)
        }
    }
}

/// Draws, waits for a key, and does what it asks for, until the prompt is left.
fn converse(session: &Session, editor: &mut Editor, is_terminal: bool) -> std::io::Result<Outcome> {
    interrupt::restore_on_termination();
    let screen = Screen::open(&session.environment.program, is_terminal);
    let mut keys = Keys::of_standard_input(is_terminal);
    loop {
        let (finished, current) = editor.words();
        editor.suggestions = completion::suggestions(session, &finished, &current);
        editor.hint = completion::hint(session, &finished);
        let page = if editor.page {
            completion::page(session, &finished)
        } else {
            String::new()
        };
        screen.draw(editor, &page)?;
        let Some(key) = keys.next()? else { continue };
        let outcome = editor.press(key);
        if outcome != Outcome::Continue {
            return Ok(outcome);
        }
    }
}
