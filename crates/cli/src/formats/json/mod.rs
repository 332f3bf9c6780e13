//! JSON as the Python program reads and writes it.
//!
//! Its parser takes `NaN` and `Infinity`, integers of any size, and lets the last of two equal names
//! win; its printer leaves non-ASCII text as it is or escapes all of it.

mod write;

use crate::python::sentences;
use crate::value::{Map, Value};
pub(crate) use write::{Layout, name_of_number, write};

/// What is expected of a document that nests too deeply.
pub(crate) const TOO_DEEP: &str = "Nested too deeply";

/// How deep documents may nest: deeper ones are refused, as Python refuses them.
const DEPTH_MAX: usize = 900;

/// Why a text is not a JSON document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What was expected, in the words of Python's parser.
    pub message: &'static str,
    /// Where, in characters from the start.
    pub position: usize,
}

impl Malformed {
    /// The message with the place in the text that was read.
    pub(crate) fn described(&self, text: &str) -> String {
        if text.starts_with('\u{feff}') {
            return sentences::MARK_BEFORE_JSON.to_owned();
        }
        let Self { message, position } = self;
        let before: String = text.chars().take(*position).collect();
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{message}: line {line} column {column} (char {position})")
    }
}

/// Reads a document.
///
/// # Errors
/// [`Malformed`] with the first place that cannot be read.
pub(crate) fn parse(text: &str) -> Result<Value, Malformed> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    reader.blanks();
    let value = reader.value()?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.malformed("Extra data"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn malformed(&self, message: &'static str) -> Malformed {
        Malformed {
            message,
            position: self.text[..self.at].chars().count(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn value(&mut self) -> Result<Value, Malformed> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                Ok(Value::Str(self.string()?))
            }
            Some(b'{') => self.nested(Self::map),
            Some(b'[') => self.nested(Self::list),
            Some(b'0'..=b'9') => Ok(self.number()),
            Some(b'-') if matches!(self.text.as_bytes().get(self.at + 1), Some(b'0'..=b'9')) => {
                Ok(self.number())
            }
            _ if self.word("null") => Ok(Value::Null),
            _ if self.word("true") => Ok(Value::Bool(true)),
            _ if self.word("false") => Ok(Value::Bool(false)),
            _ if self.word("NaN") => Ok(Value::Float(f64::NAN)),
            _ if self.word("Infinity") => Ok(Value::Float(f64::INFINITY)),
            _ if self.word("-Infinity") => Ok(Value::Float(f64::NEG_INFINITY)),
            _ => Err(self.malformed("Expecting value")),
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value, Malformed>,
    ) -> Result<Value, Malformed> {
        if self.depth == DEPTH_MAX {
            return Err(self.malformed(TOO_DEEP));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn map(&mut self) -> Result<Value, Malformed> {
        let mut map = Map::new();
        self.blanks();
        if self.word("}") {
            return Ok(Value::Map(map));
        }
        loop {
            if !self.word("\"") {
                return Err(self.malformed("Expecting property name enclosed in double quotes"));
            }
            let name = self.string()?;
            self.blanks();
            if !self.word(":") {
                return Err(self.malformed("Expecting ':' delimiter"));
            }
            self.blanks();
            let value = self.value()?;
            map.insert(name, value);
            self.blanks();
            if self.word("}") {
                return Ok(Value::Map(map));
            }
            if !self.word(",") {
                return Err(self.malformed("Expecting ',' delimiter"));
            }
            self.blanks();
        }
    }

    fn list(&mut self) -> Result<Value, Malformed> {
        let mut items = Vec::new();
        self.blanks();
        if self.word("]") {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.word("]") {
                return Ok(Value::List(items));
            }
            if !self.word(",") {
                return Err(self.malformed("Expecting ',' delimiter"));
            }
            self.blanks();
        }
    }

    fn number(&mut self) -> Value {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        if bytes[self.at] == b'-' {
            self.at += 1;
        }
        self.at = if bytes[self.at] == b'0' {
            self.at + 1
        } else {
            digits(self.at)
        };
        let mut whole = true;
        if bytes.get(self.at) == Some(&b'.')
            && bytes.get(self.at + 1).is_some_and(u8::is_ascii_digit)
        {
            self.at = digits(self.at + 1);
            whole = false;
        }
        if matches!(bytes.get(self.at), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(self.at + 1), Some(b'+' | b'-')));
            let end = digits(self.at + 1 + sign);
            if end > self.at + 1 + sign {
                self.at = end;
                whole = false;
            }
        }
        let text = &self.text[start..self.at];
        if whole {
            return text
                .parse()
                .map_or_else(|_| Value::BigInt(text.to_owned()), Value::Int);
        }
        Value::Float(
            text.parse()
                .expect("digits, fraction and exponent make a number"),
        )
    }

    /// The rest of a string whose opening quote has been read.
    fn string(&mut self) -> Result<String, Malformed> {
        let start = self.at - 1;
        let unterminated = |reader: &mut Self| {
            reader.at = start;
            Err(reader.malformed("Unterminated string starting at"))
        };
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(stop) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                return unterminated(self);
            };
            out.push_str(&rest[..stop]);
            self.at += stop;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        None => return unterminated(self),
                        Some(letter) => out.push(self.escape(letter)?),
                    }
                }
                _ => return Err(self.malformed("Invalid control character at")),
            }
        }
    }

    fn escape(&mut self, letter: u8) -> Result<char, Malformed> {
        let plain = match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let high = self.four_digits(self.at)?;
                self.at += 5;
                if (0xd800..0xdc00).contains(&high) && self.text[self.at..].starts_with("\\u") {
                    let low = self.four_digits(self.at + 1)?;
                    if (0xdc00..0xe000).contains(&low) {
                        self.at += 6;
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        return Ok(
                            char::from_u32(code).expect("a surrogate pair names a character")
                        );
                    }
                }
                // Half a pair has no place in Rust's text; Python could not send it either.
                return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => {
                self.at -= 1;
                return Err(self.malformed("Invalid \\escape"));
            }
        };
        self.at += 1;
        Ok(plain)
    }

    /// The four hexadecimal digits after the `u` at `at`.
    fn four_digits(&self, at: usize) -> Result<u32, Malformed> {
        self.text
            .get(at + 1..at + 5)
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or_else(|| self.malformed("Invalid \\uXXXX escape"))
    }
}
