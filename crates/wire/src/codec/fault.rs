//! Answers to refused and failed calls.

use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::failure::{CodecError, Coded, Problem};
use super::request::json_content_type;
use super::response::{REQUEST_ID, lenient_body, lenient_members, read_rest, write_rest};
use super::service_error::ServiceError;
use super::{EncodedResponse, JSON, ReceivedResponse, headers, query_answer};
use crate::json::{self, Style};
use crate::model::{ErrorCase, Location, Operation, Protocol, Service, Shape, Trait};

/// The header that names an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// An error to answer with.
#[derive(Clone, Debug)]
pub struct Fault<'f> {
    /// The error's name in the model, or any other code.
    pub code: &'f str,
    /// The status for a code that the operation does not model.
    pub status: StatusCode,
    /// What was wrong.
    pub message: &'f str,
    /// Further members of the error's shape.
    pub members: &'f Map<String, Value>,
}

/// Encodes an error. Its status is the model's if the operation, or else the service, has it.
#[must_use]
pub fn encode_error(
    service: &Service,
    operation: Option<&Operation>,
    fault: &Fault<'_>,
    request_id: &str,
) -> EncodedResponse {
    let case = operation.and_then(|operation| operation.error(fault.code));
    let shape = case
        .map(|case| service.shape(case.shape))
        .or_else(|| exception(service, fault.code));
    let code = shape.map_or(fault.code, Shape::error_code);
    let mut response = EncodedResponse {
        status: case.and_then(modelled_status).unwrap_or(fault.status),
        headers: HeaderMap::new(),
        body: Vec::new(),
    };
    let message = message_member(shape);
    let mut members = fault.members.clone();
    members.insert(
        message.unwrap_or("message").to_owned(),
        fault.message.into(),
    );
    let encoded = match service.metadata().protocol {
        Protocol::Query => {
            response.body = query_answer::write_error(
                service,
                shape,
                code,
                response.status,
                &members,
                request_id,
            )
            .into_bytes();
            headers::set(&mut response.headers, "content-type", "text/xml")
        }
        Protocol::Json => {
            let named = Map::from_iter([("__type".to_owned(), Value::from(code))]);
            let members: Map<String, Value> = named.into_iter().chain(members).collect();
            response.body = json::write(&Value::Object(members), Style::Compact).into_bytes();
            headers::set(
                &mut response.headers,
                "content-type",
                &json_content_type(service),
            )
        }
        Protocol::RestJson => {
            // A shape without a message has no place for it; clients look for it all the same.
            rest_error(
                service,
                shape.filter(|_| message.is_some()),
                &members,
                &mut response,
            )
        }
    };
    // Members come from the service's own code and fit their shape; the code and message are enough if not.
    debug_assert!(encoded.is_ok(), "{encoded:?}");
    for (name, text) in [(ERROR_TYPE, code), (REQUEST_ID, request_id)] {
        let set = headers::set(&mut response.headers, name, text);
        debug_assert!(set.is_ok(), "{name}");
    }
    response
}

fn rest_error(
    service: &Service,
    shape: Option<&Shape>,
    members: &Map<String, Value>,
    response: &mut EncodedResponse,
) -> Coded<()> {
    let status = response.status;
    if let Some(shape) = shape {
        write_rest(service, shape, members, response)?;
    } else {
        response.body = json::write(&Value::Object(members.clone()), Style::Compact).into_bytes();
        headers::set(&mut response.headers, "content-type", JSON)?;
    }
    response.status = status;
    Ok(())
}

fn modelled_status(case: &ErrorCase) -> Option<StatusCode> {
    StatusCode::from_u16(case.status).ok()
}

/// The exception of that name or code, if the service has it.
fn exception<'s>(service: &'s Service, code: &str) -> Option<&'s Shape> {
    service
        .shape_named(code)
        .filter(|shape| shape.has(Trait::Exception))
}

/// The member that holds the message.
fn message_member(shape: Option<&Shape>) -> Option<&str> {
    let members = shape?
        .members()
        .iter()
        .filter(|member| member.location == Location::Body);
    members
        .map(|member| member.name.as_str())
        .find(|name| name.eq_ignore_ascii_case("message"))
}

/// Decodes an error as the Python SDK does.
pub fn decode_error(
    service: &Service,
    operation: &Operation,
    response: &ReceivedResponse<'_>,
) -> Coded<ServiceError> {
    let request_id = response
        .headers
        .get(REQUEST_ID)
        .or_else(|| response.headers.get("x-amz-request-id"));
    let request_id = request_id
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    if response.status.is_server_error() && is_generic(response.body) {
        return Ok(ServiceError {
            code: response.status.as_str().to_owned(),
            message: response
                .status
                .canonical_reason()
                .unwrap_or_default()
                .into(),
            members: Map::new(),
            blame: None,
            request_id,
        });
    }
    let protocol = service.metadata().protocol;
    let mut error = match protocol {
        Protocol::Query => query_answer::read_error(response.body)?,
        Protocol::RestJson | Protocol::Json => json_error(protocol, response)?,
    };
    error.request_id = error.request_id.or(request_id);
    let case = operation
        .error(&error.code)
        .map(|case| service.shape(case.shape));
    if let Some(shape) = case.or_else(|| exception(service, &error.code)) {
        error.members = match protocol {
            Protocol::Query => query_answer::read_error_members(service, shape, response.body)?,
            Protocol::RestJson => read_rest(service, shape, response)?,
            Protocol::Json => lenient_members(service, shape, response.body, |_| true)?,
        };
    }
    Ok(error)
}

/// Whether a body comes from something in between that does not know the protocol.
fn is_generic(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    body.is_empty() || body.starts_with(b"<html>")
}

fn json_error(protocol: Protocol, response: &ReceivedResponse<'_>) -> Coded<ServiceError> {
    let Value::Object(body) = lenient_body(response.body) else {
        return Err(Problem::WrongType("an object").into());
    };
    let message = body
        .get("message")
        .or_else(|| body.get("Message"))
        .cloned()
        .unwrap_or_else(|| "".into());
    let mut code = match body.get("__type") {
        None => response.status.as_str().to_owned(),
        Some(Value::Null) => String::new(),
        Some(Value::String(kind)) => bare(kind).to_owned(),
        Some(_) => return Err(CodecError::from(Problem::WrongType("text")).in_member("__type")),
    };
    if protocol == Protocol::RestJson {
        let header = response
            .headers
            .get(ERROR_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let member = || {
            body.get("code")
                .or_else(|| body.get("Code"))
                .filter(|code| !code.is_null())
        };
        if let Some(given) = header.map(Value::String).as_ref().or_else(member) {
            code = given
                .as_str()
                .map_or_else(|| given.to_string(), |text| bare(text).to_owned());
        }
    }
    Ok(ServiceError {
        code,
        message,
        members: Map::new(),
        blame: None,
        request_id: None,
    })
}

/// The name in a code such as `com.example#Name:http://…`.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default()
}
