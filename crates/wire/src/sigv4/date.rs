//! The time stamp of signatures: `20150830T123600Z`.

const DAY: i64 = 24 * 60 * 60;

/// Writes a time in epoch seconds as a stamp.
#[must_use]
pub fn stamp(time: i64) -> String {
    let (days, second) = (time.div_euclid(DAY), time.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
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
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().ok();
    let days = days(number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let time = days * DAY + number(9, 11)? * 3600 + number(11, 13)? * 60 + number(13, 15)?;
    // The thirtieth of February would come back as another day.
    (stamp(time) == text).then_some(time)
}

/// The date of a day counted from 1970-01-01 (Howard Hinnant's algorithm for the proleptic Gregorian calendar).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The inverse of [`civil`].
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
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
            let time = days * DAY + 12_345;
            assert_eq!(parse_stamp(&stamp(time)), Some(time));
        }
    }

    #[test]
    fn nothing_else_is_a_stamp() {
        for text in [
            "",
            "20150830",
            "20150230T123600Z",
            "20150830T246000Z",
            "20150830T123600z",
            "+0150830T123600Z",
            "2015083éT12360Z",
        ] {
            assert_eq!(parse_stamp(text), None, "{text}");
        }
    }
}
