//! The lock after wrong passwords: five are free, then each doubles the wait.
//!
//! Failures are counted twice: under the name that was given, whether somebody has it or not, and
//! for the user who has it, whatever alias was given. Only the first count is told: it follows from
//! what was tried under that name alone, so the page says nothing about whose name it is. While the
//! second one locks, no password is right; that looks like any wrong one.

use sha2::{Digest, Sha256};

use super::pool::Pool;
use super::user::User;
use signback_platform::clock::Timestamp;

const FREE_FAILURES: i64 = 5;
const LOCK_SECONDS_MAX: i64 = 900;
/// Failures are forgotten after this long without another.
pub(crate) const MEMORY_SECONDS: i64 = 900;

/// Under which keys the failures of an attempt are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counters {
    /// The name that was given.
    pub(crate) name: String,
    /// The user who has it; for a name that nobody has a key of its own, so that both cost the same.
    pub(crate) user: String,
}

impl Counters {
    pub(crate) fn new(pool: &Pool, name: &str, user: Option<&User>) -> Self {
        let key = pool.name_key(name);
        Self {
            name: of_name(&key),
            user: user.map_or_else(|| digest("nobody", &key), |user| user.sub.clone()),
        }
    }

    /// Every key under which a user's failures may be counted.
    pub(crate) fn of_user(pool: &Pool, user: &User) -> Vec<String> {
        let names = user.names(pool);
        let subject = of_name(&pool.name_key(&user.sub));
        let names = names.iter().map(|name| of_name(&name.key));
        names.chain([subject, user.sub.clone()]).collect()
    }
}

/// A key of fixed length for a name of any.
fn of_name(key: &str) -> String {
    digest("name", key)
}

fn digest(kind: &str, key: &str) -> String {
    hex::encode(Sha256::digest(format!("{kind} {key}")))
}

/// What is remembered of failures under one key.
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
