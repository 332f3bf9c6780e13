//! Answers in XML, as `sts` gives them.

use signback_wire::{Kind, Member, Operation, Shape, Trait};

use super::Reading;
use crate::failure::Failure;
use crate::formats::xml;
use crate::formats::xml::Element;
use crate::http::Response;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// The elements that stand for one member: usually one.
type Nodes<'e> = Vec<&'e Element>;

/// Reads the result of an operation.
pub(super) fn result(
    reading: Reading<'_>,
    operation: &Operation,
    response: &Response,
) -> Result<Map, Failure> {
    let root = document(response)?;
    let Some(shape) = reading.service.output(operation) else {
        return Ok(Map::new());
    };
    let start = match &operation.result_wrapper {
        None => vec![&root],
        Some(wrapper) => root.named(wrapper),
    };
    if start.is_empty() {
        let wrapper = operation.result_wrapper.as_deref().unwrap_or_default();
        return Err(Failure::general(python::quoted(wrapper)));
    }
    members(reading, shape, start[0])
}

/// Reads the members that the model gives an error.
pub(super) fn error_members(
    reading: Reading<'_>,
    shape: &Shape,
    response: &Response,
) -> Result<Map, Failure> {
    let root = document(response)?;
    let inner = match root.name.as_str() {
        "ErrorResponse" => root.children.iter().find(|child| child.name == "Error"),
        _ => None,
    };
    members(reading, shape, inner.unwrap_or(&root))
}

/// The code and message of an error, as far as they are there, in their order.
pub(super) fn error(response: &Response) -> Result<Map, Failure> {
    let Value::Map(mut all) = children(&document(response)?) else {
        return Ok(Map::new());
    };
    match all.shift_remove("Errors") {
        None => {}
        Some(Value::Map(errors)) => all.extend(errors),
        Some(other) => return Err(no_pairs(&other)),
    }
    match all.shift_remove("Error") {
        None => Ok(Map::new()),
        Some(Value::Map(error)) => {
            let is_known = |name: &String| name == "Code" || name == "Message";
            Ok(error
                .into_iter()
                .filter(|(name, _)| is_known(name))
                .collect())
        }
        Some(other) => Err(Failure::general(sentences::no_attribute(&other, "get"))),
    }
}

/// What Python says about something that should have been pairs of name and value.
fn no_pairs(value: &Value) -> Failure {
    Failure::general(match value {
        Value::Str(_) => sentences::NO_PAIR.to_owned(),
        other => sentences::not_iterable(other),
    })
}

/// The children of an element by name, each as its own children or its text. Of several with one
/// name the first counts, and of that one its children alone.
fn children(element: &Element) -> Value {
    let mut map = Map::new();
    for child in &element.children {
        let is_alone = element.named(&child.name).len() == 1;
        map.entry(child.name.clone()).or_insert_with(|| {
            if !is_alone || !child.children.is_empty() {
                return children(child);
            }
            match child.text.as_str() {
                "" => Value::Null,
                text => Value::from(text),
            }
        });
    }
    Value::Map(map)
}

fn document(response: &Response) -> Result<Element, Failure> {
    let problem = |problem: String| {
        let body = python::quoted_bytes(&response.body);
        Failure::general(format!(
            "Unable to parse response ({problem}), invalid XML received. Further retries may succeed:\n{body}"
        ))
    };
    let text = std::str::from_utf8(&response.body).map_err(|error| {
        let before = String::from_utf8_lossy(&response.body[..error.valid_up_to()]);
        let (line, column) = xml::place_after(&before);
        problem(format!(
            "not well-formed (invalid token): line {line}, column {column}"
        ))
    })?;
    xml::parse(text).map_err(problem)
}

fn members(reading: Reading<'_>, shape: &Shape, element: &Element) -> Result<Map, Failure> {
    let mut map = Map::new();
    for member in shape.members() {
        let nodes = element.named(name_of(reading, member));
        if !nodes.is_empty() {
            map.insert(member.name.clone(), value(reading, member, &nodes)?);
        }
    }
    Ok(map)
}

fn is_flattened(shape: &Shape, member: &Member) -> bool {
    shape.has(Trait::Flattened) || member.has(Trait::Flattened)
}

/// The name of a member's elements; flattened lists are named after what is in them.
fn name_of<'m>(reading: Reading<'m>, member: &'m Member) -> &'m str {
    let shape = reading.service.shape(member.shape);
    match &shape.kind {
        Kind::List { member: item } if is_flattened(shape, member) => {
            item.location_name.as_deref().unwrap_or(member.wire_name())
        }
        _ => member.wire_name(),
    }
}

fn value(reading: Reading<'_>, member: &Member, nodes: &[&Element]) -> Result<Value, Failure> {
    let shape = reading.service.shape(member.shape);
    let first = nodes[0];
    // Where an element is repeated its repetitions are the list.
    let items = || -> Nodes<'_> {
        if nodes.len() > 1 || is_flattened(shape, member) {
            nodes.to_vec()
        } else {
            first.children.iter().collect()
        }
    };
    let text = first.text.as_str();
    match &shape.kind {
        Kind::Structure { .. } => members(reading, shape, first).map(Value::Map),
        Kind::List { member } => {
            let items = items()
                .into_iter()
                .map(|item| value(reading, member, &[item]));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        Kind::Map { key, value: item } => entries(reading, (key, item), &items()).map(Value::Map),
        Kind::Boolean => Ok(Value::Bool(text == "true")),
        Kind::Float | Kind::Double => python::to_float(text)
            .map(Value::Float)
            .map_err(Failure::general),
        Kind::Integer | Kind::Long => python::big_int(text).map_err(Failure::general),
        Kind::Timestamp => reading.timestamp(Value::from(text)),
        Kind::String | Kind::Blob => Ok(Value::from(text)),
    }
}

fn entries(
    reading: Reading<'_>,
    (key, item): (&Member, &Member),
    nodes: &[&Element],
) -> Result<Map, Failure> {
    let mut map = Map::new();
    let name = |member: &Member, usual: &str| {
        member
            .location_name
            .clone()
            .unwrap_or_else(|| usual.to_owned())
    };
    let (key_name, value_name) = (name(key, "key"), name(item, "value"));
    for node in nodes {
        let (mut label, mut found) = (None, None);
        for part in &node.children {
            if part.name == key_name {
                label = Some(part.text.clone());
            } else if part.name == value_name {
                found = Some(value(reading, item, &[part])?);
            } else {
                return Err(Failure::general(format!("Unknown tag: {}", part.name)));
            }
        }
        if let (Some(label), Some(found)) = (label, found) {
            map.insert(label, found);
        }
    }
    Ok(map)
}
