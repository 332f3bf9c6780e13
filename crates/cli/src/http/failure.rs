//! What a request that got no answer says to the user.

use http::HeaderValue;

use super::{Request, Trouble};
use crate::failure::Failure;
use crate::python::sentences;

impl Trouble {
    /// The failure of the request.
    pub(crate) fn failure(&self, request: &Request) -> Failure {
        let url = &request.url;
        Failure::general(match self {
            Trouble::Connect => format!("Could not connect to the endpoint URL: \"{url}\""),
            Trouble::ConnectTimeout => format!("Connect timeout on endpoint URL: \"{url}\""),
            Trouble::ReadTimeout => format!("Read timeout on endpoint URL: \"{url}\""),
            Trouble::Closed => {
                format!(
                    "Connection was closed before we received a valid response from endpoint URL: \"{url}\"."
                )
            }
            Trouble::Tls(detail) => format!("SSL validation failed for {url} {detail}"),
            Trouble::Proxy(proxy) => format!("Failed to connect to proxy URL: \"{proxy}\""),
            Trouble::Unusable(problem) => return unhandled(problem),
            Trouble::Interrupted => return Failure::interrupted(),
        })
    }
}

/// The failure of a request that cannot be made.
pub(crate) fn unhandled(problem: impl std::fmt::Display) -> Failure {
    Failure::general(format!(
        "An HTTP Client raised an unhandled exception: {problem}"
    ))
}

/// A value as it stands in a header.
///
/// # Errors
/// A value that cannot stand in one.
pub(crate) fn sendable(value: String) -> Result<HeaderValue, Failure> {
    HeaderValue::try_from(value).map_err(|_| unsendable())
}

/// A token as the services beside a machine are shown it: in Latin-1.
///
/// # Errors
/// Letters that Latin-1 lacks.
pub(crate) fn in_latin_1(token: &str) -> Result<Vec<u8>, Failure> {
    let byte = |letter| u8::try_from(letter).ok();
    let reason = "ordinal not in range(256)";
    sentences::encoded(token, "latin-1", byte, reason).map_err(unhandled)
}

/// The failure of a value that cannot stand in a header. It may be a secret, so it is not named.
pub(crate) fn unsendable() -> Failure {
    unhandled(sentences::bad_header("b'***'"))
}
