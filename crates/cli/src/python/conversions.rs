//! Values made into others as Python makes them.

use crate::python::{big_int, sentences, to_float};
use crate::value::Value;

/// The value as an integer, as `int(value)` makes one.
///
/// # Errors
/// The message of the refusal.
pub(crate) fn int_of(value: Value) -> Result<Value, String> {
    match value {
        Value::Int(_) | Value::BigInt(_) => Ok(value),
        Value::Bool(on) => Ok(Value::Int(i64::from(on))),
        Value::Float(number) => truncated(number),
        Value::Str(text) => big_int(&text),
        other => Err(sentences::no_int(&other)),
    }
}

/// The whole part of a floating-point number, all of its digits.
///
/// # Errors
/// The message of the refusal: infinities and what is no number have no whole part.
pub(crate) fn truncated(number: f64) -> Result<Value, String> {
    if number.is_nan() {
        return Err(sentences::NAN_AS_INT.to_owned());
    }
    if number.is_infinite() {
        return Err(sentences::INFINITY_AS_INT.to_owned());
    }
    big_int(&format!("{:.0}", number.trunc()))
}

/// The value as a floating-point number, as `float(value)` makes one.
///
/// # Errors
/// The message of the refusal.
pub(crate) fn float_of(value: Value) -> Result<Value, String> {
    #[expect(clippy::cast_precision_loss, reason = "Python rounds here too")]
    let number = match value {
        Value::Float(number) => number,
        Value::Int(number) => number as f64,
        Value::Bool(on) => f64::from(u8::from(on)),
        Value::BigInt(digits) => match digits.parse() {
            Ok(number) if f64::is_finite(number) => number,
            _ => return Err(sentences::INT_TOO_LARGE.to_owned()),
        },
        Value::Str(text) => to_float(&text)?,
        other => return Err(sentences::no_float(&other)),
    };
    Ok(Value::Float(number))
}

/// Decodes base64 as `base64.b64decode` does: letters outside the alphabet are skipped, and what
/// follows the padding; nothing if the padding is missing.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut letters, mut bits, mut pads) = (Vec::new(), 0, 0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if letters >= 2 && letters + pads >= 3 => return Some(out),
            b'=' => {
                pads += 1;
                continue;
            }
            _ => continue,
        };
        pads = 0;
        bits = bits << 6 | u32::from(value);
        if letters > 0 {
            let [.., decoded] = (bits >> (6 - 2 * letters)).to_be_bytes();
            out.push(decoded);
        }
        letters = (letters + 1) % 4;
    }
    (letters == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn base64_is_read_leniently() {
        for (text, bytes) in [
            ("", Some("")),
            ("YWJj", Some("abc")),
            ("YW Jj\n", Some("abc")),
            ("YWI=", Some("ab")),
            ("YWJ=", Some("ab")),
            ("YQ==YQ==", Some("a")),
            ("YQ", None),
            ("YQ=", None),
            ("Y", None),
            ("=YWJj", Some("abc")),
        ] {
            assert_eq!(base64(text).as_deref(), bytes.map(str::as_bytes), "{text}");
        }
        let all: Vec<u8> = (0..=255).collect();
        let text: String = all.chunks(3).map(|part| STANDARD.encode(part)).collect();
        assert_eq!(base64(&text), Some(all));
    }
}
