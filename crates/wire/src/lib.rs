//! AWS as bytes: interface models, codecs in both directions, validation and signatures.
//!
//! Everything here is pure: no I/O, no clock, no randomness. The command and the service read
//! the same [`Service`] model, so what one encodes the other decodes.

/// The version of the botocore package that the built-in models come from.
pub const MODELS_VERSION: &str = include_str!("../models/VERSION").trim_ascii_end();

mod codec;
mod encoding;
pub mod json;
mod model;
#[cfg(test)]
mod samples;
pub mod sigv4;
mod validation;

pub use codec::{
    Call, CallError, CodecError, DEPTH_MAX, EncodedRequest, EncodedResponse, Fault, Limits,
    Problem, ReceivedRequest, ReceivedResponse, ServiceError, decode_error, decode_request,
    decode_response, encode_error, encode_request, encode_response,
};
pub use encoding::percent_encode;
pub use json::Style;
pub use model::{
    Auth, BUILTIN, Bound, ErrorCase, ErrorTrait, Kind, Location, Member, Metadata, ModelError,
    Operation, Paginator, PathParameters, Protocol, Route, Router, Service, Shape, ShapeId,
    TimestampFormat, Trait, Traits, target_operation,
};
pub use validation::{Rule, VIOLATIONS_MAX, Violation, report, unchecked_patterns, validate};
