//! What may follow inside a value: members and enumerated words of the shorthand syntax, and members
//! of a result in a query.

use signback_wire::{Kind, Member, Service, Shape};

use super::Suggestion;
use super::matching::Matching;
use crate::commands::context::Context;
use crate::commands::meaning::kind_name;

/// How deep a value is followed.
const DEPTH_MAX: usize = 20;

/// What may stand next in a value of that shape.
pub(super) fn of(
    service: &Service,
    shape: &Shape,
    current: &str,
    matching: Matching,
) -> Vec<Suggestion> {
    // Lists are written as separate words; each is a value of the element's shape.
    let shape = match &shape.kind {
        Kind::List { member } => service.shape(member.shape),
        _ => shape,
    };
    // JSON is not followed.
    if current.starts_with(['{', '[', '"']) {
        return Vec::new();
    }
    let mut found = inside(service, shape, current, matching, DEPTH_MAX);
    for suggestion in &mut found {
        suggestion
            .word
            .insert_str(0, &current[..current.len() - typed_part(current)]);
    }
    found
}

/// How many bytes at the end of a value belong to what is being typed.
fn typed_part(value: &str) -> usize {
    value
        .rfind([',', '=', '{', '[', '}', ']'])
        .map_or(value.len(), |at| value.len() - at - 1)
}

fn inside(
    service: &Service,
    shape: &Shape,
    text: &str,
    matching: Matching,
    depth: usize,
) -> Vec<Suggestion> {
    if depth == 0 {
        return Vec::new();
    }
    let typed = &text[text.len() - typed_part(text)..];
    let deeper = |member: &Member, text: &str| {
        let shape = service.shape(member.shape);
        inside(service, shape, text, matching, depth - 1)
    };
    match &shape.kind {
        Kind::Structure { members, .. } => {
            let parts = split(text.strip_prefix('{').unwrap_or(text));
            let Some((last, before)) = parts.split_last() else {
                return Vec::new();
            };
            if let Some((key, value)) = last.split_once('=') {
                let member = members.iter().find(|member| member.name == key);
                return member.map_or_else(Vec::new, |member| deeper(member, value));
            }
            let given = |name: &str| {
                let mut keys = before.iter().filter_map(|part| part.split_once('='));
                keys.any(|(key, _)| key == name)
            };
            let found = members.iter().filter(|member| !given(&member.name));
            let found = found.map(|member| {
                let value = service.shape(member.shape);
                let bracket = match value.kind {
                    Kind::Structure { .. } | Kind::Map { .. } => "{",
                    Kind::List { .. } => "[",
                    _ => "",
                };
                Suggestion {
                    goes_on: true,
                    ..Suggestion::new(
                        format!("{}={bracket}", member.name),
                        format!("({})", kind_name(value)),
                    )
                }
            });
            matching.pick(found.collect(), typed)
        }
        Kind::Map { key, value } => {
            let parts = split(text.strip_prefix('{').unwrap_or(text));
            match parts.last().and_then(|part| part.split_once('=')) {
                Some((_, text)) => deeper(value, text),
                None => deeper(key, typed),
            }
        }
        Kind::List { member } => {
            let parts = split(text.strip_prefix('[').unwrap_or(text));
            deeper(member, parts.last().copied().unwrap_or_default())
        }
        Kind::Boolean => words(&mut ["true", "false"].into_iter(), typed, matching),
        Kind::String => {
            let mut names = shape.enumeration.iter().map(String::as_str);
            words(&mut names, typed, matching)
        }
        _ => Vec::new(),
    }
}

fn words(
    names: &mut dyn Iterator<Item = &str>,
    typed: &str,
    matching: Matching,
) -> Vec<Suggestion> {
    matching.pick(names.map(|name| Suggestion::new(name, "")).collect(), typed)
}

/// The parts between the commas that stand outside of brackets.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The members of the result that a query may name next.
pub(super) fn query(context: &Context<'_>, current: &str, matching: Matching) -> Vec<Suggestion> {
    let (Some(service), Some(operation)) = (context.service, context.operation) else {
        return Vec::new();
    };
    let Some(mut shape) = service.output(operation) else {
        return Vec::new();
    };
    let split = current.rfind('.').map_or(0, |at| at + 1);
    let (path, typed) = current.split_at(split);
    for step in path.split_terminator('.') {
        let (name, index) = step.find('[').map_or((step, ""), |at| step.split_at(at));
        let member = shape.member(name).map(|member| service.shape(member.shape));
        let Some(member) = member else {
            return Vec::new();
        };
        shape = match &member.kind {
            Kind::List { member } if !index.is_empty() => service.shape(member.shape),
            _ => member,
        };
    }
    let found = shape.members().iter().map(|member| {
        let value = service.shape(member.shape);
        let list = if matches!(value.kind, Kind::List { .. }) {
            "[]"
        } else {
            ""
        };
        Suggestion {
            word: format!("{path}{}{list}", member.name),
            goes_on: true,
            ..Suggestion::new(&member.name, format!("({})", kind_name(value)))
        }
    });
    matching.pick(found.collect(), typed)
}
