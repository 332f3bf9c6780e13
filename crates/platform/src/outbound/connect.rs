//! From a URL to a stream: the rules for the URL, the addresses behind its name, TLS.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::OnceCell;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::Error;
use super::address::{Reach, reach};
use crate::settings::Settings;

/// How many addresses of one name are tried.
const ADDRESSES_MAX: usize = 4;

/// What the settings say about outgoing calls.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    /// The server is only reachable from this machine.
    loopback: bool,
    /// Hosts that may be called although they are not public ones.
    allowed: &'a [String],
}

impl<'a> Rules<'a> {
    pub(super) fn of(settings: &'a Settings) -> Self {
        Self {
            loopback: settings.loopback,
            allowed: &settings.outbound_allowed,
        }
    }
}

/// A connection, plain or encrypted.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The TLS settings; the system's certificates are read at the first call that needs them.
#[derive(Default)]
pub(super) struct Tls(OnceCell<Arc<ClientConfig>>);

impl Tls {
    async fn config(&self) -> Result<Arc<ClientConfig>, Error> {
        let config = self.0.get_or_try_init(|| async {
            tokio::task::spawn_blocking(client_config)
                .await
                .map_err(anyhow::Error::from)
                .and_then(std::convert::identity)
                .map_err(|error| Error::NotSent("TLS cannot be set up", Some(error)))
        });
        config.await.cloned()
    }
}

fn client_config() -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    anyhow::ensure!(added > 0, "the system has no root certificates");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Where a request goes.
#[derive(Debug)]
pub(super) struct Target {
    secure: bool,
    host: Host<String>,
    port: u16,
    /// The host and, unless it is the scheme's own, the port.
    pub(super) authority: String,
    pub(super) path_and_query: String,
}

impl Target {
    /// Reads a URL; it has to be http or https and must not carry a user name.
    pub(super) fn of(url: &str) -> Result<Self, Error> {
        let url = Url::parse(url).map_err(|_| Error::Forbidden("the URL is malformed"))?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Error::Forbidden("the URL is neither https nor http")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::Forbidden("the URL has a user name or password"));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Error::Forbidden("the URL has no host"));
        };
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        let path_and_query = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self {
            secure,
            host: host.to_owned(),
            port,
            authority,
            path_and_query,
        })
    }

    /// Whether the settings name this host, with or without its port.
    pub(super) fn is_listed(&self, rules: Rules<'_>) -> bool {
        let host = self.host.to_string();
        let with_port = format!("{host}:{}", self.port);
        rules
            .allowed
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(&host) || *allowed == with_port)
    }

    /// Whether a call to `address`, which this target's name stands for, is allowed.
    fn check(&self, address: IpAddr, rules: Rules<'_>) -> Result<(), Error> {
        let reach = reach(address);
        let allowed = match reach {
            Reach::Public => true,
            Reach::Loopback => rules.loopback || self.is_listed(rules),
            Reach::Inside => self.is_listed(rules),
            Reach::Nowhere => false,
        };
        if !allowed {
            return Err(Error::Forbidden(
                "the address is not a public one; --outbound-allow HOST:PORT allows it",
            ));
        }
        // What is not public is called over http too once it is allowed: this machine, or a host
        // that an administrator named.
        let plain_allowed = reach != Reach::Public;
        if !self.secure && !plain_allowed {
            return Err(Error::Forbidden("the URL is not https"));
        }
        Ok(())
    }

    /// The addresses behind the name, every one of them checked: a name that also leads inwards
    /// is not called at all.
    async fn addresses(&self, rules: Rules<'_>) -> Result<Vec<SocketAddr>, Error> {
        let found: Vec<SocketAddr> = match &self.host {
            Host::Ipv4(address) => vec![((*address), self.port).into()],
            Host::Ipv6(address) => vec![((*address), self.port).into()],
            Host::Domain(name) => lookup_host((name.as_str(), self.port))
                .await
                .map_err(|error| Error::NotSent("the name is not known", Some(error.into())))?
                .collect(),
        };
        for address in &found {
            self.check(address.ip(), rules)?;
        }
        Ok(found)
    }
}

/// Connects to the first of the target's addresses that answers.
pub(super) async fn open(
    target: &Target,
    rules: Rules<'_>,
    tls: &Tls,
) -> Result<Box<dyn Stream>, Error> {
    let addresses = target.addresses(rules).await?;
    let mut failure = None;
    for address in addresses.into_iter().take(ADDRESSES_MAX) {
        match TcpStream::connect(address).await {
            Ok(stream) => return encrypt(stream, target, tls).await,
            Err(error) => failure = Some(error.into()),
        }
    }
    Err(Error::NotSent("no address of the host answers", failure))
}

async fn encrypt(stream: TcpStream, target: &Target, tls: &Tls) -> Result<Box<dyn Stream>, Error> {
    // A small request must not wait for the acknowledgement of an earlier packet.
    drop(stream.set_nodelay(true));
    if !target.secure {
        return Ok(Box::new(stream));
    }
    let name = match &target.host {
        Host::Domain(name) => ServerName::try_from(name.clone())
            .map_err(|_| Error::Forbidden("the host's name cannot be in a certificate"))?,
        Host::Ipv4(address) => ServerName::from(IpAddr::V4(*address)),
        Host::Ipv6(address) => ServerName::from(IpAddr::V6(*address)),
    };
    let connector = TlsConnector::from(tls.config().await?);
    let stream = connector
        .connect(name, stream)
        .await
        .map_err(|error| Error::NotSent("the TLS handshake failed", Some(error.into())))?;
    Ok(Box::new(stream))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str, address: &str, loopback: bool, allowed: &[&str]) -> bool {
        let allowed: Vec<String> = allowed.iter().map(|&host| host.to_owned()).collect();
        let rules = Rules {
            loopback,
            allowed: &allowed,
        };
        let address = address.parse().unwrap();
        Target::of(url).is_ok_and(|target| target.check(address, rules).is_ok())
    }

    #[test]
    fn public_addresses_are_called_over_https_only() {
        for (loopback, listed) in [(true, &[][..]), (false, &["h"])] {
            assert!(allowed("https://h/x", "1.1.1.1", loopback, listed));
            assert!(!allowed("http://h/x", "1.1.1.1", loopback, listed));
        }
    }

    #[test]
    fn this_machine_is_called_when_only_it_can_call_the_server() {
        assert!(allowed("http://h/x", "127.0.0.1", true, &[]));
        assert!(allowed("https://h/x", "::1", true, &[]));
        assert!(!allowed("http://h/x", "127.0.0.1", false, &[]));
        assert!(!allowed("https://h/x", "127.0.0.1", false, &[]));
        assert!(allowed("https://h/x", "127.0.0.1", false, &["h"]));
        assert!(allowed("http://h/x", "127.0.0.1", false, &["h"]));
    }

    #[test]
    fn inner_addresses_are_called_when_listed() {
        for address in ["10.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "fd00::1"] {
            assert!(!allowed("https://h/x", address, true, &[]), "{address}");
            assert!(
                !allowed("https://h/x", address, true, &["other", "h:444"]),
                "{address}"
            );
            assert!(allowed("https://h/x", address, true, &["H"]), "{address}");
            assert!(
                allowed("http://h/x", address, false, &["h:80"]),
                "{address}"
            );
            assert!(
                !allowed("http://h/x", address, true, &["h:443"]),
                "{address}"
            );
            assert!(
                allowed("https://h/x", address, false, &["h:443"]),
                "{address}"
            );
        }
        assert!(!allowed("https://h/x", "0.0.0.0", true, &["h"]));
        assert!(!allowed("https://h/x", "224.0.0.1", true, &["h"]));
    }

    #[test]
    fn odd_urls_are_not_called() {
        for url in [
            "ftp://h/x",
            "https://u@h/",
            "https://u:p@h/",
            "h/x",
            "https://",
            "data:,x",
        ] {
            assert!(Target::of(url).is_err(), "{url}");
        }
    }

    #[test]
    fn numbers_in_any_notation_are_addresses() {
        for url in ["http://0x7f.1/", "http://2130706433/", "http://0177.0.0.1/"] {
            let target = Target::of(url).unwrap();
            assert_eq!(
                target.host,
                Host::<String>::Ipv4(std::net::Ipv4Addr::LOCALHOST),
                "{url}"
            );
        }
    }

    #[test]
    fn the_path_and_the_port_are_kept() {
        let target = Target::of("https://h:8443/a/b?c=d&e=%20").unwrap();
        assert_eq!(target.authority, "h:8443");
        assert_eq!(target.path_and_query, "/a/b?c=d&e=%20");
        assert_eq!(Target::of("https://h").unwrap().path_and_query, "/");
    }
}
