//! Whether a request comes from this machine's own pages and tools (design §4.9: loopback is not a
//! boundary against a page in the browser).

use http::{HeaderMap, header};
use url::Url;

use crate::config::is_loopback_url;

/// Why a request did not come from this machine's own pages or tools; `None` when it did.
pub(crate) fn foreign(public_url: &str, headers: &HeaderMap) -> Option<&'static str> {
    let Ok(public) = Url::parse(public_url) else {
        return Some(
            "the public URL cannot be read, so no Host and Origin can be compared with it",
        );
    };
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_ours = |text: &str| {
        let same_host = Url::parse(text).is_ok_and(|url| url.host() == public.host());
        same_host || is_loopback_url(text)
    };
    let host = text(header::HOST).unwrap_or("?");
    if !is_ours(&format!("http://{host}")) {
        return Some("the Host header names neither a loopback address nor the public URL");
    }
    let is_own_origin = |origin: &str| {
        Url::parse(origin).is_ok_and(|url| url.origin() == public.origin())
            || origin == format!("http://{host}")
    };
    if text(header::ORIGIN).is_some_and(|origin| !is_own_origin(origin)) {
        return Some("the request comes from a page of another origin");
    }
    if text(header::HeaderName::from_static("sec-fetch-site")) == Some("cross-site") {
        return Some("the request comes from a page of another site");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for own in [
            &[("host", "chat.example")][..],
            &[("host", "127.0.0.1:4545")],
            &[("host", "chat.example"), ("origin", "https://chat.example")],
            &[("host", "[::1]:1"), ("origin", "http://[::1]:1")],
        ] {
            assert_eq!(foreign(public, &headers(own)), None, "{own:?}");
        }
        for other in [
            &[][..],
            &[("host", "evil.example")],
            &[("host", "127.0.0.1"), ("origin", "https://evil.example")],
            &[("host", "127.0.0.1"), ("origin", "null")],
            &[("host", "127.0.0.1"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(foreign(public, &headers(other)).is_some(), "{other:?}");
        }
    }

    #[test]
    fn everything_is_foreign_to_an_address_that_cannot_be_read() {
        // What listening on a link-local address makes.
        for unreadable in ["http://[fe80::1%2]:4545", "", "chat.example"] {
            for host in ["chat.example", "127.0.0.1", "[fe80::1%2]:4545"] {
                let found = foreign(unreadable, &headers(&[("host", host)]));
                assert!(found.is_some(), "{unreadable} {host}");
            }
        }
    }
}
