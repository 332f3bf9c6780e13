//! A server that answers `200 {}` to everything, as the service does: over http and over https.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The server's two addresses, and whom to trust for the second.
pub(crate) struct Answers {
    pub(crate) http: SocketAddr,
    pub(crate) https: SocketAddr,
    /// The certificate to trust, as PEM.
    pub(crate) certificate: PathBuf,
}

impl Answers {
    /// Starts answering on two free ports of this machine, until the runtime ends; the certificate
    /// is left in `folder`.
    pub(crate) async fn start(folder: &Path) -> anyhow::Result<Self> {
        let (certificate, config) = certificate(folder)?;
        let plain = TcpListener::bind("127.0.0.1:0").await?;
        let secure = TcpListener::bind("127.0.0.1:0").await?;
        let (http, https) = (plain.local_addr()?, secure.local_addr()?);
        tokio::spawn(async move {
            while let Ok((stream, _)) = plain.accept().await {
                tokio::spawn(answer(undelayed(stream)));
            }
        });
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = secure.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(undelayed(stream)).await {
                        answer(stream).await;
                    }
                });
            }
        });
        Ok(Self {
            http,
            https,
            certificate,
        })
    }
}

/// A connection whose small packets do not wait for one another.
fn undelayed(stream: TcpStream) -> TcpStream {
    // Without it the figures are worse, and nothing else.
    let _ = stream.set_nodelay(true);
    stream
}

/// Reads each request whole before it answers: a client may send its body late.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin) {
    let service = service_fn(|request: http::Request<Incoming>| async move {
        let _ = request.into_body().collect().await;
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"{}"))))
    });
    // A client that goes away early has its figures all the same.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

/// A fresh certificate for this machine, in `folder`, that whoever trusts it accepts from the server.
fn certificate(folder: &Path) -> anyhow::Result<(PathBuf, ServerConfig)> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-days",
            "1",
            "-subj",
            "/CN=127.0.0.1",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output()
        .context("openssl makes the certificate of the https server")?;
    ensure!(
        made.status.success(),
        "openssl: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_file(&certificate)?],
            PrivateKeyDer::from_pem_file(&key)?,
        )?;
    Ok((certificate, config))
}
