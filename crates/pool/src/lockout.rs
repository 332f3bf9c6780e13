//! The lock after wrong passwords: five are free, then each doubles the wait.

use signback_platform::clock::Timestamp;

const FREE_FAILURES: i64 = 5;
const LOCK_SECONDS_MAX: i64 = 900;
/// Failures are forgotten after this long without another.
pub(crate) const MEMORY_SECONDS: i64 = 900;

/// What is remembered of failures under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempts {
    pub(crate) failures: i64,
    pub(crate) failed_at: Timestamp,
    pub(crate) locked_until: Timestamp,
}

impl Default for Attempts {
    fn default() -> Self {
        let never = Timestamp::from_millis(0);
        Self {
            failures: 0,
            failed_at: never,
            locked_until: never,
        }
    }
}

impl Attempts {
    /// Whether a password may not even be tried.
    pub(crate) fn is_locked(&self, now: Timestamp) -> bool {
        now < self.locked_until
    }

    /// With one more failure: from the fifth on a lock of 2^(n-5) seconds.
    pub(crate) fn after_failure(self, now: Timestamp) -> Self {
        let forgotten = now >= self.failed_at.plus_seconds(MEMORY_SECONDS);
        let failures = if forgotten {
            1
        } else {
            self.failures.saturating_add(1)
        };
        let doublings = u32::try_from(failures - FREE_FAILURES).ok();
        let seconds = doublings.map_or(0, |doublings| {
            1_i64.checked_shl(doublings.min(62)).unwrap_or(i64::MAX)
        });
        Self {
            failures,
            failed_at: now,
            locked_until: now.plus_seconds(seconds.min(LOCK_SECONDS_MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locks(failures: usize) -> Vec<i64> {
        let now = Timestamp::from_millis(1_000_000_000);
        let mut attempts = Attempts::default();
        (0..failures)
            .map(|_| {
                attempts = attempts.after_failure(now);
                (attempts.locked_until.millis() - now.millis()) / 1000
            })
            .collect()
    }

    #[test]
    fn the_lock_doubles_from_the_fifth_failure_up_to_its_greatest() {
        let expected = [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900];
        assert_eq!(locks(16), expected);
        assert_eq!(locks(100).last(), Some(&900));
    }

    #[test]
    fn failures_are_forgotten_after_a_quarter_of_an_hour() {
        let now = Timestamp::from_millis(1_000_000_000);
        let attempts = (0..9).fold(Attempts::default(), |attempts, _| {
            attempts.after_failure(now)
        });
        let later = now.plus_seconds(MEMORY_SECONDS);
        assert!(attempts.is_locked(now) && !attempts.is_locked(later));
        assert_eq!(attempts.after_failure(later).failures, 1);
    }
}
