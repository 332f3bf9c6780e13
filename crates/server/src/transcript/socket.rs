//! The websocket.

/// The open sockets of this process; wakes them when their contact has new items.
#[derive(Debug, Default)]
pub struct Sockets {}

impl Sockets {
    /// Wakes the sockets of contacts that have new items.
    pub fn wake(&self, _contacts: &[crate::ids::ContactId]) {}

    /// Closes every socket, spread out.
    pub async fn close(&self) {}
}

/// A participant's right to open a socket, from a ticket that is used up.
pub struct Admission {}

/// Why a websocket URL opens nothing.
pub struct NotAdmitted;

impl NotAdmitted {
    /// The handshake's status: 403.
    #[must_use]
    pub fn status(&self) -> http::StatusCode {
        http::StatusCode::FORBIDDEN
    }
}

/// The path of the websocket.
const SOCKET_PATH: &str = "/participant-ws";

/// Whether a path is that of the websocket.
pub(crate) fn is_socket(path: &str) -> bool {
    path == SOCKET_PATH
}

/// The URL of a websocket: `base` with the one-use ticket.
pub(crate) fn socket_url(base: &str, ticket: &str) -> String {
    format!("{base}{SOCKET_PATH}?t={ticket}")
}

/// Uses up the ticket in the URL's query.
pub(crate) async fn admit(_app: &crate::app::App, _query: &str) -> Result<Admission, NotAdmitted> {
    Err(NotAdmitted)
}

/// Serves an open websocket until it closes.
pub(crate) async fn socket<S>(
    _app: std::sync::Arc<crate::app::App>,
    _stream: S,
    _admission: Admission,
) where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
}
