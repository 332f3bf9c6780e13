//! What was looked up lately: so much at most, and never for longer than its time.

use indexmap::IndexMap;

use signback_platform::clock::Timestamp;

/// How long a look-up's result is used; a deleted or changed key lives that long.
const LIFETIME_MILLIS: i64 = 5_000;

/// Results by the text that was looked up.
#[derive(Debug)]
pub(super) struct Recent<V> {
    /// With the moment before the look-up, the oldest first.
    results: IndexMap<String, (V, Timestamp)>,
    max: usize,
}

impl<V: Clone> Recent<V> {
    /// Room for `max` results.
    pub(super) fn new(max: usize) -> Self {
        Self {
            results: IndexMap::new(),
            max,
        }
    }

    /// What was found less than five seconds ago. A clock that was put back since makes it stale.
    pub(super) fn get(&self, text: &str, now: Timestamp) -> Option<V> {
        let (result, at) = self.results.get(text)?;
        let is_fresh = *at <= now && now < at.plus_millis(LIFETIME_MILLIS);
        is_fresh.then(|| result.clone())
    }

    /// Keeps a result; where there is no room, the oldest goes.
    pub(super) fn put(&mut self, text: &str, result: V, at: Timestamp) {
        self.forget(text);
        if self.results.len() >= self.max {
            self.results.shift_remove_index(0);
        }
        self.results.insert(text.to_owned(), (result, at));
    }

    fn forget(&mut self, text: &str) {
        self.results.shift_remove(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_result_lives_five_seconds_on_any_clock() {
        let mut recent = Recent::new(2);
        recent.put("a", 1, at(10_000));
        for (now, found) in [
            (10_000, Some(1)),
            (14_999, Some(1)),
            (15_000, None),
            (9_999, None),
        ] {
            assert_eq!(recent.get("a", at(now)), found, "{now}");
        }
    }

    #[test]
    fn strangers_do_not_make_it_grow() {
        let mut recent = Recent::new(3);
        for number in 0..1_000 {
            recent.put(&number.to_string(), number, at(0));
        }
        assert_eq!(recent.results.len(), 3);
        assert_eq!(recent.get("999", at(1)), Some(999));
        assert_eq!(recent.get("996", at(1)), None);
        // A result that is there already takes no other's place.
        recent.put("998", 0, at(1));
        assert_eq!(recent.get("997", at(1)), Some(997));
        recent.forget("997");
        assert_eq!(recent.get("997", at(1)), None);
    }
}
