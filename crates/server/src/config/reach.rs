//! Who can reach the service: the one notion that every guard asks (design §3).

use std::net::SocketAddr;

/// Who can reach the service, and whether they are trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// It is reachable from elsewhere, not from this machine alone.
    pub from_elsewhere: bool,
    /// `--trust-network`: whoever reaches it may do anything.
    pub network_is_trusted: bool,
}

impl Reach {
    /// Whether everybody who reaches the service is trusted: nobody from elsewhere does, or
    /// `--trust-network` says so. Only then may anything be open that asks for no credentials.
    #[must_use]
    pub const fn is_trusted(self) -> bool {
        !self.from_elsewhere || self.network_is_trusted
    }
}

/// Why the service is reachable from elsewhere; `None` where only this machine reaches it.
pub(super) fn from_elsewhere(
    listen: SocketAddr,
    admin_listen: Option<SocketAddr>,
    public_url: Option<&str>,
    behind_proxy: bool,
) -> Option<String> {
    let elsewhere = |address: &SocketAddr| !address.ip().is_loopback();
    if elsewhere(&listen) {
        return Some(format!("--listen {listen} is not a loopback address"));
    }
    if let Some(admin) = admin_listen.filter(elsewhere) {
        return Some(format!("--admin-listen {admin} is not a loopback address"));
    }
    if let Some(url) = public_url.filter(|url| !is_loopback_url(url)) {
        return Some(format!("--public-url {url} is not a loopback address"));
    }
    behind_proxy.then(|| "--behind-proxy says that others come through a proxy".to_owned())
}

/// Whether a URL's host is a loopback name or address.
pub(crate) fn is_loopback_url(text: &str) -> bool {
    match url::Url::parse(text).ok().as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
