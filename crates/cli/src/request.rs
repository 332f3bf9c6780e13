//! From an encoded call to a request that can be signed and sent.

use jiff::Timestamp;
use signback_wire::{EncodedRequest, Operation, Service};

use crate::arguments::names::dashed;
use crate::credentials::Credentials;
use crate::endpoint::Endpoint;
use crate::failure::Failure;
use crate::http::Request;
use crate::session::Session;
use crate::version;

/// Puts the call on the service's address.
#[must_use]
pub fn build(
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
    url.query = match (url.query.as_str(), encoded.query.as_str()) {
        (base, "") => base.to_owned(),
        ("", query) => query.to_owned(),
        (base, query) => format!("{base}&{query}"),
    };
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
        .map(|name| format!(" exec-env/{name}"))
        .unwrap_or_default();
    let application = session
        .setting(&["AWS_SDK_UA_APP_ID"], "sdk_ua_app_id")
        .ok()
        .flatten();
    let application = application
        .map(|name| format!(" app/{name}"))
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

/// Signs the request as it stands.
///
/// # Errors
/// Always: signatures come with the next step.
pub fn sign(
    request: &mut Request,
    keys: Credentials,
    region: &str,
    service: &Service,
    operation: &Operation,
    now: Timestamp,
) -> Result<(), Failure> {
    let _ = (request, keys, region, service, operation, now);
    Err(Failure::general("signing is not built"))
}
