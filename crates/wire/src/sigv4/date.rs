//! The time stamp of signatures: `20150830T123600Z`.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// Writes a time in epoch seconds as a stamp.
#[must_use]
pub fn stamp(time: i64) -> String {
    let end = if time < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    let moment = Timestamp::from_second(time).unwrap_or(end);
    let moment = Offset::UTC.to_datetime(moment);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        moment.year(),
        moment.month(),
        moment.day(),
        moment.hour(),
        moment.minute(),
        moment.second()
    )
}

/// Reads a stamp; nothing but a real date and time in exactly this form is one.
#[must_use]
pub fn parse_stamp(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let is_stamp = bytes.len() == 16 && bytes[8] == b'T' && bytes[15] == b'Z';
    let digits = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| at == 8 || at == 15 || byte.is_ascii_digit());
    if !is_stamp || !digits {
        return None;
    }
    let number = |at: usize| text[at..at + 2].parse::<i8>().ok();
    let date = Date::new(text[..4].parse().ok()?, number(4)?, number(6)?).ok()?;
    let time = Time::new(number(9)?, number(11)?, number(13)?, 0).ok()?;
    let moment = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?;
    Some(moment.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_read_as_they_are_written() {
        for (time, text) in [
            (0, "19700101T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (951_782_399, "20000228T235959Z"),
            (951_868_799, "20000229T235959Z"),
            (-1, "19691231T235959Z"),
            (4_102_444_800, "21000101T000000Z"),
        ] {
            assert_eq!(stamp(time), text);
            assert_eq!(parse_stamp(text), Some(time));
        }
        for days in -20_000..60_000 {
            let time = days * 24 * 60 * 60 + 12_345;
            assert_eq!(parse_stamp(&stamp(time)), Some(time));
        }
    }

    #[test]
    fn nothing_else_is_a_stamp() {
        for text in [
            "",
            "20150830",
            "20150230T123600Z",
            "20150231T123600Z",
            "20150229T123600Z",
            "20150830T246000Z",
            "20150830T123600z",
            "+0150830T123600Z",
            "2015083éT12360Z",
        ] {
            assert_eq!(parse_stamp(text), None, "{text}");
        }
    }
}
