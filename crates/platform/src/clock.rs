//! Time as an input: the machine's clock, a held clock for tests, and the service's own time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};

/// A moment in milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the Unix epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds since the Unix epoch with a fraction, as the JSON protocols write timestamps.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds stay exact below 2^53"
    )]
    pub fn epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The moment `millis` milliseconds later, or the far end of time.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// The moment `seconds` seconds later, or the far end of time.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`, the form of chat items and participant answers.
    #[must_use]
    pub fn iso8601(self) -> String {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        DateTimePrinter::new()
            .precision(Some(3))
            .timestamp_to_string(&moment)
    }
}

/// Where the machine's time comes from: the system, or a value held by a test.
pub trait TimeSource: Send + Sync {
    /// The machine's present moment.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Default)]
pub struct SystemTime;

impl TimeSource for SystemTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct HeldTime(AtomicI64);

impl HeldTime {
    /// A clock that stands at `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    /// Moves the clock by `millis` milliseconds.
    pub fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl TimeSource for HeldTime {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// The two times of the service: the machine's, by which request signatures and outside
/// providers' tokens are judged, and the service's own, by which it schedules and issues, and
/// which the test controls can move ahead.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn TimeSource>,
    ahead_millis: Arc<AtomicI64>,
}

impl Clock {
    /// A clock over `source`, not moved ahead.
    #[must_use]
    pub fn new(source: Arc<dyn TimeSource>) -> Self {
        Self {
            source,
            ahead_millis: Arc::new(AtomicI64::new(0)),
        }
    }

    /// The service's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.source
            .now()
            .plus_millis(self.ahead_millis.load(Ordering::SeqCst))
    }

    /// The machine's time.
    #[must_use]
    pub fn machine_now(&self) -> Timestamp {
        self.source.now()
    }

    /// Has the service's time be the machine's again.
    pub fn set_back(&self) {
        self.ahead_millis.store(0, Ordering::SeqCst);
    }

    /// Moves the service's time ahead.
    pub fn advance_seconds(&self, seconds: u32) {
        self.ahead_millis
            .fetch_add(i64::from(seconds) * 1000, Ordering::SeqCst);
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now().iso8601())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_utc_with_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(0).iso8601(),
            "1970-01-01T00:00:00.000Z"
        );
        assert_eq!(
            Timestamp::from_millis(1_709_210_096_789).iso8601(),
            "2024-02-29T12:34:56.789Z"
        );
        assert_eq!(
            Timestamp::from_millis(-1).iso8601(),
            "1969-12-31T23:59:59.999Z"
        );
        assert_eq!(
            Timestamp::from_millis(i64::MAX).iso8601(),
            "9999-12-30T22:00:00.999Z"
        );
    }

    #[test]
    fn the_services_time_moves_ahead_of_the_machines() {
        let clock = Clock::new(Arc::new(HeldTime::at(Timestamp::from_millis(5))));
        clock.advance_seconds(1);
        assert_eq!(clock.now().millis(), 1005);
        assert_eq!(clock.machine_now().millis(), 5);
        clock.set_back();
        assert_eq!(clock.now().millis(), 5);
    }
}
