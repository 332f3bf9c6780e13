//! Codecs: from documents to HTTP messages and back, for every operation of every model.
//!
//! A document is a JSON value: members by their model names wherever they travel, bytes as base64
//! text, timestamps as epoch seconds. What one side encodes the other decodes to the same document.

mod call;
mod failure;
mod fault;
mod headers;
mod json_body;
mod query_answer;
mod query_form;
mod request;
mod response;
mod scalar;
mod service_error;
mod time;
mod uri;
mod xml;

use http::{HeaderMap, Method, StatusCode};

use crate::sigv4::{self, Credentials, Payload, Scope, Unsignable};

pub(crate) use scalar::blob as blob_bytes;
#[cfg(test)]
pub(crate) use scalar::blob_text;
pub(crate) use scalar::{expected, fits};

pub use call::{Call, CallError};
pub use failure::{CodecError, Problem};
pub use fault::{Fault, decode_error, encode_error};
pub use request::{decode_request, encode_request};
pub use response::{decode_response, encode_response};
pub use service_error::ServiceError;

/// A request, encoded and not yet signed.
#[derive(Clone, Debug)]
pub struct EncodedRequest {
    /// The method.
    pub method: Method,
    /// The path, percent-encoded.
    pub path: String,
    /// The query string without its question mark, percent-encoded.
    pub query: String,
    /// The headers that the operation asks for.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// What the endpoint's host name gets in front.
    pub host_prefix: Option<String>,
}

impl EncodedRequest {
    /// Path and query as they stand in the request line (RFC 9112, section 3.2.1).
    #[must_use]
    pub fn target(&self) -> String {
        if self.query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.query)
        }
    }

    /// Signs the request, its headers and its body; `host` has to be among the headers.
    ///
    /// # Errors
    /// Credentials or a region that cannot be sent.
    pub fn sign(
        &mut self,
        credentials: &Credentials<'_>,
        scope: &Scope<'_>,
    ) -> Result<(), Unsignable> {
        sigv4::sign(
            self.method.as_str(),
            &self.path,
            &self.query,
            &mut self.headers,
            Payload::Body(&self.body),
            credentials,
            scope,
        )
    }
}

/// An answer, encoded.
#[derive(Clone, Debug)]
pub struct EncodedResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers, the content type and the request's id included.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// A request as it came in, after routing.
#[derive(Clone, Copy, Debug)]
pub struct ReceivedRequest<'r> {
    /// The parameters in the path, as the router found them.
    pub parameters: &'r [(String, String)],
    /// The query string without its question mark.
    pub query: &'r str,
    /// The headers.
    pub headers: &'r HeaderMap,
    /// The body.
    pub body: &'r [u8],
}

/// An answer as it came in.
#[derive(Clone, Copy, Debug)]
pub struct ReceivedResponse<'r> {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'r HeaderMap,
    /// The body.
    pub body: &'r [u8],
}

/// How much a stranger may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the body.
    pub body_bytes: usize,
    /// Levels of lists and objects in the body, at most [`DEPTH_MAX`].
    pub depth: usize,
    /// Whether members that the model does not know are refused, or left out of the document.
    pub refuse_unknown: bool,
}

/// The deepest nesting that is ever read, whatever the caller allows.
pub const DEPTH_MAX: usize = 120;

/// How exactly a message is held against its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// A client takes what an SDK takes.
    Lenient,
    /// Types must be right, unknown members are left out.
    Strict,
    /// Types must be right, unknown members are refused.
    Exact,
}

impl Limits {
    fn reading(&self) -> Reading {
        if self.refuse_unknown {
            Reading::Exact
        } else {
            Reading::Strict
        }
    }

    fn depth(&self) -> usize {
        self.depth.min(DEPTH_MAX)
    }
}

/// What a form's bytes are announced as.
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// What a REST service's JSON is announced as.
const JSON: &str = "application/json";

#[cfg(test)]
mod tests;
