//! An error as a client reads it, whatever the protocol.

use serde_json::{Map, Value};

/// An error as a client sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceError {
    /// The code.
    pub code: String,
    /// The message; text unless the service sent something else, such as null.
    pub message: Value,
    /// The members that the model gives the error, the message among them.
    pub members: Map<String, Value>,
    /// Whose fault it is, where the protocol says so.
    pub blame: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
}
