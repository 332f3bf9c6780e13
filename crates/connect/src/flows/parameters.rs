//! Reading the parameters of an action.

use serde_json::{Map, Value};

use super::language::TEXT_REFERENCES_MAX;
use super::problems::Problems;
use super::reference::{Amount, Reference, Text};

/// One action's parameters; what is wrong with them is noted.
pub(super) struct Parameters<'a> {
    /// How a problem names the action.
    pub(super) place: &'a str,
    /// The parameters as the flow spells them.
    pub(super) given: &'a Map<String, Value>,
    /// Where problems go.
    pub(super) problems: &'a mut Problems,
}

impl Parameters<'_> {
    /// Notes what is wrong.
    pub(super) fn problem<T>(&mut self, text: impl std::fmt::Display) -> Option<T> {
        self.problems.add(format!("{}: {text}", self.place));
        None
    }

    /// A text that is not empty.
    pub(super) fn text(&mut self, member: &str) -> Option<String> {
        match self.given.get(member) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => self.problem(format_args!("Parameters.{member} must be text")),
        }
    }

    /// A text that is not empty and may have references.
    pub(super) fn template(&mut self, member: &str) -> Option<Text> {
        let text = self.text(member)?;
        self.filled(member, &text)
    }

    /// A text with references that a run can resolve; `member` is where it stands.
    pub(super) fn filled(&mut self, member: impl std::fmt::Display, text: &str) -> Option<Text> {
        let text = Text::parse(text);
        if text.references() <= TEXT_REFERENCES_MAX {
            return Some(text);
        }
        self.problem(format_args!(
            "Parameters.{member} has {} references, more than {TEXT_REFERENCES_MAX}",
            text.references()
        ))
    }

    /// A text inside an object of the parameters that may not be a reference.
    pub(super) fn fixed(&mut self, object: &str, member: &str) -> Option<String> {
        match self.given.get(object).and_then(|object| object.get(member)) {
            Some(Value::String(text)) if text.starts_with('$') => self.problem(format_args!(
                "Parameters.{object}.{member} must not be a reference"
            )),
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => self.problem(format_args!("Parameters.{object}.{member} must be text")),
        }
    }

    /// A number, written as one or as text, or a reference, under the first name that is there.
    pub(super) fn amount(&mut self, members: &[&str], least: u32, most: u32) -> Option<Amount> {
        let member = members
            .iter()
            .find(|member| self.given.contains_key(**member))
            .unwrap_or(&members[0]);
        let value = self.given.get(*member);
        if let Some(reference) = value.and_then(Value::as_str).and_then(Reference::parse) {
            return Some(Amount::Reference(reference));
        }
        match value
            .and_then(whole_number)
            .filter(|number| (least..=most).contains(number))
        {
            Some(number) => Some(Amount::Fixed(number)),
            None => self.problem(format_args!(
                "Parameters.{member} must be a whole number from {least} to {most} or a reference"
            )),
        }
    }
}

/// A number that may be written as text.
pub(super) fn whole_number(given: &Value) -> Option<u32> {
    match given {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
        _ => None,
    }
}
