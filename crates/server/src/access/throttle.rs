//! Request rates as AWS documents them (connect.md §6.1), for `--throttles aws`.
//!
//! A token bucket per account and region, or per instance for the participant service: it holds
//! `burst` tokens and gains `rate` a second.

use std::collections::HashMap;
use std::sync::Mutex;

use signback_platform::clock::Timestamp;

/// Buckets kept at once; past that the fullest half is forgotten, which only ever allows more.
const BUCKETS_MAX: usize = 10_000;

#[derive(Clone, Copy)]
struct Rate {
    a_second: u32,
    burst: u32,
}

const fn rate(a_second: u32, burst: u32) -> Rate {
    Rate { a_second, burst }
}

fn documented(service: &str, operation: &str) -> Rate {
    match (service, operation) {
        ("connect", "StartChatContact") => rate(5, 8),
        (
            "connect",
            "DescribeContact" | "StopContact" | "GetContactAttributes" | "UpdateContactAttributes",
        )
        | ("connectparticipant", "SendMessage" | "SendEvent") => rate(10, 15),
        ("connect", "ListIntegrationAssociations") => rate(25, 50),
        ("connectparticipant", "DisconnectParticipant") => rate(3, 5),
        ("connectparticipant", "GetTranscript") => rate(8, 12),
        ("connectparticipant", _) => rate(6, 9),
        ("customer-profiles", name) => profiles(name),
        ("cognito-idp", name) if name.starts_with("Admin") => rate(25, 25),
        ("cognito-idp", _) => rate(15, 15),
        ("sts", _) => rate(100, 100),
        _ => rate(2, 5),
    }
}

fn profiles(operation: &str) -> Rate {
    match operation {
        "PutProfileObject" | "SearchProfiles" | "CreateProfile" | "UpdateProfile"
        | "AddProfileKey" => rate(100, 100),
        name if name.starts_with("Put") || name.ends_with("Domain") => rate(1, 1),
        _ => rate(5, 5),
    }
}

struct Bucket {
    /// Thousandths of a token.
    millitokens: u64,
    filled_at: Timestamp,
}

/// The buckets of this process; each replica counts its own share.
#[derive(Default)]
pub struct Throttles(Mutex<HashMap<String, Bucket>>);

impl Throttles {
    /// Forgets what was taken.
    pub(crate) fn forget(&self) {
        self.0.lock().expect("no holder of the lock panics").clear();
    }

    /// Takes a token for a call; false when there is none.
    pub(crate) fn admit(
        &self,
        owner: &str,
        service: &str,
        operation: &str,
        now: Timestamp,
    ) -> bool {
        let rate = documented(service, operation);
        let full = u64::from(rate.burst) * 1000;
        let mut buckets = self.0.lock().expect("no holder of the lock panics");
        if buckets.len() >= BUCKETS_MAX {
            let mut levels: Vec<u64> = buckets.values().map(|bucket| bucket.millitokens).collect();
            let middle = levels.len() / 2;
            let (_, median, _) = levels.select_nth_unstable(middle);
            let median = *median;
            buckets.retain(|_, bucket| bucket.millitokens < median);
        }
        // Messages and events share a bucket.
        let shared = if operation == "SendEvent" {
            "SendMessage"
        } else {
            operation
        };
        let bucket = buckets
            .entry(format!("{owner}/{service}/{shared}"))
            .or_insert(Bucket {
                millitokens: full,
                filled_at: now,
            });
        let elapsed = u64::try_from(now.millis() - bucket.filled_at.millis()).unwrap_or(0);
        bucket.millitokens = full.min(bucket.millitokens + elapsed * u64::from(rate.a_second));
        bucket.filled_at = now;
        match bucket.millitokens.checked_sub(1000) {
            Some(rest) => {
                bucket.millitokens = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let throttles = Throttles::default();
        let take = |millis| {
            let now = Timestamp::from_millis(millis);
            throttles.admit("1/r", "connect", "UpdateParticipantAuthentication", now)
        };
        assert_eq!((0..7).filter(|_| take(0)).count(), 5);
        assert!(!take(499));
        assert!(take(500));
        assert!(!take(500));
        assert_eq!((0..9).filter(|_| take(60_000)).count(), 5);
    }

    #[test]
    fn owners_do_not_share() {
        let throttles = Throttles::default();
        let now = Timestamp::from_millis(0);
        let take =
            |owner| throttles.admit(owner, "connectparticipant", "DisconnectParticipant", now);
        assert_eq!((0..9).filter(|_| take("a")).count(), 5);
        assert!(take("b"));
    }

    #[test]
    fn strangers_do_not_make_it_grow() {
        let throttles = Throttles::default();
        let now = Timestamp::from_millis(0);
        for number in 0..3 * BUCKETS_MAX {
            let owner = format!("stranger-{number}");
            assert!(throttles.admit(&owner, "connectparticipant", "SendMessage", now));
            assert!(throttles.0.lock().unwrap().len() <= BUCKETS_MAX);
        }
    }
}
