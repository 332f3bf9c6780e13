//! Log lines that could come by the thousand, and are written once a second.

use std::sync::{Mutex, PoisonError};

/// Milliseconds between two lines.
const PAUSE_MS: i64 = 1000;

/// Lets one line pass in a second, and counts those that it keeps back.
#[derive(Debug, Default)]
pub struct Seldom(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    passed_at: Option<i64>,
    held_back: u64,
}

impl Seldom {
    /// Whether a line may pass at `now`, in milliseconds of any clock: how many were kept back
    /// since the last one.
    pub fn pass(&self, now: i64) -> Option<u64> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that steps back does not keep lines back.
        let recent = |at: i64| (0..PAUSE_MS).contains(&now.saturating_sub(at));
        if kept.passed_at.is_some_and(recent) {
            kept.held_back += 1;
            return None;
        }
        kept.passed_at = Some(now);
        Some(std::mem::take(&mut kept.held_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_passes_in_a_second_and_says_how_many_did_not() {
        let seldom = Seldom::default();
        assert_eq!(seldom.pass(5_000), Some(0));
        for now in [5_000, 5_001, 5_999] {
            assert_eq!(seldom.pass(now), None);
        }
        assert_eq!(seldom.pass(6_000), Some(3));
        assert_eq!(seldom.pass(1_000), Some(0), "the clock stepped back");
    }
}
