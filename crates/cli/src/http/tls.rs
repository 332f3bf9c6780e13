//! Secure connections: whom to trust, and the words for what went wrong.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore,
    SignatureScheme,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::Trouble;

/// Which servers are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Those with a certificate under the roots that come with the program.
    BuiltIn,
    /// Those with a certificate under one in this file.
    Bundle(String),
    /// All: nobody checks.
    Anyone,
}

/// Makes the connection secure.
pub(super) async fn secure<S>(stream: S, host: &str, trust: &Trust) -> Result<TlsStream<S>, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let config = config(trust).map_err(Trouble::Tls)?;
    let name =
        ServerName::try_from(host.to_owned()).map_err(|error| Trouble::Tls(error.to_string()))?;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .map_err(|error| {
            match error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<Error>())
            {
                Some(cause) => Trouble::Tls(described(cause)),
                None if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                    let problem = "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c)";
                    Trouble::Tls(problem.to_owned())
                }
                None => Trouble::Closed,
            }
        })
}

fn config(trust: &Trust) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let bundle = match trust {
        Trust::Anyone => None,
        Trust::BuiltIn => {
            let roots = RootCertStore {
                roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
            };
            return Ok(builder.with_root_certificates(roots).with_no_client_auth());
        }
        Trust::Bundle(path) => Some(Bundle::load(path, &provider)?),
    };
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Check { provider, bundle }))
        .with_no_client_auth())
}

/// Trusts whom the options name instead of the built-in roots.
#[derive(Debug)]
struct Check {
    provider: Arc<CryptoProvider>,
    /// Those in a file; without one everyone, as `--no-verify-ssl` asks.
    bundle: Option<Bundle>,
}

/// The certificates of a file, also a server's own that signed itself.
#[derive(Debug)]
struct Bundle {
    certificates: Vec<CertificateDer<'static>>,
    chains: Arc<WebPkiServerVerifier>,
}

impl Bundle {
    fn load(path: &str, provider: &Arc<CryptoProvider>) -> Result<Self, String> {
        let bytes = std::fs::read(path).map_err(|error| crate::python::errno(&error))?;
        let certificates = certificates(&bytes)?;
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        let chains =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        Ok(Self {
            certificates,
            chains: chains.build().map_err(|error| error.to_string())?,
        })
    }
}

/// The certificates of a bundle, all of which must be whole.
fn certificates(bundle: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = String::from_utf8_lossy(bundle);
    let text = text
        .trim_start_matches('\u{feff}')
        .replace(
            "-----BEGIN X509 CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----",
        )
        .replace(
            "-----END X509 CERTIFICATE-----",
            "-----END CERTIFICATE-----",
        );
    let broken = || "[X509] PEM lib (_ssl.c)".to_owned();
    let found: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(text.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|_| broken())?;
    // Each is a sequence in DER.
    let whole = found.iter().all(|found| found.first() == Some(&0x30));
    match found.is_empty() {
        true if !text.contains("-----BEGIN ") => Err(
            "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c)".to_owned(),
        ),
        false if whole => Ok(found),
        _ => Err(broken()),
    }
}

impl ServerCertVerifier for Check {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(bundle) = &self.bundle else {
            return Ok(ServerCertVerified::assertion());
        };
        let checked = bundle.chains.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match checked {
            // OpenSSL takes a certificate that is in the file itself even if it is an authority's.
            Err(Error::InvalidCertificate(CertificateError::Other(ref cause)))
                if cause.to_string().contains("CaUsedAsEndEntity")
                    && bundle.certificates.contains(end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

/// What went wrong, in the words that scripts know from OpenSSL.
fn described(error: &Error) -> String {
    let failed =
        |why: &str| format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why}");
    match error {
        Error::InvalidCertificate(cause) => match cause {
            CertificateError::UnknownIssuer => failed("unable to get local issuer certificate"),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                failed("certificate has expired")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                failed("certificate is not yet valid")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                failed("Hostname mismatch, certificate is not valid for this host")
            }
            CertificateError::Revoked => failed("certificate revoked"),
            other => failed(&other.to_string()),
        },
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version".to_owned()
        }
        Error::AlertReceived(AlertDescription::HandshakeFailure) => {
            "[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure".to_owned()
        }
        Error::InvalidMessage(_) => "[SSL: WRONG_VERSION_NUMBER] wrong version number".to_owned(),
        other => other.to_string(),
    }
}
