//! Answers in XML, as `sts` gives them.

use signback_wire::{Kind, Operation, ReceivedResponse, Service, Shape};

use crate::failure::Failure;
use crate::http::Response;
use crate::response::TimestampStyle;
use crate::value::{Map, Value};
use crate::{document, timestamps};

/// Reads the result of an operation.
///
/// # Errors
/// A body that is no such answer.
pub fn result(
    service: &Service,
    operation: &Operation,
    style: TimestampStyle,
    response: &Response,
) -> Result<Map, Failure> {
    let headers = http::HeaderMap::new();
    let status = http::StatusCode::from_u16(response.status).unwrap_or_default();
    let received = ReceivedResponse {
        status,
        headers: &headers,
        body: &response.body,
    };
    let document = signback_wire::decode_response(service, operation, &received);
    let document = document.map_err(|error| Failure::general(error.to_string()))?;
    let mut value = document::to_value(document);
    if let (Some(shape), TimestampStyle::Iso8601) = (service.output(operation), style) {
        show_times(service, shape, &mut value);
    }
    match value {
        Value::Map(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// Puts times as results show them in the place of epoch seconds. XML times are in UTC.
fn show_times(service: &Service, shape: &Shape, value: &mut Value) {
    match (&shape.kind, value) {
        (Kind::Structure { members, .. }, Value::Map(map)) => {
            for member in members {
                if let Some(item) = map.get_mut(&member.name) {
                    show_times(service, service.shape(member.shape), item);
                }
            }
        }
        (Kind::List { member }, Value::List(items)) => {
            for item in items {
                show_times(service, service.shape(member.shape), item);
            }
        }
        (Kind::Map { value: member, .. }, Value::Map(map)) => {
            for item in map.values_mut() {
                show_times(service, service.shape(member.shape), item);
            }
        }
        (Kind::Timestamp, value) => {
            if let Some(time) = timestamps::read(value) {
                let text = timestamps::shown(&Value::Str(time.to_string()));
                *value = text.map_or(Value::Null, Value::Str);
            }
        }
        _ => {}
    }
}

/// The code and message of an error.
///
/// # Errors
/// A body that is no such answer.
pub fn error(
    service: &Service,
    operation: &Operation,
    response: &Response,
) -> Result<(String, Value), Failure> {
    let headers = http::HeaderMap::new();
    let status = http::StatusCode::from_u16(response.status).unwrap_or_default();
    let received = ReceivedResponse {
        status,
        headers: &headers,
        body: &response.body,
    };
    let error = signback_wire::decode_error(service, operation, &received);
    let error = error.map_err(|error| Failure::general(error.to_string()))?;
    Ok((error.code, document::to_value(error.message)))
}
