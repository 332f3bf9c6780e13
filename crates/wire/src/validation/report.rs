//! Violations in the words of the service.

use serde_json::Value;

use super::{Rule, Step, Violation};

/// The most characters of a value that are repeated to the caller.
const SHOWN_CHARACTERS_MAX: usize = 256;

/// Words violations as the services do: `1 validation error detected: Value '…' at 'authFlow' failed to
/// satisfy constraint: Member must …`. Values that must not be shown are left out.
#[must_use]
pub fn report(violations: &[Violation]) -> String {
    let count = violations.len();
    let plural = if count == 1 { "" } else { "s" };
    let each: Vec<String> = violations.iter().map(worded).collect();
    format!(
        "{count} validation error{plural} detected: {}",
        each.join("; ")
    )
}

fn worded(violation: &Violation) -> String {
    let value = match (&violation.rule, &violation.shown) {
        (Rule::Required, _) => "Value null".to_owned(),
        (_, Some(shown)) => format!("Value '{shown}'"),
        (_, None) => "Value".to_owned(),
    };
    let rule = ruled(&violation.rule);
    // A scalar inside a list or map is told of at the list or map.
    let (steps, constraint) = match violation.steps.split_last() {
        Some((Step::Element(_), steps)) => {
            (steps, format!("Member must satisfy constraint: [{rule}]"))
        }
        Some((Step::Key(_), steps)) => {
            (steps, format!("Map keys must satisfy constraint: [{rule}]"))
        }
        Some((Step::Entry(_), steps)) => (
            steps,
            format!("Map value must satisfy constraint: [{rule}]"),
        ),
        _ => (&violation.steps[..], rule),
    };
    format!(
        "{value} at '{}' failed to satisfy constraint: {constraint}",
        path(steps)
    )
}

fn ruled(rule: &Rule) -> String {
    match rule {
        Rule::Required => "Member must not be null".to_owned(),
        Rule::Type(expected) => format!("Member must be {expected}"),
        Rule::MinLength(min) => format!("Member must have length greater than or equal to {min}"),
        Rule::MaxLength(max) => format!("Member must have length less than or equal to {max}"),
        Rule::MinValue(min) => format!("Member must have value greater than or equal to {min}"),
        Rule::MaxValue(max) => format!("Member must have value less than or equal to {max}"),
        Rule::Pattern(pattern) => {
            format!("Member must satisfy regular expression pattern: {pattern}")
        }
        Rule::Enumeration(values) => format!(
            "Member must satisfy enum value set: [{}]",
            values.join(", ")
        ),
        Rule::Union => "Member must have exactly one member set".to_owned(),
        Rule::Unknown => "Member must be one that the operation knows".to_owned(),
    }
}

/// A path as the services write it: `userAttributes.1.member.name`.
fn path(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        if !path.is_empty() {
            path.push('.');
        }
        match step {
            Step::Member(name) => path.push_str(&uncapitalised(name)),
            Step::Element(place) => path.extend([&(place + 1).to_string(), ".member"]),
            Step::Key(name) | Step::Entry(name) => path.extend([name, ".member"]),
        }
    }
    path
}

fn uncapitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(characters)
        .collect()
}

/// A value as the services write it, cut to a length that is fit for a message.
pub(super) fn shown(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    match text.char_indices().nth(SHOWN_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn write(text: &mut String, value: &Value) {
    if text.len() > SHOWN_CHARACTERS_MAX * 4 {
        return;
    }
    match value {
        Value::String(string) => text.push_str(string),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                text.push_str(if place > 0 { ", " } else { "" });
                write(text, item);
            }
            text.push(']');
        }
        Value::Object(map) => {
            text.push('{');
            for (place, (name, item)) in map.iter().enumerate() {
                text.push_str(if place > 0 { ", " } else { "" });
                text.extend([name, "="]);
                write(text, item);
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}
