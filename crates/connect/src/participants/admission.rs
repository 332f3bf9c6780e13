//! Who may open a websocket: the bearer of a ticket that is used up by it.

use http::StatusCode;

use crate::Connect;
use crate::contacts::{self, Participant};
use crate::sockets::{Full, Seat};
use signback_platform::token::Token;

/// Whether a path is that of the websocket.
#[must_use]
pub fn is_socket(path: &str) -> bool {
    path == contacts::SOCKET_PATH
}

/// A participant's right to open a socket, from a ticket that is used up.
pub struct Admission {
    pub(super) participant: Participant,
    pub(super) seat: Seat,
}

/// Why a websocket URL opens nothing.
pub enum NotAdmitted {
    /// The ticket is unknown, used or expired, or its participant has left.
    Ticket,
    /// The participant has as many sockets as they may have.
    TooMany,
    /// The service cannot tell at present.
    Unavailable,
}

impl NotAdmitted {
    /// The handshake's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Ticket => StatusCode::FORBIDDEN,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Uses up the ticket in the URL's query.
pub async fn admit(connect: &Connect, query: &str) -> Result<Admission, NotAdmitted> {
    let mut members = form_urlencoded::parse(query.as_bytes());
    let ticket = members
        .find(|(name, _)| name == "t")
        .and_then(|(_, text)| Token::parse(&text));
    let ticket = ticket.ok_or(NotAdmitted::Ticket)?;
    let redeemed = connect
        .platform
        .store
        .transact(move |tx| contacts::redeem_ticket(tx, &ticket))
        .await;
    let participant = match redeemed {
        Ok(participant) => participant.ok_or(NotAdmitted::Ticket)?,
        Err(error) => {
            tracing::warn!(%error, "a websocket ticket could not be looked up");
            return Err(NotAdmitted::Unavailable);
        }
    };
    match connect.sockets.enter(&participant.contact, &participant.id) {
        Ok(seat) => Ok(Admission { participant, seat }),
        Err(Full::Participant) => Err(NotAdmitted::TooMany),
        Err(Full::Ending) => Err(NotAdmitted::Unavailable),
    }
}
