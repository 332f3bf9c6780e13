//! The words that may stand in the place of a command.

use crate::arguments::parser::Table;

/// The services and tools of the AWS command line, one a line. Only those with an interface model
/// can be called; the others are here so that a mistyped name is told from one that is not built.
const NAMES: &str = include_str!("names.txt");

/// The commands: those everyone has, services with models of the user's own, and aliases.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commands {
    /// Names beyond the fixed ones.
    pub own: Vec<String>,
}

impl Table for Commands {
    fn has(&self, name: &str) -> bool {
        NAMES.lines().any(|line| line == name) || self.own.iter().any(|own| own == name)
    }

    fn names(&self) -> Vec<String> {
        NAMES
            .lines()
            .map(str::to_owned)
            .chain(self.own.iter().cloned())
            .collect()
    }
}
