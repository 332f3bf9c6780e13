//! From an encoded call to a request that can be signed and sent.

use http::HeaderValue;
use http::header::{HOST, USER_AGENT};
use jiff::Timestamp;
use signback_wire::sigv4::{self, Payload, Scope};
use signback_wire::{Auth, EncodedRequest, Operation, Service};

use crate::arguments::names::dashed;
use crate::call::endpoint::Endpoint;
use crate::call::keys::Credentials;
use crate::failure::Failure;
use crate::http::Request;
use crate::http::failure::{sendable, unsendable};
use crate::session::Session;
use crate::session::version;

/// Puts the call on the service's address.
///
/// # Errors
/// Something about this machine or the user that cannot stand in a header.
pub(crate) fn build(
    session: &Session,
    service: &Service,
    operation: &Operation,
    endpoint: &Endpoint,
    encoded: EncodedRequest,
    retry_mode: &str,
) -> Result<Request, Failure> {
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
    let mut headers = encoded.headers;
    let agent = user_agent(session, service, operation, retry_mode);
    headers.insert(USER_AGENT, sendable(agent)?);
    Ok(Request {
        method: encoded.method,
        url,
        headers,
        body: encoded.body,
    })
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
        request.headers.insert(
            "x-amz-content-sha256",
            HeaderValue::from_static("UNSIGNED-PAYLOAD"),
        );
    }
    let payload = if unsigned {
        Payload::Unsigned
    } else {
        Payload::Body(&request.body)
    };
    let host = sendable(request.url.host_header())?;
    request.headers.insert(HOST, host);
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
        request.method.as_str(),
        path,
        &request.url.query,
        &mut request.headers,
        payload,
        &credentials,
        &scope,
    )
    .map_err(|_| unsendable())
}
