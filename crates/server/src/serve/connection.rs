//! What comes over a connection: requests to be answered, or a chat websocket.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

use crate::api;
use crate::app::App;
use signback_connect::participants::{self, NotAdmitted};
use signback_platform::listener::{self, Standing, plain};

/// Which part of the service an address serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Everything.
    Everything,
    /// All but the administrators' pages.
    Public,
    /// Only the administrators' pages, on this address.
    Admin(IpAddr),
}

impl Role {
    /// Whether a path is served here; health is everywhere.
    fn serves(self, path: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Public => !api::is_administrative(path) || api::is_health(path),
            Self::Admin(_) => api::is_administrative(path),
        }
    }
}

/// What an address serves of a service.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) app: Arc<App>,
    pub(super) role: Role,
    /// Whether browsers are told to come by TLS only from now on (RFC 6797).
    pub(super) tls_only: bool,
}

/// For a year. Hosts below this one are their owners' to decide on.
const TLS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

impl listener::Handler for Door {
    async fn answer(&self, request: Request<Incoming>) -> Response<Bytes> {
        let mut response = answer(&self.app, request, self.role).await;
        if self.tls_only {
            let headers = response.headers_mut();
            headers.insert(header::STRICT_TRANSPORT_SECURITY, TLS_ONLY);
        }
        response
    }
}

async fn answer(app: &Arc<App>, request: Request<Incoming>, role: Role) -> Response<Bytes> {
    if !role.serves(request.uri().path()) {
        return plain(StatusCode::NOT_FOUND, "nothing is served here");
    }
    if participants::is_socket(request.uri().path()) {
        return open_socket(app, request).await;
    }
    let request = match listener::whole(request).await {
        Ok(request) => request,
        Err(refused) => return refused,
    };
    match role {
        Role::Admin(address) => api::controls::respond(app, &request, Some(address)).await,
        Role::Everything | Role::Public => super::respond(app, request).await,
    }
}

/// Answers the websocket handshake (RFC 6455 §4.2.2) and hands the connection to the transcript.
async fn open_socket(app: &Arc<App>, mut request: Request<Incoming>) -> Response<Bytes> {
    let headers = request.headers();
    let wants = |name, word: &str| {
        let value = headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        value
            .split(',')
            .any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .map(|key| key.as_bytes().to_vec());
    let Some(key) = key.filter(|_| {
        wants(header::UPGRADE, "websocket") && wants(header::SEC_WEBSOCKET_VERSION, "13")
    }) else {
        return plain(
            StatusCode::UPGRADE_REQUIRED,
            "this address speaks the websocket protocol, version 13",
        );
    };
    let query = request.uri().query().unwrap_or_default().to_owned();
    let admission = match participants::admit(&app.connect, &query).await {
        Ok(admission) => admission,
        Err(refused) => {
            return match refused {
                NotAdmitted::Unavailable => {
                    listener::unavailable("the service cannot tell at present, try again shortly")
                }
                NotAdmitted::TooMany => plain(
                    refused.status(),
                    "the participant has as many open websockets as one may have: close one first",
                ),
                NotAdmitted::Ticket => plain(
                    refused.status(),
                    "the websocket URL is unknown, used or expired",
                ),
            };
        }
    };
    let standing = request.extensions().get::<Standing>().cloned();
    let subscribed = move || {
        if let Some(standing) = &standing {
            standing.verify();
        }
    };
    let connect = Arc::clone(&app.connect);
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        match upgrade.await {
            Ok(upgraded) => {
                let stream = TokioIo::new(upgraded);
                participants::socket(connect, stream, admission, subscribed).await;
            }
            Err(error) => tracing::debug!(%error, "websocket handshake was not finished"),
        }
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(
            header::SEC_WEBSOCKET_ACCEPT,
            tokio_tungstenite::tungstenite::handshake::derive_accept_key(&key),
        )
        .body(Bytes::new())
        .expect("the accept key is base64 text")
}
