//! Reads the short syntax.

use crate::input::files;
use crate::input::files::Unreadable;
use crate::python::sentences;
use crate::session::environment::Environment;
use crate::value::{Map, Value};

/// How deep lists and maps may nest.
const DEPTH_MAX: usize = 100;

/// Why a text cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It does not follow the syntax.
    Syntax(String),
    /// The original stumbles over it without saying for which option.
    Inside(String),
}

/// What stands in the way.
enum Problem {
    /// Something else was expected at that place. The text shown with it is made only if no other
    /// reading mends it.
    Expected {
        what: String,
        found: String,
        at: usize,
    },
    /// Anything that no other reading would mend.
    Final(Unread),
}

/// Reads the pairs of a text.
pub(super) fn parse(environment: &Environment, text: &str) -> Result<Map, Unread> {
    let mut parser = Parser {
        environment,
        letters: text.chars().collect(),
        at: 0,
        depth: 0,
    };
    parser.pairs().map_err(|problem| match problem {
        Problem::Expected { what, found, at } => Unread::Syntax(format!(
            "Expected: '{what}', received: '{found}' for input:\n {}",
            parser.location(at)
        )),
        Problem::Final(unread) => unread,
    })
}

struct Parser<'a> {
    environment: &'a Environment,
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

/// Whether bare words may hold the letter: those beyond the basic plane need quotes.
fn is_plain(letter: char) -> bool {
    ('!'..='\u{ffff}').contains(&letter) && !matches!(letter, '"' | '\'' | ',')
}

fn is_word_start(letter: char) -> bool {
    is_plain(letter) && !matches!(letter, '=' | '[' | '{')
}

fn is_first_rest(letter: char) -> bool {
    letter.is_whitespace() || (is_plain(letter) && !matches!(letter, ']' | '}'))
}

fn is_second_rest(letter: char) -> bool {
    letter.is_whitespace() || (is_plain(letter) && letter != '=')
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self
            .peek()
            .is_some_and(|letter| letter.is_ascii_whitespace() || letter == '\u{b}')
        {
            self.at += 1;
        }
    }

    /// The text, with a mark below the place.
    fn location(&self, at: usize) -> String {
        let is_break = |letter: &char| *letter == '\n';
        let before = self.letters[..at]
            .iter()
            .rev()
            .take_while(|letter| !is_break(letter))
            .count();
        let line_end = self.letters[at..]
            .iter()
            .position(is_break)
            .map_or(self.letters.len(), |n| at + n);
        let text = |range: &[char]| range.iter().collect::<String>();
        format!(
            "{}\n{}^{}",
            text(&self.letters[..line_end]),
            " ".repeat(before),
            text(&self.letters[line_end..])
        )
    }

    fn expected(&self, what: &str, found: &str) -> Problem {
        Problem::Expected {
            what: what.to_owned(),
            found: found.to_owned(),
            at: self.at,
        }
    }

    fn take(&mut self, wanted: char) -> Result<(), Problem> {
        match self.peek() {
            Some(letter) if letter == wanted => {
                self.at += 1;
                Ok(())
            }
            Some(letter) => Err(self.expected(&wanted.to_string(), &letter.to_string())),
            None => Err(self.expected(&wanted.to_string(), "EOF")),
        }
    }

    fn take_between_blanks(&mut self, wanted: char) -> Result<(), Problem> {
        self.blanks();
        self.take(wanted)?;
        self.blanks();
        Ok(())
    }

    fn pairs(&mut self) -> Result<Map, Problem> {
        let mut map = Map::new();
        let (key, value) = self.pair()?;
        map.insert(key, value);
        let mut last = self.at;
        while self.at < self.letters.len() {
            self.take_between_blanks(',')?;
            let (key, value) = self.pair()?;
            if map.contains_key(&key) {
                return Err(Problem::Final(Unread::Syntax(format!(
                    "Second instance of key \"{key}\" encountered for input:\n{}\nThis is often because there is a preceding \",\" instead of a space.",
                    self.location(last + 1)
                ))));
            }
            map.insert(key, value);
            last = self.at;
        }
        Ok(map)
    }

    fn key(&mut self) -> String {
        let start = self.at;
        let belongs = |letter: char| letter.is_ascii_alphanumeric() || "-_.#/:".contains(letter);
        while self.peek().is_some_and(belongs) {
            self.at += 1;
        }
        self.letters[start..self.at].iter().collect()
    }

    /// A key and its equals sign; with `@` before it, values may name files.
    fn key_and_sign(&mut self) -> Result<(String, bool), Problem> {
        let key = self.key();
        self.blanks();
        let files = self.peek() == Some('@');
        if files {
            self.at += 1;
            self.blanks();
        }
        self.take_between_blanks('=')?;
        Ok((key, files))
    }

    fn pair(&mut self) -> Result<(String, Value), Problem> {
        let (key, files) = self.key_and_sign()?;
        let value = match self.peek() {
            None => Value::from(""),
            Some('[') => self.list(files)?,
            Some('{') => self.map()?,
            Some(_) => self.comma_values(files)?,
        };
        Ok((key, value))
    }

    /// One value, or several with commas, as long as no equals sign follows.
    fn comma_values(&mut self, files: bool) -> Result<Value, Problem> {
        let first = self.first_value(files)?;
        self.blanks();
        if self.peek() != Some(',') {
            return Ok(first);
        }
        self.take_between_blanks(',')?;
        let mut values = vec![first];
        loop {
            match self.next_comma_value(files) {
                Ok((value, is_last)) => {
                    values.push(value);
                    if is_last {
                        break;
                    }
                }
                Err(Problem::Expected { .. }) if self.at < self.letters.len() => {
                    // It was the next key: back to the comma before it.
                    while self.letters[self.at] != ',' {
                        self.at -= 1;
                    }
                    break;
                }
                Err(problem) => return Err(problem),
            }
        }
        if values.len() == 1 {
            return Ok(values.remove(0));
        }
        Ok(Value::List(values))
    }

    fn next_comma_value(&mut self, files: bool) -> Result<(Value, bool), Problem> {
        let value = match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
            _ => self
                .word(is_second_rest)
                .ok_or_else(|| self.expected("<second>", "<none>"))?,
        };
        let value = self.loaded(value, files)?;
        self.blanks();
        if self.at >= self.letters.len() {
            return Ok((value, true));
        }
        self.take_between_blanks(',')?;
        Ok((value, false))
    }

    fn first_value(&mut self, files: bool) -> Result<Value, Problem> {
        let value = match self.peek() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote)?,
            _ => self.word(is_first_rest).unwrap_or_default(),
        };
        self.loaded(value, files)
    }

    /// A bare word; a comma after a backslash belongs to it.
    fn word(&mut self, is_rest: fn(char) -> bool) -> Option<String> {
        let start = self.at;
        let mut out = String::new();
        while let Some(letter) = self.peek() {
            if letter == '\\' && self.letters.get(self.at + 1) == Some(&',') {
                out.push(',');
                self.at += 2;
                continue;
            }
            let belongs = if self.at == start {
                is_word_start(letter)
            } else {
                is_rest(letter)
            };
            if !belongs {
                break;
            }
            out.push(letter);
            self.at += 1;
        }
        (self.at > start).then(|| out.trim_end().to_owned())
    }

    fn quoted(&mut self, quote: char) -> Result<String, Problem> {
        let start = self.at;
        let mut at = self.at + 1;
        let mut out = String::new();
        let mut last_escaped = None;
        loop {
            match (self.letters.get(at), self.letters.get(at + 1)) {
                (Some('\\'), Some(escaped)) if *escaped == quote || *escaped == '\\' => {
                    if *escaped == quote {
                        last_escaped = Some((at + 2, out.len()));
                    }
                    out.push(*escaped);
                    at += 2;
                }
                (Some(letter), _) if *letter == quote => {
                    self.at = at + 1;
                    return Ok(out);
                }
                (Some(letter), _) => {
                    out.push(*letter);
                    at += 1;
                }
                (None, _) => {
                    // Without another end, the last escaped quote is one.
                    if let Some((end, length)) = last_escaped {
                        out.truncate(length);
                        out.push('\\');
                        self.at = end;
                        return Ok(out);
                    }
                    self.at = start;
                    let kind = if quote == '"' {
                        "<double quoted>"
                    } else {
                        "<singled quoted>"
                    };
                    return Err(self.expected(kind, "<none>"));
                }
            }
        }
    }

    fn loaded(&self, text: String, files: bool) -> Result<Value, Problem> {
        if !files {
            return Ok(Value::Str(text));
        }
        let loaded =
            files::load(self.environment, &text).map_err(|unreadable| match unreadable {
                Unreadable::File(message) | Unreadable::Encoding(message) => {
                    Problem::Final(Unread::Inside(message))
                }
            })?;
        Ok(loaded.unwrap_or(Value::Str(text)))
    }

    fn deeper(&mut self) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Problem::Final(Unread::Inside(
                sentences::TOO_DEEP.to_owned(),
            )));
        }
        Ok(())
    }

    fn list(&mut self, files: bool) -> Result<Value, Problem> {
        self.deeper()?;
        self.take_between_blanks('[')?;
        let mut items = Vec::new();
        while self.peek() != Some(']') {
            items.push(self.nested(files)?);
            self.separator(']')?;
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Value::List(items))
    }

    fn map(&mut self) -> Result<Value, Problem> {
        self.deeper()?;
        self.take_between_blanks('{')?;
        let mut map = Map::new();
        while self.peek() != Some('}') {
            let (key, files) = self.key_and_sign()?;
            let value = self.nested(files)?;
            self.separator('}')?;
            map.insert(key, value);
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Value::Map(map))
    }

    fn nested(&mut self, files: bool) -> Result<Value, Problem> {
        match self.peek() {
            Some('[') => self.list(files),
            Some('{') => self.map(),
            _ => self.first_value(files),
        }
    }

    /// A comma, unless the end follows.
    fn separator(&mut self, end: char) -> Result<(), Problem> {
        self.blanks();
        if self.peek() != Some(end) {
            self.take(',')?;
            self.blanks();
        }
        Ok(())
    }
}
