//! Proxies, from the environment.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Trouble;
use crate::http::url::Url;
use crate::python::sentences;
use crate::session::environment::Environment;

/// A proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// Its address.
    pub url: Url,
    text: String,
}

impl Proxy {
    fn new(text: &str) -> Self {
        let text = if text.starts_with("http:") || text.starts_with("https:") {
            text.to_owned()
        } else {
            format!("http://{}", text.strip_prefix("//").unwrap_or(text))
        };
        Self {
            url: Url::parse(&text),
            text,
        }
    }

    /// The address with user and password starred out.
    pub(crate) fn masked(&self) -> String {
        let Some((user, place)) = self.url.authority.rsplit_once('@') else {
            return self.text.clone();
        };
        let stars = if user.contains(':') { "***:***" } else { "***" };
        self.text
            .replacen(&self.url.authority, &format!("{stars}@{place}"), 1)
    }

    /// Looks for what keeps the proxy from being used.
    pub(super) fn check(&self) -> Result<(), Trouble> {
        let (user, password) = self.url.user().unwrap_or_default();
        let credentials = format!("{user}:{password}");
        let problem = if self.url.port_fault().or(self.url.bracket_fault()).is_some() {
            format!("Failed to parse: {}", self.masked())
        } else if let Some(problem) = sentences::not_ascii(&credentials) {
            problem
        } else {
            return match self.url.host() {
                None => Err(Trouble::Unusable("No host specified.".to_owned())),
                Some(host) if host.contains(char::is_whitespace) => Err(Trouble::Closed),
                Some(_) => Ok(()),
            };
        };
        Err(Trouble::Unusable(problem))
    }

    /// The value of `Proxy-Authorization`, if the address has a user and a password.
    pub(crate) fn authorization(&self) -> Option<String> {
        let (user, password) = self.url.user()?;
        let both = !user.is_empty() && !password.is_empty();
        both.then(|| {
            let encoded = STANDARD.encode(format!("{user}:{password}"));
            format!("Basic {encoded}")
        })
    }
}

/// The proxies by scheme.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
}

impl Proxies {
    /// The proxies for requests to that address.
    pub(crate) fn for_url(environment: &Environment, url: &Url) -> Self {
        if is_excepted(environment, url) {
            return Self::default();
        }
        let proxy =
            |scheme: &str| variable(environment, &format!("{scheme}_proxy")).map(Proxy::new);
        // Of a CGI program the upper-case variable is a client's header.
        let cgi =
            environment.get("REQUEST_METHOD").is_some() && environment.get("http_proxy").is_none();
        Self {
            http: if cgi { None } else { proxy("http") },
            https: proxy("https"),
        }
    }

    /// The proxy for that scheme.
    pub(crate) fn proxy_for(&self, scheme: &str) -> Option<&Proxy> {
        if scheme == "https" {
            self.https.as_ref()
        } else {
            self.http.as_ref()
        }
    }
}

/// A variable that is not empty; one in lower case hides all others even if it is.
fn variable<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
    let value = environment.in_any_case(name);
    value.filter(|value| !value.is_empty())
}

fn is_excepted(environment: &Environment, url: &Url) -> bool {
    let Some(exceptions) = variable(environment, "no_proxy") else {
        return false;
    };
    if exceptions == "*" {
        return true;
    }
    // User and brackets are taken for a part of the host, as the original takes them.
    let place = url.authority.to_lowercase();
    let host = match place.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => &place,
    };
    exceptions
        .split(',')
        .map(|name| name.trim().trim_start_matches('.').to_lowercase())
        .any(|name| {
            let ends = |text: &str| text == name || text.ends_with(&format!(".{name}"));
            !name.is_empty() && (ends(host) || ends(&place))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxied(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let url = Url::parse(url);
        Proxies::for_url(&Environment::with(variables), &url)
            .proxy_for(&url.scheme)
            .map(Proxy::masked)
    }

    #[test]
    fn proxies_follow_scheme_and_exceptions() {
        let both = [
            ("HTTP_PROXY", "http://a:1"),
            ("HTTPS_PROXY", "b:2"),
            ("NO_PROXY", "x.org,.y.org, z:9"),
        ];
        assert_eq!(proxied(&both, "http://h/"), Some("http://a:1".into()));
        assert_eq!(proxied(&both, "https://h/"), Some("http://b:2".into()));
        assert_eq!(proxied(&both, "https://q.x.org/"), None);
        assert_eq!(proxied(&both, "https://ax.org/"), Some("http://b:2".into()));
        assert_eq!(proxied(&both, "https://y.org/"), None);
        assert_eq!(proxied(&both, "https://z:9/"), None);
        let mixed = [("Http_Proxy", "http://a:1"), ("No_Proxy", "::1,b")];
        assert_eq!(proxied(&mixed, "http://h/"), Some("http://a:1".into()));
        assert_eq!(proxied(&mixed, "http://b:80/"), None);
        // A user and brackets belong to the name.
        assert_eq!(proxied(&mixed, "http://u@b/"), Some("http://a:1".into()));
        assert_eq!(proxied(&mixed, "http://[::1]/"), Some("http://a:1".into()));
        let hidden = [("http_proxy", ""), ("HTTP_PROXY", "http://a:1")];
        assert_eq!(proxied(&hidden, "http://h/"), None);
        assert_eq!(
            proxied(&[("https_proxy", "http://u:p%40@h:1")], "https://h/"),
            Some("http://***:***@h:1".into())
        );
    }

    #[test]
    fn credentials_have_both_parts_or_are_not_sent() {
        let authorization = |text| Proxy::new(text).authorization();
        assert_eq!(
            authorization("http://u:p%40@h"),
            Some("Basic dTpwQA==".into())
        );
        for text in ["http://h", "http://u@h", "http://u:@h", "http://:p@h"] {
            assert_eq!(authorization(text), None, "{text}");
        }
    }
}
