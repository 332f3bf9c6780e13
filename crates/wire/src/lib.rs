//! AWS as bytes: interface models, codecs in both directions, validation and signatures.
//!
//! Everything here is pure: no I/O, no clock, no randomness. The command and the service read
//! the same [`Service`] model, so what one encodes the other decodes.
//!
//! ```
//! use serde_json::json;
//! use signback_wire::{Limits, ReceivedRequest, Service, Style, decode_request, encode_request, validate};
//!
//! let connect = Service::builtin("connect").expect("it is embedded");
//! let operation = connect.operation("UpdateParticipantAuthentication").expect("it is modelled");
//! let document = json!({"State": "abc", "InstanceId": "def", "Error": "access_denied"});
//!
//! let request = encode_request(connect, operation, &document, Style::Python)?;
//! assert_eq!(request.body, br#"{"State": "abc", "InstanceId": "def", "Error": "access_denied"}"#);
//!
//! let received = ReceivedRequest { parameters: &[], query: "", headers: &request.headers, body: &request.body };
//! let limits = Limits { body_bytes: 1024, depth: 8, refuse_unknown: false };
//! let decoded = decode_request(connect, operation, &received, &limits)?;
//! assert_eq!(decoded, document);
//! assert!(validate(connect, connect.input(operation).expect("it has an input"), &decoded, false).is_empty());
//! # Ok::<(), signback_wire::CodecError>(())
//! ```

mod codec;
pub mod json;
mod model;
#[cfg(test)]
mod samples;
pub mod sigv4;
mod validation;

pub use codec::{
    CodecError, DEPTH_MAX, EncodedRequest, EncodedResponse, Fault, Limits, Problem,
    ReceivedRequest, ReceivedResponse, ServiceError, decode_error, decode_request, decode_response,
    encode_error, encode_request, encode_response, percent_encode,
};
pub use json::Style;
pub use model::{
    Auth, BUILTIN, Bound, ErrorCase, ErrorTrait, Kind, Location, Member, Metadata, ModelError,
    Operation, Paginator, PathParameters, Protocol, Route, Router, Service, Shape, ShapeId,
    TimestampFormat, Trait, Traits, target_operation,
};
pub use validation::{Rule, VIOLATIONS_MAX, Violation, report, unchecked_patterns, validate};
