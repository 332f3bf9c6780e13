//! From a flow's content to a valid [`Flow`], or to every problem that it has.

mod transitions;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::actions;
use super::engine::{Action, Flow};
use super::language::{ACTIONS_MAX, CONTENT_CHARS_MAX, FlowType, VERSION};
use super::parameters::Parameters;
use super::problems::{Problems, clip};

/// What is told of an export that the console made before it had the flow language.
const OLD_FORMAT: &str = "the content is an export of the console's old format (\"modules\"): import it in the \
     console of Amazon Connect and export it again, or get it with DescribeContactFlow";
/// How JSON spells the character U+0000, and perhaps a backslash and `u0000`.
const NUL_ESCAPED: &str = r"\u0000";
/// How long an identifier may be.
const IDENTIFIER_CHARS_MAX: usize = 50;
/// What an identifier may not contain.
const IDENTIFIER_FORBIDDEN: &[char] = &[
    '%', ':', '(', '\\', '/', ')', '=', '$', ',', ';', '[', ']', '{', '}',
];
/// What an identifier may not be: names that objects of a JavaScript engine have already.
const IDENTIFIERS_FORBIDDEN: &[&str] = &[
    "__proto__",
    "constructor",
    "__defineGetter__",
    "__defineSetter__",
    "toString",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "valueOf",
];

/// The longest parameters that the flow log repeats, as JSON.
const LOGGED_BYTES_MAX: usize = 2048;

/// Reads the content of a flow of the given type.
pub fn parse(content: &str, flow_type: FlowType) -> Result<Flow, Problems> {
    let mut problems = Problems::default();
    let flow = read(content, flow_type, &mut problems);
    match flow {
        Some(flow) if problems.is_empty() => Ok(flow),
        _ => Err(problems),
    }
}

fn read(content: &str, flow_type: FlowType, problems: &mut Problems) -> Option<Flow> {
    if content.chars().nth(CONTENT_CHARS_MAX).is_some() {
        problems.add(format!(
            "the content is longer than {CONTENT_CHARS_MAX} characters"
        ));
        return None;
    }
    let document = match serde_json::from_str(content) {
        Ok(Value::Object(document)) => document,
        Ok(_) => {
            problems.add("the content must be a JSON object");
            return None;
        }
        Err(error) => {
            problems.add(format!("the content is not JSON: {error}"));
            return None;
        }
    };
    if document.contains_key("modules") && !document.contains_key("Actions") {
        problems.add(OLD_FORMAT);
        return None;
    }
    if content.contains(NUL_ESCAPED) && document.values().any(has_nul) {
        problems.add("the content has the character U+0000, which no chat can carry");
        return None;
    }
    check_envelope(&document, problems);
    let Some(Value::Array(listed)) = document.get("Actions") else {
        problems.add("Actions must be a list of actions");
        return None;
    };
    if listed.is_empty() || listed.len() > ACTIONS_MAX {
        problems.add(format!(
            "a flow has 1 to {ACTIONS_MAX} actions, this one has {}",
            listed.len()
        ));
    }
    let targets = identifiers(listed, problems);
    let start = start(&document, &targets, problems);
    let actions: Vec<Action> = listed
        .iter()
        .enumerate()
        .filter_map(|(number, listed)| action(number, listed, flow_type, &targets, problems))
        .collect();
    Some(Flow {
        start: start?,
        actions,
    })
}

/// Whether a text has the character U+0000, which databases do not store.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The index of the action that runs first.
fn start(
    document: &Map<String, Value>,
    targets: &HashMap<&str, usize>,
    problems: &mut Problems,
) -> Option<usize> {
    let Some(Value::String(start)) = document.get("StartAction") else {
        problems.add("StartAction must be the identifier of an action");
        return None;
    };
    let target = targets.get(start.as_str()).copied();
    if target.is_none() {
        let start = clip(start, IDENTIFIER_CHARS_MAX);
        problems.add(format!("StartAction \"{start}\" is no action of the flow"));
    }
    target
}

fn check_envelope(document: &Map<String, Value>, problems: &mut Problems) {
    if document.get("Version").and_then(Value::as_str) != Some(VERSION) {
        problems.add(format!("Version must be \"{VERSION}\""));
    }
    if document
        .get("Metadata")
        .is_some_and(|metadata| !metadata.is_object())
    {
        problems.add("Metadata must be an object");
    }
}

/// The index of each action by its identifier, of the first where several share one.
fn identifiers<'a>(listed: &'a [Value], problems: &mut Problems) -> HashMap<&'a str, usize> {
    let mut targets = HashMap::new();
    for (number, action) in listed.iter().enumerate() {
        let Some(identifier) = action.get("Identifier").and_then(Value::as_str) else {
            problems.add(format!(
                "{}: Identifier must be text",
                place(number, action)
            ));
            continue;
        };
        if let Some(fault) = identifier_fault(identifier) {
            problems.add(format!("{}: Identifier {fault}", place(number, action)));
        }
        if targets.contains_key(identifier) {
            problems.add(format!(
                "{}: Identifier is used more than once",
                place(number, action)
            ));
        } else {
            targets.insert(identifier, number);
        }
    }
    targets
}

fn identifier_fault(identifier: &str) -> Option<String> {
    if identifier.is_empty() || identifier.chars().count() > IDENTIFIER_CHARS_MAX {
        return Some(format!("must have 1 to {IDENTIFIER_CHARS_MAX} characters"));
    }
    if let Some(forbidden) = identifier
        .chars()
        .find(|found| IDENTIFIER_FORBIDDEN.contains(found))
    {
        return Some(format!("must not contain {forbidden}"));
    }
    IDENTIFIERS_FORBIDDEN
        .contains(&identifier)
        .then(|| "is a reserved name".to_owned())
}

/// The parameters as the flow log repeats them, and their size.
fn logged(given: &Map<String, Value>) -> (Map<String, Value>, usize) {
    let length = serde_json::to_string(given).map_or(usize::MAX, |text| text.len());
    if length <= LOGGED_BYTES_MAX {
        return (given.clone(), length);
    }
    let omitted = format!("{length} bytes are not repeated here");
    let bytes = omitted.len();
    let omitted = Map::from_iter([("Omitted".to_owned(), Value::from(omitted))]);
    (omitted, bytes)
}

/// How a problem names the action that it is in.
fn place(number: usize, action: &Value) -> String {
    match action.get("Identifier").and_then(Value::as_str) {
        Some(identifier) => format!("action \"{}\"", clip(identifier, IDENTIFIER_CHARS_MAX)),
        None => format!("action number {}", number + 1),
    }
}

fn action(
    number: usize,
    listed: &Value,
    flow_type: FlowType,
    targets: &HashMap<&str, usize>,
    problems: &mut Problems,
) -> Option<Action> {
    let place = place(number, listed);
    let Some(listed) = listed.as_object() else {
        problems.add(format!("{place} must be an object"));
        return None;
    };
    let empty = Map::new();
    let given = match listed.get("Parameters") {
        Some(Value::Object(given)) => given,
        None => &empty,
        Some(_) => {
            problems.add(format!("{place}: Parameters must be an object"));
            &empty
        }
    };
    let Some(type_name) = listed.get("Type").and_then(Value::as_str) else {
        problems.add(format!("{place}: Type must be text"));
        return None;
    };
    let Some(kind) = actions::named(type_name) else {
        problems.add(format!(
            "{place}: Type \"{}\" is not known",
            clip(type_name, IDENTIFIER_CHARS_MAX)
        ));
        return None;
    };
    let rule = &kind.rule;
    if rule
        .flow_types
        .is_some_and(|types| !types.contains(&flow_type.name()))
    {
        problems.add(format!(
            "{place}: {type_name} is not allowed in a flow of type {}",
            flow_type.name()
        ));
    }
    let transitions = transitions::read(&place, listed.get("Transitions"), rule, targets, problems);
    let does = (kind.read)(&mut Parameters {
        place: &place,
        given,
        problems,
    });
    let (parameters, parameters_bytes) = logged(given);
    Some(Action {
        identifier: listed.get("Identifier")?.as_str()?.to_owned(),
        type_name: kind.name,
        rule,
        does: does?,
        transitions,
        parameters,
        parameters_bytes,
    })
}
