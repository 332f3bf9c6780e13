//! YAML documents, as `--cli-input-yaml` takes them: version 1.2 with dates, byte strings and merged keys.

mod scalars;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt::Write as _;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use crate::python;
use crate::value::{Map, Value};

use scalars::Version;
pub(crate) use scalars::is_text;

/// How deep documents may nest.
const DEPTH_MAX: usize = 200;

/// How many values aliases may copy, so that a small document stays one.
const COPIES_MAX: usize = 1_000_000;

/// The text is no YAML document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What is said of a date that no calendar has; the original stumbles over it.
    pub impossible_date: Option<&'static str>,
}

/// What a text says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Document {
    /// The value; keys that are no text stand there as text.
    pub value: Value,
    /// Whether all keys of the outermost map are text.
    pub is_named_by_text: bool,
}

/// Anything that breaks the syntax.
const SYNTAX: Malformed = Malformed {
    impossible_date: None,
};

/// Reads a document; an empty text is `null`.
///
/// # Errors
/// [`Malformed`], also for a second document, two equal keys, or a tag that nobody knows.
pub(crate) fn parse(text: &str) -> Result<Document, Malformed> {
    read(text).or_else(|malformed| match with_whole_characters(text) {
        Some(text) => read(&text),
        None => Err(malformed),
    })
}

/// The text with escaped surrogate pairs, as JSON has them, made one escape each.
fn with_whole_characters(text: &str) -> Option<String> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    let mut found = false;
    while let Some(at) = rest.find("\\u") {
        whole.push_str(&rest[..at]);
        let unit = |at: usize| {
            let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
            u16::from_str_radix(digits, 16).ok()
        };
        let pair = [unit(at), unit(at + 6)].map(Option::unwrap_or_default);
        let end = match char::decode_utf16(pair).next() {
            Some(Ok(letter)) if letter > '\u{ffff}' => {
                found = true;
                let _ = write!(whole, "\\U{:08x}", u32::from(letter));
                at + 12
            }
            _ => {
                whole.push_str("\\u");
                at + 2
            }
        };
        rest = &rest[end..];
    }
    found.then(|| whole + rest)
}

fn read(text: &str) -> Result<Document, Malformed> {
    let version = version(text)?;
    if !text.chars().all(is_allowed) || begins_badly(text) {
        return Err(SYNTAX);
    }
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        last_line: text.rsplit('\n').next().unwrap_or_default().trim_start(),
        anchors: HashMap::new(),
        depth: 0,
        copies: 0,
        is_named_by_text: true,
        version,
    };
    let mut document = None;
    loop {
        match reader.event()? {
            Event::StreamEnd => {
                return Ok(Document {
                    value: document.unwrap_or(Value::Null),
                    is_named_by_text: reader.is_named_by_text,
                });
            }
            Event::DocumentStart(_) if document.is_some() => return Err(SYNTAX),
            Event::StreamStart | Event::Nothing | Event::DocumentStart(_) | Event::DocumentEnd => {}
            first => document = Some(reader.plain_value(first)?),
        }
    }
}

/// Whether the mark of a document's end stands before any document, or a tab before any text.
fn begins_badly(text: &str) -> bool {
    for line in text.lines() {
        let rest = line.trim_start_matches([' ', '\t']);
        if line[..line.len() - rest.len()].contains('\t') {
            return true;
        }
        if !rest.is_empty() && !rest.starts_with('#') {
            return line == "..." || line.starts_with("... ");
        }
    }
    false
}

fn is_allowed(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}

struct Reader<'a> {
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// The end of the text, if that does not end with a line.
    last_line: &'a str,
    anchors: HashMap<usize, Value>,
    depth: usize,
    copies: usize,
    is_named_by_text: bool,
    version: Version,
}

impl<'a> Reader<'a> {
    fn event(&mut self) -> Result<Event<'a>, Malformed> {
        match self.events.next() {
            Some(Ok((event, _))) => Ok(event),
            _ => Err(SYNTAX),
        }
    }

    /// The value that begins with the event, where a merging key has no place.
    fn plain_value(&mut self, first: Event<'a>) -> Result<Value, Malformed> {
        match self.value(first)? {
            (value, false) => Ok(value),
            _ => Err(SYNTAX),
        }
    }

    /// The value that begins with the event, and whether it is the key that merges maps.
    fn value(&mut self, first: Event<'a>) -> Result<(Value, bool), Malformed> {
        if self.depth == DEPTH_MAX {
            return Err(SYNTAX);
        }
        self.depth += 1;
        let mut merges = false;
        let (anchor, value) = match first {
            Event::Scalar(text, style, anchor, tag) => {
                let is_plain = style == ScalarStyle::Plain;
                merges = is_plain && tag.is_none() && text == "<<";
                let value = match name_of(tag.as_deref())? {
                    Some(name) => scalars::tagged(&name, &text, self.version)?,
                    None if is_plain && tag.is_none() && !merges => {
                        scalars::plain(&text, self.version)?
                    }
                    None if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) => {
                        Value::from(self.block(&text))
                    }
                    None => Value::from(text.as_ref()),
                };
                (anchor, value)
            }
            Event::SequenceStart(anchor, tag) => {
                let is_ordered_map = name_of(tag.as_deref())?.as_deref() == Some("omap");
                if !is_ordered_map {
                    expect_tag(tag.as_deref(), "seq")?;
                }
                let mut items = Vec::new();
                loop {
                    match self.event()? {
                        Event::SequenceEnd if is_ordered_map => {
                            break (anchor, ordered_map(items)?);
                        }
                        Event::SequenceEnd => break (anchor, Value::List(items)),
                        item => items.push(self.plain_value(item)?),
                    }
                }
            }
            Event::MappingStart(anchor, tag) => match name_of(tag.as_deref())?.as_deref() {
                Some("set") => (anchor, set(&self.map()?)),
                None | Some("map") => (anchor, Value::Map(self.map()?)),
                Some(_) => return Err(SYNTAX),
            },
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).ok_or(SYNTAX)?.clone();
                self.copies += value.size();
                if self.copies > COPIES_MAX {
                    return Err(SYNTAX);
                }
                (0, value)
            }
            _ => return Err(SYNTAX),
        };
        self.depth -= 1;
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok((value, merges))
    }

    /// A block whose last line ends with the text has no line feed there.
    fn block<'t>(&mut self, text: &'t str) -> &'t str {
        let is_last = matches!(
            self.events.peek(),
            Some(Ok((
                Event::SequenceEnd | Event::MappingEnd | Event::DocumentEnd,
                _
            )))
        );
        match text.strip_suffix('\n') {
            Some(shorter)
                if is_last && !self.last_line.is_empty() && shorter.ends_with(self.last_line) =>
            {
                shorter
            }
            _ => text,
        }
    }

    fn map(&mut self) -> Result<Map, Malformed> {
        let mut merged = Map::new();
        let mut own = Map::new();
        loop {
            let first = match self.event()? {
                Event::MappingEnd => break,
                first => first,
            };
            let (key, is_merge) = match first {
                Event::Scalar(text, ScalarStyle::Plain, 0, None) if text == "=" => {
                    (Value::from("="), false)
                }
                first => self.value(first)?,
            };
            let next = self.event()?;
            let value = self.plain_value(next)?;
            if is_merge {
                merge(&mut merged, value)?;
            } else {
                if self.depth == 1 && key.as_str().is_none() {
                    self.is_named_by_text = false;
                }
                if matches!(key, Value::Map(_)) {
                    return Err(SYNTAX);
                }
                if own.insert(python::name_of_key(&key), value).is_some() {
                    return Err(SYNTAX);
                }
            }
        }
        if merged.is_empty() {
            return Ok(own);
        }
        merged.extend(own);
        Ok(merged)
    }
}

/// The map that a list of maps with one entry each says in order.
fn ordered_map(items: Vec<Value>) -> Result<Value, Malformed> {
    let mut whole = Map::new();
    for item in items {
        match item {
            Value::Map(entry) if entry.len() == 1 => whole.extend(entry),
            _ => return Err(SYNTAX),
        }
    }
    Ok(Value::Map(whole))
}

/// The set of a map's keys.
fn set(map: &Map) -> Value {
    let keys = map
        .keys()
        .map(|name| python::repr(&python::key_of_name(name)));
    let keys: Vec<String> = keys.collect();
    Value::Set(if keys.is_empty() {
        "set()".to_owned()
    } else {
        format!("{{{}}}", keys.join(", "))
    })
}

/// The version that the document's directive asks for.
fn version(text: &str) -> Result<Version, Malformed> {
    let directives = text
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with(['%', '#']));
    let words = |line: &str| line.split_whitespace().nth(1).map(str::to_owned);
    let named = directives
        .filter(|line| line.starts_with("%YAML"))
        .find_map(words);
    match named.as_deref() {
        None | Some("1.2") => Ok(Version::Current),
        Some("1.1") => Ok(Version::Former),
        Some(_) => Err(SYNTAX),
    }
}

/// Adds what is not there yet.
fn merge(merged: &mut Map, value: Value) -> Result<(), Malformed> {
    match value {
        Value::Map(map) => {
            for (key, value) in map {
                merged.entry(key).or_insert(value);
            }
            Ok(())
        }
        Value::List(maps) => maps.into_iter().try_for_each(|map| match map {
            Value::Map(_) => merge(merged, map),
            _ => Err(SYNTAX),
        }),
        _ => Err(SYNTAX),
    }
}

/// The name of a tag of the core schema; `!` alone says nothing.
fn name_of(tag: Option<&Tag>) -> Result<Option<String>, Malformed> {
    match tag {
        None => Ok(None),
        Some(tag) if tag.is_yaml_core_schema() => Ok(Some(tag.suffix.clone())),
        Some(tag) if format!("{}{}", tag.handle, tag.suffix) == "!" => Ok(None),
        Some(tag) => {
            let whole = format!("{}{}", tag.handle, tag.suffix);
            let name = whole.strip_prefix("tag:yaml.org,2002:");
            name.map(|name| Some(name.to_owned())).ok_or(SYNTAX)
        }
    }
}

fn expect_tag(tag: Option<&Tag>, wanted: &str) -> Result<(), Malformed> {
    match name_of(tag)? {
        Some(name) if name != wanted => Err(SYNTAX),
        _ => Ok(()),
    }
}
