//! Answers with the headers that sign-in pages and token endpoints owe.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};
use signback_platform::{listener, store};

/// Scripts, frames, plug-ins: none. Styles and images: our own.
const POLICY: &str = "default-src 'self'; script-src 'none'; object-src 'none'; \
    base-uri 'none'; frame-ancestors 'none'";
/// Seconds that a browser may keep a preflight's answer.
const PREFLIGHT_SECONDS: &str = "600";

fn respond(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    set(headers, header::CONTENT_TYPE, content_type);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

fn private(headers: &mut HeaderMap) {
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::CONTENT_SECURITY_POLICY, POLICY);
}

/// A page.
pub(crate) fn page(status: StatusCode, html: String) -> Response<Bytes> {
    let mut response = respond(status, "text/html; charset=utf-8", html);
    private(response.headers_mut());
    response
}

/// A line of text.
pub(crate) fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    let mut response = respond(status, "text/plain; charset=utf-8", text);
    private(response.headers_mut());
    response
}

/// A redirect that leaves nothing behind.
pub(crate) fn redirect(status: StatusCode, location: &str) -> anyhow::Result<Response<Bytes>> {
    let mut response = respond(status, "text/plain; charset=utf-8", "");
    private(response.headers_mut());
    response
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::try_from(location)?);
    Ok(response)
}

/// The request holds U+0000, which cannot be stored or looked up.
pub(crate) fn unreadable(to_application: bool) -> Response<Bytes> {
    let status = StatusCode::BAD_REQUEST;
    if to_application {
        return json(status, r#"{"error":"invalid_request"}"#.to_owned());
    }
    plain(status, "The request has the character U+0000 in it.\n")
}

/// What fails for a while since the database is away or has too much to do; applications are told
/// in the form of the endpoints that they use.
pub(crate) fn unavailable(outage: &store::Error, to_application: bool) -> Response<Bytes> {
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let mut response = if to_application {
        let body = serde_json::json!({
            "error": "temporarily_unavailable",
            "error_description": outage.told(),
        });
        json(status, body.to_string())
    } else {
        plain(
            status,
            "The service is busy or not available at present. Try again.\n",
        )
    };
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, listener::RETRY_AFTER);
    response
}

/// An answer to an application of any origin; nothing in it depends on cookies.
pub(crate) fn json(status: StatusCode, body: String) -> Response<Bytes> {
    let mut response = respond(status, "application/json;charset=UTF-8", body);
    let headers = response.headers_mut();
    private(headers);
    set(
        headers,
        header::CACHE_CONTROL,
        "no-cache, no-store, max-age=0, must-revalidate",
    );
    set(headers, header::PRAGMA, "no-cache");
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response
}

/// A public document of any origin that may be kept for a while.
pub(crate) fn public(
    content_type: &'static str,
    cache: &'static str,
    body: impl Into<Bytes>,
) -> Response<Bytes> {
    let mut response = respond(StatusCode::OK, content_type, body);
    let headers = response.headers_mut();
    set(headers, header::CACHE_CONTROL, cache);
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response
}

/// Adds a `Set-Cookie`.
pub(crate) fn add_cookie(response: &mut Response<Bytes>, cookie: &str) -> anyhow::Result<()> {
    response
        .headers_mut()
        .append(header::SET_COOKIE, HeaderValue::try_from(cookie)?);
    Ok(())
}

/// What a browser may ask of the token and user-info endpoints.
pub(crate) fn preflight() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        headers,
        header::ACCESS_CONTROL_ALLOW_METHODS,
        "GET, POST, OPTIONS",
    );
    set(
        headers,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "authorization, content-type, x-amz-user-agent",
    );
    set(headers, header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
    response
}

/// The path is right, the method is not.
pub(crate) fn wrong_method(allowed: &'static str) -> Response<Bytes> {
    let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed.\n");
    set(response.headers_mut(), header::ALLOW, allowed);
    response
}
