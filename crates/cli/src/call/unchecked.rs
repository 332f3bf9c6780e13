//! Parameters that nobody has checked, since the profile switches the checks off: what the original
//! stumbles over while it writes them is said in its words, and all else is sent as it is.

use signback_wire::{Kind, Location, Member, Protocol, Service, Shape, Trait};

use crate::failure::Failure;
use crate::formats::timestamps;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// The parameters as they are sent.
///
/// # Errors
/// The first one that cannot be written.
pub(super) fn sendable(service: &Service, shape: &Shape, mut given: Map) -> Result<Map, Failure> {
    if service.metadata().protocol == Protocol::RestJson {
        if let Some(unknown) = given.keys().find(|name| shape.member(name).is_none()) {
            return Err(missing(unknown));
        }
        given.retain(|_, value| *value != Value::Null);
        let in_path = shape
            .members()
            .iter()
            .find(|member| member.location == Location::Uri && !given.contains_key(&member.name));
        if let Some(member) = in_path {
            return Err(missing(member.wire_name()));
        }
    } else if service.metadata().protocol == Protocol::Query {
        given.retain(|_, value| *value != Value::Null);
    }
    members(service, shape, given)
}

fn missing(name: &str) -> Failure {
    Failure::general(python::quoted(name))
}

fn members(service: &Service, shape: &Shape, given: Map) -> Result<Map, Failure> {
    let read = |(name, value): (String, Value)| {
        let member = shape.member(&name).ok_or_else(|| missing(&name))?;
        let value = value_of(service, member, value)?;
        Ok((name, value))
    };
    given.into_iter().map(read).collect()
}

fn value_of(service: &Service, member: &Member, value: Value) -> Result<Value, Failure> {
    let shape = service.shape(member.shape);
    if shape.kind == Kind::Timestamp {
        timestamps::shown(&value).map_err(Failure::general)?;
    }
    let element = |member: &Member, item: Value| match item {
        Value::Null => Ok(Value::Null),
        item => value_of(service, member, item),
    };
    if matches!(
        member.location,
        Location::Uri | Location::Query | Location::Header
    ) {
        return Ok(match (&shape.kind, value) {
            (Kind::String, value @ (Value::Str(_) | Value::List(_) | Value::Map(_))) => {
                Value::Str(python::display(&value))
            }
            (Kind::List { .. } | Kind::Map { .. } | Kind::Boolean, value) => value,
            (_, value) => Value::Str(python::display(&value)),
        });
    }
    let is_document = shape.has(Trait::Document);
    match (&shape.kind, value) {
        (_, value) if is_document => Ok(value),
        (Kind::Structure { .. }, Value::Map(map)) => members(service, shape, map).map(Value::Map),
        (Kind::Map { value: member, .. }, Value::Map(map)) => {
            let read = |(key, item)| Ok((key, element(member, item)?));
            let items = map.into_iter().map(read);
            items.collect::<Result<_, Failure>>().map(Value::Map)
        }
        (Kind::Structure { .. } | Kind::Map { .. }, other) => {
            Err(Failure::general(sentences::no_attribute(&other, "items")))
        }
        (Kind::List { member }, value) => {
            let items = match value {
                Value::List(items) => items,
                Value::Map(map) => map.into_keys().map(Value::Str).collect(),
                Value::Str(text) => text.chars().map(|c| Value::Str(c.to_string())).collect(),
                other => return Err(Failure::general(sentences::not_iterable(&other))),
            };
            let items = items.into_iter().map(|item| element(member, item));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (_, value) => Ok(value),
    }
}
