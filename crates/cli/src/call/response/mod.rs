//! From an answer to a result or a service error.
//!
//! Answers are read leniently, as the command being replaced reads them: what the interface model
//! does not know is dropped, and what does not fit it is shown as Python would have it.

mod json;
mod xml;

use signback_wire::{Operation, Protocol, Service, Shape, Trait};

use crate::failure::{Failure, ServiceError};
use crate::formats::timestamps;
use crate::http::Response;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// How points in time are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampStyle {
    /// As ISO 8601 text.
    Iso8601,
    /// As they came.
    Wire,
}

/// What reading needs to know beside the shape and the answer.
#[derive(Clone, Copy)]
struct Reading<'a> {
    service: &'a Service,
    style: TimestampStyle,
}

impl Reading<'_> {
    fn timestamp(self, value: Value) -> Result<Value, Failure> {
        match self.style {
            TimestampStyle::Wire => Ok(value),
            TimestampStyle::Iso8601 => timestamps::shown(&value)
                .map(Value::Str)
                .map_err(Failure::general),
        }
    }

    fn shape(self, shape: &Shape, response: &Response) -> Result<Map, Failure> {
        match self.service.metadata().protocol {
            Protocol::Query => xml::error_members(self, shape, response),
            Protocol::RestJson | Protocol::Json => json::read(self, shape, response),
        }
    }

    /// Whether members stand outside the body too, and whatever comes is made to fit the model.
    fn is_rest(self) -> bool {
        match self.service.metadata().protocol {
            Protocol::RestJson => true,
            Protocol::Json | Protocol::Query => false,
        }
    }
}

/// Reads the result of an operation.
///
/// # Errors
/// A body that breaks the model in a way that the command being replaced does not survive.
pub(crate) fn result(
    service: &Service,
    operation: &Operation,
    style: TimestampStyle,
    response: &Response,
) -> Result<Map, Failure> {
    let reading = Reading { service, style };
    match service.metadata().protocol {
        Protocol::Query => xml::result(reading, operation, response),
        Protocol::RestJson | Protocol::Json => match service.output(operation) {
            Some(shape) => json::read(reading, shape, response),
            None => Ok(Map::new()),
        },
    }
}

/// Reads the error that a service answered.
///
/// # Errors
/// A body that breaks the model in a way that the command being replaced does not survive.
pub(crate) fn error(
    service: &Service,
    operation: &Operation,
    style: TimestampStyle,
    response: &Response,
) -> Result<ServiceError, Failure> {
    let mut members = if is_generic(response) {
        let code = Value::Str(response.status.to_string());
        let message = Value::from(reason(response.status));
        Map::from_iter([("Code".to_owned(), code), ("Message".to_owned(), message)])
    } else if response.status < 301 {
        // Neither a success nor an error to the parser.
        result(service, operation, style, response)?;
        Map::new()
    } else {
        match service.metadata().protocol {
            Protocol::Query => xml::error(response)?,
            Protocol::RestJson | Protocol::Json => {
                code_and_message(Reading { service, style }, response)?
            }
        }
    };
    if let Some(code @ (Value::List(_) | Value::Map(_))) = members.get("Code") {
        return Err(Failure::general(sentences::unhashable(code)));
    }
    let told = |name| {
        members
            .get(name)
            .map_or("Unknown".to_owned(), python::display)
    };
    let (code, message) = (told("Code"), told("Message"));
    if let Some(shape) = error_shape(service, &code) {
        let modelled = Reading { service, style }.shape(shape, response)?;
        let further = modelled
            .into_iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("message"));
        members.extend(further.filter(|(name, _)| name != "Code"));
    }
    Ok(ServiceError {
        code,
        message,
        operation: operation.name.clone(),
        retries: None,
        members,
    })
}

/// The last exception of the model with that code, as a table by code would hold it.
fn error_shape<'a>(service: &'a Service, code: &str) -> Option<&'a Shape> {
    let exceptions = service.shapes().filter(|shape| shape.has(Trait::Exception));
    exceptions.filter(|shape| shape.error_code() == code).last()
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

fn code_and_message(reading: Reading<'_>, response: &Response) -> Result<Map, Failure> {
    let body = body(response)?;
    let Value::Map(body) = body else {
        return Err(Failure::general(sentences::no_attribute(&body, "get")));
    };
    let member = |names: [&str; 2]| names.iter().find_map(|name| body.get(*name)).cloned();
    let message = member(["message", "Message"]).unwrap_or_else(|| Value::from(""));
    let mut code = match body.get("__type") {
        None => Value::Str(response.status.to_string()),
        Some(Value::Null) => Value::from(""),
        Some(Value::Str(code)) => Value::Str(stripped(code)),
        Some(odd @ (Value::List(_) | Value::Map(_))) => odd.clone(),
        Some(other) => return Err(Failure::general(sentences::holds_nothing(other))),
    };
    // Services that spoke the Query protocol before keep the codes of that time.
    let former = response.header("x-amzn-query-error");
    let former = former.as_deref().and_then(former_code);
    if let (Some(former), true) = (former, body.get("__type") != Some(&Value::Null)) {
        code = Value::from(former);
    }
    if reading.is_rest() {
        let given = response.header("x-amzn-errortype");
        let given = given.as_deref().map(Value::from);
        match given.or_else(|| member(["code", "Code"])) {
            None | Some(Value::Null) => {}
            Some(Value::Str(given)) => code = Value::Str(stripped(&given)),
            Some(other) => code = other,
        }
    }
    Ok(Map::from_iter([
        ("Message".to_owned(), message),
        ("Code".to_owned(), code),
    ]))
}

/// The code in `CODE;FAULT`.
fn former_code(text: &str) -> Option<&str> {
    let (code, fault) = text.split_once(';')?;
    (!code.is_empty() && !fault.contains(';')).then_some(code)
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
        Err(error) => {
            return Err(Failure::general(sentences::undecodable(
                &response.body,
                error,
            )));
        }
    };
    match crate::formats::json::parse(text) {
        Ok(value) => Ok(value),
        Err(malformed) if malformed.message == crate::formats::json::TOO_DEEP => {
            Err(Failure::general(sentences::TOO_DEEP))
        }
        Err(_) => Ok(Value::Map(Map::from_iter([(
            "message".to_owned(),
            Value::from(text),
        )]))),
    }
}
