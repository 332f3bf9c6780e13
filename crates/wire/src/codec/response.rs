//! Answers to successful calls: encoded by the service, decoded by the command.

use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

use super::failure::{Coded, Problem};
use super::request::{json_content_type, payload_body, read_payload};
use super::{
    DEPTH_MAX, EncodedResponse, JSON, Reading, ReceivedResponse, headers, json_body, query_answer,
};
use crate::json::{Style, Writer};
use crate::model::{Location, Member, Operation, Protocol, Service, Shape};

/// The header that carries the request's id.
pub(super) const REQUEST_ID: &str = "x-amzn-requestid";

/// Encodes an output document. An operation whose output has no member in the body is answered without one.
pub fn encode_response(
    service: &Service,
    operation: &Operation,
    document: &Value,
    request_id: &str,
) -> Coded<EncodedResponse> {
    let Value::Object(document) = document else {
        return Err(Problem::WrongType("an object").into());
    };
    let mut response = EncodedResponse {
        status: StatusCode::from_u16(operation.status).unwrap_or(StatusCode::OK),
        headers: HeaderMap::new(),
        body: Vec::new(),
    };
    headers::set(&mut response.headers, REQUEST_ID, request_id)?;
    let output = service.output(operation);
    match (service.metadata().protocol, output) {
        (Protocol::Query, output) => {
            headers::set(&mut response.headers, "content-type", "text/xml")?;
            response.body =
                query_answer::write_answer(service, operation, output, document, request_id)?
                    .into_bytes();
        }
        (_, None) => {}
        (Protocol::RestJson, Some(output)) => write_rest(service, output, document, &mut response)?,
        (Protocol::Json, Some(output)) => {
            let mut writer = Writer::new(Style::Compact);
            json_body::write_members(service, &mut writer, output, document, |_| true)?;
            headers::set(
                &mut response.headers,
                "content-type",
                &json_content_type(service),
            )?;
            response.body = writer.into_text().into_bytes();
        }
    }
    Ok(response)
}

/// Writes members into the parts of a REST answer; errors travel the same way.
pub(super) fn write_rest(
    service: &Service,
    output: &Shape,
    document: &Map<String, Value>,
    response: &mut EncodedResponse,
) -> Coded<()> {
    for member in output.members() {
        let Some(value) = document.get(&member.name).filter(|value| !value.is_null()) else {
            continue;
        };
        match member.location {
            Location::Header | Location::Headers => {
                headers::write(
                    service,
                    &mut response.headers,
                    member,
                    value,
                    Style::Compact,
                )
                .map_err(|error| error.in_member(&member.name))?;
            }
            Location::Status => {
                response.status = status(value).map_err(|error| error.in_member(&member.name))?;
            }
            Location::Body | Location::Uri | Location::Query => {}
        }
    }
    let (body, content_type) = match output.payload() {
        Some(payload) => {
            let value = document.get(&payload.name).filter(|value| !value.is_null());
            payload_body(service, payload, value, Style::Compact)
                .map_err(|error| error.in_member(&payload.name))?
        }
        None if output.members().iter().any(Member::is_in_body) => {
            let mut writer = Writer::new(Style::Compact);
            json_body::write_members(service, &mut writer, output, document, Member::is_in_body)?;
            (writer.into_text().into_bytes(), Some(JSON))
        }
        None => (Vec::new(), None),
    };
    response.body = body;
    if let Some(content_type) =
        content_type.filter(|_| !response.headers.contains_key("content-type"))
    {
        headers::set(&mut response.headers, "content-type", content_type)?;
    }
    Ok(())
}

fn status(value: &Value) -> Coded<StatusCode> {
    let status = value.as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    status.ok_or_else(|| Problem::WrongType("a status").into())
}

/// Decodes an output document as an SDK does: members that the model does not know are left out, and a
/// body that is not JSON is a success without members.
pub fn decode_response(
    service: &Service,
    operation: &Operation,
    response: &ReceivedResponse<'_>,
) -> Coded<Value> {
    let Some(output) = service.output(operation) else {
        return Ok(Value::Object(Map::new()));
    };
    let document = match service.metadata().protocol {
        Protocol::Query => query_answer::read_answer(service, operation, output, response.body)?,
        Protocol::RestJson => read_rest(service, output, response)?,
        Protocol::Json => lenient_members(service, output, response.body, |_| true)?,
    };
    Ok(Value::Object(document))
}

/// Reads members from the parts of a REST answer.
pub(super) fn read_rest(
    service: &Service,
    output: &Shape,
    response: &ReceivedResponse<'_>,
) -> Coded<Map<String, Value>> {
    let mut document = Map::new();
    headers::read(service, output, response.headers, &mut document)?;
    for member in output
        .members()
        .iter()
        .filter(|member| member.location == Location::Status)
    {
        document.insert(member.name.clone(), response.status.as_u16().into());
    }
    match output.payload() {
        Some(payload) => {
            let value = read_payload(service, payload, response.body, Reading::Lenient, DEPTH_MAX);
            if let Some(value) = value.map_err(|error| error.in_member(&payload.name))? {
                document.insert(payload.name.clone(), value);
            }
        }
        None => document.extend(lenient_members(
            service,
            output,
            response.body,
            Member::is_in_body,
        )?),
    }
    Ok(document)
}

/// The members in a JSON body, the way the Python SDK reads it.
pub(super) fn lenient_members(
    service: &Service,
    output: &Shape,
    body: &[u8],
    chosen: impl Fn(&Member) -> bool,
) -> Coded<Map<String, Value>> {
    match lenient_body(body) {
        Value::Object(object) => {
            json_body::read_members(service, Reading::Lenient, output, object, chosen)
        }
        Value::Null => Err(Problem::Null.into()),
        // Without members to look for, the SDK never notices what it got.
        _ if output.members().is_empty() => Ok(Map::new()),
        _ => Err(Problem::WrongType("an object").into()),
    }
}

/// A body as the Python SDK takes it: nothing is an empty object, and what is no JSON is a message.
pub(super) fn lenient_body(body: &[u8]) -> Value {
    if body.is_empty() {
        return Value::Object(Map::new());
    }
    serde_json::from_slice(body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(body).into_owned();
        Value::Object(Map::from_iter([(
            "message".to_owned(),
            Value::String(text),
        )]))
    })
}
