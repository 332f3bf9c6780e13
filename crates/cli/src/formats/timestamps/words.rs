//! The words of a written time, and what they mean.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Words without a meaning.
const FILLERS: [&str; 18] = [
    " ", ".", ",", ";", "-", "/", "'", "at", "on", "and", "ad", "m", "t", "of", "st", "nd", "rd",
    "th",
];

/// Splits into runs of letters, numbers with at most one point, and single other characters.
pub(super) fn words(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().filter(|c| *c != '\0').collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let first = letters[at];
        let start = at;
        at += 1;
        if first.is_whitespace() {
            words.push(" ".to_owned());
            continue;
        }
        if !first.is_alphabetic() && !first.is_ascii_digit() {
            words.push(first.to_string());
            continue;
        }
        let (mut is_number, mut has_letters, mut is_dotted) =
            (first.is_ascii_digit(), false, false);
        while let Some(&next) = letters.get(at) {
            has_letters |= !is_number;
            let after_point = letters[at - 1] == '.';
            let belongs = if next == '.' {
                is_dotted = true;
                true
            } else if next.is_ascii_digit() {
                let turns = !is_number && is_dotted && after_point;
                is_number |= turns;
                is_number
            } else if next.is_alphabetic() {
                let turns = is_number && is_dotted && after_point;
                is_number &= !turns;
                !is_number
            } else {
                let comma = next == ',' && is_number && !is_dotted && at - start >= 2;
                is_dotted |= comma;
                comma
            };
            if !belongs {
                break;
            }
            at += 1;
        }
        let word: String = letters[start..at].iter().collect();
        let points = word.matches('.').count();
        if is_dotted && (has_letters || points > 1 || word.ends_with(['.', ','])) {
            let parts = word.split_inclusive(['.', ',']).flat_map(|part| {
                let bare = part.trim_end_matches(['.', ',']);
                [bare.to_owned(), part[bare.len()..].to_owned()]
            });
            words.extend(parts.filter(|part| !part.is_empty()));
        } else if is_dotted && points == 0 {
            words.push(word.replace(',', "."));
        } else {
            words.push(word);
        }
    }
    words
}

pub(super) fn is_utc(name: &str) -> bool {
    ["UTC", "GMT", "Z", "z"].contains(&name)
}

fn place_in(names: &[&str], word: &str) -> Option<i64> {
    let word = word.to_lowercase();
    let is_it = |name: &&str| {
        **name == word || name[..3] == word || (**name == *"september" && word == "sept")
    };
    let place = names.iter().position(is_it)?;
    i64::try_from(place).ok()
}

pub(super) fn month(word: &str) -> Option<i64> {
    place_in(&MONTHS, word).map(|place| place + 1)
}

pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word.to_lowercase().as_str())
}

pub(super) fn half(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "am" | "a" => Some(false),
        "pm" | "p" => Some(true),
        _ => None,
    }
}

pub(super) fn whole(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// Seconds and microseconds.
pub(super) fn fractional(text: &str) -> Option<(i64, i64)> {
    match text.split_once('.') {
        None => Some((whole(text)?, 0)),
        Some((seconds, fraction)) => {
            let digits: String = format!("{fraction:0<6}").chars().take(6).collect();
            Some((whole(seconds)?, whole(&digits)?))
        }
    }
}

/// The number of a day of the week.
pub(super) fn weekday(word: &str) -> Option<i64> {
    place_in(&WEEKDAYS, word)
}

/// The hour of the day that an hour of one of its halves is.
pub(super) fn on_the_day(hour: i64, is_afternoon: bool) -> i64 {
    match (hour, is_afternoon) {
        (0..12, true) => hour + 12,
        (12, false) => 0,
        _ => hour,
    }
}

/// The year with these last two digits that is nearest to this one.
pub(super) fn near(year: i64, this_year: i64) -> i64 {
    let year = year + this_year / 100 * 100;
    if year >= this_year + 50 {
        year - 100
    } else if year < this_year - 50 {
        year + 100
    } else {
        year
    }
}
