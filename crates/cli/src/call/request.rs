//! From an encoded call to a request that can be signed and sent.

use jiff::Timestamp;
use signback_wire::sigv4::{self, Payload, Scope};
use signback_wire::{Auth, EncodedRequest, Operation, Service};

use crate::arguments::names::dashed;
use crate::call::endpoint::Endpoint;
use crate::call::keys::Credentials;
use crate::failure::Failure;
use crate::http::Request;
use crate::http::failure::unhandled;
use crate::session::Session;
use crate::session::version;

/// Headers that the connection adds, or that are no part of the call.
const UNSIGNED_HEADERS: [&str; 2] = ["accept-encoding", "user-agent"];

/// Puts the call on the service's address.
pub(crate) fn build(
    session: &Session,
    service: &Service,
    operation: &Operation,
    endpoint: &Endpoint,
    encoded: EncodedRequest,
    retry_mode: &str,
) -> Request {
    let mut url = endpoint.url.clone();
    if let Some(prefix) = encoded.host_prefix {
        url.authority.insert_str(0, &prefix);
    }
    url.path = match (url.path.as_str(), encoded.path.as_str()) {
        ("", "" | "/") => "/".to_owned(),
        (base, "" | "/") => base.to_owned(),
        (base, path) => format!("{}{path}", base.strip_suffix('/').unwrap_or(base)),
    };
    // The query is put at the end of the address, even if that is a fragment.
    let end = url.fragment.as_mut().filter(|text| !text.is_empty());
    match end {
        Some(fragment) if !encoded.query.is_empty() => {
            fragment.push(if url.query.is_empty() { '?' } else { '&' });
            fragment.push_str(&encoded.query);
        }
        None if url.query.is_empty() => url.query = encoded.query,
        None if !encoded.query.is_empty() => url.query = format!("{}&{}", url.query, encoded.query),
        _ => {}
    }
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut headers: Vec<(String, String)> = encoded
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect();
    headers.push(("accept-encoding".to_owned(), "identity".to_owned()));
    headers.push((
        "user-agent".to_owned(),
        user_agent(session, service, operation, retry_mode),
    ));
    Request {
        method: encoded.method.as_str().to_owned(),
        url,
        headers,
        body: encoded.body,
    }
}

/// What the program says about itself to services.
fn user_agent(
    session: &Session,
    service: &Service,
    operation: &Operation,
    retry_mode: &str,
) -> String {
    let environment = &session.environment;
    let execution = environment
        .filled("AWS_EXECUTION_ENV")
        .map(|name| format!(" exec-env/{}", agent_word(name, "")))
        .unwrap_or_default();
    let application = session
        .setting(&["AWS_SDK_UA_APP_ID"], "sdk_ua_app_id")
        .ok()
        .flatten();
    let application = application
        .filter(|name| !name.is_empty())
        .map(|name| format!(" app/{}", agent_word(name, "#")))
        .unwrap_or_default();
    format!(
        "aws-cli/{} md/signback#{} ua/2.1 os/{} md/arch#{} lang/rust cfg/retry-mode#{retry_mode}{execution}{application} md/prompt#off md/command#{}.{}",
        version::FOLLOWED,
        env!("CARGO_PKG_VERSION"),
        version::system().to_lowercase().replace('/', "#"),
        std::env::consts::ARCH,
        service.name(),
        dashed(&operation.name),
    )
}

/// A word of the user agent: every character that may not stand in it becomes a dash.
fn agent_word(text: &str, further: &str) -> String {
    let allowed =
        |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,".contains(c) || further.contains(c);
    text.chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .collect()
}

/// The failure of a value that cannot stand in a header. It may be a secret, so it is not named.
pub(crate) fn unsendable() -> Failure {
    unhandled("Invalid header value b'***'")
}

/// Signs the request: what the operation asked for is covered, what the connection adds is not.
///
/// # Errors
/// Keys that cannot stand in a header.
pub(crate) fn sign(
    request: &mut Request,
    keys: &Credentials,
    region: &str,
    service: &Service,
    operation: &Operation,
    now: Timestamp,
) -> Result<(), Failure> {
    if let Some(fault) = request.url.port_fault() {
        return Err(Failure::general(fault));
    }
    // Who leaves the body out of the signature says so in a header that is signed.
    let unsigned = operation.auth == Auth::SignedWithoutBody || operation.unsigned_payload;
    if unsigned {
        let header = ("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        request
            .headers
            .push((header.0.to_owned(), header.1.to_owned()));
    }
    let payload = if unsigned {
        Payload::Unsigned
    } else {
        Payload::Body(&request.body)
    };
    let mut headers = http::HeaderMap::new();
    let host = request.url.host_header();
    headers.insert(
        "host",
        http::HeaderValue::from_str(&host).map_err(|_| unsendable())?,
    );
    for (name, value) in request
        .headers
        .iter()
        .filter(|(name, _)| !UNSIGNED_HEADERS.contains(&name.as_str()))
    {
        let parsed = http::HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable())?;
        headers.append(
            parsed,
            http::HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unsendable())?,
        );
    }
    let credentials = sigv4::Credentials {
        access_key_id: &keys.access_key,
        secret_access_key: &keys.secret_key,
        session_token: keys.token.as_deref(),
    };
    let scope = Scope {
        region,
        service: &service.metadata().signing_name,
        time: now.as_second(),
    };
    let path = if request.url.path.is_empty() {
        "/"
    } else {
        &request.url.path
    };
    sigv4::sign(
        &request.method,
        path,
        &request.url.query,
        &mut headers,
        payload,
        &credentials,
        &scope,
    )
    .map_err(|_| unsendable())?;
    for name in ["x-amz-date", "x-amz-security-token", "authorization"] {
        if let Some(value) = headers.get(name) {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            request.headers.push((name.to_owned(), value));
        }
    }
    Ok(())
}
