//! What Python says when a value is not what its code expects.

use signback_wire::Kind;

use super::{class_name, escaped, quoted};
use crate::value::Value;

/// What is said about input that nests too deeply.
pub(crate) const TOO_DEEP: &str = "maximum recursion depth exceeded";

/// A document of JSON with a mark of UTF-8 before it.
pub(crate) const MARK_BEFORE_JSON: &str =
    "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)";
/// A list, or the words of a command, that ends too early.
pub(crate) const LIST_TOO_SHORT: &str = "list index out of range";
/// A text that ends too early.
pub(crate) const TEXT_TOO_SHORT: &str = "string index out of range";
/// A point in time that no calendar has.
pub(crate) const NO_YEAR: &str = "year is out of range";
/// A date that a time zone moves out of the calendar.
pub(crate) const NO_DATE: &str = "date value out of range";
/// Parts of a point in time that there are not.
pub(crate) const NO_MONTH: &str = "month must be in 1..12";
/// A day that the month does not have.
pub(crate) const NO_DAY: &str = "day is out of range for month";
/// An hour that no day has.
pub(crate) const NO_HOUR: &str = "hour must be in 0..23";
/// A minute that no hour has.
pub(crate) const NO_MINUTE: &str = "minute must be in 0..59";
/// The year before the first.
pub(crate) const NO_YEAR_ZERO: &str = "year 0 is out of range";
/// An offset of a day or more.
pub(crate) const NO_OFFSET: &str =
    "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).";
/// Points in time with and without an offset, held against each other.
pub(crate) const OFFSET_IS_OPEN: &str = "can't subtract offset-naive and offset-aware datetimes";
/// A second that no minute has.
pub(crate) const NO_SECOND: &str = "second must be in 0..59";
/// An answer that was asked for and not given.
pub(crate) const END_OF_INPUT: &str = "EOF when reading a line";
/// A document whose names are no texts, given as parameters.
pub(crate) const NAMES_ARE_NO_TEXTS: &str = "keywords must be strings";
/// Something else than a number where a list is to be cut.
pub(crate) const NO_SLICE: &str =
    "slice indices must be integers or None or have an __index__ method";
/// A list that is to be cut in steps of nothing.
pub(crate) const NO_STEP: &str = "slice step cannot be zero";
/// A list that is asked for a member by name and a stand-in.
pub(crate) const POP_FROM_LIST: &str = "pop expected at most 1 argument, got 2";
/// Text where bytes are expected.
pub(crate) const TEXT_FOR_BYTES: &str = "a bytes-like object is required, not 'str'";
/// Text to decode that has other letters.
pub(crate) const TEXT_IS_NOT_ASCII: &str = "string argument should contain only ASCII characters";
/// Something else than pairs of a name and a value.
pub(crate) const NO_PAIR: &str =
    "dictionary update sequence element #0 has length 1; 2 is required";
/// A list where a pair of a name and a value is expected.
pub(crate) const LIST_FOR_PAIR: &str =
    "cannot convert dictionary update sequence element #0 to a sequence";
/// A port that no address has.
pub(crate) const NO_PORT: &str = "Port out of range 0-65535";
/// Brackets around a host that do not close.
pub(crate) const OPEN_BRACKETS: &str = "Invalid IPv6 URL";
/// Brackets around an address that needs none.
pub(crate) const NEEDLESS_BRACKETS: &str = "An IPv4 address cannot be in brackets";
/// What is no number, where a whole one is wanted.
pub(crate) const NAN_AS_INT: &str = "cannot convert float NaN to integer";
/// A number without end, where a whole one is wanted.
pub(crate) const INFINITY_AS_INT: &str = "cannot convert float infinity to integer";
/// A whole number beyond all others.
pub(crate) const INT_TOO_LARGE: &str = "int too large to convert to float";
/// What is said about a point in time that is no number.
pub(crate) const NAN_AS_TIME: &str = "Invalid value NaN (not a number)";

/// A year that the calendar does not have.
pub(crate) fn no_such_year(year: impl std::fmt::Display) -> String {
    format!("year {year} is out of range")
}

/// A value without the method or member that it is asked for.
pub(crate) fn no_attribute(value: &Value, name: &str) -> String {
    format!("'{}' object has no attribute '{name}'", class_name(value))
}

/// A value that has no elements.
pub(crate) fn not_iterable(value: &Value) -> String {
    format!("'{}' object is not iterable", class_name(value))
}

/// A value that is asked whether it holds another one.
pub(crate) fn holds_nothing(value: &Value) -> String {
    format!("argument of type '{}' is not iterable", class_name(value))
}

/// A value that is asked for a member by its name.
pub(crate) fn no_member(value: &Value, name: &str) -> String {
    match value {
        Value::Map(_) => quoted(name),
        Value::List(_) => "list indices must be integers or slices, not str".to_owned(),
        Value::Str(_) => "string indices must be integers, not 'str'".to_owned(),
        other => format!("'{}' object is not subscriptable", class_name(other)),
    }
}

/// A value that cannot be a key.
pub(crate) fn unhashable(value: &Value) -> String {
    format!("unhashable type: '{}'", class_name(value))
}

/// A value that has no order beside the other one.
pub(crate) fn unordered(operator: &str, one: &Value, two: &Value) -> String {
    format!(
        "'{operator}' not supported between instances of '{}' and '{}'",
        class_name(one),
        class_name(two)
    )
}

/// A value that stands for no whole number.
pub(crate) fn no_int(value: &Value) -> String {
    format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        class_name(value)
    )
}

/// A value that stands for no number.
pub(crate) fn no_float(value: &Value) -> String {
    format!(
        "float() argument must be a string or a real number, not '{}'",
        class_name(value)
    )
}

/// Text or bytes that spell no whole number.
pub(crate) fn unreadable_int(shown: &str) -> String {
    format!("invalid literal for int() with base 10: {shown}")
}

/// Text that spells no number.
pub(crate) fn unreadable_float(shown: &str) -> String {
    format!("could not convert string to float: {shown}")
}

/// Something else than text looked for in a text.
pub(crate) fn not_in_text(class: &str) -> String {
    format!("'in <string>' requires string as left operand, not {class}")
}

/// A month that no calendar has, where its days are counted.
pub(crate) fn bad_month(month: i64) -> String {
    format!("bad month number {month}; must be 1-12")
}

/// Text in which no point in time is found.
pub(crate) fn unknown_time(text: &str) -> String {
    format!("Unknown string format: {text}")
}

/// Something else than text where a point in time is expected.
pub(crate) fn no_time(value: &Value) -> String {
    let class = class_name(value);
    format!("Parser must be a string or character stream, not {class}")
}

/// A host in brackets that is no address.
pub(crate) fn no_address(host: &str) -> String {
    let shown = quoted(host);
    format!("{shown} does not appear to be an IPv4 or IPv6 address")
}

/// A port that is no number.
pub(crate) fn bad_port(port: &str) -> String {
    let shown = quoted(port);
    format!("Port could not be cast to integer value as {shown}")
}

/// Something in a list of structures that is none: its elements are taken for keys.
pub(crate) fn not_a_map(value: &Value) -> String {
    match value {
        Value::Str(_) => "string indices must be integers, not 'str'".to_owned(),
        Value::List(items) => match items.first() {
            Some(Value::Int(_) | Value::Bool(_)) => LIST_TOO_SHORT.to_owned(),
            Some(first) => {
                let class = class_name(first);
                format!("list indices must be integers or slices, not {class}")
            }
            None => no_attribute(value, "get"),
        },
        other => not_iterable(other),
    }
}

/// The value of a header that would end it.
pub(crate) fn bad_header(shown: &str) -> String {
    format!("Invalid header value {shown}")
}

/// The types that a parameter of a kind may have.
pub(crate) fn classes_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure { .. } | Kind::Map { .. } => "<class 'dict'>",
        Kind::List { .. } => "<class 'list'>, <class 'tuple'>",
        Kind::String => "<class 'str'>",
        Kind::Integer | Kind::Long => "<class 'int'>",
        Kind::Float | Kind::Double => "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>",
        Kind::Boolean => "<class 'bool'>",
        Kind::Blob => "<class 'bytes'>, <class 'bytearray'>, file-like object",
        Kind::Timestamp => "<class 'datetime.datetime'>, timestamp-string",
    }
}

/// The types that a value of a document may have.
pub(crate) const DOCUMENT_CLASSES: &str =
    "<class 'str'>, <class 'int'>, <class 'bool'>, <class 'float'>, <class 'list'>, <class 'dict'>";

/// What is said about text that is not ASCII. The characters, which may be a secret's, are left out.
pub(crate) fn not_ascii(text: &str) -> Option<String> {
    let first = text.chars().position(|c| !c.is_ascii())?;
    let count = text
        .chars()
        .skip(first)
        .take_while(|c| !c.is_ascii())
        .count();
    let place = match count {
        1 => format!("character in position {first}"),
        _ => format!("characters in position {first}-{}", first + count - 1),
    };
    Some(format!(
        "'ascii' codec can't encode {place}: ordinal not in range(128)"
    ))
}

/// What is said about bytes that are not UTF-8 text.
pub(crate) fn undecodable(bytes: &[u8], error: std::str::Utf8Error) -> String {
    let at = error.valid_up_to();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let starts = matches!(byte, 0xc2..=0xf4);
    let (place, reason) = match error.error_len() {
        None if bytes.len() - at > 1 => (
            format!("bytes in position {at}-{}", bytes.len() - 1),
            "unexpected end of data",
        ),
        None => (
            format!("byte 0x{byte:02x} in position {at}"),
            "unexpected end of data",
        ),
        Some(1) if !starts => (
            format!("byte 0x{byte:02x} in position {at}"),
            "invalid start byte",
        ),
        Some(1) => (
            format!("byte 0x{byte:02x} in position {at}"),
            "invalid continuation byte",
        ),
        Some(length) => (
            format!("bytes in position {at}-{}", at + length - 1),
            "invalid continuation byte",
        ),
    };
    format!("'utf-8' codec can't decode {place}: {reason}")
}

/// Text in an encoding of single bytes; what is said about the first letters that it lacks.
///
/// # Errors
/// Letters that the encoding lacks.
pub(crate) fn encoded(
    text: &str,
    name: &str,
    byte_of: impl Fn(char) -> Option<u8>,
    reason: &str,
) -> Result<Vec<u8>, String> {
    let letters: Vec<char> = text.chars().collect();
    let lacks = |letter: &&char| byte_of(**letter).is_none();
    let Some(start) = letters.iter().position(|letter| lacks(&letter)) else {
        return Ok(letters.into_iter().filter_map(byte_of).collect());
    };
    let which = match letters[start..].iter().take_while(lacks).count() {
        1 => format!(
            "character '{}' in position {start}",
            escaped(letters[start])
        ),
        count => format!("characters in position {start}-{}", start + count - 1),
    };
    Err(format!("'{name}' codec can't encode {which}: {reason}"))
}
