//! YAML in block style, as libyaml writes it.

use super::yaml_scalar::{self, Style};
use crate::python;
use crate::value::Value;

/// The column after which text is folded.
const WIDTH: usize = 80;
/// Longer keys are written apart from their values.
const SIMPLE_KEY_MAX: usize = 128;

/// Lays a list or map out, keys sorted.
pub(super) fn lay_out(value: &Value) -> String {
    let mut emitter = Emitter::default();
    match value {
        Value::List(items) if !items.is_empty() => emitter.list(items, 0, true),
        Value::Map(map) if !map.is_empty() => emitter.map(map, 0, true),
        other => emitter.scalar(other, 0, true),
    }
    emitter.out.push('\n');
    emitter.out
}

#[derive(Default)]
struct Emitter {
    out: String,
    column: usize,
}

impl Emitter {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn line(&mut self, indent: usize) {
        self.out.push('\n');
        self.column = 0;
        self.put(&" ".repeat(indent));
    }

    fn list(&mut self, items: &[Value], indent: usize, begun: bool) {
        for (place, item) in items.iter().enumerate() {
            if place > 0 || !begun {
                self.line(indent);
            }
            self.put("- ");
            match item {
                Value::List(items) if !items.is_empty() => self.list(items, indent + 2, true),
                Value::Map(map) if !map.is_empty() => self.map(map, indent + 2, true),
                other => self.scalar(other, indent + 2, true),
            }
        }
    }

    fn map(&mut self, map: &crate::value::Map, indent: usize, begun: bool) {
        let mut members: Vec<(&String, &Value)> = map.iter().collect();
        members.sort_by_key(|(key, _)| *key);
        for (place, (key, value)) in members.into_iter().enumerate() {
            if place > 0 || !begun {
                self.line(indent);
            }
            let is_simple = key.len() <= SIMPLE_KEY_MAX && !key.contains(yaml_scalar::is_break);
            if is_simple {
                self.text(key, indent + 2, false);
            } else {
                self.put("? ");
                self.text(key, indent + 2, true);
                self.line(indent);
            }
            self.put(":");
            match value {
                Value::List(items) if !items.is_empty() => {
                    // Lists stand at the level of their key.
                    if is_simple {
                        self.list(items, indent, false);
                    } else {
                        self.put(" ");
                        self.list(items, indent + 2, true);
                    }
                }
                Value::Map(map) if !map.is_empty() => {
                    if is_simple {
                        self.map(map, indent + 2, false);
                    } else {
                        self.put(" ");
                        self.map(map, indent + 2, true);
                    }
                }
                other => {
                    self.put(" ");
                    self.scalar(other, indent + 2, true);
                }
            }
        }
    }

    fn scalar(&mut self, value: &Value, indent: usize, folded: bool) {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(on) => self.put(if *on { "true" } else { "false" }),
            Value::Float(number) if number.is_nan() => self.put(".nan"),
            Value::Float(number) if number.is_infinite() => {
                self.put(if *number > 0.0 { ".inf" } else { "-.inf" });
            }
            Value::List(_) => self.put("[]"),
            Value::Map(_) => self.put("{}"),
            Value::Str(text) => self.text(text, indent, folded),
            other => self.put(&python::display(other)),
        }
    }

    fn text(&mut self, text: &str, indent: usize, folded: bool) {
        match yaml_scalar::style(text, folded) {
            Style::Plain => self.plain(text, indent, folded),
            Style::Single => self.single(text, indent, folded),
            Style::Double => self.double(text, indent, folded),
        }
    }

    /// Whether a line may end at the blank at `at`.
    fn breaks_here(&self, letters: &[char], at: usize) -> bool {
        self.column > WIDTH
            && (at == 0 || letters[at - 1] != ' ')
            && letters.get(at + 1).is_some_and(|next| *next != ' ')
    }

    fn plain(&mut self, text: &str, indent: usize, folded: bool) {
        let letters: Vec<char> = text.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            if *letter == ' ' && folded && self.breaks_here(&letters, at) {
                self.line(indent);
            } else {
                self.put(letter.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn single(&mut self, text: &str, indent: usize, folded: bool) {
        self.put("'");
        let letters: Vec<char> = text.chars().collect();
        let mut after_break = false;
        for (at, &letter) in letters.iter().enumerate() {
            if letter == ' ' && folded && at > 0 && self.breaks_here(&letters, at) {
                self.line(indent);
            } else if yaml_scalar::is_break(letter) {
                if !after_break && letter == '\n' {
                    self.out.push('\n');
                }
                self.out.push(letter);
                self.column = 0;
            } else {
                if after_break {
                    self.put(&" ".repeat(indent));
                }
                if letter == '\'' {
                    self.put("'");
                }
                self.put(letter.encode_utf8(&mut [0; 4]));
            }
            after_break = yaml_scalar::is_break(letter);
        }
        if after_break {
            self.put(&" ".repeat(indent));
        }
        self.put("'");
    }

    fn double(&mut self, text: &str, indent: usize, folded: bool) {
        self.put("\"");
        let letters: Vec<char> = text.chars().collect();
        let mut after_blank = false;
        for (at, &letter) in letters.iter().enumerate() {
            let inside = at > 0 && at + 1 < letters.len();
            if letter == ' ' && folded && inside && !after_blank && self.column > WIDTH {
                self.line(indent);
                if letters[at + 1] == ' ' {
                    self.put("\\");
                }
            } else {
                self.put(&yaml_scalar::escaped(letter));
            }
            after_blank = letter == ' ';
        }
        self.put("\"");
    }
}
