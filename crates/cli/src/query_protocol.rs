//! Answers in XML, as `sts` gives them.

use signback_wire::{Operation, ReceivedResponse, Service};

use crate::document;
use crate::failure::Failure;
use crate::http::Response;
use crate::value::{Map, Value};

/// Reads the result of an operation.
///
/// # Errors
/// A body that is no such answer.
pub fn result(
    service: &Service,
    operation: &Operation,
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
    match document::to_value(document) {
        Value::Map(map) => Ok(map),
        _ => Ok(Map::new()),
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
