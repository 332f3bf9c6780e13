//! Cross-origin access for pages in a browser (Fetch standard §3.2; chat-protocol §2; design §3).
//!
//! Any origin may call the participant service and the operations of `POST /` that need no
//! signature: authority is in the tokens of each call, never in a cookie. Pages of `--allow-origin`
//! may make signed calls as well. Nobody else reads the answer to a signed call, or sends one with
//! headers that a browser asks for first.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use signback_platform::settings::Settings;

/// What the participant service lets pages send, and the Connect APIs those of `--allow-origin`.
const HEADERS: &str = "authorization, content-type, x-amz-bearer, x-amz-content-sha256, x-amz-date, \
    x-amz-user-agent, amz-sdk-invocation-id, amz-sdk-request, x-amz-security-token, x-amz-target, \
    x-amz-api-version, cache-control";
/// What pages of any origin may send to `POST /`: nothing that signs.
const UNSIGNED_HEADERS: &str = "content-type, x-amz-target, x-amz-user-agent, x-amz-content-sha256, \
    x-amz-date, x-amz-api-version, amz-sdk-invocation-id, amz-sdk-request, cache-control";
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE, OPTIONS";
const EXPOSED: &str = "x-amzn-ErrorType, x-amzn-RequestId, x-amz-request-id, Retry-After, Date";
/// Seconds that a browser may keep a preflight's answer.
const MAX_AGE: &str = "600";
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Which pages may read an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Those of any origin.
    Any,
    /// Those of this origin, which `--allow-origin` names.
    Of(HeaderValue),
    /// Only the service's own.
    Own,
}

impl Readers {
    /// The readers of an API call's answer, given whether any origin may make the call.
    pub(crate) fn of(settings: &Settings, headers: &HeaderMap, open: bool) -> Self {
        if open {
            return Self::Any;
        }
        let origin = headers.get(header::ORIGIN);
        let allowed = origin.filter(|origin| {
            let listed = |own: &String| own.as_bytes() == origin.as_bytes();
            settings.allowed_origins.iter().any(listed)
        });
        allowed.map_or(Self::Own, |origin| Self::Of(origin.clone()))
    }

    /// Says in an answer's headers who may read it.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        let origin = match self {
            Self::Any => ANY,
            Self::Of(origin) => {
                set(headers, header::VARY, "Origin");
                origin
            }
            Self::Own => return,
        };
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

/// Answers a preflight, which carries no token, for the APIs; `None` for any other request, and
/// for a preflight that lets nobody in.
pub(crate) fn preflight(settings: &Settings, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    if request.method() != Method::OPTIONS {
        return None;
    }
    let path = request.uri().path();
    let participant = path.starts_with("/participant/");
    let readers = match Readers::of(settings, request.headers(), participant) {
        Readers::Own if path == "/" => return Some(allowed(Readers::Any, UNSIGNED_HEADERS)),
        Readers::Own => return None,
        readers => readers,
    };
    Some(allowed(readers, HEADERS))
}

fn allowed(readers: Readers, sent: &'static str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    set(headers, header::ACCESS_CONTROL_ALLOW_HEADERS, sent);
    set(headers, header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    readers.tell(headers);
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}
