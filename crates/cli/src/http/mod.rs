//! One HTTP exchange at a time, over plain connections, TLS and proxies.

pub(crate) mod failure;
mod head;
mod proxy;
mod tls;
mod tunnel;
pub(crate) mod url;

use std::borrow::Cow;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST, PROXY_AUTHORIZATION};
use http::{HeaderMap, HeaderValue, Method};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_rustls::client::TlsStream;

pub(crate) use proxy::Proxies;
pub(crate) use tls::Trust;

use crate::http::url::Url;

/// The greatest answer that is read: a service's own limits are far below.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;
/// The most header fields of an answer.
const FIELDS_MAX: usize = 99;
/// The greatest head of an answer.
const HEAD_BYTES_MAX: usize = 1024 * 1024;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// The header fields. Those of the connection are added when it is sent, `Host` among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The value of a header field.
    pub(crate) fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers.get(name).map(text)
    }
}

/// The value of a header field as text.
pub(crate) fn text(value: &HeaderValue) -> Cow<'_, str> {
    String::from_utf8_lossy(value.as_bytes())
}

/// Why no answer came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No connection, or no such host.
    Connect,
    /// The connection took too long.
    ConnectTimeout,
    /// The answer took too long.
    ReadTimeout,
    /// The connection ended before the answer did.
    Closed,
    /// The secure connection failed, and how.
    Tls(String),
    /// The proxy could not be reached or refused; its address without the password.
    Proxy(String),
    /// Something in the settings that no request can be made with.
    Unusable(String),
    /// The user interrupted.
    Interrupted,
}

/// How connections are made.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How long to wait for a connection.
    pub connect_timeout: Option<Duration>,
    /// How long to wait for each part of an answer.
    pub read_timeout: Option<Duration>,
    /// Which proxies to use.
    pub proxies: Proxies,
}

/// Sends requests. What it needs is set up at the first one.
#[derive(Debug)]
pub(crate) struct Client {
    settings: Settings,
    runtime: Option<Runtime>,
    warned: bool,
}

impl Client {
    /// A client that connects with these settings.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            settings,
            runtime: None,
            warned: false,
        }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// What kept the answer from coming.
    pub(crate) fn send(&mut self, request: &Request) -> Result<Response, Trouble> {
        let settings = self.settings.clone();
        let warned = std::mem::replace(&mut self.warned, true);
        self.until_interrupted(exchange(&settings, request, warned))
            .unwrap_or(Err(Trouble::Interrupted))
    }

    /// Waits.
    ///
    /// # Errors
    /// The user interrupted.
    pub(crate) fn wait(&mut self, time: Duration) -> Result<(), Trouble> {
        // The timer is made inside the runtime that drives it.
        self.until_interrupted(async move { tokio::time::sleep(time).await })
            .ok_or(Trouble::Interrupted)
    }

    fn until_interrupted<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let runtime = self.runtime.get_or_insert_with(|| {
            let mut builder = tokio::runtime::Builder::new_current_thread();
            builder
                .enable_all()
                .build()
                .expect("a runtime of one thread can be made")
        });
        runtime.block_on(async {
            tokio::select! {
                biased;
                done = work => Some(done),
                Ok(()) = tokio::signal::ctrl_c() => None,
            }
        })
    }
}

/// Anything bytes can be read from and written to.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn exchange(
    settings: &Settings,
    request: &Request,
    warned: bool,
) -> Result<Response, Trouble> {
    let secure = request.url.scheme == "https";
    let host = request.url.host().unwrap_or_default();
    let proxy = settings.proxies.proxy_for(&request.url.scheme);
    let Some(proxy) = proxy else {
        let stream = connect(&request.url, settings).await?;
        if secure {
            let stream = secured(settings, stream, &host).await?;
            warn(settings, &host, warned);
            return converse(settings, stream, request, None).await;
        }
        return converse(settings, stream, request, None).await;
    };
    proxy.check()?;
    let refused = || Trouble::Proxy(proxy.masked());
    let stream = match connect(&proxy.url, settings).await {
        Err(Trouble::Connect) => return Err(refused()),
        other => other?,
    };
    let mut stream: Box<dyn Stream> = if proxy.url.scheme == "https" {
        let proxy_host = proxy.url.host().unwrap_or_default();
        let secured = secured(settings, stream, &proxy_host).await;
        Box::new(secured.map_err(|_| refused())?)
    } else {
        Box::new(stream)
    };
    if !secure {
        return converse(settings, stream, request, Some(proxy)).await;
    }
    let tunnel = tunnel::open(&mut stream, &request.url, proxy);
    within(settings.connect_timeout, tunnel).await??;
    let stream = secured(settings, stream, &host).await?;
    warn(settings, &proxy.url.host().unwrap_or_default(), warned);
    converse(settings, stream, request, None).await
}

/// Makes the connection secure. That has as long as the connection itself had, but running out of
/// it counts as reading too long.
async fn secured<S: Stream>(
    settings: &Settings,
    stream: S,
    host: &str,
) -> Result<TlsStream<S>, Trouble> {
    let handshake = tls::secure(stream, host, &settings.trust);
    within(settings.connect_timeout, handshake).await?
}

/// Says once that nobody checked who is at the other end.
fn warn(settings: &Settings, host: &str, warned: bool) {
    if settings.trust == Trust::Anyone && !warned {
        crate::failure::complain(&format!(
            "InsecureRequestWarning: Unverified HTTPS request is being made to host '{host}'. Adding certificate verification is strongly advised.\n"
        ));
    }
}

async fn connect(url: &Url, settings: &Settings) -> Result<TcpStream, Trouble> {
    let host = url.host().ok_or(Trouble::Connect)?;
    let port = url.port();
    let connected = async {
        let addresses: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => tokio::net::lookup_host((host.as_str(), port))
                .await?
                .collect(),
        };
        let mut failure = io::Error::from(io::ErrorKind::NotFound);
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    };
    let connected = match settings.connect_timeout {
        Some(limit) => tokio::time::timeout(limit, connected)
            .await
            .map_err(|_| Trouble::ConnectTimeout)?,
        None => connected.await,
    };
    let stream = connected.map_err(|_| Trouble::Connect)?;
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Result<T, Trouble> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, work)
            .await
            .map_err(|_| Trouble::ReadTimeout),
        None => Ok(work.await),
    }
}

async fn converse(
    settings: &Settings,
    stream: impl Stream + 'static,
    request: &Request,
    proxy: Option<&proxy::Proxy>,
) -> Result<Response, Trouble> {
    let closed = |_| Trouble::Closed;
    let allowance = head::Allowance::new();
    let stream = head::Limited {
        stream,
        allowance: allowance.clone(),
    };
    let mut builder = hyper::client::conn::http1::Builder::new();
    builder
        .max_headers(FIELDS_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    let (mut sender, connection) = builder
        .handshake(TokioIo::new(stream))
        .await
        .map_err(closed)?;
    tokio::spawn(async move {
        // What goes wrong on the connection is told to the request as well.
        let _ = connection.await;
    });
    let outgoing = outgoing(request, proxy).ok_or(Trouble::Connect)?;
    let answer = within(settings.read_timeout, sender.send_request(outgoing))
        .await?
        .map_err(|error: hyper::Error| match proxy {
            // A proxy that says nothing has not been reached.
            Some(proxy) if !error.is_parse() => Trouble::Proxy(proxy.masked()),
            _ => Trouble::Closed,
        })?;
    allowance.lift();
    let (head, body) = answer.into_parts();
    let mut body = Limited::new(body, ANSWER_BYTES_MAX);
    let mut bytes = Vec::new();
    while let Some(frame) = within(settings.read_timeout, body.frame()).await? {
        if let Ok(data) = frame.map_err(|_| Trouble::Closed)?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Response {
        status: head.status.as_u16(),
        headers: head.headers,
        body: bytes,
    })
}

fn outgoing(request: &Request, proxy: Option<&proxy::Proxy>) -> Option<http::Request<Full<Bytes>>> {
    let (target, host) = match proxy {
        Some(_) => (request.url.absolute_target(), request.url.place_header()),
        None => (request.url.target(), request.url.host_header()),
    };
    let mut outgoing = http::Request::builder()
        .method(request.method.clone())
        .uri(target)
        .header(HOST, host)
        .header(ACCEPT_ENCODING, "identity");
    // Said even where there is no body, except by the methods that have none.
    if ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&request.method) {
        outgoing = outgoing.header(CONTENT_LENGTH, request.body.len());
    }
    if let Some(authorization) = proxy.and_then(proxy::Proxy::authorization) {
        outgoing = outgoing.header(PROXY_AUTHORIZATION, authorization);
    }
    let mut outgoing = outgoing
        .body(Full::new(Bytes::from(request.body.clone())))
        .ok()?;
    // A proxy is told another host than the one that was signed.
    let given = request.headers.iter().filter(|(name, _)| *name != HOST);
    let given = given.map(|(name, value)| (name.clone(), value.clone()));
    outgoing.headers_mut().extend(given);
    Some(outgoing)
}
