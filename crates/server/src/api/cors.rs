//! Cross-origin access for chat pages (Fetch standard §3.2; chat-protocol §2).
//!
//! Any origin may call the participant service: authority is in the bearer token of each call,
//! never in a cookie.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};

const METHODS: &str = "GET, POST, PUT, OPTIONS";
const HEADERS: &str = "authorization, content-type, x-amz-bearer, x-amz-content-sha256, x-amz-date, \
    x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request, x-amz-security-token";
const EXPOSED: &str = "x-amzn-ErrorType, x-amzn-RequestId, x-amz-request-id, Retry-After, Date";
/// Seconds that a browser may keep a preflight's answer.
const MAX_AGE: &str = "600";

/// Answers a preflight; it carries no token.
pub(crate) fn preflight() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    set(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    open(headers);
    response
}

/// Lets pages of any origin read the answer, errors included.
pub(crate) fn open(headers: &mut HeaderMap) {
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
