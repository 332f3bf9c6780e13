//! The one guarded client for calls to the outside: identity providers and their keys.
//!
//! Administrators' and providers' URLs can point inwards, so every call goes through the same
//! rules: https, or http on this machine when the server itself is only reachable from it, or on a
//! private host that the settings name; the
//! name is resolved once, each address is checked, and a checked address is the one connected to;
//! redirects are not followed; bodies and durations have limits; no proxy is taken from the
//! environment.

mod address;
mod connect;
mod encoding;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::settings::Settings;

/// The greatest body of an answer.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The greatest body of a metadata document or key set.
pub const DOCUMENT_BYTES_MAX: usize = 256 * 1024;
/// How long resolving, connecting and the TLS handshake may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a call may take after the connection stands.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(7);
/// How callees see the service.
const USER_AGENT: &str = concat!("signback/", env!("CARGO_PKG_VERSION"));

/// Why a call gave no answer. The three cases differ in whether the callee may have acted, which
/// decides whether the call may be repeated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules do not allow this call. Nothing was sent; trying again does not help.
    #[error("the call is not allowed: {0}")]
    Forbidden(&'static str),
    /// No connection could be made. Nothing was sent, so the call may be tried again.
    #[error("nothing was sent: {0}")]
    NotSent(&'static str, #[source] Option<anyhow::Error>),
    /// The request was sent, perhaps in part, and no whole answer came: the callee may have acted.
    #[error("no whole answer came: {0}")]
    NoAnswer(&'static str, #[source] Option<anyhow::Error>),
}

/// Whether the settings name a URL's host, so that it is called even if it is a private one.
#[must_use]
pub fn is_allowed_by_name(settings: &Settings, url: &str) -> bool {
    let is_listed = |target: connect::Target| target.is_listed(connect::Rules::of(settings));
    connect::Target::of(url).is_ok_and(is_listed)
}

/// Sends requests to identity providers and other outside endpoints.
#[derive(Default)]
pub struct Client {
    tls: connect::Tls,
}

impl Client {
    /// Sends `request`, whose URI is absolute, and gives the whole answer, whatever its status.
    pub async fn send(
        &self,
        settings: &Settings,
        request: Request<Bytes>,
        body_bytes_max: usize,
    ) -> Result<Response<Bytes>, Error> {
        let target = connect::Target::of(&request.uri().to_string())?;
        let stream = timeout(
            CONNECT_TIMEOUT,
            connect::open(&target, connect::Rules::of(settings), &self.tls),
        )
        .await
        .map_err(|_| Error::NotSent("connecting took too long", None))??;
        let request = outgoing(request, &target)?;
        timeout(ANSWER_TIMEOUT, exchange(stream, request, body_bytes_max))
            .await
            .map_err(|_| Error::NoAnswer("the answer took too long", None))?
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

/// One request and its answer on a fresh connection.
async fn exchange(
    stream: Box<dyn connect::Stream>,
    request: Request<Full<Bytes>>,
    body_bytes_max: usize,
) -> Result<Response<Bytes>, Error> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream))
            .await
            .map_err(|error| Error::NotSent("the connection broke", Some(error.into())))?;
    let answer = async {
        let answer = sender
            .send_request(request)
            .await
            .map_err(|error| Error::NoAnswer("the connection broke", Some(error.into())))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, body_bytes_max)
            .collect()
            .await
            .map_err(|error| {
                if error.is::<LengthLimitError>() {
                    Error::NoAnswer("the answer is too long", None)
                } else {
                    Error::NoAnswer("the answer broke off", None)
                }
            })?;
        encoding::decoded(Response::from_parts(head, body.to_bytes()), body_bytes_max)
    };
    // The connection lives only as long as its one answer, in this task: nothing stays behind.
    tokio::pin!(answer);
    tokio::pin!(connection);
    let mut open = true;
    loop {
        tokio::select! {
            answer = &mut answer => return answer,
            _ = &mut connection, if open => open = false,
        }
    }
}

/// The request as it goes over the wire: the path alone, and headers of our own.
fn outgoing(
    request: Request<Bytes>,
    target: &connect::Target,
) -> Result<Request<Full<Bytes>>, Error> {
    let malformed = || Error::Forbidden("the URL is malformed");
    let (mut head, body) = request.into_parts();
    head.uri = target.path_and_query.parse().map_err(|_| malformed())?;
    let host = target.authority.parse().map_err(|_| malformed())?;
    head.headers.insert(header::HOST, host);
    head.headers.insert(
        header::CONNECTION,
        header::HeaderValue::from_static("close"),
    );
    head.headers.insert(
        header::USER_AGENT,
        header::HeaderValue::from_static(USER_AGENT),
    );
    Ok(Request::from_parts(head, Full::new(body)))
}
