//! Options that stand in a table of ours, which parsing, help, completion and the prompt read.

use super::argument::{Action, Argument, Choices};

/// An option of every command, or of one that is no operation.
#[derive(Debug)]
pub(crate) struct OptionRow {
    /// The name without dashes.
    pub name: &'static str,
    /// The type shown in help.
    pub kind: &'static str,
    /// What it accepts, when it accepts only some words.
    pub choices: &'static [&'static str],
    /// Whether it must be given.
    pub required: bool,
    /// What it does, for help and the prompt.
    pub help: &'static str,
}

impl OptionRow {
    /// An option that takes any word of that kind; a `boolean` takes none.
    pub(crate) const fn new(name: &'static str, kind: &'static str, help: &'static str) -> Self {
        Self {
            name,
            kind,
            choices: &[],
            required: false,
            help,
        }
    }

    /// An option that takes one of these words.
    pub(crate) const fn among(
        name: &'static str,
        choices: &'static [&'static str],
        help: &'static str,
    ) -> Self {
        Self {
            choices,
            ..Self::new(name, "string", help)
        }
    }

    /// Whether no word follows it.
    pub(crate) fn is_flag(&self) -> bool {
        self.kind == "boolean"
    }

    /// How it is parsed.
    pub(crate) fn argument(&self) -> Argument<'static> {
        let argument = match self.choices {
            _ if self.is_flag() => Argument::flag(self.name, Action::On),
            [] => Argument::option(self.name),
            choices => Argument::option(self.name).among(Choices::List(choices)),
        };
        Argument {
            required: self.required,
            ..argument
        }
    }
}
