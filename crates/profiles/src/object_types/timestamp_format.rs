//! How a source writes the time of its last update: `EpochMilli`, or a pattern of letters as
//! Java's `SimpleDateFormat` has them.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use signback_platform::clock::Timestamp;

/// A format that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    EpochMilli,
    Pattern(Vec<Part>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(char),
    /// A letter and how often it stands there.
    Letter(char, usize),
}

impl TimestampFormat {
    /// Reads a format; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text == "EpochMilli" {
            return Ok(Self::EpochMilli);
        }
        let mut parts = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character == '\'' {
                let mut closed = false;
                let mut quoted = String::new();
                for inside in characters.by_ref() {
                    if inside == '\'' {
                        closed = true;
                        break;
                    }
                    quoted.push(inside);
                }
                if !closed {
                    return Err("a quote is not closed".to_owned());
                }
                // Two quotes stand for one.
                let quoted = if quoted.is_empty() { "'" } else { &quoted };
                parts.extend(quoted.chars().map(Part::Literal));
            } else if character.is_ascii_alphabetic() {
                if !"yMdHmsSXZz".contains(character) {
                    return Err(format!("the letter `{character}` is not read here"));
                }
                let mut count = 1;
                while characters.next_if_eq(&character).is_some() {
                    count += 1;
                }
                if character == 'M' && count > 2 {
                    return Err("months are read as numbers only".to_owned());
                }
                parts.push(Part::Letter(character, count));
            } else {
                parts.push(Part::Literal(character));
            }
        }
        let has = |letter| {
            parts
                .iter()
                .any(|part| matches!(part, Part::Letter(l, _) if *l == letter))
        };
        if has('y') && has('M') && has('d') {
            Ok(Self::Pattern(parts))
        } else {
            Err("must be `EpochMilli` or a pattern with year, month and day".to_owned())
        }
    }

    /// The moment that `text` names, if it has this format.
    pub(crate) fn read(&self, text: &str) -> Option<Timestamp> {
        match self {
            Self::EpochMilli => text.trim().parse().ok().map(Timestamp::from_millis),
            Self::Pattern(parts) => read_pattern(parts, text.trim()),
        }
    }
}

#[derive(Default)]
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    millis: i64,
    offset_minutes: i64,
}

fn read_pattern(parts: &[Part], text: &str) -> Option<Timestamp> {
    let mut moment = Moment::default();
    let mut rest = text;
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(literal) => rest = rest.strip_prefix(*literal)?,
            Part::Letter('X' | 'Z' | 'z', _) => rest = zone(rest, &mut moment.offset_minutes)?,
            Part::Letter(letter, count) => {
                // Numbers that touch have the width that the pattern gives them.
                let touching = matches!(parts.get(at + 1), Some(Part::Letter(next, _)) if next.is_ascii_alphabetic() && !"XZz".contains(*next));
                let width = if touching { *count } else { usize::MAX };
                let end = rest
                    .bytes()
                    .take(width)
                    .take_while(u8::is_ascii_digit)
                    .count();
                let number: i64 = rest.get(..end)?.parse().ok()?;
                rest = &rest[end..];
                *moment.part(*letter)? = number;
            }
        }
    }
    if rest.is_empty() {
        moment.timestamp()
    } else {
        None
    }
}

fn zone<'a>(text: &'a str, offset_minutes: &mut i64) -> Option<&'a str> {
    for utc in ["UTC", "GMT", "Z"] {
        if let Some(rest) = text.strip_prefix(utc) {
            return Some(rest);
        }
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.strip_prefix(['+', '-'])?;
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let rest = digits[2..].strip_prefix(':').unwrap_or(&digits[2..]);
    let (minutes, rest) = match rest.get(..2).map(str::parse::<i64>) {
        Some(Ok(minutes)) => (minutes, &rest[2..]),
        _ => (0, rest),
    };
    *offset_minutes = sign * (hours * 60 + minutes);
    Some(rest)
}

impl Moment {
    fn part(&mut self, letter: char) -> Option<&mut i64> {
        match letter {
            'y' => Some(&mut self.year),
            'M' => Some(&mut self.month),
            'd' => Some(&mut self.day),
            'H' => Some(&mut self.hour),
            'm' => Some(&mut self.minute),
            's' => Some(&mut self.second),
            'S' => Some(&mut self.millis),
            _ => None,
        }
    }

    fn timestamp(&self) -> Option<Timestamp> {
        if !(1..=9999).contains(&self.year) || self.second > 60 || self.millis > 999 {
            return None;
        }
        let number = |number: i64| i8::try_from(number).ok();
        let year = i16::try_from(self.year).ok()?;
        let date = Date::new(year, number(self.month)?, number(self.day)?).ok()?;
        let time = Time::new(number(self.hour)?, number(self.minute)?, 0, 0).ok()?;
        let minute = Offset::UTC.to_timestamp(date.to_datetime(time)).ok()?;
        // A leap second is the first of the next minute.
        let seconds = minute.as_second() - self.offset_minutes * 60 + self.second;
        Some(Timestamp::from_millis(seconds * 1000 + self.millis))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(format: &str, text: &str) -> Option<String> {
        TimestampFormat::parse(format)
            .unwrap()
            .read(text)
            .map(Timestamp::iso8601)
    }

    #[test]
    fn times_are_read_as_their_format_says() {
        for (format, text, moment) in [
            ("EpochMilli", "1709210096789", "2024-02-29T12:34:56.789Z"),
            (
                "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "2024-02-29T12:34:56.789Z",
                "2024-02-29T12:34:56.789Z",
            ),
            (
                "yyyy-MM-dd'T'HH:mm:ssXXX",
                "2024-02-29T12:34:56+02:30",
                "2024-02-29T10:04:56.000Z",
            ),
            (
                "yyyy-MM-dd HH:mm:ss Z",
                "2024-02-29 12:34:56 -0800",
                "2024-02-29T20:34:56.000Z",
            ),
            (
                "yyyyMMddHHmmss",
                "20240229123456",
                "2024-02-29T12:34:56.000Z",
            ),
            ("dd.MM.yyyy", "1.3.2024", "2024-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(read(format, text).as_deref(), Some(moment), "{format}");
        }
        for no_day in [
            "2024-13-01",
            "2024-02-31",
            "2023-02-29",
            "2024-04-31",
            "2024-01-00",
        ] {
            assert_eq!(read("yyyy-MM-dd", no_day), None, "{no_day}");
        }
        assert_eq!(read("yyyy-MM-dd", "2024-01-01 and more"), None);
        assert_eq!(read("EpochMilli", "soon"), None);
    }

    #[test]
    fn formats_that_cannot_be_read_are_refused() {
        for wrong in ["", "yyyy", "MMM dd yyyy", "yyyy-MM-dd'T", "yyyy-MM-dd G"] {
            assert!(TimestampFormat::parse(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_moment_survives_its_text(millis in 0i64..4_000_000_000_000) {
            let text = Timestamp::from_millis(millis).iso8601();
            prop_assert_eq!(read("yyyy-MM-dd'T'HH:mm:ss.SSSX", &text), Some(text));
        }

        #[test]
        fn no_text_makes_the_reader_panic(format in "[yMdHmsSXZ' :-]{0,20}", text in "\\PC{0,30}") {
            if let Ok(format) = TimestampFormat::parse(&format) {
                let _ = format.read(&text);
            }
        }
    }
}
