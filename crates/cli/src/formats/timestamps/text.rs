//! Times as people write them, read by the rules of the parser that the original uses: it takes
//! words and numbers in nearly any order and guesses which is what.

use jiff::civil::{Date, DateTime, Time};

use super::Moment;
use super::words::{
    fractional, half, is_filler, is_utc, month, near, on_the_day, weekday, whole, words,
};
use super::zone::Zone;
use crate::clock;
use crate::python::{sentences, with_ascii_digits};

/// Reads a time.
///
/// # Errors
/// Why the text is none; nothing for a year beyond all counting.
pub(super) fn parse(text: &str, zone: &Zone) -> Result<Moment, Option<String>> {
    let unknown = || Some(sentences::unknown_time(text));
    let mut found = Found {
        words: words(&with_ascii_digits(text)),
        ..Found::default()
    };
    found.read().ok_or_else(unknown)?;
    let (year, month, day) = found.resolved().ok_or_else(unknown)?;
    if found.is_empty() && (year, month, day) == (None, None, None) {
        return Err(Some(format!("String does not contain a date: {text}")));
    }
    if year.is_some_and(|year| year > i64::from(i32::MAX)) {
        return Err(None);
    }
    let clock = found
        .built(year, month, day)
        .map_err(|why| Some(format!("{why}: {text}")))?;
    let offset = match (&found.zone_name, found.offset) {
        (Some(name), _) if name == "GMT" => Some(0),
        (Some(name), _) if zone.is_named(name) => Some(zone.offset_of(clock)),
        (Some(name), _) if is_utc(name) => Some(0),
        (_, offset) => offset,
    };
    Ok(Moment { clock, offset })
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found {
    words: Vec<String>,
    /// Year, month and day in the order in which they stand, and which of them are known.
    numbers: Vec<i64>,
    year_at: Option<usize>,
    month_at: Option<usize>,
    is_century_given: bool,
    weekday: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
    micro: Option<i64>,
    is_afternoon: Option<bool>,
    zone_name: Option<String>,
    offset: Option<i32>,
}

impl Found {
    fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at).map(String::as_str)
    }

    fn is_empty(&self) -> bool {
        self.weekday.is_none()
            && self.hour.is_none()
            && self.minute.is_none()
            && self.second.is_none()
            && self.zone_name.is_none()
            && self.offset.is_none()
    }

    fn read(&mut self) -> Option<()> {
        let mut at = 0;
        while at < self.words.len() {
            let word = self.words[at].clone();
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                at = self.number(at)?;
            } else if let Some(weekday) = weekday(&word) {
                self.weekday = Some(weekday);
            } else if let Some(month) = month(&word) {
                self.add_month(month)?;
                at = self.after_month(at)?;
            } else if let Some(is_afternoon) = half(&word) {
                let hour = self.hour.filter(|hour| (0..=12).contains(hour))?;
                if self.is_afternoon.is_some() {
                    return None;
                }
                self.hour = Some(on_the_day(hour, is_afternoon));
                self.is_afternoon = Some(is_afternoon);
            } else if self.may_be_zone(&word) {
                self.offset = is_utc(&word).then_some(0);
                self.zone_name = Some(word.clone());
                if let Some(sign @ ("+" | "-")) = self.word(at + 1) {
                    // "GMT+3" is written for what is -3.
                    let turned = if sign == "+" { "-" } else { "+" };
                    turned.clone_into(&mut self.words[at + 1]);
                    self.offset = None;
                    if is_utc(&word) {
                        self.zone_name = None;
                    }
                }
            } else if self.hour.is_some() && (word == "+" || word == "-") {
                at = self.read_offset(at, word == "-")?;
            } else if !is_filler(&word) {
                return None;
            }
            at += 1;
        }
        let is_bare = self.offset == Some(0) && self.zone_name.is_none();
        if is_bare || matches!(self.zone_name.as_deref(), Some("Z" | "z")) {
            self.zone_name = Some("UTC".to_owned());
        }
        Some(())
    }

    fn may_be_zone(&self, word: &str) -> bool {
        self.hour.is_some()
            && self.zone_name.is_none()
            && self.offset.is_none()
            && word.len() <= 5
            && (word.bytes().all(|b| b.is_ascii_uppercase()) || is_utc(word))
    }

    fn read_offset(&mut self, at: usize, is_behind: bool) -> Option<usize> {
        let digits = self.word(at + 1)?;
        let (hours, minutes, mut used) = if digits.len() == 4 {
            (whole(digits.get(..2)?)?, whole(digits.get(2..)?)?, 1)
        } else if self.word(at + 2) == Some(":") {
            (whole(digits)?, whole(self.word(at + 3)?)?, 3)
        } else if digits.len() <= 2 {
            (whole(digits)?, 0, 1)
        } else {
            return None;
        };
        let seconds = hours * 3600 + minutes * 60;
        self.offset = i32::try_from(if is_behind { -seconds } else { seconds }).ok();
        let after = at + used - 1;
        if let (Some(" "), Some("("), Some(name), Some(")")) = (
            self.word(after + 2),
            self.word(after + 3),
            self.word(after + 4),
            self.word(after + 5),
        ) && name.len() >= 3
            && self.zone_name.is_none()
        {
            self.zone_name = Some(name.to_owned());
            used += 4;
        }
        Some(at + used)
    }

    fn add(&mut self, text: &str) -> Option<()> {
        if text.len() > 2 && text.bytes().all(|b| b.is_ascii_digit()) {
            return self.add_year(text);
        }
        self.numbers.push(whole(text)?);
        Some(())
    }

    fn add_year(&mut self, text: &str) -> Option<()> {
        if self.year_at.is_some() {
            return None;
        }
        self.is_century_given |= text.len() > 2;
        self.year_at = Some(self.numbers.len());
        self.numbers.push(whole(text)?);
        Some(())
    }

    fn add_month(&mut self, month: i64) -> Option<()> {
        if self.month_at.is_some() {
            return None;
        }
        self.month_at = Some(self.numbers.len());
        self.numbers.push(month);
        Some(())
    }

    /// Adds a month by its name, or a number.
    fn add_part(&mut self, text: &str) -> Option<()> {
        match month(text) {
            Some(month) => self.add_month(month),
            None => self.add(text),
        }
    }

    fn after_month(&mut self, at: usize) -> Option<usize> {
        match self.word(at + 1) {
            Some(separator @ ("-" | "/")) => {
                let separator = separator.to_owned();
                let second = self.words.get(at + 2)?.clone();
                self.add(&second)?;
                if self.word(at + 3) == Some(separator.as_str()) {
                    let third = self.words.get(at + 4)?.clone();
                    self.add(&third)?;
                    return Some(at + 4);
                }
                Some(at + 2)
            }
            _ => Some(at),
        }
    }

    /// Reads a number and what belongs to it; gives the place of the last word used.
    fn number(&mut self, at: usize) -> Option<usize> {
        let word = self.words[at].clone();
        let length = word.len();
        let next = self.word(at + 1).map(str::to_owned);
        let has_unit = |next: &str| matches!(next, ":" | "h" | "m" | "s");
        let ends = next.as_deref().is_none_or(|next| !has_unit(next));
        if self.numbers.len() == 3 && (length == 2 || length == 4) && self.hour.is_none() && ends {
            self.hour = Some(whole(&word[..2])?);
            if length == 4 {
                self.minute = Some(whole(&word[2..])?);
            }
            return Some(at);
        }
        if length == 6 || matches!(length, 8 | 12 | 14) || word.find('.') == Some(6) {
            self.run(&word)?;
            return Some(at);
        }
        match next.as_deref() {
            Some(":") if self.word(at + 2).is_some() => self.clock(at, &word),
            Some(separator @ ("-" | "/" | ".")) => self.date(at, &word, separator),
            next if next.is_none_or(is_filler) => {
                if let Some(is_afternoon) = self.word(at + 2).and_then(half) {
                    self.hour = Some(on_the_day(whole(&word)?, is_afternoon));
                    return Some(at + 2);
                }
                self.add(&word)?;
                Some(at + 1)
            }
            Some(next) if half(next).is_some() => {
                let hour = whole(&word).filter(|hour| *hour < 24)?;
                self.hour = Some(on_the_day(hour, half(next)?));
                Some(at + 1)
            }
            _ => {
                let day = whole(&word)?;
                ((1..=31).contains(&day)).then(|| self.numbers.push(day))?;
                Some(at)
            }
        }
    }

    /// `YYMMDD`, `HHMMSS[.ss]` or `YYYYMMDD[hhmm[ss]]`.
    fn run(&mut self, word: &str) -> Option<()> {
        let is_short = word.len() == 6 || word.find('.') == Some(6);
        if is_short && self.numbers.is_empty() && !word.contains('.') {
            for part in [&word[..2], &word[2..4], &word[4..]] {
                self.add(part)?;
            }
        } else if is_short {
            self.hour = Some(whole(&word[..2])?);
            self.minute = Some(whole(&word[2..4])?);
            let (second, micro) = fractional(&word[4..])?;
            (self.second, self.micro) = (Some(second), Some(micro));
        } else {
            self.add_year(&word[..4])?;
            self.add(&word[4..6])?;
            self.add(&word[6..8])?;
            if word.len() > 8 {
                self.hour = Some(whole(&word[8..10])?);
                self.minute = Some(whole(&word[10..12])?);
            }
            if word.len() > 12 {
                self.second = Some(whole(&word[12..])?);
            }
        }
        Some(())
    }

    /// `HH:MM[:SS[.ss]]`.
    fn clock(&mut self, at: usize, word: &str) -> Option<usize> {
        self.hour = Some(whole(word)?);
        let (minute, rest) = fractional(self.word(at + 2)?)?;
        self.minute = Some(minute);
        if rest > 0 {
            self.second = Some(60 * rest / 1_000_000);
        }
        if self.word(at + 3) == Some(":") && self.word(at + 4).is_some() {
            let (second, micro) = fractional(self.word(at + 4)?)?;
            (self.second, self.micro) = (Some(second), Some(micro));
            return Some(at + 4);
        }
        Some(at + 2)
    }

    /// `01-01[-01]` and the like.
    fn date(&mut self, at: usize, word: &str, separator: &str) -> Option<usize> {
        self.add(word)?;
        let Some(second) = self.word(at + 2).filter(|word| !is_filler(word)) else {
            return Some(at + 1);
        };
        let second = second.to_owned();
        self.add_part(&second)?;
        if self.word(at + 3) != Some(separator) {
            return Some(at + 2);
        }
        let third = self.word(at + 4)?.to_owned();
        self.add_part(&third)?;
        Some(at + 4)
    }

    /// Which of the numbers are year, month and day.
    fn resolved(&self) -> Option<(Option<i64>, Option<i64>, Option<i64>)> {
        let numbers = &self.numbers[..];
        if let (Some(year), Some(month)) = (self.year_at, self.month_at)
            && numbers.len() <= 3
        {
            let day = (0..numbers.len()).find(|place| *place != year && *place != month);
            return Some((
                Some(numbers[year]),
                Some(numbers[month]),
                day.map(|place| numbers[place]),
            ));
        }
        Some(match (numbers, self.month_at) {
            ([], _) => (None, None, None),
            ([month], Some(_)) => (None, Some(*month), None),
            ([year], None) if self.year_at.is_some() || *year > 31 => (Some(*year), None, None),
            ([day], None) => (None, None, Some(*day)),
            ([year, month], Some(1)) if *year > 31 => (Some(*year), Some(*month), None),
            ([day, month], Some(1)) => (None, Some(*month), Some(*day)),
            ([month, year], Some(_)) if *year > 31 => (Some(*year), Some(*month), None),
            ([month, day], Some(_)) => (None, Some(*month), Some(*day)),
            ([one, two], None) if *one > 31 => (Some(*one), Some(*two), None),
            ([one, two], None) if *two > 31 => (Some(*two), Some(*one), None),
            ([one, two], None) => (None, Some(*one), Some(*two)),
            ([one, two, three], Some(0)) if *two > 31 => (Some(*two), Some(*one), Some(*three)),
            ([one, two, three], Some(0)) => (Some(*three), Some(*one), Some(*two)),
            ([one, two, three], Some(1)) if *one > 31 => (Some(*one), Some(*two), Some(*three)),
            ([one, two, three], Some(1)) => (Some(*three), Some(*two), Some(*one)),
            ([one, two, three], Some(_)) if *two > 31 => (Some(*two), Some(*three), Some(*one)),
            ([one, two, three], Some(_)) => (Some(*one), Some(*three), Some(*two)),
            ([one, two, three], None) if *one > 31 || self.year_at == Some(0) => {
                (Some(*one), Some(*two), Some(*three))
            }
            ([one, two, three], None) if *one > 12 => (Some(*three), Some(*two), Some(*one)),
            ([one, two, three], None) => (Some(*three), Some(*one), Some(*two)),
            _ => return None,
        })
    }

    /// The time; what is not said is taken from the beginning of today.
    fn built(
        &self,
        year: Option<i64>,
        month: Option<i64>,
        day: Option<i64>,
    ) -> Result<DateTime, String> {
        let today = clock::now().to_zoned(jiff::tz::TimeZone::system()).date();
        let this_year = i64::from(today.year());
        let year = match year {
            Some(year) if year < 100 && !self.is_century_given => near(year, this_year),
            year => year.unwrap_or(this_year),
        };
        let part = |number: Option<i64>, range: std::ops::RangeInclusive<i64>, why: &str| {
            let number = number.unwrap_or_default();
            i8::try_from(number)
                .ok()
                .filter(|_| range.contains(&number))
                .ok_or_else(|| why.to_owned())
        };
        let outside = sentences::no_such_year(year);
        let short_year = i16::try_from(year)
            .ok()
            .filter(|year| (1..=9999).contains(year));
        let short_year = short_year.ok_or(outside)?;
        let month = month.unwrap_or_else(|| i64::from(today.month()));
        let why = match day {
            Some(_) => sentences::NO_MONTH.to_owned(),
            None => sentences::bad_month(month),
        };
        let month = part(Some(month), 1..=12, &why)?;
        let last = Date::constant(short_year, month, 1).days_in_month();
        let day = day.unwrap_or_else(|| i64::from(today.day().min(last)));
        let day = part(Some(day), 1..=i64::from(last), sentences::NO_DAY)?;
        let time = Time::new(
            part(self.hour, 0..=23, sentences::NO_HOUR)?,
            part(self.minute, 0..=59, sentences::NO_MINUTE)?,
            part(self.second, 0..=59, sentences::NO_SECOND)?,
            i32::try_from(self.micro.unwrap_or_default() * 1000).unwrap_or_default(),
        );
        let time = time.map_err(|error| error.to_string())?;
        Ok(Date::constant(short_year, month, day).to_datetime(time))
    }
}
