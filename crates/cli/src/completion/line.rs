//! Completion for a shell, which hands over its line in `COMP_LINE` and the cursor in `COMP_POINT`.

use super::{Matching, Suggestion, suggestions};
use crate::python::words::{Unfinished, shell_escaped, unfinished};
use crate::session::Session;

/// How a shell wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Words quoted as they are to be inserted, one a line.
    Quoted,
    /// Bare words, each with what it is after a tab: the shell quotes them itself.
    Described,
}

/// The answer: what may stand at the cursor, one a line. `word` is the part of the last word that the shell
/// is going to replace; bash cuts words at colons and equal signs.
pub(crate) fn answer(session: &Session, dialect: Dialect, word: Option<&str>) -> String {
    let line = session.environment.get("COMP_LINE").unwrap_or_default();
    let point = session.environment.get("COMP_POINT");
    let point = point.and_then(|point| point.parse().ok());
    let line: String = match point {
        Some(point) => line.chars().take(point).collect(),
        None => line.to_owned(),
    };
    let split = unfinished(&line);
    // The first word is the program itself.
    let Some((_, words)) = split.finished.split_first() else {
        return String::new();
    };
    let found = suggestions(session, words, &split.word, Matching::Beginning);
    let raw = &line[split.start..];
    let kept = word
        .filter(|word| raw.ends_with(*word))
        .map_or("", |word| &raw[..raw.len() - word.len()]);
    found
        .iter()
        .map(|suggestion| match dialect {
            Dialect::Quoted => quoted(suggestion, &split, kept),
            Dialect::Described => described(suggestion),
        })
        .collect()
}

fn quoted(suggestion: &Suggestion, split: &Unfinished, kept: &str) -> String {
    // Inside an open quote, which the shell closes itself, letters stand for themselves.
    let word = if split.quote.is_some() {
        suggestion.word.clone()
    } else {
        shell_escaped(&suggestion.word)
    };
    format!("{}\n", word.strip_prefix(kept).unwrap_or(&word))
}

fn described(suggestion: &Suggestion) -> String {
    let meaning = suggestion.meaning.replace(['\t', '\n'], " ");
    format!("{}\t{meaning}\n", suggestion.word)
}
