//! Addresses, taken apart the way the command being replaced takes them apart.

use std::net::IpAddr;

use crate::python::sentences;

/// An absolute address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// The scheme, in lower case.
    pub scheme: String,
    /// User, host and port as they were written.
    pub authority: String,
    /// The path, perhaps empty.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// What follows the hash sign, if there is one. It is never sent.
    pub fragment: Option<String>,
}

impl Url {
    /// Takes an address apart; what has no scheme has no authority either, unless it begins with
    /// two slashes.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim_start_matches(|c: char| c <= ' ');
        let (scheme, rest) = match text.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (scheme.to_ascii_lowercase(), rest),
            _ => (String::new(), text),
        };
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment.to_owned())),
            None => (rest, None),
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
            fragment,
        }
    }

    /// The host in lower case, without brackets.
    pub(crate) fn host(&self) -> Option<String> {
        let (host, _) = self.host_and_port();
        (!host.is_empty()).then(|| host.to_lowercase())
    }

    /// The port, given or by the scheme.
    pub(crate) fn port(&self) -> u16 {
        self.given_port()
            .unwrap_or(if self.scheme == "https" { 443 } else { 80 })
    }

    fn given_port(&self) -> Option<u16> {
        let (_, port) = self.host_and_port();
        port.parse().ok().filter(|_| is_digits(port))
    }

    /// Host and port as they were written, without the user and without brackets.
    fn host_and_port(&self) -> (&str, &str) {
        let place = self.place();
        match place.split_once('[') {
            Some((_, rest)) => {
                let (host, after) = rest.split_once(']').unwrap_or((rest, ""));
                (host, after.split_once(':').map_or("", |(_, port)| port))
            }
            None => place.split_once(':').unwrap_or((place, "")),
        }
    }

    /// What is wrong with the brackets around a host, if anything is.
    pub(crate) fn bracket_fault(&self) -> Option<String> {
        let place = self.place();
        if !place.contains(['[', ']']) {
            return None;
        }
        let parts = place
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .filter(|(_, after)| after.is_empty() || after.starts_with(':'));
        let Some((host, _)) = parts else {
            return Some(sentences::OPEN_BRACKETS.to_owned());
        };
        let (address, zone) = host.split_once('%').unwrap_or((host, "zone"));
        match address.parse() {
            Ok(IpAddr::V4(_)) => Some(sentences::NEEDLESS_BRACKETS.to_owned()),
            Ok(IpAddr::V6(_)) if !zone.is_empty() && !zone.contains('%') => None,
            _ => Some(sentences::no_address(host)),
        }
    }

    /// What is wrong with the port, if anything is.
    pub(crate) fn port_fault(&self) -> Option<String> {
        let (_, port) = self.host_and_port();
        if port.is_empty() || self.given_port().is_some() {
            None
        } else if is_digits(port) {
            Some(sentences::NO_PORT.to_owned())
        } else {
            Some(sentences::bad_port(port))
        }
    }

    /// Host and port without the user.
    fn place(&self) -> &str {
        self.authority
            .rsplit_once('@')
            .map_or(self.authority.as_str(), |(_, place)| place)
    }

    /// User and password, decoded, if both are there.
    pub(crate) fn user(&self) -> Option<(String, String)> {
        let (user, _) = self.authority.rsplit_once('@')?;
        let (name, password) = user.split_once(':')?;
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        Some((decoded(name), decoded(password)))
    }

    /// The host in lower case, an address of version 6 in brackets.
    pub(crate) fn bracketed_host(&self) -> String {
        let host = self.host().unwrap_or_default();
        if host.contains(':') {
            format!("[{host}]")
        } else {
            host
        }
    }

    /// What stands in the `Host` header: the port only where it is not the scheme's own.
    pub(crate) fn host_header(&self) -> String {
        let host = self.bracketed_host();
        let usual = if self.scheme == "https" { 443 } else { 80 };
        match self.given_port() {
            Some(port) if port != usual => format!("{host}:{port}"),
            _ => host,
        }
    }

    /// Path and query as they stand in a request line.
    pub(crate) fn target(&self) -> String {
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        let path = sendable(path, "");
        if self.query.is_empty() {
            path
        } else {
            format!("{path}?{}", sendable(&self.query, "?"))
        }
    }

    /// The whole address as it stands in a request line to a proxy.
    pub(crate) fn absolute_target(&self) -> String {
        let mut url = self.clone();
        url.path = without_dot_segments(&self.path);
        format!("{}://{}{}", self.scheme, self.place_header(), url.target())
    }

    /// What stands in the `Host` header of a request to a proxy: all that was given.
    pub(crate) fn place_header(&self) -> String {
        let user = self.authority.len() - self.place().len();
        let (user, place) = self.authority.split_at(user);
        format!("{user}{}", place.to_lowercase())
    }

    /// Whether requests can be sent there: a host name or address with sensible characters.
    pub(crate) fn is_valid_endpoint(&self, text: &str) -> bool {
        let Some(host) = self.host().filter(|_| !text.contains(['\t', '\r', '\n'])) else {
            return false;
        };
        if self.place().starts_with('[') {
            return self.bracket_fault().is_none();
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
        if !self.scheme.is_empty() {
            write!(formatter, "{}:", self.scheme)?;
        }
        write!(formatter, "//{}{}", self.authority, self.path)?;
        if !self.query.is_empty() {
            write!(formatter, "?{}", self.query)?;
        }
        match &self.fragment {
            Some(fragment) if !fragment.is_empty() => write!(formatter, "#{fragment}"),
            _ => Ok(()),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// A path with `.` and `..` carried out.
fn without_dot_segments(path: &str) -> String {
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    if path.starts_with('/') && kept.first() != Some(&"") {
        kept.insert(0, "");
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        kept.push("");
    }
    kept.join("/")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A part of an address with everything escaped that may not stand there. Escapes stay, unless one
/// of them is none: then all percent signs are taken for themselves.
fn sendable(part: &str, further: &str) -> String {
    let digits = |rest: &str| {
        let digits = rest.get(..2).unwrap_or_default();
        let all = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if all {
            digits.to_ascii_uppercase()
        } else {
            String::new()
        }
    };
    let mut parts = part.split('%');
    let percent = if parts.clone().skip(1).all(|rest| !digits(rest).is_empty()) {
        "%"
    } else {
        "%25"
    };
    let mut out = escaped(parts.next().unwrap_or_default(), further);
    for rest in parts {
        let digits = digits(rest);
        out.extend([percent, &digits, &escaped(&rest[digits.len()..], further)]);
    }
    out
}

fn escaped(text: &str, further: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric()
            || b"._-~!$&'()*+,;=:@/".contains(&byte)
            || further.as_bytes().contains(&byte)
        {
            out.push(char::from(byte));
        } else {
            out.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
    out
}
