//! Answers of the Query protocol: XML.

use http::StatusCode;
use serde_json::{Map, Value};

use super::failure::{CodecError, Coded, Problem};
use super::scalar;
use super::service_error::ServiceError;
use super::xml::{self, Element};
use crate::json::Style;
use crate::model::{Kind, Member, Operation, Service, Shape, TimestampFormat, Trait};

/// The format of timestamps.
const TIMESTAMPS: TimestampFormat = TimestampFormat::Iso8601;

/// Writes an output document as an answer.
pub(super) fn write_answer(
    service: &Service,
    operation: &Operation,
    output: Option<&Shape>,
    document: &Map<String, Value>,
    request_id: &str,
) -> Coded<String> {
    let answer = format!("{}Response", operation.name);
    let mut text = format!(
        "<{answer} xmlns=\"{}\">",
        service
            .metadata()
            .xml_namespace
            .as_deref()
            .unwrap_or_default()
    );
    match (output, &operation.result_wrapper) {
        (None, _) => {}
        (Some(output), Some(wrapper)) => {
            xml::wrapped(&mut text, wrapper, |text| {
                write_members(service, text, output, document)
            })?;
        }
        (Some(output), None) => write_members(service, &mut text, output, document)?,
    }
    text.push_str("<ResponseMetadata>");
    xml::leaf(&mut text, "RequestId", request_id);
    text.extend(["</ResponseMetadata></", &answer, ">"]);
    Ok(text)
}

fn write_members(
    service: &Service,
    text: &mut String,
    shape: &Shape,
    document: &Map<String, Value>,
) -> Coded<()> {
    for (name, value) in document.iter().filter(|(_, value)| !value.is_null()) {
        let member = shape
            .member(name)
            .ok_or_else(|| CodecError::from(Problem::UnknownMember).in_member(name))?;
        write_value(service, text, member, member.wire_name(), value)
            .map_err(|error| error.in_member(name))?;
    }
    Ok(())
}

fn write_value(
    service: &Service,
    text: &mut String,
    member: &Member,
    name: &str,
    value: &Value,
) -> Coded<()> {
    let shape = service.shape(member.shape);
    let flattened = shape.has(Trait::Flattened) || member.has(Trait::Flattened);
    match (&shape.kind, value) {
        (Kind::Structure { .. }, Value::Object(document)) => xml::wrapped(text, name, |text| {
            write_members(service, text, shape, document)
        }),
        (Kind::List { member: element }, Value::Array(items)) => {
            let each = |text: &mut String, name: &str| {
                items.iter().enumerate().try_for_each(|(place, item)| {
                    write_value(service, text, element, name, item)
                        .map_err(|error| error.in_element(place))
                })
            };
            if flattened {
                return each(text, element.location_name.as_deref().unwrap_or(name));
            }
            xml::wrapped(text, name, |text| each(text, element.wire_name()))
        }
        (Kind::Map { key, value: entry }, Value::Object(map)) => {
            let each = |text: &mut String, name: &str| {
                map.iter().try_for_each(|(label, value)| {
                    xml::wrapped(text, name, |text| {
                        xml::leaf(text, key.wire_name(), label);
                        write_value(service, text, entry, entry.wire_name(), value)
                            .map_err(|error| error.in_member(label))
                    })
                })
            };
            if flattened {
                return each(text, name);
            }
            xml::wrapped(text, name, |text| each(text, "entry"))
        }
        _ => {
            xml::leaf(
                text,
                name,
                &scalar::to_text(service, member, value, TIMESTAMPS, Style::Compact)?,
            );
            Ok(())
        }
    }
}

/// Reads an answer into an output document.
pub(super) fn read_answer(
    service: &Service,
    operation: &Operation,
    output: &Shape,
    body: &[u8],
) -> Coded<Map<String, Value>> {
    let root = xml::parse(body)?;
    let result = match &operation.result_wrapper {
        None => &root,
        Some(wrapper) => {
            let missing = || Problem::Malformed(format!("the answer has no {wrapper}"));
            root.child(wrapper).ok_or_else(missing)?
        }
    };
    read_members(service, output, result)
}

fn read_members(service: &Service, shape: &Shape, element: &Element) -> Coded<Map<String, Value>> {
    let mut document = Map::new();
    for member in shape.members() {
        let value =
            read_member(service, member, element).map_err(|error| error.in_member(&member.name))?;
        if let Some(value) = value {
            document.insert(member.name.clone(), value);
        }
    }
    Ok(document)
}

fn read_member(service: &Service, member: &Member, parent: &Element) -> Coded<Option<Value>> {
    let shape = service.shape(member.shape);
    if shape.has(Trait::Flattened) || member.has(Trait::Flattened) {
        let name = match &shape.kind {
            Kind::List { member: element } => element
                .location_name
                .as_deref()
                .unwrap_or(member.wire_name()),
            _ => member.wire_name(),
        };
        let elements: Vec<&Element> = parent.children_named(name).collect();
        let value = (!elements.is_empty()).then(|| read_elements(service, shape, &elements));
        return value.transpose();
    }
    parent
        .child(member.wire_name())
        .map(|element| read_value(service, member, element))
        .transpose()
}

fn read_value(service: &Service, member: &Member, element: &Element) -> Coded<Value> {
    let shape = service.shape(member.shape);
    match &shape.kind {
        Kind::Structure { .. } => Ok(Value::Object(read_members(service, shape, element)?)),
        Kind::List { .. } | Kind::Map { .. } => {
            read_elements(service, shape, &element.children.iter().collect::<Vec<_>>())
        }
        _ => scalar::from_text(service, member, &element.text),
    }
}

/// Reads the elements of a list, or the entries of a map.
fn read_elements(service: &Service, shape: &Shape, elements: &[&Element]) -> Coded<Value> {
    match &shape.kind {
        Kind::Map { key, value: entry } => {
            let mut map = Map::new();
            for pair in elements {
                let missing = || Problem::Malformed("a map's entry is incomplete".into());
                let label = pair.text_of(key.wire_name()).ok_or_else(missing)?;
                let value = pair.child(entry.wire_name()).ok_or_else(missing)?;
                let value =
                    read_value(service, entry, value).map_err(|error| error.in_member(label))?;
                map.insert(label.to_owned(), value);
            }
            Ok(Value::Object(map))
        }
        Kind::List { member } => {
            let read = |(place, element): (usize, &&Element)| {
                read_value(service, member, element).map_err(|error| error.in_element(place))
            };
            Ok(Value::Array(
                elements
                    .iter()
                    .enumerate()
                    .map(read)
                    .collect::<Coded<_>>()?,
            ))
        }
        _ => Err(Problem::WrongType("a list or map").into()),
    }
}

/// Writes an error.
pub(super) fn write_error(
    service: &Service,
    shape: Option<&Shape>,
    code: &str,
    status: StatusCode,
    members: &Map<String, Value>,
    request_id: &str,
) -> String {
    let mut text = format!(
        "<ErrorResponse xmlns=\"{}\"><Error>",
        service
            .metadata()
            .xml_namespace
            .as_deref()
            .unwrap_or_default()
    );
    xml::leaf(
        &mut text,
        "Type",
        if status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        },
    );
    xml::leaf(&mut text, "Code", code);
    for (name, value) in members {
        let member = shape.and_then(|shape| shape.member(name));
        match (name.eq_ignore_ascii_case("message"), member, value) {
            (true, _, Value::String(message)) => xml::leaf(&mut text, "Message", message),
            (false, Some(member), value) => {
                // A member that does not fit its shape is left out; code and message are enough.
                let mut part = String::new();
                if write_value(service, &mut part, member, member.wire_name(), value).is_ok() {
                    text.push_str(&part);
                }
            }
            _ => {}
        }
    }
    text.push_str("</Error>");
    xml::leaf(&mut text, "RequestId", request_id);
    text.push_str("</ErrorResponse>");
    text
}

/// Reads the code and message of an error.
pub(super) fn read_error(body: &[u8]) -> Coded<ServiceError> {
    let root = xml::parse(body)?;
    let missing = || CodecError::from(Problem::Malformed("the answer has no Error".into()));
    let error = error_element(&root).ok_or_else(missing)?;
    let text = |name| error.text_of(name).map(str::to_owned);
    let outside = || {
        root.text_of("RequestId")
            .or_else(|| root.text_of("RequestID"))
            .map(str::to_owned)
    };
    Ok(ServiceError {
        code: text("Code").unwrap_or_default(),
        message: text("Message").unwrap_or_default().into(),
        members: Map::new(),
        blame: text("Type"),
        request_id: text("RequestId").or_else(outside),
    })
}

/// Reads the members that the model gives an error.
pub(super) fn read_error_members(
    service: &Service,
    shape: &Shape,
    body: &[u8],
) -> Coded<Map<String, Value>> {
    let root = xml::parse(body)?;
    error_element(&root).map_or_else(
        || Ok(Map::new()),
        |error| read_members(service, shape, error),
    )
}

fn error_element(root: &Element) -> Option<&Element> {
    root.child("Error")
        .or_else(|| root.child("Errors")?.child("Error"))
}
