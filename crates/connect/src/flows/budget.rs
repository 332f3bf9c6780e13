//! What one run of a flow may do up to its next wait: every run is a part of a transaction, and nobody
//! else writes meanwhile. It is spent while a text grows, never counted afterwards.

use serde::{Deserialize, Serialize};

/// The cause of whatever was not done because the run had done enough.
pub const RUN_TOO_LONG: &str = "run_too_long";

/// How many actions a run may take.
pub const RUN_ACTIONS_MAX: u32 = 1000;
/// How many bytes a run may fill in, copy and compare.
pub const RUN_BYTES_MAX: usize = 1024 * 1024;
/// How many references a run may resolve.
pub const RUN_REFERENCES_MAX: usize = 20_000;
/// How many profiles a run may look for.
pub const RUN_SEARCHES_MAX: u32 = 100;
/// How many bytes of other flows' content a run may read in transfers.
pub const RUN_CONTENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a run has done since its last wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spent {
    /// Actions taken.
    pub actions: u32,
    /// Bytes filled in, copied and compared.
    pub bytes: usize,
    /// References resolved.
    pub references: usize,
    /// Profiles looked for.
    pub searches: u32,
    /// Bytes of other flows read.
    pub content_bytes: usize,
}

/// What a run may still do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Budget {
    spent: Spent,
}

/// Why a text is not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlong {
    /// It would be longer than texts of its kind may be.
    Text,
    /// The run has done as much as it may; in words that tell the limit.
    Run(&'static str),
}

impl Budget {
    /// What was spent of it.
    #[must_use]
    pub const fn spent(&self) -> Spent {
        self.spent
    }

    /// Takes one more action.
    pub(super) fn act(&mut self) -> Result<(), Overlong> {
        if self.spent.actions >= RUN_ACTIONS_MAX {
            return Err(Overlong::Run("1000 actions ran without a wait"));
        }
        self.spent.actions += 1;
        Ok(())
    }

    /// Resolves one more reference.
    pub(super) fn resolve(&mut self) -> Result<(), Overlong> {
        if self.spent.references >= RUN_REFERENCES_MAX {
            return Err(Overlong::Run(
                "20000 references were resolved without a wait",
            ));
        }
        self.spent.references += 1;
        Ok(())
    }

    /// Fills in, copies or compares so many bytes.
    pub(super) fn fill(&mut self, bytes: usize) -> Result<(), Overlong> {
        if bytes > RUN_BYTES_MAX - self.spent.bytes {
            return Err(Overlong::Run("1 MiB was filled in without a wait"));
        }
        self.spent.bytes += bytes;
        Ok(())
    }

    /// Looks for one more profile.
    pub(crate) fn search(&mut self) -> Result<(), Overlong> {
        if self.spent.searches >= RUN_SEARCHES_MAX {
            return Err(Overlong::Run("100 searches ran without a wait"));
        }
        self.spent.searches += 1;
        Ok(())
    }

    /// Reads another flow of that many bytes.
    pub(crate) fn read(&mut self, bytes: usize) -> Result<(), Overlong> {
        if bytes > RUN_CONTENT_BYTES_MAX - self.spent.content_bytes {
            return Err(Overlong::Run(
                "4 MiB of other flows were read without a wait",
            ));
        }
        self.spent.content_bytes += bytes;
        Ok(())
    }
}

impl Overlong {
    /// The words for the flow log; `what` names the text that would be too long by itself.
    #[must_use]
    pub fn cause(self, what: &str) -> String {
        match self {
            Self::Text => format!("{what} is too long"),
            Self::Run(limit) => format!("{RUN_TOO_LONG}: {limit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends_at_its_limit_and_what_does_not_fit_is_not_spent() {
        let mut budget = Budget::default();
        assert_eq!(budget.fill(RUN_BYTES_MAX), Ok(()));
        assert!(budget.fill(1).is_err());
        assert_eq!(budget.fill(0), Ok(()));
        for _ in 0..RUN_REFERENCES_MAX {
            budget.resolve().unwrap();
        }
        assert!(budget.resolve().is_err());
        for _ in 0..RUN_SEARCHES_MAX {
            budget.search().unwrap();
        }
        assert!(budget.search().is_err());
        assert!(budget.read(RUN_CONTENT_BYTES_MAX + 1).is_err());
        let spent = budget.spent();
        assert_eq!(
            (
                spent.bytes,
                spent.references,
                spent.searches,
                spent.content_bytes
            ),
            (RUN_BYTES_MAX, RUN_REFERENCES_MAX, RUN_SEARCHES_MAX, 0)
        );
        // The words in the flow log name the numbers.
        let limit = |overlong: Result<(), Overlong>| overlong.unwrap_err().cause("x");
        assert!(limit(budget.resolve()).contains(&RUN_REFERENCES_MAX.to_string()));
        assert!(limit(budget.search()).contains(&RUN_SEARCHES_MAX.to_string()));
        assert_eq!(
            Overlong::Text.cause("the message"),
            "the message is too long"
        );
    }
}
