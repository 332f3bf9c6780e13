//! Answers in JSON, of both protocols that use it.

use signback_wire::{Kind, Location, Member, Shape, Trait};

use super::{Reading, body};
use crate::failure::Failure;
use crate::http::{Response, text};
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// Reads an answer by a shape: members outside the body, then those in it.
pub(super) fn read(
    reading: Reading<'_>,
    shape: &Shape,
    response: &Response,
) -> Result<Map, Failure> {
    if !reading.is_rest() {
        return match structure(reading, shape, body(response)?)? {
            Value::Map(members) => Ok(members),
            other if response.header("x-amzn-requestid").is_some() => Err(Failure::general(
                sentences::no_attribute(&other, "setdefault"),
            )),
            other => Err(Failure::general(sentences::no_attribute(&other, "update"))),
        };
    }
    let mut result = Map::new();
    for member in shape.members() {
        if let Some(value) = outside_the_body(reading, member, response)? {
            result.insert(member.name.clone(), value);
        }
    }
    if let Some(payload) = shape.payload() {
        let kind = &reading.service.shape(payload.shape).kind;
        let value = if matches!(kind, Kind::String | Kind::Blob) {
            let text = std::str::from_utf8(&response.body);
            let text = text
                .map_err(|error| Failure::general(sentences::undecodable(&response.body, error)))?;
            Value::from(text)
        } else {
            read_value(reading, payload, body(response)?)?
        };
        result.insert(payload.name.clone(), value);
        return Ok(result);
    }
    match structure(reading, shape, body(response)?)? {
        Value::Map(members) => result.extend(members),
        other => return Err(Failure::general(sentences::not_iterable(&other))),
    }
    Ok(result)
}

fn outside_the_body(
    reading: Reading<'_>,
    member: &Member,
    response: &Response,
) -> Result<Option<Value>, Failure> {
    match member.location {
        Location::Status => Ok(Some(Value::Int(i64::from(response.status)))),
        Location::Header => {
            let text = response.header(member.wire_name());
            text.map(|text| header(reading, member, &text)).transpose()
        }
        Location::Headers => {
            let prefix = member.wire_name().to_ascii_lowercase();
            let found = response.headers.iter().filter_map(|(name, value)| {
                let name = name.as_str().strip_prefix(&prefix)?;
                Some((name.to_owned(), Value::from(&*text(value))))
            });
            Ok(Some(Value::Map(found.collect())))
        }
        _ => Ok(None),
    }
}

fn header(reading: Reading<'_>, member: &Member, text: &str) -> Result<Value, Failure> {
    let value = match &reading.service.shape(member.shape).kind {
        Kind::List { .. } => {
            let items = text.split(',').map(|item| Value::from(item.trim()));
            Value::List(items.collect())
        }
        _ => Value::from(text),
    };
    read_value(reading, member, value)
}

fn read_value(reading: Reading<'_>, member: &Member, value: Value) -> Result<Value, Failure> {
    let shape = reading.service.shape(member.shape);
    let converts = reading.is_rest();
    match &shape.kind {
        _ if shape.has(Trait::Document) => Ok(value),
        Kind::Structure { .. } => structure(reading, shape, value),
        Kind::List { member } => list(reading, member, value),
        Kind::Map { value: member, .. } => match value {
            Value::Map(map) => {
                let read = |(key, item)| Ok((key, present(reading, member, item)?));
                let items = map.into_iter().map(read);
                items.collect::<Result<_, Failure>>().map(Value::Map)
            }
            other => Err(Failure::general(sentences::no_attribute(&other, "items"))),
        },
        Kind::Timestamp => reading.timestamp(value),
        Kind::Integer | Kind::Long if converts => python::int_of(value).map_err(Failure::general),
        Kind::Float | Kind::Double if converts => python::float_of(value).map_err(Failure::general),
        Kind::Boolean if converts => Ok(Value::Bool(match value {
            Value::Bool(on) => on,
            Value::Str(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        })),
        _ => Ok(value),
    }
}

/// Whatever can be walked through is a list: the letters of a text, the names in a map.
fn list(reading: Reading<'_>, member: &Member, value: Value) -> Result<Value, Failure> {
    let items: Vec<Value> = match value {
        Value::List(items) => items,
        Value::Str(text) => text.chars().map(|c| Value::Str(c.to_string())).collect(),
        Value::Map(map) => map.into_keys().map(Value::Str).collect(),
        other => return Err(Failure::general(sentences::not_iterable(&other))),
    };
    let items = items.into_iter().map(|item| present(reading, member, item));
    items.collect::<Result<_, _>>().map(Value::List)
}

/// An element of a list or map; `null` stays, whatever the elements are.
fn present(reading: Reading<'_>, member: &Member, item: Value) -> Result<Value, Failure> {
    match item {
        Value::Null => Ok(Value::Null),
        item => read_value(reading, member, item),
    }
}

fn structure(reading: Reading<'_>, shape: &Shape, value: Value) -> Result<Value, Failure> {
    if shape.has(Trait::Document) || value == Value::Null {
        return Ok(value);
    }
    if shape.has(Trait::Union)
        && let Some(unknown) = unknown_choice(shape, &value)?
    {
        return Ok(unknown);
    }
    if shape.members().is_empty() {
        return Ok(Value::Map(Map::new()));
    }
    let Value::Map(mut given) = value else {
        return Err(Failure::general(sentences::no_attribute(&value, "get")));
    };
    let mut members = Map::new();
    for member in shape.members() {
        let found = given.swap_remove(member.wire_name());
        if let Some(item) = found.filter(|item| *item != Value::Null) {
            members.insert(member.name.clone(), read_value(reading, member, item)?);
        }
    }
    Ok(Value::Map(members))
}

/// A choice has one member; one that the model does not know is named in its place.
fn unknown_choice(shape: &Shape, value: &Value) -> Result<Option<Value>, Failure> {
    let given = match value {
        Value::Map(map) => map,
        Value::List(_) => return Err(Failure::general(sentences::POP_FROM_LIST)),
        other => return Err(Failure::general(sentences::no_attribute(other, "copy"))),
    };
    let set: Vec<&String> = given
        .iter()
        .filter(|(name, item)| *name != "__type" && **item != Value::Null)
        .map(|(name, _)| name)
        .collect();
    let [name] = set[..] else {
        return Err(Failure::general(format!(
            "Invalid service response: {} must have one and only one member set.",
            shape.name
        )));
    };
    if shape
        .members()
        .iter()
        .any(|member| member.wire_name() == name)
    {
        return Ok(None);
    }
    let first = given.keys().next().unwrap_or(name);
    let inner = Map::from_iter([("name".to_owned(), Value::from(first.as_str()))]);
    let outer = Map::from_iter([("SDK_UNKNOWN_MEMBER".to_owned(), Value::Map(inner))]);
    Ok(Some(Value::Map(outer)))
}
