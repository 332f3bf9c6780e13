//! What may follow the words so far: for the shells' completion and for the prompt.
//!
//! Everything comes from the tables that parsing and help use. `context` reads the finished words,
//! `known` lists the options that they allow, and `names`, `values`, `paths` and
//! `shorthand` say what may stand next. `line` serves the shells, the prompt calls this module.

pub(crate) mod line;
mod matching;
mod names;
mod paths;
pub(crate) mod scripts;
mod shorthand;
mod values;

use crate::commands::context::Context;
use crate::commands::known;
use crate::help;
use crate::session::Session;
pub(crate) use matching::Matching;

/// How many suggestions are made at most.
const SUGGESTIONS_MAX: usize = 1000;

/// A word that may stand next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suggestion {
    /// The word.
    pub word: String,
    /// The part of it that is shown in a list.
    pub shown: String,
    /// What it is.
    pub meaning: String,
    /// Whether the command cannot go without it.
    pub required: bool,
    /// Whether more of the same word may follow.
    pub goes_on: bool,
}

impl Suggestion {
    /// A whole word, shown as it is.
    pub(crate) fn new(word: impl Into<String>, meaning: impl Into<String>) -> Self {
        let word = word.into();
        Self {
            shown: word.clone(),
            word,
            meaning: meaning.into(),
            required: false,
            goes_on: false,
        }
    }
}

/// What may stand in the place of `current`, after these finished words.
pub(crate) fn suggestions(
    session: &Session,
    words: &[String],
    current: &str,
    matching: Matching,
) -> Vec<Suggestion> {
    let context = Context::of(session, words);
    let mut found = match values::of_joined(&context, current, matching) {
        Some(found) => found,
        None => match &context.open {
            Some(option) => values::of(&context, option, current, matching),
            None => names::of(&context, current, matching),
        },
    };
    found.truncate(SUGGESTIONS_MAX);
    found
}

/// Those whose letters fit what was typed, the best first.
pub(crate) fn fitting(found: Vec<Suggestion>, typed: &str) -> Vec<Suggestion> {
    Matching::Anywhere.pick(found, typed)
}

/// What a value at the cursor is for: the option whose value comes next.
pub(crate) fn hint(session: &Session, words: &[String]) -> String {
    let context = Context::of(session, words);
    context.open.map_or(String::new(), |option| {
        format!("--{} ({}) {}", option.name, option.kind, option.meaning)
    })
}

/// The required options that the words do not give, each with its dashes.
pub(crate) fn missing(session: &Session, words: &[String]) -> Vec<String> {
    let context = Context::of(session, words);
    let documents = ["cli-input-json", "cli-input-yaml", "generate-cli-skeleton"];
    if context.operand("help") || documents.iter().any(|name| context.gives(name)) {
        return Vec::new();
    }
    let options = known::options(&context).into_iter();
    options
        .filter(|option| option.required && !context.gives(&option.name))
        .map(|option| format!("--{}", option.name))
        .collect()
}

/// The page about what the words name so far, laid out in that many columns.
pub(crate) fn page(session: &Session, words: &[String], columns: usize) -> String {
    let context = Context::of(session, words);
    help::text(session, &context, columns)
}
