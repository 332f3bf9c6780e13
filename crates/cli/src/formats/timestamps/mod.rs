//! Points in time, as they are given in parameters and shown in results.

mod text;
mod words;
mod zone;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use crate::python;
use crate::python::sentences;
use crate::value::{Date, Value};
use zone::Zone;

/// Seconds beyond which there is no calendar, not even one with impossible years.
const CALENDAR_MAX: f64 = 6.7e16;
/// Seconds of a day.
const DAY: i32 = 24 * 3600;
/// The first and the last second that the calendar has.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;
/// The epoch in the calendar.
const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A time on the clock, with its offset from UTC in seconds if it has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment {
    clock: DateTime,
    offset: Option<i32>,
}

/// Whether the value can stand for a point in time.
pub(crate) fn is_timestamp(value: &Value) -> bool {
    since_epoch(value).is_some()
}

/// The point in time that a value stands for; one without a zone is local.
pub(crate) fn read(value: &Value) -> Option<Timestamp> {
    let Moment { clock, offset } = moment(value).ok()?;
    let offset = offset.unwrap_or_else(|| Zone::local().offset_of(clock));
    jiff::tz::Offset::from_seconds(offset)
        .and_then(|offset| offset.to_timestamp(clock))
        .ok()
}

/// The time from the epoch to the point that a parameter stands for; one without a zone is in UTC.
pub(crate) fn since_epoch(value: &Value) -> Option<SignedDuration> {
    let Moment { clock, offset } = moment(value).ok()?;
    let ahead = SignedDuration::from_secs(offset.unwrap_or(0).into());
    let time = clock.duration_since(EPOCH).checked_sub(ahead)?;
    let is_dated = offset.is_none_or(|seconds| seconds.abs() < DAY);
    (is_dated && SECONDS.contains(&time.as_secs())).then_some(time)
}

/// A point in time as results show it: with its offset if it came with one, epoch seconds with the
/// local one, and with microseconds if there are any.
///
/// # Errors
/// What Python says about a value that is no point in time.
pub(crate) fn shown(value: &Value) -> Result<String, String> {
    let Moment { clock, offset } = moment(value)?;
    if offset.is_some_and(|seconds| seconds.abs() >= DAY) {
        return Err(sentences::NO_OFFSET.to_owned());
    }
    let plain = clock.strftime("%Y-%m-%dT%H:%M:%S");
    let micros = clock.subsec_nanosecond() / 1000;
    let fraction = if micros == 0 {
        String::new()
    } else {
        format!(".{micros:06}")
    };
    let offset = offset.map_or_else(String::new, |seconds| {
        let (sign, size) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
        let rest = match size % 60 {
            0 => String::new(),
            rest => format!(":{rest:02}"),
        };
        format!("{sign}{:02}:{:02}{rest}", size / 3600, size / 60 % 60)
    });
    Ok(format!("{plain}{fraction}{offset}"))
}

fn moment(value: &Value) -> Result<Moment, String> {
    let number = match value {
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_) => value.clone(),
        Value::Str(text) => match python::to_float(text) {
            Ok(number) if !number.is_nan() => Value::Float(number),
            _ => return written(value, text),
        },
        Value::Date(date) => return Ok(dated(date).ok_or(sentences::NO_YEAR)?),
        other => return Err(invalid(value, &sentences::no_time(other))),
    };
    let Ok(Value::Float(seconds)) = python::float_of(number) else {
        return Err(uncountable(value));
    };
    if seconds.is_nan() {
        return Err(sentences::NAN_AS_TIME.to_owned());
    }
    if seconds.abs() > CALENDAR_MAX {
        return Err(uncountable(value));
    }
    let year = year_of(seconds);
    if (1..=9999).contains(&year) {
        return from_seconds(seconds).ok_or_else(|| uncountable(value));
    }
    match value {
        Value::Str(text) => written(value, text),
        _ => Err(sentences::no_such_year(year)),
    }
}

fn written(value: &Value, text: &str) -> Result<Moment, String> {
    text::parse(text, &Zone::local()).map_err(|why| match why {
        Some(why) => invalid(value, &why),
        None => uncountable(value),
    })
}

fn invalid(value: &Value, why: &str) -> String {
    format!("Invalid timestamp \"{}\": {why}", python::display(value))
}

/// Whether the value is a number of seconds that no calendar reaches, which is more than a wrong type.
#[must_use]
pub(crate) fn is_uncountable(value: &Value) -> bool {
    moment(value).is_err_and(|problem| problem == uncountable(value))
}

/// What is said about a value that no calendar reaches.
#[must_use]
pub(crate) fn uncountable(value: &Value) -> String {
    let value = python::display(value);
    format!("Unable to calculate correct timezone offset for \"{value}\"")
}

/// Epoch seconds on the local clock: whole microseconds, as Python's times have them.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the whole part was checked and the fraction is small"
)]
fn from_seconds(seconds: f64) -> Option<Moment> {
    let mut whole = seconds.floor() as i64;
    let mut micros = ((seconds - seconds.floor()) * 1e6).round_ties_even() as i64;
    if micros == 1_000_000 {
        (whole, micros) = (whole + 1, 0);
    }
    let offset = Zone::local().offset_at(whole);
    let since = SignedDuration::from_secs(whole.checked_add(i64::from(offset))?);
    let clock = EPOCH.checked_add(since).ok()?;
    let clock = clock
        .checked_add(SignedDuration::from_micros(micros))
        .ok()?;
    (clock.year() >= 1).then_some(Moment {
        clock,
        offset: Some(offset),
    })
}

/// The year of epoch seconds, by the rules of the calendar however far they lie.
#[expect(clippy::cast_possible_truncation, reason = "the size was checked")]
fn year_of(seconds: f64) -> i64 {
    let days = (seconds / 86400.0).floor() as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    // The reckoning begins its years in March.
    era * 400 + year + i64::from(day_of_year >= 306)
}

/// A date that YAML read.
fn dated(date: &Date) -> Option<Moment> {
    let (year, month, day) = date.day;
    let (hour, minute, second, micro) = date.time?;
    let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(i32::from);
    let micros = i32::try_from(micro).ok()?;
    let clock = civil([year, month, day, hour, minute, second], micros)?;
    Some(Moment {
        clock,
        offset: None,
    })
}

/// The time on the clock with these numbers, year to second, if the calendar has it.
pub(super) fn civil(
    [year, month, day, hour, minute, second]: [i32; 6],
    micros: i32,
) -> Option<DateTime> {
    let small = |number: i32| i8::try_from(number).ok();
    DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        micros * 1000,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (written, read) in [
            ("2020-09-13T12:26:40Z", "2020-09-13T12:26:40+00:00"),
            (
                "2020-09-13T12:26:40.123456789+02:00",
                "2020-09-13T12:26:40.123456+02:00",
            ),
            ("2020-09-13T12:26:40-0530", "2020-09-13T12:26:40-05:30"),
            ("Sun, 13 Sep 2020 12:26:40 GMT", "2020-09-13T12:26:40+00:00"),
            (
                "Sunday, 13-Sep-20 12:26:40 GMT",
                "2020-09-13T12:26:40+00:00",
            ),
            ("20200913T122640Z", "2020-09-13T12:26:40+00:00"),
            // Without a zone there is none.
            ("2020-09-13T12:26:40", "2020-09-13T12:26:40"),
            ("2020-09-13 12:26", "2020-09-13T12:26:00"),
            ("20200913122640", "2020-09-13T12:26:40"),
            ("20200913T1226Z", "2020-09-13T12:26:00+00:00"),
            ("2020-09-13T12Z", "2020-09-13T12:00:00+00:00"),
            ("Sep 13 2020", "2020-09-13T00:00:00"),
            ("13/09/2020", "2020-09-13T00:00:00"),
            ("09/13/2020 12:26 pm", "2020-09-13T12:26:00"),
            ("2020-Sep-13", "2020-09-13T00:00:00"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00"),
        ] {
            assert_eq!(
                shown(&Value::from(written)),
                Ok(read.to_owned()),
                "{written}"
            );
        }
    }

    #[test]
    fn parameters_without_a_zone_are_in_utc() {
        for (value, seconds) in [
            (Value::from("2020-01-02T03:04:05"), Some(1_577_934_245)),
            (
                Value::from("2020-01-02T03:04:05+01:00"),
                Some(1_577_930_645),
            ),
            (Value::from("9999-12-31T23:59:59Z"), Some(253_402_300_799)),
            (Value::from("9999-12-31T23:59:59-01:00"), None),
            (Value::from("2020-01-02T03:04:05+25:00"), None),
            (Value::from("20200102030405"), Some(1_577_934_245)),
            (Value::from("1_000"), Some(1000)),
            (Value::Bool(true), Some(1)),
            (Value::Null, None),
        ] {
            let time = since_epoch(&value).map(|time| time.as_secs());
            assert_eq!(time, seconds, "{value:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_said_in_pythons_words() {
        let unknown =
            |text: &str| format!("Invalid timestamp \"{text}\": Unknown string format: {text}");
        for (value, problem) in [
            ("abc".into(), unknown("abc")),
            ("2020-W37-7".into(), unknown("2020-W37-7")),
            ("nan".into(), unknown("nan")),
            ("10:00 +éé".into(), unknown("10:00 +éé")),
            ("".into(), "Invalid timestamp \"\": String does not contain a date: ".to_owned()),
            (
                "2020-13-01".into(),
                "Invalid timestamp \"2020-13-01\": month must be in 1..12: 2020-13-01".to_owned(),
            ),
            (
                "2020-02-30T00:00:00Z".into(),
                "Invalid timestamp \"2020-02-30T00:00:00Z\": day is out of range for month: 2020-02-30T00:00:00Z".to_owned(),
            ),
            (
                "2020-09-13T24:00:00Z".into(),
                "Invalid timestamp \"2020-09-13T24:00:00Z\": hour must be in 0..23: 2020-09-13T24:00:00Z".to_owned(),
            ),
            (
                "2020-09-13T12:26:40+25:00".into(),
                "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).".to_owned(),
            ),
            (Value::Int(1_000_000_000_000), "year 33658 is out of range".to_owned()),
            (Value::Int(-62_135_596_801), "year 0 is out of range".to_owned()),
            (
                Value::Float(1e17),
                "Unable to calculate correct timezone offset for \"1e+17\"".to_owned(),
            ),
            (
                Value::Null,
                "Invalid timestamp \"None\": Parser must be a string or character stream, not NoneType".to_owned(),
            ),
        ] {
            assert_eq!(shown(&value), Err(problem), "{value:?}");
        }
    }
}
