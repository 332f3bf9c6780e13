//! Time as an input: the machine's clock, a held clock for tests, and the service's own time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

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
    /// The machine's present moment, which is set back now and then.
    fn now(&self) -> Timestamp;

    /// Milliseconds since any moment, on a clock that nobody sets.
    fn running_millis(&self) -> i64;
}

/// The system's clock.
#[derive(Debug)]
pub struct SystemTime {
    begun: Instant,
}

impl Default for SystemTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn default() -> Self {
        Self {
            begun: Instant::now(),
        }
    }
}

impl TimeSource for SystemTime {
    fn running_millis(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

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
pub struct HeldTime {
    now: AtomicI64,
    running: AtomicI64,
}

impl HeldTime {
    /// A clock that stands at `now`.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self {
            now: AtomicI64::new(now.millis()),
            running: AtomicI64::new(0),
        }
    }

    /// Lets `millis` milliseconds pass.
    pub fn advance(&self, millis: i64) {
        self.running.fetch_add(millis, Ordering::SeqCst);
        self.set(millis);
    }

    /// Sets the clock forward by `millis` milliseconds, or back; no time passes.
    pub fn set(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }
}

impl TimeSource for HeldTime {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn running_millis(&self) -> i64 {
        self.running.load(Ordering::SeqCst)
    }
}

/// The two times of the service: the machine's, by which request signatures and outside
/// providers' tokens are judged, and the service's own, by which it schedules and issues, and
/// which the test controls can move ahead.
///
/// The service's time never goes back, and never stands still: where the machine's clock is set
/// back, the service's goes on at half its speed until the two meet. So a sign-in's time limit is
/// over after twice its time at the latest, and no token is issued before one that was issued
/// earlier.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn TimeSource>,
    course: Arc<Mutex<Course>>,
    ahead_millis: Arc<AtomicI64>,
}

/// What the last look at the clocks gave.
struct Course {
    /// The service's time, not moved ahead.
    service: i64,
    /// What the machine's running clock showed then.
    running: i64,
    /// The machine's clock was set back, and that was said.
    behind: bool,
}

/// How far back the machine's clock has to go for a line in the log, in milliseconds.
const STEP_TOLD_MS: i64 = 1000;

impl Course {
    /// The service's time when the machine's clocks show this.
    fn look(&mut self, machine: i64, running: i64) -> i64 {
        let slowly = running.saturating_sub(self.running).max(0) / 2;
        if machine >= self.service + slowly {
            self.service = machine;
            self.running = running;
            self.behind = false;
            return machine;
        }
        let behind = self.service - machine;
        if behind > STEP_TOLD_MS && !self.behind {
            self.behind = true;
            tracing::warn!(
                milliseconds = behind,
                "the machine's clock was set back: the service's time goes on slowly until they meet"
            );
        }
        self.service += slowly;
        // What is left of an odd number of milliseconds counts the next time.
        self.running += 2 * slowly;
        self.service
    }
}

impl Clock {
    /// A clock over `source`, not moved ahead.
    #[must_use]
    pub fn new(source: Arc<dyn TimeSource>) -> Self {
        let course = Course {
            service: source.now().millis(),
            running: source.running_millis(),
            behind: false,
        };
        Self {
            source,
            course: Arc::new(Mutex::new(course)),
            ahead_millis: Arc::new(AtomicI64::new(0)),
        }
    }

    /// The service's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let mut course = self.course.lock().unwrap_or_else(PoisonError::into_inner);
        let now = course.look(self.source.now().millis(), self.source.running_millis());
        Timestamp(now).plus_millis(self.ahead_millis.load(Ordering::SeqCst))
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

    #[test]
    fn a_clock_that_is_set_back_neither_turns_nor_stops_the_services_time() {
        const HOUR: i64 = 3_600_000;
        let time = Arc::new(HeldTime::at(Timestamp::from_millis(10 * HOUR)));
        let clock = Clock::new(Arc::<HeldTime>::clone(&time));
        time.set(-HOUR);
        assert_eq!(clock.now().millis(), 10 * HOUR);
        assert_eq!(
            clock.machine_now().millis(),
            9 * HOUR,
            "signatures are judged by it"
        );
        // However often it is looked at, it goes on at half the speed,
        for _ in 0..1001 {
            time.advance(1);
            let _ = clock.now();
        }
        assert_eq!(clock.now().millis(), 10 * HOUR + 500);
        time.advance(HOUR - 1001);
        assert_eq!(clock.now().millis(), 10 * HOUR + HOUR / 2);
        // until the two meet.
        time.advance(HOUR);
        assert_eq!(clock.now(), clock.machine_now());
        time.advance(HOUR);
        assert_eq!(clock.now().millis(), 12 * HOUR);
    }

    #[test]
    fn a_clock_that_is_set_forward_takes_the_services_time_along() {
        let time = Arc::new(HeldTime::at(Timestamp::from_millis(5)));
        let clock = Clock::new(Arc::<HeldTime>::clone(&time));
        time.set(100);
        assert_eq!(clock.now().millis(), 105);
        time.set(-50);
        time.advance(20);
        assert_eq!(clock.now().millis(), 115);
    }
}
