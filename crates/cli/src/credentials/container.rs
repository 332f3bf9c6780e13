//! Keys from the endpoint that a container's environment names.

use std::net::IpAddr;
use std::time::Duration;

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method};

use super::{failed, required, session_token};
use crate::call::expiry::Expiry;
use crate::call::keys::Credentials;
use crate::failure::{Cause, Failure};
use crate::formats::json;
use crate::http::failure::{in_latin_1, unhandled};
use crate::http::url::Url;
use crate::http::{Client, Proxies, Request, Settings, Trouble, Trust};
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::value::Value;

/// The name of the source.
pub(super) const SOURCE: &str = "container-role";
/// The address when only its path is given.
const ADDRESS: &str = "http://169.254.170.2";
/// The hosts that may be asked without a secure connection, beside loopback.
const HOSTS: [&str; 4] = [
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::23",
    "localhost",
];
/// How long to wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How often it is asked.
const ATTEMPTS: u32 = 3;
/// How long is waited in between.
const PAUSE: Duration = Duration::from_secs(1);

/// Whether the environment names an endpoint.
pub(super) fn is_set_up(session: &Session) -> bool {
    address(session).is_some()
}

fn address(session: &Session) -> Option<String> {
    let environment = &session.environment;
    match environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
        Some(path) => Some(format!("{ADDRESS}{path}")),
        None => environment
            .get("AWS_CONTAINER_CREDENTIALS_FULL_URI")
            .map(str::to_owned),
    }
}

/// The keys that the endpoint hands out.
///
/// # Errors
/// An endpoint that may not be asked, or that does not answer with keys.
pub(super) fn keys(session: &Session) -> Result<Credentials, Failure> {
    let url = Url::parse(&address(session).unwrap_or_default());
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(token) = token(session)? {
        headers.insert(AUTHORIZATION, token);
    }
    check(&url)?;
    let request = Request {
        method: Method::GET,
        url,
        headers,
        body: Vec::new(),
    };
    let scheme = &request.url.scheme;
    if scheme != "http" && scheme != "https" {
        return Err(unhandled(format!("Not supported URL scheme {scheme}")));
    }
    let answer = ask(&request)?;
    Ok(Credentials {
        access_key: required(&answer, "AccessKeyId")?,
        secret_key: required(&answer, "SecretAccessKey")?,
        token: session_token(&answer)?,
        expires: Some(Expiry::of_member(answer.get("Expiration").ok_or_else(
            || Failure::general(sentences::no_member(&answer, "Expiration")),
        )?)?),
    })
}

/// Refuses to send the token to just anyone.
fn check(url: &Url) -> Result<(), Failure> {
    let host = url.host();
    let loopback = |host: &str| {
        host.parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
    };
    let allowed = |host: &str| loopback(host) || HOSTS.contains(&host);
    if url.scheme == "https" || host.as_deref().is_some_and(allowed) {
        return Ok(());
    }
    let host = host.unwrap_or_else(|| python::display(&Value::Null));
    Err(Failure::general(format!(
        "Unsupported host '{host}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}",
        HOSTS.join(", ")
    )))
}

/// What the endpoint is to be shown.
fn token(session: &Session) -> Result<Option<HeaderValue>, Failure> {
    let environment = &session.environment;
    let token = match environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            Some(text.map_err(|error| Failure::general(python::os_error(&error, path)))?)
        }
        None => environment
            .get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
            .map(str::to_owned),
    };
    let refused = |_| Failure::general("Auth token value is not a legal header value");
    let value = |token: String| HeaderValue::from_bytes(&in_latin_1(&token)?).map_err(refused);
    token.map(value).transpose()
}

fn ask(request: &Request) -> Result<Value, Failure> {
    // No proxy stands between a container and its endpoint.
    let mut client = Client::new(Settings {
        trust: Trust::BuiltIn,
        connect_timeout: Some(TIMEOUT),
        read_timeout: Some(TIMEOUT),
        proxies: Proxies::default(),
    });
    let mut attempt = 1;
    loop {
        let problem = match client.send(request) {
            Err(trouble @ (Trouble::Interrupted | Trouble::Tls(_))) => {
                return Err(trouble.failure(request));
            }
            Err(trouble) => match trouble.failure(request).cause {
                Cause::Plain(said) => {
                    format!("Received error when attempting to retrieve container metadata: {said}")
                }
                _ => String::new(),
            },
            Ok(response) if response.status != 200 => format!(
                "Received non 200 response {} from container metadata: {}",
                response.status,
                String::from_utf8_lossy(&response.body)
            ),
            Ok(response) => match json::parse(&String::from_utf8_lossy(&response.body)) {
                Ok(document) => return Ok(document),
                Err(_) => {
                    "Unable to parse JSON returned from container metadata services".to_owned()
                }
            },
        };
        if attempt == ATTEMPTS {
            return Err(failed(
                SOURCE,
                &format!("Error retrieving metadata: {problem}"),
            ));
        }
        client.wait(PAUSE).map_err(|_| Failure::interrupted())?;
        attempt += 1;
    }
}
