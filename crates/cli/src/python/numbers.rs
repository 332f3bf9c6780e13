//! Numbers as Python reads and writes them.

use std::borrow::Cow;

use super::{quoted, sentences, strip};
use crate::value::Value;

/// A floating-point number as `repr()` writes it: shortest digits, exponent below 1e-4 and from 1e16.
pub(crate) fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "inf".to_owned()
        } else {
            "-inf".to_owned()
        };
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{number}");
    if plain.contains('.') {
        plain
    } else {
        plain + ".0"
    }
}

/// The text with the decimal digits of every script as those of ASCII, since a number may be written in any.
pub(crate) fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let digit = |letter: char| {
        let code = u32::from(letter);
        let zero = ZEROS.iter().rev().find(|zero| **zero <= code)?;
        char::from_digit(code - zero, 10)
    };
    text.chars()
        .map(|letter| digit(letter).unwrap_or(letter))
        .collect::<String>()
        .into()
}

/// The zeros of the scripts; their other nine digits follow each.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Reads an integer as `int(text)` does: blanks around it, a sign, and single underscores between digits.
///
/// # Errors
/// The message of the refusal.
pub(crate) fn big_int(text: &str) -> Result<Value, String> {
    let plain = with_ascii_digits(text);
    let trimmed = strip(&plain);
    let (sign, digits) = match trimmed.as_bytes().first() {
        Some(b'-') => ("-", &trimmed[1..]),
        Some(b'+') => ("", &trimmed[1..]),
        _ => ("", trimmed),
    };
    let well_formed = digits
        .split('_')
        .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    if !well_formed {
        return Err(sentences::unreadable_int(&quoted(text)));
    }
    let digits: String = digits.chars().filter(|c| *c != '_').collect();
    let digits = digits.trim_start_matches('0');
    let number = if digits.is_empty() {
        "0".to_owned()
    } else {
        format!("{sign}{digits}")
    };
    Ok(number.parse().map_or(Value::BigInt(number), Value::Int))
}

/// Reads an integer as `int(text)` does; one that does not fit in 64 bits becomes the nearest that does.
///
/// # Errors
/// The message of the refusal.
pub(crate) fn int(text: &str) -> Result<i64, String> {
    Ok(match big_int(text)? {
        Value::Int(number) => number,
        Value::BigInt(digits) if digits.starts_with('-') => i64::MIN,
        _ => i64::MAX,
    })
}

/// Reads a floating-point number as `float(text)` does.
///
/// # Errors
/// The message of the refusal.
pub(crate) fn to_float(text: &str) -> Result<f64, String> {
    let plain = with_ascii_digits(text);
    let trimmed = strip(&plain);
    let is_digit = |letter: Option<&u8>| letter.is_some_and(u8::is_ascii_digit);
    let bytes = trimmed.as_bytes();
    let well_formed = bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'_' => at > 0 && is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1)),
        other => other.is_ascii_digit() || b"+-.eE".contains(other),
    });
    let name = trimmed.trim_start_matches(['+', '-']).to_ascii_lowercase();
    if well_formed || ["nan", "inf", "infinity"].contains(&name.as_str()) {
        let plain: String = trimmed.chars().filter(|c| *c != '_').collect();
        if let Ok(number) = plain.parse() {
            return Ok(number);
        }
    }
    Err(sentences::unreadable_float(&quoted(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_have_pythons_digits() {
        for (number, text) in [
            (2.0, "2.0"),
            (1e20, "1e+20"),
            (1.5e-7, "1.5e-07"),
            (-0.0, "-0.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (0.0001, "0.0001"),
            (123_456_789.125, "123456789.125"),
        ] {
            assert_eq!(float(number), text);
        }
    }

    #[test]
    fn integers_are_read_with_blanks_signs_and_underscores() {
        assert_eq!(int(" 5\u{1f}"), Ok(5));
        assert_eq!(int("-1_000"), Ok(-1000));
        assert_eq!(
            int("1.5"),
            Err("invalid literal for int() with base 10: '1.5'".to_owned())
        );
        assert_eq!(
            int(""),
            Err("invalid literal for int() with base 10: ''".to_owned())
        );
    }
}
