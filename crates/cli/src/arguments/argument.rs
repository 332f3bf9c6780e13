//! What an argument is: its name, how many words it takes and which.

use super::suggest;
use crate::python;

/// How many words an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Count {
    /// None: a flag.
    Zero,
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// Any number.
    Any,
}

/// The words that an argument accepts, when it accepts only some.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Choices<'a> {
    /// Those of a short list.
    List(&'a [&'a str]),
    /// Those of a table that knows more than it has to list.
    Table(&'a dyn Table),
    /// Integers.
    Whole,
    /// Numbers with or without a fraction.
    Real,
}

/// A table of names, all of which are asked for only to suggest one.
pub(crate) trait Table: std::fmt::Debug {
    /// Whether the name is in the table.
    fn has(&self, name: &str) -> bool;
    /// Every name, in the table's order.
    fn names(&self) -> Vec<String>;
}

impl Choices<'_> {
    pub(super) fn has(self, word: &str) -> bool {
        match self {
            Self::List(words) => words.contains(&word),
            Self::Table(table) => table.has(word),
            Self::Whole => python::int(word).is_ok(),
            Self::Real => python::to_float(word).is_ok(),
        }
    }

    pub(super) fn closest(self, word: &str) -> Vec<String> {
        match self {
            Self::List(words) => suggest::closest(word, words.iter().copied()),
            Self::Table(table) => suggest::closest(word, table.names().iter().map(String::as_str)),
            Self::Whole | Self::Real => Vec::new(),
        }
    }
}

/// What happens when a flag is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Its words are stored.
    Store,
    /// The flag is remembered as on.
    On,
    /// The flag is remembered as off.
    Off,
    /// Parsing ends: the version is asked for.
    Version,
}

/// One argument: an option if the name begins with two dashes, else an operand.
#[derive(Clone, Debug)]
pub(crate) struct Argument<'a> {
    /// `--name`, or the bare name of an operand.
    pub name: String,
    /// Under which name the words are stored; several options may share it.
    pub key: String,
    /// How many words it takes.
    pub count: Count,
    /// What meeting it does.
    pub action: Action,
    /// Whether leaving it out is a problem.
    pub required: bool,
    /// What it accepts.
    pub choices: Option<Choices<'a>>,
    /// Stored when an optional word is left out.
    pub fallback: Option<&'a str>,
}

impl<'a> Argument<'a> {
    /// An option that takes one word.
    pub(crate) fn option(name: &str) -> Self {
        Self {
            name: format!("--{name}"),
            key: name.to_owned(),
            count: Count::One,
            action: Action::Store,
            required: false,
            choices: None,
            fallback: None,
        }
    }

    /// An option that takes no word.
    pub(crate) fn flag(name: &str, action: Action) -> Self {
        Self {
            count: Count::Zero,
            action,
            ..Self::option(name)
        }
    }

    /// A word without dashes.
    pub(crate) fn operand(name: &str, count: Count) -> Self {
        Self {
            name: name.to_owned(),
            count,
            required: count == Count::One,
            ..Self::option(name)
        }
    }

    /// The same argument, accepting only these words.
    pub(crate) fn among(self, choices: Choices<'a>) -> Self {
        Self {
            choices: Some(choices),
            ..self
        }
    }

    pub(super) fn is_option(&self) -> bool {
        self.name.starts_with('-')
    }
}
