//! The way in: sockets, TLS, limits, and an orderly stop, for whatever answers the requests.
//!
//! Nothing that a client does or leaves undone holds a connection for long: a head, a body, a pause
//! between two requests and a write that stands still have 30 seconds each. Of requests that are
//! sent without waiting for answers one is answered at a time (hyper sees to that), and none while
//! an earlier answer waits to be read.

mod descriptors;
mod places;
mod stream;
#[cfg(test)]
mod tests;
pub mod tls;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::seldom::Seldom;
pub use descriptors::raise as raise_descriptors;
pub use places::{Limits, PER_ADDRESS, Places, Standing};
use stream::Placed;

/// The largest request body: the largest modelled document (256,000 characters of JSON inside
/// JSON, each at most six bytes) fits.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// How long a body may be that needs no share of the memory for long ones.
const BODY_SHORT_BYTES: usize = 16 * 1024;
/// How much memory all long bodies have together, on their way in and while they are answered.
const BODIES_BYTES_MAX: usize = 128 * 1024 * 1024;
/// The longest head of a request, and how much of the requests that follow is read ahead.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long a client may take to send its request's head, from the end of the one before.
const HEAD: Duration = Duration::from_secs(30);
/// How long a client may take to send its request's body.
const BODY: Duration = Duration::from_secs(30);
/// How long to wait for a connection to end after one could not be accepted.
const NO_ROOM: Duration = Duration::from_millis(100);

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
    let (mut head, body) = request.into_parts();
    if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
        return Err(too_large());
    }
    if let Some(standing) = head.extensions.get::<Standing>() {
        let announced = body.size_hint().upper();
        let bytes = announced.map_or(BODY_BYTES_MAX, |bytes| {
            usize::try_from(bytes).unwrap_or(BODY_BYTES_MAX)
        });
        if bytes > BODY_SHORT_BYTES {
            let share = tokio::time::timeout(BODY, standing.share(bytes)).await;
            let share = share.map_err(|_| unavailable("too many long bodies are on their way"))?;
            head.extensions.insert(share);
        }
    }
    let body = tokio::time::timeout(BODY, Limited::new(body, BODY_BYTES_MAX).collect());
    match body.await {
        Ok(Ok(body)) => {
            if let Some(standing) = head.extensions.get::<Standing>() {
                standing.answer(true);
            }
            Ok(Request::from_parts(head, body.to_bytes()))
        }
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(plain(StatusCode::BAD_REQUEST, "the body could not be read")),
        Err(_) => Err(plain(
            StatusCode::REQUEST_TIMEOUT,
            "the body took longer than 30 seconds",
        )),
    }
}

/// Seconds after which a caller may try again what failed for a while.
pub const RETRY_AFTER: header::HeaderValue = header::HeaderValue::from_static("1");

/// An answer of plain text to what fails for a while.
#[must_use]
pub fn unavailable(text: &'static str) -> Response<Bytes> {
    let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, text);
    answer
        .headers_mut()
        .insert(header::RETRY_AFTER, RETRY_AFTER);
    answer
}

fn too_large() -> Response<Bytes> {
    plain(
        StatusCode::PAYLOAD_TOO_LARGE,
        "the body is larger than 2 MiB",
    )
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
pub async fn accept(
    listener: TcpListener,
    tls: Option<tokio_rustls::TlsAcceptor>,
    handler: impl Handler,
    places: Arc<Places>,
    stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let take = |(stream, from): (TcpStream, SocketAddr)| {
        while connections.try_join_next().is_some() {}
        let Some(place) = places.enter(from.ip()) else {
            return;
        };
        let _ = stream.set_nodelay(true);
        let stream = Placed::new(stream, place);
        let (handler, tls, stopped) = (handler.clone(), tls.clone(), stopped.clone());
        connections.spawn(serve_stream(handler, stream, tls, stopped));
    };
    accept_each(|| listener.accept(), take, &places, stopped.clone()).await;
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Accepts until `stopped` says so. Where nothing can be accepted, most likely for want of a
/// descriptor, a stranger is told to go.
async fn accept_each<T, A>(
    mut accept: impl FnMut() -> A,
    mut take: impl FnMut(T),
    places: &Arc<Places>,
    mut stopped: watch::Receiver<bool>,
) where
    A: Future<Output = io::Result<T>>,
{
    let (begun, complaints) = (Instant::now(), Seldom::default());
    loop {
        let accepted = tokio::select! {
            accepted = async { places.room().await; accept().await } => accepted,
            () = told_to_stop(&mut stopped) => return,
        };
        let error = match accepted {
            Ok(connection) => {
                take(connection);
                continue;
            }
            Err(error) => error,
        };
        let now = begun.elapsed().as_millis();
        if let Some(held_back) = complaints.pass(i64::try_from(now).unwrap_or(i64::MAX)) {
            tracing::error!(%error, held_back, open = places.open(), "cannot accept a connection");
        }
        places.dismiss();
        tokio::select! {
            () = places.one_left() => {}
            () = tokio::time::sleep(NO_ROOM) => {}
            () = told_to_stop(&mut stopped) => return,
        }
    }
}

/// Waits until the service is told to stop, or its owner is gone.
async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await.map(|_| ()));
}

async fn serve_stream(
    handler: impl Handler,
    stream: Placed<TcpStream>,
    tls: Option<tokio_rustls::TlsAcceptor>,
    stopped: watch::Receiver<bool>,
) {
    let standing = stream.standing();
    match tls {
        None => serve(handler, stream, standing, stopped).await,
        Some(tls) => match tokio::time::timeout(tls::HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => serve(handler, stream, standing, stopped).await,
            Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
            Err(_) => tracing::debug!("TLS handshake took too long"),
        },
    }
}

/// Serves one connection until it ends or the service stops.
async fn serve<S>(
    handler: impl Handler,
    stream: S,
    standing: Standing,
    mut stopped: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |mut request: Request<Incoming>| {
        let (handler, standing) = (handler.clone(), standing.clone());
        // In a box, so that a connection without a request has no room for its answer's making.
        Box::pin(async move {
            if standing.is_strangers() {
                // Requests that wait on one connection do not make those on others wait for all.
                tokio::task::yield_now().await;
            }
            request.extensions_mut().insert(standing.clone());
            let answer = handler.answer(request).await;
            standing.answer(false);
            Ok::<_, Infallible>(answer.map(Full::new))
        })
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES_MAX)
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
