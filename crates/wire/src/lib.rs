//! AWS as bytes: interface models, codecs in both directions, validation and signatures.
//!
//! Everything here is pure: no I/O, no clock, no randomness. The command and the service read
//! the same [`Service`] model, so what one encodes the other decodes.

mod model;

pub use model::{
    Auth, BUILTIN, Bound, ErrorCase, ErrorTrait, Kind, Location, Member, Metadata, ModelError,
    Operation, Paginator, PathParameters, Protocol, Route, Router, Service, Shape, ShapeId,
    TimestampFormat, Trait, Traits, target_operation,
};
