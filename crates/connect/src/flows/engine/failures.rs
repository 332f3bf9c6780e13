//! The blocks of a run that failed, for the operator's log.

use super::CAUSE_CHARS_MAX;

/// How many failed blocks of a run the operator is told of: of very many the first ones tell enough.
const FAILURES_TOLD_MAX: usize = 10;

/// A block that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockFailure {
    /// The action's identifier; empty where the run failed as a whole.
    pub identifier: String,
    /// The action's type.
    pub type_name: &'static str,
    /// The cause and, after a colon, what is known beyond it.
    pub cause: String,
}

/// Those of a run that nobody was told of yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Failures(Vec<BlockFailure>);

impl Failures {
    /// Notes one.
    pub(super) fn add(&mut self, identifier: &str, type_name: &'static str, cause: &str) {
        if self.0.len() < FAILURES_TOLD_MAX {
            self.0.push(BlockFailure {
                identifier: identifier.to_owned(),
                type_name,
                cause: cause.chars().take(CAUSE_CHARS_MAX).collect(),
            });
        }
    }

    /// Gives them and forgets them.
    pub(super) fn take(&mut self) -> Vec<BlockFailure> {
        std::mem::take(&mut self.0)
    }
}
