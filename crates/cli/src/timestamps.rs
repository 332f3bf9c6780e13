//! Points in time, as they are given in parameters and shown in results.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::value::{Date, Value};

/// Whether the value can stand for a point in time.
#[must_use]
pub fn is_timestamp(value: &Value) -> bool {
    read(value).is_some()
}

/// The point in time that a value stands for; one without a zone is local.
#[must_use]
pub fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Int(seconds) => Timestamp::from_second(*seconds).ok(),
        Value::Float(seconds) => from_seconds(*seconds),
        Value::Str(text) => parse(text.trim()),
        Value::Date(Date {
            day: (year, month, day),
            time: Some((hour, minute, second, micro)),
        }) => {
            let number = |part: u8| i8::try_from(part).ok();
            let civil = DateTime::new(
                i16::try_from(*year).ok()?,
                number(*month)?,
                number(*day)?,
                number(*hour)?,
                number(*minute)?,
                number(*second)?,
                i32::try_from(micro * 1000).ok()?,
            );
            local(civil.ok()?)
        }
        _ => None,
    }
}

fn from_seconds(seconds: f64) -> Option<Timestamp> {
    // Whole microseconds, as Python's times have them.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "out of range becomes the greatest, which is refused"
    )]
    let micros = (seconds * 1e6).round() as i64;
    if seconds.is_finite() {
        Timestamp::from_microsecond(micros).ok()
    } else {
        None
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<f64>() {
        return from_seconds(seconds);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    if let Ok(timestamp) = rfc2822::parse(&text.replace("GMT", "+0000").replace("UTC", "+0000")) {
        return Some(timestamp.timestamp());
    }
    let spaced = text.replace('/', "-");
    for form in [
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M",
        "%Y%m%dT%H%M%S",
    ] {
        if let Ok(civil) = DateTime::strptime(form, &spaced) {
            return local(civil);
        }
    }
    for form in ["%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%MZ"] {
        if let Ok(civil) = DateTime::strptime(form, text) {
            return civil
                .to_zoned(TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp());
        }
    }
    for form in [
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%d %H:%M:%S%.f%:z",
        "%Y-%m-%dT%H:%M%:z",
    ] {
        if let Ok(timestamp) = Timestamp::strptime(form, text) {
            return Some(timestamp);
        }
    }
    for form in [
        "%Y-%m-%d",
        "%Y%m%d",
        "%Y-%m",
        "%b %d %Y",
        "%d %b %Y",
        "%B %d, %Y",
    ] {
        if let Ok(date) = jiff::civil::Date::strptime(form, &spaced) {
            return local(date.to_datetime(jiff::civil::Time::midnight()));
        }
    }
    None
}

fn local(civil: DateTime) -> Option<Timestamp> {
    civil
        .to_zoned(TimeZone::system())
        .ok()
        .map(|zoned: Zoned| zoned.timestamp())
}

/// A point in time as results show it: with its offset, the local one if it came without, and
/// with microseconds if there are any.
#[must_use]
pub fn shown(value: &Value) -> Option<String> {
    let timestamp = read(value)?;
    let zone = value
        .as_str()
        .and_then(offset)
        .unwrap_or_else(TimeZone::system);
    let zoned = timestamp.to_zoned(zone);
    let plain = zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let micros = zoned.subsec_nanosecond() / 1000;
    let offset = zoned.strftime("%:z").to_string();
    Some(if micros == 0 {
        plain + &offset
    } else {
        format!("{plain}.{micros:06}{offset}")
    })
}

/// The offset that a text carries.
fn offset(text: &str) -> Option<TimeZone> {
    let text = text.trim();
    if text.ends_with('Z') || text.ends_with("GMT") || text.ends_with("UTC") {
        return Some(TimeZone::UTC);
    }
    let time = text
        .split_once('T')
        .or_else(|| text.rsplit_once(' '))
        .map(|(_, time)| time)?;
    let at = time.rfind(['+', '-'])?;
    let digits: String = time[at + 1..]
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).map_or(Ok(0), str::parse).ok()?;
    let seconds = (hours * 60 + minutes) * 60 * if time[at..].starts_with('-') { -1 } else { 1 };
    Some(TimeZone::fixed(
        jiff::tz::Offset::from_seconds(seconds).ok()?,
    ))
}
