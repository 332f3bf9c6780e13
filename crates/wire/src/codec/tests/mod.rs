//! Encoding and decoding as inverses, over every operation of every embedded model.

mod examples;

use serde_json::{Map, Value, json};

use super::*;
use crate::json::Style;
use crate::model::{BUILTIN, Operation, Protocol, Router, Service, Shape};
use crate::samples::{Fullness, Samples};
use crate::validation::validate;

const LIMITS: Limits = Limits {
    body_bytes: 4 << 20,
    depth: 64,
    refuse_unknown: true,
};
/// Documents per operation and fullness.
const ROUNDS: u64 = 6;

fn service(name: &str) -> &'static Service {
    Service::builtin(name).unwrap()
}

/// Every operation with its service.
fn operations() -> impl Iterator<Item = (&'static Service, &'static Operation)> {
    BUILTIN.into_iter().map(service).flat_map(|service| {
        service
            .operations()
            .map(move |operation| (service, operation))
    })
}

/// Calls `check` with generated documents of a shape.
fn each_document(service: &Service, shape: Option<&Shape>, check: impl Fn(&Value)) {
    let Some(shape) = shape else {
        return check(&json!({}));
    };
    for (fullness, rounds) in [
        (Fullness::Required, 2),
        (Fullness::Random, ROUNDS),
        (Fullness::All, 2),
    ] {
        for seed in 0..rounds {
            check(&Samples::new(service, fullness, seed + 1).document(shape));
        }
    }
}

/// Routes and decodes a request as the service does.
fn received(
    service: &Service,
    operation: &Operation,
    request: &EncodedRequest,
    limits: &Limits,
) -> Result<Value, CodecError> {
    let parameters = match service.metadata().protocol {
        Protocol::RestJson => {
            let route = Router::of([operation]).route(request.method.as_str(), &request.path);
            route
                .expect("the encoded path leads to its operation")
                .parameters
        }
        _ => Vec::new(),
    };
    let request = ReceivedRequest {
        parameters: &parameters,
        query: &request.query,
        headers: &request.headers,
        body: &request.body,
    };
    decode_request(service, operation, &request, limits)
}

fn answered(response: &EncodedResponse) -> ReceivedResponse<'_> {
    ReceivedResponse {
        status: response.status,
        headers: &response.headers,
        body: &response.body,
    }
}

#[test]
fn a_request_decodes_to_what_was_encoded() {
    for (service, operation) in operations() {
        each_document(service, service.input(operation), |document| {
            for style in [Style::Compact, Style::Python] {
                let request = encode_request(service, operation, document, style).unwrap();
                let decoded = received(service, operation, &request, &LIMITS);
                let expected = if style == Style::Python {
                    &without_fractions(service, service.input(operation), document)
                } else {
                    document
                };
                assert_eq!(
                    decoded.as_ref(),
                    Ok(expected),
                    "{} {}",
                    service.name(),
                    operation.name
                );
            }
        });
    }
}

/// Python's SDK cuts fractions of epoch seconds off, so those are not held against each other.
fn without_fractions(service: &Service, shape: Option<&Shape>, document: &Value) -> Value {
    let Some(_) = shape else {
        return document.clone();
    };
    match document {
        Value::Number(number)
            if number.as_f64() == Some(1_440_938_160.25)
                && service.metadata().protocol != Protocol::Query =>
        {
            json!(1_440_938_160)
        }
        Value::Array(items) => items
            .iter()
            .map(|item| without_fractions(service, shape, item))
            .collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(name, value)| (name.clone(), without_fractions(service, shape, value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

#[test]
fn an_answer_decodes_to_what_was_encoded() {
    for (service, operation) in operations() {
        each_document(service, service.output(operation), |document| {
            let response = encode_response(service, operation, document, "id").unwrap();
            let decoded = decode_response(service, operation, &answered(&response));
            assert_eq!(
                decoded.as_ref(),
                Ok(document),
                "{} {}",
                service.name(),
                operation.name
            );
        });
    }
}

#[test]
fn an_error_decodes_to_what_was_encoded() {
    for (service, operation) in operations() {
        for case in &operation.errors {
            let shape = service.shape(case.shape);
            each_document(service, Some(shape), |document| {
                let mut members = document.as_object().unwrap().clone();
                members.retain(|name, _| !name.eq_ignore_ascii_case("message"));
                let fault = Fault {
                    code: &case.name,
                    status: StatusCode::IM_A_TEAPOT,
                    message: "no é",
                    members: &members,
                };
                let response = encode_error(service, Some(operation), &fault, "id");
                assert_eq!(response.status.as_u16(), case.status);
                let error = decode_error(service, operation, &answered(&response)).unwrap();
                assert_eq!(
                    (error.code.as_str(), &error.message),
                    (case.code.as_str(), &json!("no é"))
                );
                assert_eq!(error.request_id.as_deref(), Some("id"));
                let mut decoded = error.members;
                decoded.retain(|name, _| !name.eq_ignore_ascii_case("message"));
                assert_eq!(decoded, members, "{} {}", service.name(), case.name);
            });
        }
    }
}

#[test]
fn generated_documents_are_valid() {
    for (service, operation) in operations() {
        for shape in [service.input(operation), service.output(operation)]
            .into_iter()
            .flatten()
        {
            each_document(service, Some(shape), |document| {
                let violations = validate(service, shape, document, true);
                assert!(
                    violations.is_empty(),
                    "{} {}: {violations:?}",
                    service.name(),
                    operation.name
                );
            });
        }
    }
}

#[test]
fn no_bytes_make_decoding_panic() {
    for (service, operation) in operations() {
        let mut samples = Samples::new(service, Fullness::Random, 7);
        let empty = Map::new();
        let document = service
            .input(operation)
            .map_or(json!({}), |shape| samples.document(shape));
        let request = encode_request(service, operation, &document, Style::Compact).unwrap();
        let document = service
            .output(operation)
            .map_or(json!({}), |shape| samples.document(shape));
        let response = encode_response(service, operation, &document, "id").unwrap();
        let fault = Fault {
            code: "Some",
            status: StatusCode::BAD_REQUEST,
            message: "m",
            members: &empty,
        };
        let error = encode_error(service, Some(operation), &fault, "id");
        for _ in 0..15 {
            let garbled = |samples: &mut Samples<'_>, body: &[u8]| {
                let mut body = body.to_vec();
                for _ in 0..=samples.below(3) {
                    let (at, byte) = (
                        samples.below(body.len() + 1),
                        u8::try_from(samples.below(256)).unwrap(),
                    );
                    match samples.below(3) {
                        0 => body.truncate(at),
                        1 => body.insert(at, b"[]{}\"<>&=.%\\:,\xff\0"[usize::from(byte) % 16]),
                        _ => drop(body.get_mut(at).map(|place| *place = byte)),
                    }
                }
                body
            };
            let (body, query) = (
                garbled(&mut samples, &request.body),
                garbled(&mut samples, request.query.as_bytes()),
            );
            let query = String::from_utf8_lossy(&query).into_owned();
            let parameters = [("InstanceId".to_owned(), "%".to_owned())];
            let received = ReceivedRequest {
                parameters: &parameters,
                query: &query,
                headers: &request.headers,
                body: &body,
            };
            if let Ok(document) = decode_request(service, operation, &received, &LIMITS) {
                let input = service
                    .input(operation)
                    .map(|shape| validate(service, shape, &document, true));
                drop(input.map(|violations| crate::validation::report(&violations)));
            }
            for answer in [&response, &error] {
                let body = garbled(&mut samples, &answer.body);
                let received = ReceivedResponse {
                    status: answer.status,
                    headers: &answer.headers,
                    body: &body,
                };
                let _ = decode_response(service, operation, &received);
                let _ = decode_error(service, operation, &received);
            }
        }
    }
}
