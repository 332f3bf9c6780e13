//! Whether commits work, as far as the last ones tell.

use std::sync::{Mutex, PoisonError};

use super::Error;
use crate::clock::Timestamp;

/// For how long a commit shows that the next one would work, in milliseconds.
const FRESH_MS: i64 = 1000;

/// When something was last written to show that it can be; nothing after a commit that failed.
#[derive(Debug, Default)]
pub(super) struct Pulse(Mutex<Option<Timestamp>>);

impl Pulse {
    /// Notes that something was written.
    pub(super) fn beat(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Notes that a transaction failed, where that concerns the database.
    pub(super) fn failed(&self, error: &Error) {
        if matches!(error, Error::Unavailable(_) | Error::Unknown) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    /// Whether something was written lately, and nothing has failed since.
    pub(super) fn is_fresh(&self, now: Timestamp) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| (0..FRESH_MS).contains(&(now.millis() - last.millis())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_shows_for_a_second_that_the_next_would_work_unless_one_fails() {
        let (pulse, at) = (Pulse::default(), Timestamp::from_millis);
        assert!(!pulse.is_fresh(at(0)));
        pulse.beat(at(5000));
        pulse.failed(&Error::Conflict);
        assert!(pulse.is_fresh(at(5999)));
        assert!(!pulse.is_fresh(at(6000)));
        assert!(!pulse.is_fresh(at(4000)), "the clock was set back");
        pulse.failed(&Error::Unknown);
        assert!(!pulse.is_fresh(at(5001)));
    }
}
