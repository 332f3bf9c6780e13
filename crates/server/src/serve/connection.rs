//! One connection: HTTP/1.1 requests in, answers out, or a chat websocket.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use crate::api;
use crate::app::App;
use signback_connect::participants;

/// The largest request body: the largest modelled document (256,000 characters of JSON inside
/// JSON, each at most six bytes) fits.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How long a client may take to send its request's head.
const HEAD: Duration = Duration::from_secs(30);
/// How long a client may take to send its request's body.
const BODY: Duration = Duration::from_secs(30);

/// Which part of the service an address serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Everything.
    Everything,
    /// All but the administrators' pages.
    Public,
    /// Only the administrators' pages.
    Admin,
}

/// Serves one connection until it ends or the service stops.
pub(super) async fn serve<S>(
    app: Arc<App>,
    stream: S,
    role: Role,
    mut stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(answer(app, request, role).await.map(Full::new)) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = super::told_to_stop(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}

async fn answer(app: Arc<App>, request: Request<Incoming>, role: Role) -> Response<Bytes> {
    let administrative = api::is_administrative(request.uri().path());
    if (role == Role::Admin && !administrative) || (role == Role::Public && administrative) {
        return plain(StatusCode::NOT_FOUND, "nothing is served here");
    }
    if participants::is_socket(request.uri().path()) {
        return open_socket(app, request).await;
    }
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(BODY, Limited::new(body, BODY_BYTES_MAX).collect());
    match body.await {
        Ok(Ok(body)) => {
            super::respond::respond(&app, Request::from_parts(head, body.to_bytes())).await
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is larger than 2 MiB",
        ),
        Ok(Err(_)) => plain(StatusCode::BAD_REQUEST, "the body could not be read"),
        Err(_) => plain(
            StatusCode::REQUEST_TIMEOUT,
            "the body took longer than 30 seconds",
        ),
    }
}

/// Answers the websocket handshake (RFC 6455 §4.2.2) and hands the connection to the transcript.
async fn open_socket(app: Arc<App>, mut request: Request<Incoming>) -> Response<Bytes> {
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
            return plain(
                refused.status(),
                "the websocket URL is unknown, used or expired",
            );
        }
    };
    let connect = Arc::clone(&app.connect);
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        match upgrade.await {
            Ok(upgraded) => participants::socket(connect, TokioIo::new(upgraded), admission).await,
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

fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .body(Bytes::from_static(text.as_bytes()))
        .expect("the parts are constants")
}
