//! What a client is given to take part in its chat, as the interface has it.

use serde::Serialize;

use super::connections::Connection;
use signback_platform::clock::Timestamp;
use signback_platform::secret::Secret;

/// Where websockets are opened.
pub(crate) const SOCKET_PATH: &str = "/participant-ws";

/// A websocket's address, a connection token, or both. Both are secrets: it has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConnectionData {
    #[serde(skip_serializing_if = "Option::is_none")]
    websocket: Option<Websocket>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_credentials: Option<Credentials>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Websocket {
    url: String,
    connection_expiry: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    connection_token: String,
    expiry: String,
}

impl ConnectionData {
    /// A connection whose websockets are opened below `websocket_url`.
    pub(crate) fn new(connection: Connection, websocket_url: &str) -> Self {
        let websocket = |(ticket, expiry): (Secret, Timestamp)| Websocket {
            url: format!("{websocket_url}{SOCKET_PATH}?t={}", ticket.expose()),
            connection_expiry: expiry.iso8601(),
        };
        let credentials = |(token, expiry): (Secret, Timestamp)| Credentials {
            connection_token: token.expose().to_owned(),
            expiry: expiry.iso8601(),
        };
        Self {
            websocket: connection.ticket.map(websocket),
            connection_credentials: connection.credentials.map(credentials),
        }
    }
}
