//! Scalars as text: in paths, query strings, headers, forms and XML.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value};

use super::failure::{Coded, Problem};
use super::time;
use crate::json::{self, Style};
use crate::model::{Kind, Member, Service, Shape, TimestampFormat};

/// Writes a scalar as text; timestamps in `timestamps` unless the model says otherwise.
pub(super) fn to_text(
    service: &Service,
    member: &Member,
    value: &Value,
    timestamps: TimestampFormat,
    style: Style,
) -> Coded<String> {
    let shape = service.shape(member.shape);
    match (&shape.kind, value) {
        (Kind::Timestamp, Value::Number(seconds)) => {
            time::to_text(seconds, timestamp_format(shape, member, timestamps), style)
        }
        (kind, value) => Ok(match fitting_in(kind, value, style)? {
            Value::String(text) => text.clone(),
            Value::Bool(truth) => truth.to_string(),
            Value::Number(number) => json::number(number, style),
            _ => return Err(Problem::WrongType(expected(kind)).into()),
        }),
    }
}

/// Reads a scalar from text.
pub(super) fn from_text(service: &Service, member: &Member, text: &str) -> Coded<Value> {
    let kind = &service.shape(member.shape).kind;
    let value = match kind {
        Kind::String => Some(text.into()),
        Kind::Blob => base64_text(text).then(|| text.into()),
        Kind::Boolean => text.parse::<bool>().ok().map(Value::Bool),
        Kind::Integer | Kind::Long => {
            let number = text.parse::<i64>().ok().map(Value::from);
            number.and_then(|number| whole(kind, &number))
        }
        Kind::Float | Kind::Double => real(text),
        Kind::Timestamp => return time::from_text(text),
        Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. } => None,
    };
    value.ok_or_else(|| Problem::WrongType(expected(kind)).into())
}

/// The value itself, if it may be sent for a scalar of that kind: Python sends whatever has passed
/// the checks, which can be switched off.
pub(super) fn fitting_in<'v>(kind: &Kind, value: &'v Value, style: Style) -> Coded<&'v Value> {
    match (kind, style) {
        (Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. }, _)
        | (_, Style::Compact) => fitting(kind, value),
        (_, Style::Python) => Ok(value),
    }
}

/// Whether the text stands for a number that JSON values cannot hold.
pub(super) fn is_large_number(kind: &Kind, digits: &str, style: Style) -> bool {
    let whole = digits.strip_prefix('-').unwrap_or(digits);
    style == Style::Python
        && matches!(
            kind,
            Kind::Integer | Kind::Long | Kind::Float | Kind::Double
        )
        && !whole.is_empty()
        && whole.bytes().all(|digit| digit.is_ascii_digit())
}

/// The value itself, if it may stand for a scalar of that kind.
pub(super) fn fitting<'v>(kind: &Kind, value: &'v Value) -> Coded<&'v Value> {
    let fits = match (kind, value) {
        (_, Value::Null) => return Err(Problem::Null.into()),
        (Kind::String, Value::String(_))
        | (Kind::Boolean, Value::Bool(_))
        | (Kind::Float | Kind::Double, Value::Number(_)) => true,
        (Kind::Integer | Kind::Long, value) => whole(kind, value).is_some(),
        (Kind::Float | Kind::Double, Value::String(text)) => real_text(text),
        (Kind::Blob, Value::String(text)) => base64_text(text),
        _ => false,
    };
    if fits {
        Ok(value)
    } else {
        Err(Problem::WrongType(expected(kind)).into())
    }
}

/// Whether the value may stand for a scalar of that kind.
pub(crate) fn fits(kind: &Kind, value: &Value) -> bool {
    matches!((kind, value), (Kind::Timestamp, Value::Number(_))) || fitting(kind, value).is_ok()
}

/// What a value of a kind must be, in the words of [`Problem::WrongType`].
pub(crate) fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure { .. } => "an object",
        Kind::List { .. } => "a list",
        Kind::Map { .. } => "a map",
        Kind::String => "text",
        Kind::Integer => "a whole number of 32 bits",
        Kind::Long => "a whole number of 64 bits",
        Kind::Float | Kind::Double => "a number",
        Kind::Boolean => "true or false",
        Kind::Blob => "base64 text",
        Kind::Timestamp => "a timestamp",
    }
}

pub(super) fn timestamp_format(
    shape: &Shape,
    member: &Member,
    default: TimestampFormat,
) -> TimestampFormat {
    member
        .timestamp_format
        .or(shape.timestamp_format)
        .unwrap_or(default)
}

/// The whole number that a value is, if it fits the kind's width.
pub(super) fn whole(kind: &Kind, value: &Value) -> Option<Value> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and in range"
    )]
    let from_real = |real: f64| (real.fract() == 0.0 && real.abs() < 9e15).then_some(real as i64);
    let number = value
        .as_i64()
        .or_else(|| value.as_f64().and_then(from_real))?;
    let fits = *kind == Kind::Long || i32::try_from(number).is_ok();
    fits.then(|| number.into())
}

/// Whether the text is one of the names of numbers that JSON has no number for.
pub(super) fn real_text(text: &str) -> bool {
    matches!(text, "NaN" | "Infinity" | "-Infinity")
}

fn real(text: &str) -> Option<Value> {
    if real_text(text) {
        return Some(text.into());
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    Some(Value::Number(Number::from_f64(text.parse().ok()?)?))
}

/// Whether the text is base64.
fn base64_text(text: &str) -> bool {
    STANDARD.decode(text).is_ok()
}

/// The bytes behind a blob's text.
pub(crate) fn blob(text: &str) -> Coded<Vec<u8>> {
    STANDARD
        .decode(text)
        .map_err(|_| Problem::WrongType("base64 text").into())
}

/// The text that stands for bytes in documents.
pub(crate) fn blob_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
