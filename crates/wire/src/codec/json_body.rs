//! JSON bodies, written from documents and read back into them, member by member.

use serde_json::{Map, Number, Value};

use super::failure::{CodecError, Coded, Problem};
use super::scalar::{expected, fitting, fitting_in, is_large_number, real_text, whole};
use super::{Reading, time};
use crate::json::{Style, Writer};
use crate::model::{Kind, Member, Protocol, Service, Shape, TimestampFormat, Trait};

/// The format in which JSON bodies hold timestamps.
const TIMESTAMPS: TimestampFormat = TimestampFormat::Epoch;

/// Writes the members of a structure that `chosen` picks, in the document's order.
pub(super) fn write_members(
    service: &Service,
    writer: &mut Writer,
    shape: &Shape,
    document: &Map<String, Value>,
    chosen: impl Fn(&Member) -> bool,
) -> Coded<()> {
    let mut entries = Vec::with_capacity(document.len());
    for (name, value) in document {
        let Some(member) = shape.member(name) else {
            if value.is_null() {
                continue;
            }
            return Err(CodecError::from(Problem::UnknownMember).in_member(name));
        };
        // Nothing is a value too; Python sends it, if whoever checks has let it pass.
        let is_sent = !value.is_null() || writer.style() == Style::Python;
        if is_sent && chosen(member) {
            entries.push((member.wire_name(), (member, value)));
        }
    }
    writer.object(entries, |writer, _, (member, value)| {
        write(service, writer, member, value).map_err(|error| error.in_member(&member.name))
    })
}

/// Writes one value.
pub(super) fn write(
    service: &Service,
    writer: &mut Writer,
    member: &Member,
    value: &Value,
) -> Coded<()> {
    let shape = service.shape(member.shape);
    match (&shape.kind, value) {
        _ if shape.has(Trait::Document) => writer.value(value),
        (_, Value::Null) if writer.style() == Style::Python => writer.value(value),
        (Kind::Structure { .. }, Value::Object(document)) => {
            write_members(service, writer, shape, document, |_| true)?;
        }
        (Kind::List { member }, Value::Array(items)) => {
            writer.array(items.iter().enumerate(), |writer, (place, item)| {
                write(service, writer, member, item).map_err(|error| error.in_element(place))
            })?;
        }
        (Kind::Map { value: member, .. }, Value::Object(map)) => {
            let entries = map.iter().map(|(key, value)| (key.as_str(), value));
            writer.object(entries, |writer, key, value| {
                write(service, writer, member, value).map_err(|error| error.in_member(key))
            })?;
        }
        (Kind::Timestamp, Value::Number(seconds)) => {
            write_timestamp(writer, shape, member, seconds)?;
        }
        (kind, Value::String(digits)) if is_large_number(kind, digits, writer.style()) => {
            writer.raw(digits);
        }
        (kind, value) => writer.value(fitting_in(kind, value, writer.style())?),
    }
    Ok(())
}

fn write_timestamp(
    writer: &mut Writer,
    shape: &Shape,
    member: &Member,
    seconds: &Number,
) -> Coded<()> {
    match member
        .timestamp_format
        .or(shape.timestamp_format)
        .unwrap_or(TIMESTAMPS)
    {
        TimestampFormat::Epoch => {
            writer.value(&Value::Number(time::epoch(seconds, writer.style())));
        }
        format => writer.string(&time::to_text(seconds, format, writer.style())?),
    }
    Ok(())
}

/// Reads the members of a structure that `chosen` picks, in the model's order.
pub(super) fn read_members(
    service: &Service,
    reading: Reading,
    shape: &Shape,
    mut object: Map<String, Value>,
    chosen: impl Fn(&Member) -> bool,
) -> Coded<Map<String, Value>> {
    let mut document = Map::new();
    for member in shape.members().iter().filter(|member| chosen(member)) {
        let Some(value) = object
            .remove(member.wire_name())
            .filter(|value| !value.is_null())
        else {
            continue;
        };
        let value =
            read(service, reading, member, value).map_err(|error| error.in_member(&member.name))?;
        document.insert(member.name.clone(), value);
    }
    match object.keys().next() {
        Some(unknown) if reading == Reading::Exact => {
            Err(CodecError::from(Problem::UnknownMember).in_member(unknown))
        }
        _ => Ok(document),
    }
}

/// Reads one value.
pub(super) fn read(
    service: &Service,
    reading: Reading,
    member: &Member,
    value: Value,
) -> Coded<Value> {
    let shape = service.shape(member.shape);
    Ok(match (&shape.kind, value) {
        (_, value) if shape.has(Trait::Document) => value,
        (Kind::Structure { .. }, Value::Object(object)) => {
            if reading == Reading::Lenient
                && shape.has(Trait::Union)
                && let Some(unknown) = unknown_variant(shape, &object)?
            {
                return Ok(unknown);
            }
            Value::Object(read_members(service, reading, shape, object, |_| true)?)
        }
        (Kind::List { member }, Value::Array(items)) => {
            let element = |(place, item)| {
                element(service, reading, member, item).map_err(|error| error.in_element(place))
            };
            Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(element)
                    .collect::<Result<_, _>>()?,
            )
        }
        (Kind::Map { value: member, .. }, Value::Object(map)) => {
            let mut document = Map::new();
            for (key, value) in map {
                let value = element(service, reading, member, value)
                    .map_err(|error| error.in_member(&key))?;
                document.insert(key, value);
            }
            Value::Object(document)
        }
        (Kind::Timestamp, value @ Value::Number(_)) => value,
        (Kind::Timestamp, Value::String(text)) => time::from_text(&text)?,
        (kind, value)
            if reading == Reading::Lenient && service.metadata().protocol == Protocol::RestJson =>
        {
            converted(kind, value)?
        }
        (Kind::Integer | Kind::Long, value) if reading != Reading::Lenient => {
            whole(&shape.kind, &value).ok_or(Problem::WrongType(expected(&shape.kind)))?
        }
        (
            kind @ (Kind::Structure { .. }
            | Kind::List { .. }
            | Kind::Map { .. }
            | Kind::Timestamp
            | Kind::Blob),
            value,
        ) => {
            fitting(kind, &value)?;
            value
        }
        (_, value) if reading == Reading::Lenient => value,
        (kind, value) => {
            fitting(kind, &value)?;
            value
        }
    })
}

/// What a client of a REST service makes of a scalar of another type: what Python's `int`, `float` and
/// booleans make of it, because output depends on it (a whole number in a double prints as `5.0`).
fn converted(kind: &Kind, value: Value) -> Coded<Value> {
    let misfit = || CodecError::from(Problem::WrongType(expected(kind)));
    let converted = match (kind, value) {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a whole number of this size is as good as any"
        )]
        (Kind::Integer | Kind::Long, Value::Number(number)) if number.is_f64() => {
            number.as_f64().map(|real| Value::from(real.trunc() as i64))
        }
        (Kind::Integer | Kind::Long, Value::String(text)) => {
            text.trim().parse::<i64>().ok().map(Value::from)
        }
        (Kind::Integer | Kind::Long, Value::Bool(truth)) => Some(i64::from(truth).into()),
        (Kind::Float | Kind::Double, Value::Number(number)) => number.as_f64().map(Value::from),
        (Kind::Float | Kind::Double, Value::String(text)) if !real_text(&text) => {
            text.trim().parse::<f64>().ok().map(Value::from)
        }
        (Kind::Float | Kind::Double, Value::Bool(truth)) => Some(f64::from(truth).into()),
        (Kind::Boolean, Value::String(text)) => Some(text.eq_ignore_ascii_case("true").into()),
        (Kind::Boolean, value) => Some(value.as_bool().unwrap_or(false).into()),
        (Kind::String, value) => Some(value),
        (_, value) => fitting(kind, &value).ok().cloned(),
    };
    converted.ok_or_else(misfit)
}

/// Reads an element of a list or map. A client takes a null as it comes, a service does not.
fn element(service: &Service, reading: Reading, member: &Member, value: Value) -> Coded<Value> {
    match (reading, value) {
        (Reading::Lenient, Value::Null) => Ok(Value::Null),
        (_, value) if value.is_null() && !service.shape(member.shape).has(Trait::Document) => {
            Err(Problem::Null.into())
        }
        (_, value) => read(service, reading, member, value),
    }
}

/// What a client makes of a union member that its model does not know; an error unless exactly one is set.
fn unknown_variant(shape: &Shape, object: &Map<String, Value>) -> Coded<Option<Value>> {
    let mut set = object
        .iter()
        .filter(|(name, value)| *name != "__type" && !value.is_null());
    let (Some((name, _)), None) = (set.next(), set.next()) else {
        return Err(Problem::Union.into());
    };
    if shape
        .members()
        .iter()
        .any(|member| member.wire_name() == name)
    {
        return Ok(None);
    }
    Ok(Some(
        serde_json::json!({"SDK_UNKNOWN_MEMBER": {"name": name}}),
    ))
}

/// Parses a JSON body within a limit of nesting.
pub(super) fn parse(body: &[u8], depth: usize) -> Coded<Value> {
    if nesting(body) > depth {
        return Err(Problem::TooDeep(depth).into());
    }
    serde_json::from_slice(body).map_err(|error| Problem::Malformed(error.to_string()).into())
}

/// How deep brackets and braces nest, whatever else stands in the text.
fn nesting(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}
