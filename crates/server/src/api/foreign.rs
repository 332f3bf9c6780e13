//! Whether a request comes from this machine's own pages and tools (design §4.9: loopback is not a
//! boundary against a page in the browser).

use std::net::IpAddr;

use http::{HeaderMap, header};
use url::{Host, Url};

use crate::config::is_loopback_url;
use signback_platform::settings::Settings;

/// The Hosts and Origins that are this service's own.
#[derive(Clone, Copy)]
pub(crate) struct Own<'a> {
    /// Its host is ours, its origin is ours.
    public_url: &'a str,
    /// The address for administrators, where the request came by it.
    admin: Option<IpAddr>,
    /// Origins that are let in beside.
    origins: &'a [String],
}

impl<'a> Own<'a> {
    /// What stands for the service by its settings.
    pub(crate) fn of(settings: &'a Settings) -> Self {
        Self {
            public_url: &settings.public_url,
            admin: None,
            origins: &[],
        }
    }

    /// The same for a request that came by the administrators' address.
    pub(crate) fn at(self, admin: Option<IpAddr>) -> Self {
        Self { admin, ..self }
    }

    /// The same, with the pages that may call the Connect APIs.
    pub(crate) fn and_origins(self, origins: &'a [String]) -> Self {
        Self { origins, ..self }
    }

    /// Why a request did not come from this machine's own pages or tools; `None` when it did.
    pub(crate) fn refuses(self, headers: &HeaderMap) -> Option<&'static str> {
        let Ok(public) = Url::parse(self.public_url) else {
            return Some(
                "the public URL cannot be read, so no Host and Origin can be compared with it",
            );
        };
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let host = text(header::HOST).unwrap_or("?");
        if !self.is_own_host(&public, &format!("http://{host}")) {
            return Some("the Host header names neither a loopback address nor the public URL");
        }
        let origin = text(header::ORIGIN);
        if origin.is_some_and(|origin| self.origins.iter().any(|own| own == origin)) {
            return None;
        }
        let is_own_origin = |origin: &str| {
            Url::parse(origin).is_ok_and(|url| url.origin() == public.origin())
                || origin == format!("http://{host}")
                || origin == format!("https://{host}")
        };
        if origin.is_some_and(|origin| !is_own_origin(origin)) {
            return Some("the request comes from a page of another origin");
        }
        match text(header::HeaderName::from_static("sec-fetch-site")) {
            None | Some("same-origin" | "same-site" | "none") => None,
            Some(_) => Some("the request comes from a page of another site"),
        }
    }

    fn is_own_host(self, public: &Url, authority: &str) -> bool {
        let Ok(asked) = Url::parse(authority) else {
            return false;
        };
        let address = match asked.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::from(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::from(address)),
            Some(Host::Domain(_)) | None => None,
        };
        // Where administrators are served on every address, whichever they use: it is a number, so
        // no name in the DNS leads a browser there.
        let at_admin = self
            .admin
            .zip(address)
            .is_some_and(|(admin, address)| admin == address || admin.is_unspecified());
        at_admin || asked.host() == public.host() || is_loopback_url(authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(public_url: &str) -> Own<'_> {
        Own {
            public_url,
            admin: None,
            origins: &[],
        }
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            (
                header::HeaderName::from_static(name),
                header::HeaderValue::from_static(value),
            )
        });
        pairs.collect()
    }

    #[test]
    fn own_hosts_and_origins_are_not_foreign() {
        let public = "https://chat.example";
        for pairs in [
            &[("host", "chat.example")][..],
            &[("host", "127.0.0.1:4545")],
            &[("host", "chat.example"), ("origin", "https://chat.example")],
            &[("host", "[::1]:1"), ("origin", "http://[::1]:1")],
        ] {
            assert_eq!(own(public).refuses(&headers(pairs)), None, "{pairs:?}");
        }
        for other in [
            &[][..],
            &[("host", "evil.example")],
            &[("host", "127.0.0.1"), ("origin", "https://evil.example")],
            &[("host", "127.0.0.1"), ("origin", "null")],
            &[("host", "127.0.0.1"), ("sec-fetch-site", "cross-site")],
            &[("host", "127.0.0.1"), ("sec-fetch-site", "?")],
            &[("host", "10.0.0.1:4546")],
            &[("host", "127.0.0.1"), ("origin", "https://shop.example")],
        ] {
            let refused = own(public).refuses(&headers(other));
            assert!(refused.is_some(), "{other:?}");
        }
    }

    #[test]
    fn the_administrators_address_is_ours_where_it_was_used() {
        let own = own("https://chat.example");
        let host = |host| headers(&[("host", host)]);
        let admin = own.at(Some([10, 0, 0, 1].into()));
        assert_eq!(admin.refuses(&host("10.0.0.1:4546")), None);
        assert!(admin.refuses(&host("10.0.0.2")).is_some());
        let page = [("host", "10.0.0.1:1"), ("origin", "https://10.0.0.1:1")];
        assert_eq!(admin.refuses(&headers(&page)), None);
        let everywhere = own.at(Some([0, 0, 0, 0].into()));
        assert_eq!(everywhere.refuses(&host("10.0.0.2:4546")), None);
        assert!(everywhere.refuses(&host("evil.example")).is_some());
    }

    #[test]
    fn pages_that_are_let_in_are_ours_and_no_others() {
        let origins = ["https://shop.example".to_owned()];
        let own = own("http://127.0.0.1:1").and_origins(&origins);
        let from = |origin| {
            let pairs = [
                ("host", "127.0.0.1:1"),
                ("origin", origin),
                ("sec-fetch-site", "cross-site"),
            ];
            own.refuses(&headers(&pairs))
        };
        assert_eq!(from("https://shop.example"), None);
        assert!(from("https://shop.example.evil").is_some());
        assert!(from("http://shop.example").is_some());
    }

    #[test]
    fn everything_is_foreign_to_an_address_that_cannot_be_read() {
        // What listening on a link-local address makes.
        for unreadable in ["http://[fe80::1%2]:4545", "", "chat.example"] {
            for host in ["chat.example", "127.0.0.1", "[fe80::1%2]:4545"] {
                let found = own(unreadable).refuses(&headers(&[("host", host)]));
                assert!(found.is_some(), "{unreadable} {host}");
            }
        }
    }
}
