//! JSON text in two styles: as short as possible, and as Python's `json.dumps` writes it.

use std::convert::Infallible;

use serde_json::{Number, Value};

/// How JSON text and numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No blanks, text as it is. What the service answers.
    Compact,
    /// A blank after `,` and `:`, everything outside ASCII escaped, Python's numbers. What the command sends:
    /// numbers of any size, those beyond 64 bits as text in the document, and truth values for numbers.
    Python,
}

/// What a text of a document begins with that is a number which JSON values cannot hold. In
/// [`Style::Python`] the rest is written as it is, if it is an integer, `NaN` or an infinity.
pub const RAW_NUMBER: char = '\u{10ffff}';

/// Writes a document as JSON text.
#[must_use]
pub fn write(document: &Value, style: Style) -> String {
    let mut writer = Writer::new(style);
    writer.value(document);
    writer.into_text()
}

/// Writes a number as JSON text.
#[must_use]
pub fn number(number: &Number, style: Style) -> String {
    match number
        .as_f64()
        .filter(|_| style == Style::Python && number.is_f64())
    {
        Some(real) => python_float(real),
        None => number.to_string(),
    }
}

/// Writes JSON text piece by piece.
pub(crate) struct Writer {
    text: String,
    style: Style,
}

impl Writer {
    pub(crate) fn new(style: Style) -> Writer {
        Writer {
            text: String::new(),
            style,
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }

    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Writes what stands between two elements.
    fn comma(&mut self) {
        self.text.push_str(if self.style == Style::Python {
            ", "
        } else {
            ","
        });
    }

    /// Writes one element for each item, in brackets.
    pub(crate) fn array<T, E>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut element: impl FnMut(&mut Writer, T) -> Result<(), E>,
    ) -> Result<(), E> {
        self.text.push('[');
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.comma();
            }
            element(self, item)?;
        }
        self.text.push(']');
        Ok(())
    }

    /// Writes one entry for each item, in braces; the items come with their names.
    pub(crate) fn object<'a, T, E>(
        &mut self,
        items: impl IntoIterator<Item = (&'a str, T)>,
        mut entry: impl FnMut(&mut Writer, &'a str, T) -> Result<(), E>,
    ) -> Result<(), E> {
        self.text.push('{');
        for (place, (name, item)) in items.into_iter().enumerate() {
            if place > 0 {
                self.comma();
            }
            self.string(name);
            self.text.push_str(if self.style == Style::Python {
                ": "
            } else {
                ":"
            });
            entry(self, name, item)?;
        }
        self.text.push('}');
        Ok(())
    }

    /// Writes any document.
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(truth) => self.text.push_str(if *truth { "true" } else { "false" }),
            Value::Number(number) => self.text.push_str(&self::number(number, self.style)),
            Value::String(text) => match self.raw_number(text) {
                Some(number) => self.text.push_str(number),
                None => self.string(text),
            },
            Value::Array(items) => {
                let Ok(()) = self.array(items, |writer, item| {
                    writer.value(item);
                    Ok::<(), Infallible>(())
                });
            }
            Value::Object(map) => {
                let entries = map.iter().map(|(name, value)| (name.as_str(), value));
                let Ok(()) = self.object(entries, |writer, _, value| {
                    writer.value(value);
                    Ok::<(), Infallible>(())
                });
            }
        }
    }

    fn raw_number<'t>(&self, text: &'t str) -> Option<&'t str> {
        let number = text.strip_prefix(RAW_NUMBER)?;
        let whole = number.strip_prefix('-').unwrap_or(number);
        let is_number = ["NaN", "Infinity"].contains(&whole)
            || (!whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()));
        (self.style == Style::Python && is_number).then_some(number)
    }

    /// Writes text that is JSON already.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.text.push('"');
        // Runs that need no escape are copied whole; almost every text is one run.
        let mut rest = text;
        while let Some(at) = rest.find(|character| self.is_escaped(character)) {
            self.text.push_str(&rest[..at]);
            let character = rest[at..].chars().next().expect("found in the text");
            self.escape(character);
            rest = &rest[at + character.len_utf8()..];
        }
        self.text.push_str(rest);
        self.text.push('"');
    }

    fn is_escaped(&self, character: char) -> bool {
        matches!(character, '"' | '\\' | '\0'..'\x20')
            || (self.style == Style::Python && character > '~')
    }

    fn escape(&mut self, character: char) {
        match character {
            '"' => self.text.push_str("\\\""),
            '\\' => self.text.push_str("\\\\"),
            '\n' => self.text.push_str("\\n"),
            '\r' => self.text.push_str("\\r"),
            '\t' => self.text.push_str("\\t"),
            '\x08' => self.text.push_str("\\b"),
            '\x0c' => self.text.push_str("\\f"),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let hex = format!("\\u{unit:04x}");
                    self.text.push_str(&hex);
                }
            }
        }
    }
}

/// Python's `repr` of a float: fixed notation from 1e-4 up to 1e16, always with a point or an exponent.
fn python_float(real: f64) -> String {
    let scientific = format!("{real:e}");
    let (mantissa, exponent) = scientific
        .split_once('e')
        .expect("scientific notation has an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is a number");
    if (-4..16).contains(&exponent) {
        let fixed = real.to_string();
        return if fixed.contains('.') {
            fixed
        } else {
            fixed + ".0"
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn python_style_is_ascii_with_blanks() {
        let document = json!({"a": ["é\u{7f}\u{1f600}/", "\n\r\t\u{8}\u{c}\u{1}\"\\"], "b": {}, "c": [true, null, 1]});
        assert_eq!(
            write(&document, Style::Python),
            r#"{"a": ["\u00e9\u007f\ud83d\ude00/", "\n\r\t\b\f\u0001\"\\"], "b": {}, "c": [true, null, 1]}"#
        );
    }

    #[test]
    fn compact_style_is_what_serde_writes() {
        let document = json!({"a": ["é\u{7f}\u{1f600}/", "\n\r\t\u{8}\u{c}\u{1}\"\\"], "b": {}, "c": [1.5, -3, 1e300]});
        assert_eq!(write(&document, Style::Compact), document.to_string());
    }

    #[test]
    fn numbers_are_written_as_python_does() {
        let written = |real: f64| number(&Number::from_f64(real).unwrap(), Style::Python);
        for (real, text) in [
            (2.0, "2.0"),
            (1e20, "1e+20"),
            (1.5e-7, "1.5e-07"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (123.456, "123.456"),
            (1e100, "1e+100"),
            (-2.5e-300, "-2.5e-300"),
        ] {
            assert_eq!(written(real), text);
        }
        assert_eq!(
            number(&Number::from(u64::MAX), Style::Python),
            "18446744073709551615"
        );
    }
}
