//! Timestamps: epoch seconds in documents, three formats on the wire.

use jiff::fmt::{rfc2822, temporal};
use jiff::{Timestamp, civil, tz};
use serde_json::{Number, Value};

use super::failure::{Coded, Problem};
use crate::json::Style;
use crate::model::TimestampFormat;

const MICROSECONDS: f64 = 1e6;

/// Writes a timestamp as text.
pub(super) fn to_text(seconds: &Number, format: TimestampFormat, style: Style) -> Coded<String> {
    Ok(match format {
        TimestampFormat::Epoch => epoch(seconds, style).to_string(),
        TimestampFormat::Iso8601 => {
            let moment = moment(seconds)?;
            let digits = match moment.subsec_microsecond() {
                0 => None,
                part if part % 1000 == 0 && style == Style::Compact => Some(3),
                _ => Some(6),
            };
            temporal::DateTimePrinter::new()
                .precision(digits.or(Some(0)))
                .timestamp_to_string(&moment)
        }
        TimestampFormat::Rfc822 => {
            let whole =
                Timestamp::from_second(moment(seconds)?.as_second()).map_err(|_| invalid())?;
            rfc2822::DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&whole)
                .map_err(|_| invalid())?
        }
    })
}

/// The number to write for a timestamp in epoch seconds. Python's SDK cuts the fraction off.
pub(super) fn epoch(seconds: &Number, style: Style) -> Number {
    match (style, seconds.as_f64()) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "documents hold seconds of this age"
        )]
        (Style::Python, Some(real)) if seconds.is_f64() => Number::from(real.floor() as i64),
        _ => seconds.clone(),
    }
}

/// Reads a timestamp in any of the formats.
pub(super) fn from_text(text: &str) -> Coded<Value> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Ok(number.into());
    }
    if let Some(number) = text.parse::<f64>().ok().and_then(Number::from_f64) {
        return Ok(Value::Number(number));
    }
    let moment = text
        .parse::<Timestamp>()
        .or_else(|_| {
            Ok(text
                .parse::<civil::DateTime>()?
                .to_zoned(tz::TimeZone::UTC)?
                .timestamp())
        })
        .or_else(|_: jiff::Error| rfc2822::DateTimeParser::new().parse_timestamp(text))
        .map_err(|_| invalid())?;
    Ok(match moment.subsec_nanosecond() {
        0 => moment.as_second().into(),
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds of this age fit a double"
        )]
        _ => Value::from(moment.as_microsecond() as f64 / MICROSECONDS),
    })
}

fn moment(seconds: &Number) -> Coded<Timestamp> {
    let moment = if let Some(whole) = seconds.as_i64() {
        Timestamp::from_second(whole)
    } else {
        let microseconds = (seconds.as_f64().ok_or_else(invalid)? * MICROSECONDS).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "refused below if out of range"
        )]
        Timestamp::from_microsecond(microseconds as i64)
    };
    // What these formats can write: four-digit years.
    let years = civil::date(0, 1, 1)
        .to_zoned(tz::TimeZone::UTC)
        .map_err(|_| invalid())?
        .timestamp();
    moment
        .ok()
        .filter(|moment| *moment >= years)
        .ok_or_else(invalid)
}

fn invalid() -> super::CodecError {
    Problem::WrongType("a timestamp").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(seconds: impl Into<Value>, format: TimestampFormat, style: Style) -> String {
        let Value::Number(seconds) = seconds.into() else {
            unreachable!()
        };
        to_text(&seconds, format, style).unwrap()
    }

    #[test]
    fn each_format_writes_its_own_precision() {
        use Style::{Compact, Python};
        use TimestampFormat::{Epoch, Iso8601, Rfc822};
        let seconds = 1_440_938_160;
        assert_eq!(written(seconds, Iso8601, Compact), "2015-08-30T12:36:00Z");
        for (seconds, format, style, expected) in [
            (
                1_440_938_160.5,
                Iso8601,
                Compact,
                "2015-08-30T12:36:00.500Z",
            ),
            (
                1_440_938_160.500_001,
                Iso8601,
                Compact,
                "2015-08-30T12:36:00.500001Z",
            ),
            (
                1_440_938_160.5,
                Rfc822,
                Compact,
                "Sun, 30 Aug 2015 12:36:00 GMT",
            ),
            (1_440_938_160.5, Epoch, Compact, "1440938160.5"),
            (
                1_440_938_160.5,
                Iso8601,
                Python,
                "2015-08-30T12:36:00.500000Z",
            ),
            (1_440_938_160.5, Epoch, Python, "1440938160"),
        ] {
            assert_eq!(written(seconds, format, style), expected);
        }
    }

    #[test]
    fn every_format_is_read() {
        for text in [
            "2015-08-30T12:36:00Z",
            "2015-08-30T14:36:00+02:00",
            "2015-08-30T12:36:00",
            "1440938160",
            "Sun, 30 Aug 2015 12:36:00 GMT",
        ] {
            assert_eq!(
                from_text(text).unwrap(),
                Value::from(1_440_938_160),
                "{text}"
            );
        }
        assert_eq!(
            from_text("2015-08-30T12:36:00.25Z").unwrap(),
            Value::from(1_440_938_160.25)
        );
        for text in ["", "yesterday", "2015-13-30T12:36:00Z", "NaN"] {
            assert!(from_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_has_no_four_digit_year_is_refused() {
        for seconds in [1e18, -1e18, f64::MAX] {
            assert!(
                to_text(
                    &Number::from_f64(seconds).unwrap(),
                    TimestampFormat::Iso8601,
                    Style::Compact
                )
                .is_err()
            );
        }
    }
}
