//! The local time zone, as Python's `time` module describes it: two offsets, those of this year.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::clock;

/// Seconds of a year, by which this year's January is found.
const YEAR: i64 = (365 * 24 + 6) * 3600;

/// The local time zone.
#[derive(Debug)]
pub(super) struct Zone {
    rules: TimeZone,
    standard: i32,
    daylight: i32,
}

impl Zone {
    pub(super) fn local() -> Self {
        Self::new(TimeZone::system(), clock::now())
    }

    fn new(rules: TimeZone, now: Timestamp) -> Self {
        let january = now.as_second() / YEAR * YEAR;
        let offset = |second| rules.to_offset(instant(second)).seconds();
        let (winter, summer) = (offset(january), offset(january + YEAR / 2));
        Self {
            rules,
            standard: winter.min(summer),
            daylight: winter.max(summer),
        }
    }

    /// The offset from UTC at an instant, in seconds.
    pub(super) fn offset_at(&self, second: i64) -> i32 {
        let is_daylight = || self.rules.to_offset_info(instant(second)).dst().is_dst();
        if self.standard != self.daylight && is_daylight() {
            self.daylight
        } else {
            self.standard
        }
    }

    /// The offset of a time on the clock on the wall; of a time that comes twice, the first.
    pub(super) fn offset_of(&self, wall: DateTime) -> i32 {
        let at = |offset: i32| {
            let offset = Offset::from_seconds(offset).unwrap_or(Offset::UTC);
            offset.to_timestamp(wall).map_or(0, Timestamp::as_second)
        };
        let early = self.offset_at(at(self.daylight));
        if early == self.daylight {
            return early;
        }
        self.offset_at(at(self.standard))
    }

    /// Whether the zone calls itself so.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let now = clock::now().as_second();
        let january = now / YEAR * YEAR;
        [january, january + YEAR / 2].iter().any(|second| {
            let info = self.rules.to_offset_info(instant(*second));
            info.abbreviation() == name
        })
    }
}

fn instant(second: i64) -> Timestamp {
    let least = Timestamp::MIN.as_second();
    let greatest = Timestamp::MAX.as_second();
    Timestamp::from_second(second.clamp(least, greatest)).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_times_have_the_offsets_of_this_year() {
        let now = "2026-07-01T00:00:00Z".parse().unwrap();
        let offsets = |name: &str, time: &str| {
            let zone = Zone::new(TimeZone::get(name).unwrap(), now);
            let time: Timestamp = time.parse().unwrap();
            zone.offset_at(time.as_second()) / 60
        };
        for (name, time, minutes) in [
            ("America/New_York", "2020-09-13T12:26:40Z", -240),
            ("America/New_York", "2020-01-13T12:26:40Z", -300),
            ("Australia/Sydney", "2020-01-13T12:26:40Z", 660),
            ("Asia/Kathmandu", "1980-01-01T00:00:00Z", 345),
            ("Europe/Moscow", "2012-06-01T00:00:00Z", 180),
            ("America/Sao_Paulo", "2018-01-01T00:00:00Z", -180),
        ] {
            assert_eq!(offsets(name, time), minutes, "{name} {time}");
        }
    }
}
