//! JSON text, laid out the way Python lays it out.

use std::fmt::Write as _;

use crate::python;
use crate::value::Value;

/// How a document is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Blanks per level; without, everything stands on one line.
    pub indent: Option<usize>,
    /// Whether everything outside printable ASCII is escaped.
    pub ascii: bool,
    /// Whether no blanks stand behind commas and colons.
    pub tight: bool,
}

impl Layout {
    /// As results are printed: four blanks, text as it is.
    pub(crate) const PRINTED: Self = Self {
        indent: Some(4),
        ascii: false,
        tight: false,
    };
    /// As request bodies are sent: one line, pure ASCII.
    pub(crate) const SENT: Self = Self {
        indent: None,
        ascii: true,
        tight: false,
    };
    /// The same without blanks.
    pub(crate) const TIGHT: Self = Self {
        tight: true,
        ..Self::SENT
    };
}

/// Writes a document.
pub(crate) fn write(value: &Value, layout: Layout) -> String {
    let mut out = String::new();
    write_value(&mut out, value, layout, 0);
    out
}

fn write_value(out: &mut String, value: &Value, layout: Layout, level: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Value::BigInt(digits) => out.push_str(digits),
        Value::Float(number) => out.push_str(&float(*number)),
        Value::Str(text) => write_string(out, text, layout.ascii),
        Value::Bytes(bytes) => write_string(out, &String::from_utf8_lossy(bytes), layout.ascii),
        Value::Set(_) | Value::Date(_) => {
            write_string(out, &python::display(value).replace(' ', "T"), layout.ascii);
        }
        Value::List(items) => {
            let write_item =
                |out: &mut String, item: &Value| write_value(out, item, layout, level + 1);
            write_items(out, ('[', ']'), items.iter(), layout, level, write_item);
        }
        Value::Map(map) => {
            let write_member = |out: &mut String, (name, item): (&String, &Value)| {
                write_string(out, name, layout.ascii);
                out.push_str(if layout.tight { ":" } else { ": " });
                write_value(out, item, layout, level + 1);
            };
            write_items(out, ('{', '}'), map.iter(), layout, level, write_member);
        }
    }
}

fn write_items<T>(
    out: &mut String,
    (open, close): (char, char),
    items: impl ExactSizeIterator<Item = T>,
    layout: Layout,
    level: usize,
    mut write_item: impl FnMut(&mut String, T),
) {
    out.push(open);
    let count = items.len();
    for (index, item) in items.enumerate() {
        match layout.indent {
            Some(width) => {
                if index > 0 {
                    out.push(',');
                }
                line(out, width * (level + 1));
            }
            None if index > 0 => out.push_str(if layout.tight { "," } else { ", " }),
            None => {}
        }
        write_item(out, item);
    }
    if let (Some(width), true) = (layout.indent, count > 0) {
        line(out, width * level);
    }
    out.push(close);
}

fn line(out: &mut String, blanks: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', blanks));
}

fn float(number: f64) -> String {
    if number.is_finite() {
        python::float(number)
    } else {
        name_of_number(number).to_owned()
    }
}

/// What a number that has no digits is called.
pub(crate) fn name_of_number(number: f64) -> &'static str {
    match number {
        _ if number.is_nan() => "NaN",
        _ if number > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}

/// Writes one string in quotes.
pub(crate) fn write_string(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            _ if letter < ' ' || (ascii && letter > '~') => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}
