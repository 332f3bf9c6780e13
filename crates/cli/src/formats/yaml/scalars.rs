//! What plain and tagged scalars mean.

use jiff::civil::DateTime;
use jiff::{Span, ToSpan as _};

use super::{Malformed, SYNTAX};
use crate::formats::timestamps;
use crate::python;
use crate::python::sentences;
use crate::value::{Date, Value};

/// The version of YAML by whose rules plain texts are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// 1.1: `yes` is true, `012` octal, `1:30` ninety.
    Former,
    /// 1.2.
    Current,
}

/// What an untagged plain text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
    /// `<<` and `=`: they mean something as keys only.
    Special,
}

/// Whether a plain text would be read as text.
pub(crate) fn is_text(text: &str) -> bool {
    kind(text, Version::Current) == Kind::Text
}

fn kind(text: &str, version: Version) -> Kind {
    if version == Version::Former {
        const WORDS: [&str; 16] = [
            "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off",
            "Off", "OFF",
        ];
        if WORDS.contains(&text) {
            return Kind::Bool;
        }
        if let Some(kind) = sexagesimal(text) {
            return kind;
        }
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return Kind::Bool,
        "<<" | "=" | "!" | "&" | "*" => return Kind::Special,
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return Kind::Text;
    }
    if is_int(text, version) {
        Kind::Int
    } else if is_float(text, version) {
        Kind::Float
    } else if timestamp(text).is_some() {
        Kind::Timestamp
    } else {
        Kind::Text
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

/// The kind of a number to the base of sixty: `1:30`, `1:30.5`.
fn sexagesimal(text: &str) -> Option<Kind> {
    let (first, rest) = unsigned(text).split_once(':')?;
    let (rest, kind) = match rest.split_once('.') {
        Some((rest, fraction)) => {
            let is_fraction = fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_');
            (rest, is_fraction.then_some(Kind::Float)?)
        }
        None => (rest, Kind::Int),
    };
    let least = if kind == Kind::Int { '1' } else { '0' };
    let is_part = |part: &str| match part.as_bytes() {
        [only] => only.is_ascii_digit(),
        [b'0'..=b'5', unit] => unit.is_ascii_digit(),
        _ => false,
    };
    let is_first = first.starts_with(|c: char| (least..='9').contains(&c))
        && first.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    (is_first && rest.split(':').all(is_part)).then_some(kind)
}

fn is_int(text: &str, version: Version) -> bool {
    let is_former = version == Version::Former;
    let digits = unsigned(text);
    let all = |digits: &str, valid: fn(char) -> bool| {
        !digits.is_empty() && digits.chars().all(|c| c == '_' || valid(c))
    };
    let prefixed = |prefix: &str, valid: fn(char) -> bool| {
        digits
            .strip_prefix(prefix)
            .is_some_and(|rest| all(rest, valid))
    };
    let is_decimal = all(digits, |c| c.is_ascii_digit())
        && !(is_former && digits.starts_with('0') && digits.contains(['8', '9']));
    is_decimal
        || prefixed("0b", |c| matches!(c, '0' | '1'))
        || (!is_former && prefixed("0o", |c| matches!(c, '0'..='7')))
        || prefixed("0x", |c| c.is_ascii_hexdigit())
}

fn is_float(text: &str, version: Version) -> bool {
    let body = unsigned(text);
    if version == Version::Former && body.len() < text.len() && body.starts_with(['.']) {
        return matches!(body, ".inf" | ".Inf" | ".INF");
    }
    if matches!(body, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match body.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (body, None),
    };
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if exponent.is_some_and(|exponent| !is_number(unsigned(exponent))) {
        return false;
    }
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    match mantissa.split_once('.') {
        // An exponent after a number without whole part needs its sign.
        Some(("", fraction)) => {
            !fraction.is_empty()
                && digits(fraction)
                && exponent.is_none_or(|exponent| exponent.starts_with(['+', '-']))
        }
        Some((whole, fraction)) => {
            whole.starts_with(|c: char| c.is_ascii_digit()) && digits(whole) && digits(fraction)
        }
        None => {
            exponent.is_some()
                && mantissa.starts_with(|c: char| c.is_ascii_digit())
                && digits(mantissa)
        }
    }
}

/// The value of an untagged plain scalar.
pub(super) fn plain(text: &str, version: Version) -> Result<Value, Malformed> {
    match kind(text, version) {
        Kind::Text => Ok(Value::from(text)),
        Kind::Special => Err(SYNTAX),
        Kind::Null => Ok(Value::Null),
        Kind::Bool => truth(text),
        Kind::Int => int(text, version),
        Kind::Float => float(text),
        Kind::Timestamp => date(text),
    }
}

/// The value of a scalar with a tag.
pub(super) fn tagged(name: &str, text: &str, version: Version) -> Result<Value, Malformed> {
    match name {
        "str" => Ok(Value::from(text)),
        "null" => Ok(Value::Null),
        "int" => int(text, version),
        "float" => float(text),
        "timestamp" => date(text),
        "bool" => truth(text),
        "binary" if text.is_ascii() => python::base64(text).map(Value::Bytes).ok_or(SYNTAX),
        _ => Err(SYNTAX),
    }
}

fn truth(text: &str) -> Result<Value, Malformed> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Ok(Value::Bool(true)),
        "false" | "no" | "off" | "n" => Ok(Value::Bool(false)),
        _ => Err(SYNTAX),
    }
}

/// The parts of a number to the base of sixty, added up.
fn added_up(digits: &str) -> Option<f64> {
    digits.split(':').try_fold(0.0, |sum: f64, part| {
        Some(sum.mul_add(60.0, part.parse::<f64>().ok()?))
    })
}

fn int(text: &str, version: Version) -> Result<Value, Malformed> {
    let plain = text.replace('_', "");
    let digits = unsigned(&plain);
    let sign = if plain.starts_with('-') { -1 } else { 1 };
    let radix = match digits.get(..2) {
        Some("0b") => 2,
        Some("0o") => 8,
        Some("0x") => 16,
        _ if version == Version::Former && digits.len() > 1 && digits.starts_with('0') => {
            let number = i128::from_str_radix(digits, 8).map_err(|_| SYNTAX)? * sign;
            return python::big_int(&number.to_string()).map_err(|_| SYNTAX);
        }
        _ if version == Version::Former && digits.contains(':') => {
            let number = added_up(digits).ok_or(SYNTAX)?;
            let sign = if plain.starts_with('-') { -1.0 } else { 1.0 };
            return python::truncated(number * sign).map_err(|_| SYNTAX);
        }
        _ => return python::big_int(&plain).map_err(|_| SYNTAX),
    };
    let number = i128::from_str_radix(&digits[2..], radix).map_err(|_| SYNTAX)? * sign;
    Ok(i64::try_from(number).map_or_else(|_| Value::BigInt(number.to_string()), Value::Int))
}

fn float(text: &str) -> Result<Value, Malformed> {
    let plain = text.replace('_', "").to_ascii_lowercase();
    let number = match unsigned(&plain) {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        digits if digits.contains(':') => added_up(digits).ok_or(SYNTAX)?,
        digits => digits.parse().map_err(|_| SYNTAX)?,
    };
    let sign = if plain.starts_with('-') { -1.0 } else { 1.0 };
    Ok(Value::Float(number * sign))
}

fn date(text: &str) -> Result<Value, Malformed> {
    let date = timestamp(text).ok_or(SYNTAX)?;
    date.map(Value::Date).map_err(|problem| Malformed {
        impossible_date: Some(problem),
    })
}

/// A timestamp: nothing if the text is none, and what is wrong if there is no such day or time.
fn timestamp(text: &str) -> Option<Result<Date, &'static str>> {
    let mut scan = Scan(text);
    let year = scan.number(4, 4)?;
    scan.one("-")?;
    let month = scan.number(1, 2)?;
    scan.one("-")?;
    let day = scan.number(1, 2)?;
    if scan.0.is_empty() {
        let is_date = text.len() == 10;
        return is_date.then(|| {
            civil([year, month, day, 0, 0, 0], 0).map(|time| Date {
                time: None,
                ..shown(time)
            })
        });
    }
    if scan.one("Tt").is_none() {
        scan.one(" \t")?;
        scan.blanks();
    }
    let hour = scan.number(1, 2)?;
    scan.one(":")?;
    let minute = scan.number(2, 2)?;
    scan.one(":")?;
    let second = scan.number(2, 2)?;
    let micros = if scan.one(".").is_some() {
        scan.fraction()
    } else {
        0
    };
    scan.blanks();
    let mut offset = 0;
    if scan.one("Z").is_none() {
        let sign = if scan.0.starts_with('-') { -1 } else { 1 };
        if scan.one("+-").is_some() {
            let hours = scan.number(1, 2)?;
            let minutes = if scan.one(":").is_some() {
                scan.number(2, 2)?
            } else {
                0
            };
            offset = sign * (hours * 60 + minutes);
        }
    }
    if !scan.0.is_empty() {
        return None;
    }
    let time = civil([year, month, day, hour, minute, second], micros).and_then(|time| {
        time.checked_sub::<Span>(i64::from(offset).minutes())
            .map_err(|_| sentences::NO_DATE)
    });
    Some(time.map(shown))
}

fn civil(numbers: [i32; 6], micros: i32) -> Result<DateTime, &'static str> {
    let [year, month, _, hour, minute, second] = numbers;
    let problem = match () {
        () if year < 1 => sentences::NO_YEAR_ZERO,
        () if !(1..=12).contains(&month) => sentences::NO_MONTH,
        () if hour > 23 => sentences::NO_HOUR,
        () if minute > 59 => sentences::NO_MINUTE,
        () if second > 59 => sentences::NO_SECOND,
        () => sentences::NO_DAY,
    };
    timestamps::civil(numbers, micros)
        .filter(|_| year > 0)
        .ok_or(problem)
}

fn shown(time: DateTime) -> Date {
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let micros = u32::try_from(time.subsec_nanosecond() / 1000).unwrap_or_default();
    Date {
        day: (
            i32::from(time.year()),
            small(time.month()),
            small(time.day()),
        ),
        time: Some((
            small(time.hour()),
            small(time.minute()),
            small(time.second()),
            micros,
        )),
    }
}

/// The rest of a text that is read from the front.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let count = self
            .0
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        if count < least {
            None
        } else {
            digits.parse().ok()
        }
    }

    fn one(&mut self, letters: &str) -> Option<()> {
        let first = self
            .0
            .chars()
            .next()
            .filter(|first| letters.contains(*first))?;
        self.0 = &self.0[first.len_utf8()..];
        Some(())
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    /// The digits after the point as microseconds.
    fn fraction(&mut self) -> i32 {
        let count = self.0.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        let six: String = digits.chars().chain("000000".chars()).take(6).collect();
        six.parse().unwrap_or_default()
    }
}
