//! Where a sign-in leads: the rules for the caller's `RedirectUri`, and the sign-in URL itself.

use std::net::{Ipv4Addr, Ipv6Addr};

use form_urlencoded::Serializer;
use url::{Host, Url};

/// The longest sign-in URL, as the interface model has it.
pub(super) const AUTHENTICATION_URL_MAX: usize = 2083;

/// Schemes that make a browser run or show something of the address itself.
const FORBIDDEN_SCHEMES: &[&str] = &["javascript", "data", "vbscript", "blob", "file", "about"];

/// Why an address cannot be redirected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RedirectRefusal {
    /// Not an absolute URI of visible ASCII characters.
    NotAbsolute,
    /// It has a fragment.
    Fragment,
    /// It has a user name or password.
    UserInformation,
    /// Its scheme runs or shows something.
    Scheme,
    /// It is `http` and not on the customer's own machine.
    NotSecure,
}

impl RedirectRefusal {
    /// The rule that was broken.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::NotAbsolute => "must be an absolute URI without spaces",
            Self::Fragment => "must not have a fragment",
            Self::UserInformation => "must not have a user name or password",
            Self::Scheme => "must not have this scheme",
            Self::NotSecure => "must use https unless it is on localhost",
        }
    }
}

/// Checks the address that the customer is to be sent back to. The provider compares it with the
/// registered ones; here only what nobody may redirect to is refused.
pub(super) fn check_redirect_uri(uri: &str) -> Result<(), RedirectRefusal> {
    // The parser drops some characters and escapes others; the address is used as it is given.
    if !uri
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    {
        return Err(RedirectRefusal::NotAbsolute);
    }
    let parsed = Url::parse(uri).map_err(|_| RedirectRefusal::NotAbsolute)?;
    if FORBIDDEN_SCHEMES.contains(&parsed.scheme()) {
        return Err(RedirectRefusal::Scheme);
    }
    if uri.contains('#') {
        return Err(RedirectRefusal::Fragment);
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(RedirectRefusal::UserInformation);
    }
    let web = matches!(parsed.scheme(), "http" | "https");
    if web && !has_authority(uri) {
        return Err(RedirectRefusal::NotAbsolute);
    }
    if parsed.scheme() == "http" && !is_own_machine(&parsed) {
        return Err(RedirectRefusal::NotSecure);
    }
    Ok(())
}

/// Whether `//` follows the scheme: for web addresses the parser takes `https:host` as well.
fn has_authority(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(_, rest)| {
        rest.strip_prefix("//")
            .is_some_and(|rest| !rest.starts_with('/'))
    })
}

fn is_own_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    }
}

/// What goes into a sign-in URL.
pub(super) struct Parameters<'a> {
    pub(super) client_id: &'a str,
    pub(super) scope: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) state: &'a str,
    pub(super) nonce: &'a str,
    pub(super) code_challenge: &'a str,
}

/// The sign-in URL: the provider's authorization endpoint with a query and without a fragment.
/// Chat clients append `&identity_provider=NAME` to it, so it ends in a parameter.
pub(super) fn authentication_url(
    authorization_endpoint: &str,
    parameters: &Parameters<'_>,
) -> String {
    let mut url = authorization_endpoint
        .split('#')
        .next()
        .unwrap_or_default()
        .to_owned();
    match url.find('?') {
        None => url.push('?'),
        Some(_) if url.ends_with(['?', '&']) => {}
        Some(_) => url.push('&'),
    }
    let query = Serializer::new(String::new())
        .append_pair("client_id", parameters.client_id)
        .append_pair("response_type", "code")
        .append_pair("scope", parameters.scope)
        .append_pair("redirect_uri", parameters.redirect_uri)
        .append_pair("state", parameters.state)
        .append_pair("nonce", parameters.nonce)
        .append_pair("code_challenge_method", "S256")
        .append_pair("code_challenge", parameters.code_challenge)
        .finish();
    url.push_str(&query);
    url
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARAMETERS: Parameters<'_> = Parameters {
        client_id: "client",
        scope: "openid email",
        redirect_uri: "http://localhost:3999/callback?a=b&c",
        state: "st",
        nonce: "no",
        code_challenge: "ch",
    };

    #[test]
    fn addresses_that_a_customer_may_be_sent_to() {
        for uri in [
            "https://example.com/callback",
            "https://example.com:8443/a?b=c&d=%20e",
            "HTTPS://example.com",
            "http://localhost:18910/callback",
            "http://127.0.0.1:1/",
            "http://[::1]/x",
            "myapp://callback",
            "com.example.app:/oauth",
        ] {
            assert_eq!(check_redirect_uri(uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn addresses_that_nobody_may_be_sent_to() {
        use RedirectRefusal::{Fragment, NotAbsolute, NotSecure, Scheme, UserInformation};
        for (uri, refusal) in [
            ("callback", NotAbsolute),
            ("/callback", NotAbsolute),
            ("//example.com/x", NotAbsolute),
            ("https:example.com", NotAbsolute),
            ("https:/example.com", NotAbsolute),
            ("https:///example.com", NotAbsolute),
            ("https://", NotAbsolute),
            ("https://example.com/ä", NotAbsolute),
            ("https://example.com/a b", NotAbsolute),
            ("https://example.com\\@evil.example", NotAbsolute),
            (" https://example.com", NotAbsolute),
            ("java\tscript:alert(1)", NotAbsolute),
            ("https://example.com/#", Fragment),
            ("https://example.com/#a", Fragment),
            ("myapp:x#y", Fragment),
            ("https://user@example.com/", UserInformation),
            ("https://:word@example.com/", UserInformation),
            ("javascript:alert(1)", Scheme),
            ("JaVaScRiPt:alert(1)#x", Scheme),
            ("data:text/html,x", Scheme),
            ("vbscript:x", Scheme),
            ("blob:https://example.com/1", Scheme),
            ("file:///etc/passwd", Scheme),
            ("about:blank", Scheme),
            ("http://example.com/", NotSecure),
            ("http://localhost.example.com/", NotSecure),
            ("http://127.0.0.2.example/", NotSecure),
        ] {
            assert_eq!(check_redirect_uri(uri), Err(refusal), "{uri}");
        }
    }

    #[test]
    fn the_sign_in_url_has_every_parameter_once() {
        insta::assert_snapshot!(
            authentication_url("https://pool.example/oauth2/authorize", &PARAMETERS),
            @"https://pool.example/oauth2/authorize?client_id=client&response_type=code&scope=openid+email&redirect_uri=http%3A%2F%2Flocalhost%3A3999%2Fcallback%3Fa%3Db%26c&state=st&nonce=no&code_challenge_method=S256&code_challenge=ch"
        );
    }

    #[test]
    fn an_endpoint_with_a_query_keeps_it() {
        for (endpoint, start) in [
            ("https://p/a?t=1", "https://p/a?t=1&client_id=client&"),
            ("https://p/a?t=1&", "https://p/a?t=1&client_id=client&"),
            ("https://p/a?", "https://p/a?client_id=client&"),
            ("https://p/a#f", "https://p/a?client_id=client&"),
        ] {
            assert!(
                authentication_url(endpoint, &PARAMETERS).starts_with(start),
                "{endpoint}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_survives_the_url(uri in "(https://h|app:)[!-~]{0,40}") {
            prop_assume!(check_redirect_uri(&uri).is_ok());
            let made = authentication_url(
                "https://p/a",
                &Parameters { redirect_uri: &uri, ..PARAMETERS },
            );
            prop_assert!(!made.contains('#'));
            let query = made.split_once('?').map(|(_, query)| query.as_bytes().to_vec());
            let read: Vec<(String, String)> =
                form_urlencoded::parse(&query.unwrap()).into_owned().collect();
            prop_assert_eq!(read.len(), 8);
            prop_assert!(read.contains(&("redirect_uri".to_owned(), uri)));
        }
    }
}
