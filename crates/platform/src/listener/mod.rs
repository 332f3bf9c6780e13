//! The way in: sockets, TLS, limits, and an orderly stop, for whatever answers the requests.

pub mod tls;

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
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Connections held at once; further ones wait in the listener's backlog.
const CONNECTIONS_MAX: usize = 65_536;
/// The largest request body: the largest modelled document (256,000 characters of JSON inside
/// JSON, each at most six bytes) fits.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How long a client may take to send its request's head.
const HEAD: Duration = Duration::from_secs(30);
/// How long a client may take to send its request's body.
const BODY: Duration = Duration::from_secs(30);

/// Whoever answers the requests of a listener.
pub trait Handler: Clone + Send + Sync + 'static {
    /// Answers a request whose head was read; [`whole`] reads the rest of it.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<Bytes>> + Send;
}

/// Reads a request to its end, within the limits of length and time; the answer to one that keeps
/// to neither is the error.
///
/// # Errors
///
/// Exactly then.
pub async fn whole(request: Request<Incoming>) -> Result<Request<Bytes>, Response<Bytes>> {
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(BODY, Limited::new(body, BODY_BYTES_MAX).collect());
    match body.await {
        Ok(Ok(body)) => Ok(Request::from_parts(head, body.to_bytes())),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is larger than 2 MiB",
        )),
        Ok(Err(_)) => Err(plain(StatusCode::BAD_REQUEST, "the body could not be read")),
        Err(_) => Err(plain(
            StatusCode::REQUEST_TIMEOUT,
            "the body took longer than 30 seconds",
        )),
    }
}

/// An answer of plain text.
///
/// # Panics
///
/// Never: its parts are constants.
#[must_use]
pub fn plain(status: StatusCode, text: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .body(Bytes::from_static(text.as_bytes()))
        .expect("the parts are constants")
}

/// Takes connections until `stopped` says so, then waits for those that are open.
///
/// # Panics
///
/// Never: the places are not closed.
pub async fn accept(
    listener: TcpListener,
    tls: Option<tokio_rustls::TlsAcceptor>,
    handler: impl Handler,
    mut stopped: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let place = Arc::clone(&places)
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told_to_stop(&mut stopped) => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely: let some connections end first.
                tracing::error!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (handler, tls, stopped) = (handler.clone(), tls.clone(), stopped.clone());
        connections.spawn(async move {
            serve_stream(handler, stream, tls, stopped).await;
            drop(place);
        });
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Waits until the service is told to stop, or its owner is gone.
async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await.map(|_| ()));
}

async fn serve_stream(
    handler: impl Handler,
    stream: TcpStream,
    tls: Option<tokio_rustls::TlsAcceptor>,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve(handler, stream, stopped).await,
        Some(tls) => match tokio::time::timeout(tls::HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve(handler, stream, stopped).await,
            Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
            Err(_) => tracing::debug!("TLS handshake took too long"),
        },
    }
}

/// Serves one connection until it ends or the service stops.
async fn serve<S>(handler: impl Handler, stream: S, mut stopped: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let handler = handler.clone();
        async move { Ok::<_, Infallible>(handler.answer(request).await.map(Full::new)) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told_to_stop(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
