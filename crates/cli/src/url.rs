//! Addresses, taken apart the way the command being replaced takes them apart.

/// An absolute address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The scheme, in lower case.
    pub scheme: String,
    /// User, host and port as they were written.
    pub authority: String,
    /// The path, perhaps empty.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
}

impl Url {
    /// Takes an address apart; what has no scheme has no authority either.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.split('#').next().unwrap_or_default();
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            _ => (String::new(), text),
        };
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())),
            None => ("", rest),
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Self {
            scheme,
            authority: authority.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
        }
    }

    /// The host in lower case, without brackets.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let place = self.place();
        let host = match place.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => place.split(':').next().unwrap_or_default(),
        };
        (!host.is_empty()).then(|| host.to_lowercase())
    }

    /// The port, given or by the scheme.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.given_port()
            .unwrap_or(if self.scheme == "https" { 443 } else { 80 })
    }

    fn given_port(&self) -> Option<u16> {
        let place = self.place();
        let after = place.rsplit_once(']').map_or(place, |(_, after)| after);
        after
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
    }

    /// Host and port without the user.
    fn place(&self) -> &str {
        self.authority
            .rsplit_once('@')
            .map_or(self.authority.as_str(), |(_, place)| place)
    }

    /// User and password, decoded, if both are there.
    #[must_use]
    pub fn user(&self) -> Option<(String, String)> {
        let (user, _) = self.authority.rsplit_once('@')?;
        let (name, password) = user.split_once(':')?;
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        Some((decoded(name), decoded(password)))
    }

    /// What stands in the `Host` header: the port only where it is not the scheme's own.
    #[must_use]
    pub fn host_header(&self) -> String {
        let host = self.host().unwrap_or_default();
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host
        };
        let usual = if self.scheme == "https" { 443 } else { 80 };
        match self.given_port() {
            Some(port) if port != usual => format!("{host}:{port}"),
            _ => host,
        }
    }

    /// Path and query as they stand in a request line.
    #[must_use]
    pub fn target(&self) -> String {
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        if self.query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", self.query)
        }
    }

    /// Whether requests can be sent there: a host name or address with sensible characters.
    #[must_use]
    pub fn is_valid_endpoint(&self, text: &str) -> bool {
        let Some(host) = self.host().filter(|_| !text.contains(['\t', '\r', '\n'])) else {
            return false;
        };
        if self.place().starts_with('[') {
            return host.parse::<std::net::Ipv6Addr>().is_ok();
        }
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        host.len() <= 255
            && host
                .strip_suffix('.')
                .unwrap_or(&host)
                .split('.')
                .all(label)
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            scheme,
            authority,
            path,
            query,
        } = self;
        write!(formatter, "{scheme}://{authority}{path}")?;
        if query.is_empty() {
            Ok(())
        } else {
            write!(formatter, "?{query}")
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}
