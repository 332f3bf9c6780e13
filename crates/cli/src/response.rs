//! From an answer to a result or a service error.
//!
//! Answers are read leniently, as the command being replaced reads them: what the interface model
//! does not know is dropped, and scalars are shown as they came, whatever type they should have.

use signback_wire::{Kind, Location, Member, Operation, Protocol, Service, Shape, Trait};

use crate::failure::{Failure, ServiceError};
use crate::http::Response;
use crate::value::{Map, Value};
use crate::{json, python, timestamps};

/// How points in time are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampStyle {
    /// As ISO 8601 text.
    Iso8601,
    /// As they came.
    Wire,
}

/// Reads the result of an operation.
///
/// # Errors
/// A body that breaks the model in a way that the command being replaced does not survive.
pub fn result(
    service: &Service,
    operation: &Operation,
    style: TimestampStyle,
    response: &Response,
) -> Result<Map, Failure> {
    let Some(shape) = service.output(operation) else {
        return Ok(Map::new());
    };
    if service.metadata().protocol == Protocol::Query {
        return crate::query_protocol::result(service, operation, style, response);
    }
    Reader { service, style }.output(shape, response)
}

/// Reads the error that a service answered.
///
/// # Errors
/// A body that breaks the model in a way that the command being replaced does not survive.
pub fn error(
    service: &Service,
    operation: &Operation,
    response: &Response,
) -> Result<ServiceError, Failure> {
    let (code, message) = if is_generic(response) {
        (
            response.status.to_string(),
            Value::from(reason(response.status)),
        )
    } else if response.status < 301 {
        ("Unknown".to_owned(), Value::from("Unknown"))
    } else if service.metadata().protocol == Protocol::Query {
        crate::query_protocol::error(service, operation, response)?
    } else {
        code_and_message(service, response)?
    };
    let mut members = Map::new();
    members.insert("Message".to_owned(), message.clone());
    members.insert("Code".to_owned(), Value::from(code.as_str()));
    if let Some(shape) = error_shape(service, &code)
        && service.metadata().protocol != Protocol::Query
    {
        let modelled = Reader {
            service,
            style: TimestampStyle::Iso8601,
        }
        .output(shape, response)?;
        let further = modelled
            .into_iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("message"));
        members.extend(further.filter(|(name, _)| name != "Code"));
    }
    Ok(ServiceError {
        code,
        message: python::display(&message),
        operation: operation.name.clone(),
        retries: None,
        members,
    })
}

fn error_shape<'a>(service: &'a Service, code: &str) -> Option<&'a Shape> {
    let named = service
        .shape_named(code)
        .filter(|shape| shape.has(Trait::Exception));
    named.filter(|shape| shape.error_code() == code)
}

/// Whether the answer is a proxy's or a balancer's, not the service's.
fn is_generic(response: &Response) -> bool {
    let body = response.body.trim_ascii();
    response.status >= 500 && (body.is_empty() || body.starts_with(b"<html>"))
}

/// The standard phrase of a status.
fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
}

fn code_and_message(service: &Service, response: &Response) -> Result<(String, Value), Failure> {
    let body = body(response)?;
    let Value::Map(body) = body else {
        return Err(Failure::general(format!(
            "{} object has no attribute 'get'",
            class_name(&body)
        )));
    };
    let member = |names: [&str; 2]| names.iter().find_map(|name| body.get(*name)).cloned();
    let message = member(["message", "Message"]).unwrap_or_else(|| Value::from(""));
    let mut code = match body.get("__type") {
        Some(code) => stripped(&python::display(code)),
        None => response.status.to_string(),
    };
    if service.metadata().protocol == Protocol::RestJson {
        let given = response.header("x-amzn-errortype").map(str::to_owned);
        if let Some(given) =
            given.or_else(|| member(["code", "Code"]).map(|code| python::display(&code)))
        {
            code = stripped(&given);
        }
    }
    Ok((code, message))
}

/// A code without namespace and without what follows a colon.
fn stripped(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

/// The body as a document; text that is none is taken as a message.
fn body(response: &Response) -> Result<Value, Failure> {
    if response.body.is_empty() {
        return Ok(Value::Map(Map::new()));
    }
    let text = match std::str::from_utf8(&response.body) {
        Ok(text) => text,
        Err(error) => return Err(Failure::general(python::undecodable(&response.body, error))),
    };
    Ok(json::parse(text).unwrap_or_else(|_| {
        Value::Map(
            [("message".to_owned(), Value::from(text))]
                .into_iter()
                .collect(),
        )
    }))
}

fn class_name(value: &Value) -> String {
    python::class(value)
        .trim_start_matches("<class ")
        .trim_end_matches('>')
        .to_owned()
}

struct Reader<'a> {
    service: &'a Service,
    style: TimestampStyle,
}

impl Reader<'_> {
    fn output(&self, shape: &Shape, response: &Response) -> Result<Map, Failure> {
        let mut result = Map::new();
        for member in shape.members() {
            if let Some(value) = self.outside_the_body(member, response)? {
                result.insert(member.name.clone(), value);
            }
        }
        if let Some(payload) = shape.payload() {
            let kind = &self.service.shape(payload.shape).kind;
            let value = if matches!(kind, Kind::String | Kind::Blob) {
                Value::Str(String::from_utf8_lossy(&response.body).into_owned())
            } else {
                self.value(payload, body(response)?)?
            };
            result.insert(payload.name.clone(), value);
            return Ok(result);
        }
        match self.structure(shape, body(response)?)? {
            Value::Map(members) => result.extend(members),
            other => {
                return Err(Failure::general(format!(
                    "{} object is not iterable",
                    class_name(&other)
                )));
            }
        }
        Ok(result)
    }

    fn outside_the_body(
        &self,
        member: &Member,
        response: &Response,
    ) -> Result<Option<Value>, Failure> {
        let name = member.wire_name().to_ascii_lowercase();
        match member.location {
            Location::Status => Ok(Some(Value::Int(i64::from(response.status)))),
            Location::Header => match response.header(&name) {
                Some(text) => self.header(member, text).map(Some),
                None => Ok(None),
            },
            Location::Headers => {
                let stripped = |(key, value): &(String, String)| {
                    Some((
                        key.strip_prefix(&name)?.to_owned(),
                        Value::from(value.as_str()),
                    ))
                };
                Ok(Some(Value::Map(
                    response.headers.iter().filter_map(stripped).collect(),
                )))
            }
            _ => Ok(None),
        }
    }

    fn header(&self, member: &Member, text: &str) -> Result<Value, Failure> {
        match self.service.shape(member.shape).kind {
            Kind::Integer | Kind::Long => python::big_int(text).map_err(Failure::general),
            Kind::Float | Kind::Double => python::to_float(text)
                .map(Value::Float)
                .map_err(Failure::general),
            Kind::Boolean => Ok(Value::Bool(text.eq_ignore_ascii_case("true"))),
            Kind::Timestamp => Ok(self.timestamp(Value::from(text))),
            _ => Ok(Value::from(text)),
        }
    }

    fn value(&self, member: &Member, value: Value) -> Result<Value, Failure> {
        let shape = self.service.shape(member.shape);
        if shape.has(Trait::Document) {
            return Ok(value);
        }
        let odd = |value: &Value, doing: &str| {
            Err(Failure::general(format!(
                "{} object {doing}",
                class_name(value)
            )))
        };
        match (&shape.kind, value) {
            (Kind::Structure { .. }, value) => self.structure(shape, value),
            (Kind::List { member }, Value::List(items)) => {
                let items = items.into_iter().map(|item| self.value(member, item));
                items.collect::<Result<_, _>>().map(Value::List)
            }
            (
                Kind::List { .. },
                value @ (Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_)),
            ) => odd(&value, "is not iterable"),
            (Kind::Map { value: member, .. }, Value::Map(map)) => {
                let items = map
                    .into_iter()
                    .map(|(key, item)| Ok((key, self.value(member, item)?)));
                items.collect::<Result<_, Failure>>().map(Value::Map)
            }
            (Kind::Map { .. }, value) => odd(&value, "has no attribute 'items'"),
            (Kind::Timestamp, value) => Ok(self.timestamp(value)),
            (_, value) => Ok(value),
        }
    }

    fn structure(&self, shape: &Shape, value: Value) -> Result<Value, Failure> {
        if shape.has(Trait::Document) || value == Value::Null {
            return Ok(value);
        }
        if shape.has(Trait::Union)
            && let Some(unknown) = Self::unknown_choice(shape, &value)?
        {
            return Ok(unknown);
        }
        let mut members = Map::new();
        for member in shape.members() {
            let Value::Map(given) = &value else {
                return Err(Failure::general(format!(
                    "{} object has no attribute 'get'",
                    class_name(&value)
                )));
            };
            if let Some(item) = given
                .get(member.wire_name())
                .filter(|item| **item != Value::Null)
            {
                members.insert(member.name.clone(), self.value(member, item.clone())?);
            }
        }
        Ok(Value::Map(members))
    }

    /// A choice has one member; one that the model does not know is named in its place.
    fn unknown_choice(shape: &Shape, value: &Value) -> Result<Option<Value>, Failure> {
        let given = value.as_map().into_iter().flatten();
        let set: Vec<&String> = given
            .filter(|(name, item)| *name != "__type" && **item != Value::Null)
            .map(|(name, _)| name)
            .collect();
        let [name] = set[..] else {
            let message = format!(
                "Invalid service response: {} must have one and only one member set.",
                shape.name
            );
            return Err(Failure::general(message));
        };
        if shape
            .members()
            .iter()
            .any(|member| member.wire_name() == name)
        {
            return Ok(None);
        }
        let inner = Map::from_iter([("name".to_owned(), Value::from(name.as_str()))]);
        Ok(Some(Value::Map(Map::from_iter([(
            "SDK_UNKNOWN_MEMBER".to_owned(),
            Value::Map(inner),
        )]))))
    }

    fn timestamp(&self, value: Value) -> Value {
        match self.style {
            TimestampStyle::Wire => value,
            TimestampStyle::Iso8601 => timestamps::shown(&value).map_or(value, Value::Str),
        }
    }
}
