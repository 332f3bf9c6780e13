//! Spellings of the Python program that this one stands in for.
//!
//! Scripts match its messages, so values, types and system errors are written here the way Python
//! writes them, and all that it says of them stands in `sentences`. What its parsers say of a text
//! stands with the parser that reads such texts.

pub(crate) mod conversions;
mod numbers;
pub(crate) mod sentences;
#[cfg(test)]
mod strangers;
pub(crate) mod words;

use std::io;

pub(crate) use crate::python::conversions::{base64, float_of, int_of, truncated};
pub(crate) use crate::python::words::{shell_quoted, split_words};
use crate::value::{Date, NO_TEXT, Value};
pub(crate) use numbers::{big_int, float, int, to_float, with_ascii_digits};

/// The name of the type, as in `<class 'str'>`.
pub(crate) fn class(value: &Value) -> &'static str {
    match value {
        Value::Null => "<class 'NoneType'>",
        Value::Bool(_) => "<class 'bool'>",
        Value::Int(_) | Value::BigInt(_) => "<class 'int'>",
        Value::Float(_) => "<class 'float'>",
        Value::Str(_) => "<class 'str'>",
        Value::Bytes(_) => "<class 'bytes'>",
        Value::Date(Date { time: None, .. }) => "<class 'datetime.date'>",
        Value::Date(_) => "<class 'datetime.datetime'>",
        Value::Set(_) => "<class 'set'>",
        Value::List(_) => "<class 'list'>",
        Value::Map(_) => "<class 'dict'>",
    }
}

/// The bare name of the type, such as `str` or `datetime.date`.
pub(crate) fn class_name(value: &Value) -> &'static str {
    class(value)
        .trim_start_matches("<class '")
        .trim_end_matches("'>")
}

/// The value as `str()` writes it: text is bare, everything else as [`repr`].
pub(crate) fn display(value: &Value) -> String {
    match value {
        Value::Str(text) => text.clone(),
        Value::Date(date) => date_text(date),
        other => repr(other),
    }
}

/// The value as `repr()` writes it.
pub(crate) fn repr(value: &Value) -> String {
    let mut out = String::new();
    write_repr(&mut out, value, false);
    out
}

/// The value as `str()` writes it where structures were read in order: `OrderedDict([('a', 1)])`.
pub(crate) fn display_ordered(value: &Value) -> String {
    match value {
        Value::Map(_) | Value::List(_) => {
            let mut out = String::new();
            write_repr(&mut out, value, true);
            out
        }
        other => display(other),
    }
}

fn write_repr(out: &mut String, value: &Value, is_ordered: bool) {
    let separator = |index| if index > 0 { ", " } else { "" };
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::BigInt(digits) => out.push_str(digits),
        Value::Float(number) => out.push_str(&float(*number)),
        Value::Str(text) => out.push_str(&quoted(text)),
        Value::Bytes(bytes) => out.push_str(&quoted_bytes(bytes)),
        Value::Date(date) => out.push_str(&date_repr(date)),
        Value::Set(spelling) => out.push_str(spelling),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(separator(index));
                write_repr(out, item, is_ordered);
            }
            out.push(']');
        }
        Value::Map(map) if is_ordered && map.is_empty() => out.push_str("OrderedDict()"),
        Value::Map(map) if is_ordered => {
            out.push_str("OrderedDict([");
            for (index, (name, item)) in map.iter().enumerate() {
                out.extend([separator(index), "(", &quoted(name), ", "]);
                write_repr(out, item, true);
                out.push(')');
            }
            out.push_str("])");
        }
        Value::Map(map) => {
            out.push('{');
            for (index, (name, item)) in map.iter().enumerate() {
                out.extend([separator(index), &name_repr(name), ": "]);
                write_repr(out, item, false);
            }
            out.push('}');
        }
    }
}

/// The name of a member as `repr()` writes it: in quotes, unless it stands for what is no text.
fn name_repr(name: &str) -> String {
    match name.strip_prefix(NO_TEXT) {
        Some(spelling) => spelling.to_owned(),
        None => quoted(name),
    }
}

/// The name under which a map holds the value that stands there as a key.
pub(crate) fn name_of_key(key: &Value) -> String {
    match key {
        Value::Str(text) => text.clone(),
        other => format!("{NO_TEXT}{}", repr(other)),
    }
}

/// The key that a name of a map stands for.
pub(crate) fn key_of_name(name: &str) -> Value {
    let Some(spelling) = name.strip_prefix(NO_TEXT) else {
        return Value::from(name);
    };
    match spelling {
        "None" => Value::Null,
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        _ => big_int(spelling)
            .or_else(|_| to_float(spelling).map(Value::Float))
            .unwrap_or_else(|_| Value::Set(spelling.to_owned())),
    }
}

/// Text in quotes, as `repr()` of a string: single quotes unless only those occur in it.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_quoted(&mut out, text.chars(), is_printable);
    out
}

/// Bytes in quotes, as `repr()` of a byte string.
pub(crate) fn quoted_bytes(bytes: &[u8]) -> String {
    let mut out = String::from("b");
    let letters = bytes.iter().map(|byte| char::from(*byte));
    write_quoted(&mut out, letters, |letter| matches!(letter, ' '..='~'));
    out
}

fn write_quoted(
    out: &mut String,
    letters: impl Iterator<Item = char> + Clone,
    is_printable: fn(char) -> bool,
) {
    let has = |quote| letters.clone().any(|letter| letter == quote);
    let quote = if has('\'') && !has('"') { '"' } else { '\'' };
    out.push(quote);
    for letter in letters {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if letter == quote => out.extend(['\\', letter]),
            _ if is_printable(letter) => out.push(letter),
            _ => out.push_str(&escaped(letter)),
        }
    }
    out.push(quote);
}

/// A character as its number.
fn escaped(letter: char) -> String {
    let code = u32::from(letter);
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// Whether `repr()` leaves the character as it is: not a control, separator, format or unassigned one.
fn is_printable(letter: char) -> bool {
    !(letter.is_control()
        || matches!(u32::from(letter),
            0xa0 | 0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x1680 | 0x180e | 0x2000..=0x200f | 0x2028..=0x202f
            | 0x205f..=0x206f | 0x3000 | 0xe000..=0xf8ff | 0xfeff | 0xfff9..=0xfffb | 0xe0000.. ))
}

fn date_repr(date: &Date) -> String {
    let (year, month, day) = date.day;
    match date.time {
        None => format!("datetime.date({year}, {month}, {day})"),
        Some((hour, minute, 0, 0)) => {
            format!("datetime.datetime({year}, {month}, {day}, {hour}, {minute})")
        }
        Some((hour, minute, second, 0)) => {
            format!("datetime.datetime({year}, {month}, {day}, {hour}, {minute}, {second})")
        }
        Some((hour, minute, second, micro)) => {
            format!(
                "datetime.datetime({year}, {month}, {day}, {hour}, {minute}, {second}, {micro})"
            )
        }
    }
}

fn date_text(date: &Date) -> String {
    let (year, month, day) = date.day;
    match date.time {
        None => format!("{year:04}-{month:02}-{day:02}"),
        Some((hour, minute, second, 0)) => {
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        Some((hour, minute, second, micro)) => {
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{micro:06}")
        }
    }
}

/// Whether `str.isspace()` says so; it counts four more control characters than Unicode does.
pub(crate) fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{1c}'..='\u{1f}')
}

/// Text without blanks around it, as `str.strip()` leaves it.
pub(crate) fn strip(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Text without blanks behind it, as `str.rstrip()` leaves it.
pub(crate) fn strip_end(text: &str) -> &str {
    text.trim_end_matches(is_blank)
}

/// The lines of a text, as `str.splitlines()` cuts it.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let ends = |letter: char| {
        matches!(
            letter,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(ends) else {
            rest = None;
            return Some(text);
        };
        let (line, end) = text.split_at(at);
        let length = if end.starts_with("\r\n") {
            2
        } else {
            end.chars().next().map_or(0, char::len_utf8)
        };
        rest = Some(&end[length..]).filter(|text| !text.is_empty());
        Some(line)
    })
}

/// A system error about a file, as `str()` of an `OSError` writes it.
pub(crate) fn os_error(error: &io::Error, path: &str) -> String {
    format!("{}: {}", errno(error), quoted(path))
}

/// A system error alone: `[Errno 2] No such file or directory`.
pub(crate) fn errno(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            format!("[Errno {number}] {text}")
        }
        None => error.to_string(),
    }
}

/// A list of words as `repr()` writes it.
pub(crate) fn words(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| quoted(word.as_ref())).collect();
    format!("[{}]", quoted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_with_the_quote_that_it_lacks() {
        assert_eq!(quoted("x"), "'x'");
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("'\""), "'\\'\"'");
        assert_eq!(quoted("\u{1}é\u{a0}\n"), "'\\x01é\\xa0\\n'");
    }
}
