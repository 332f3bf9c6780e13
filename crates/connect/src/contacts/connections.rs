//! The tokens that participants show.
//!
//! A participant token belongs to the participant's row and lives as long as the participant. A
//! connection token and a websocket ticket belong to a row of `connections`; earlier connection
//! tokens stay valid, since requests with them may be under way and two pages may hold different
//! ones. Each kind opens only its own door: their keys and hashes are kept apart.

use super::{Contact, Participant, save};
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::ParticipantId;
use signback_platform::jobs;
use signback_platform::params;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Tx};
use signback_platform::token::Token;

/// How long a connection token is valid. ChatJS asks for a new one a minute before.
const CONNECTION_SECONDS: i64 = 24 * 60 * 60;
/// How long a websocket ticket is valid.
const TICKET_SECONDS: i64 = 100;
/// How many connections of one participant are remembered; a client that makes more within a day
/// loses its oldest tokens.
const CONNECTIONS_MAX: i64 = 100;

/// What a client wants to take part in its chat.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// A websocket's address.
    pub(crate) websocket: bool,
    /// A connection token.
    pub(crate) credentials: bool,
}

impl Wanted {
    /// The names of the two, as the interface has them.
    pub(crate) const NAMES: [&str; 2] = ["WEBSOCKET", "CONNECTION_CREDENTIALS"];

    /// What is listed by name.
    pub(crate) fn of(listed: &[String]) -> Self {
        let [websocket, credentials] =
            Self::NAMES.map(|name| listed.iter().any(|wanted| wanted == name));
        Self {
            websocket,
            credentials,
        }
    }

    /// Whether it is neither.
    pub(crate) const fn is_nothing(self) -> bool {
        !(self.websocket || self.credentials)
    }
}

/// What [`connect`] hands out.
pub(crate) struct Connection {
    /// The connection token, and when it expires.
    pub(crate) credentials: Option<(Secret, Timestamp)>,
    /// The one-use ticket for a websocket, and when it expires.
    pub(crate) ticket: Option<(Secret, Timestamp)>,
}

/// Whoever showed a connection token.
pub(crate) struct Bearer {
    pub(crate) participant: Participant,
    /// The participant has left the chat: nothing new is open to them.
    pub(crate) left: bool,
}

columns! {
    struct ParticipantRow as select_participant {
        token_hash: Vec<u8>,
        participant: Participant = "id, contact, instance, role, display_name",
    }
}

columns! {
    struct ConnectionRow as select_connection {
        token_hash: Option<Vec<u8>> = "c.token_hash",
        ticket_hash: Option<Vec<u8>> = "c.ticket_hash",
        left_at: Option<Timestamp> = "p.left_at",
        participant: Participant = "p.id, p.contact, p.instance, p.role, p.display_name",
    }
}

/// A new participant's id and token.
pub(crate) fn new_participant(tx: &Tx<'_>) -> (ParticipantId, Token) {
    let token = tx.new_token();
    (ParticipantId::new(with_dashes(&token.key())), token)
}

/// 32 hexadecimal digits as a UUID is written.
fn with_dashes(digits: &str) -> String {
    [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ]
    .join("-")
}

/// The participant whose participant token this is, while they take part.
pub(crate) fn by_participant_token(
    tx: &mut Tx<'_>,
    secret: &Secret,
) -> Result<Option<Participant>, Error> {
    let Some(token) = Token::parse(secret.expose()) else {
        return Ok(None);
    };
    let row = tx.find::<ParticipantRow>(
        select_participant!("FROM participants WHERE id = $1 AND left_at IS NULL"),
        params![with_dashes(&token.key())],
    )?;
    let row = row.filter(|row| token.matches(&row.token_hash));
    Ok(row.map(|row| row.participant))
}

/// The participant whose connection token this is, while it is valid and they take part.
pub fn by_connection_token(tx: &mut Tx<'_>, secret: &Secret) -> Result<Option<Participant>, Error> {
    let bearer = bearer(tx, secret)?;
    Ok(bearer
        .filter(|bearer| !bearer.left)
        .map(|bearer| bearer.participant))
}

/// Whoever holds a valid connection token, whether or not they still take part: a request that is
/// repeated after the chat's end may still get the answer that it missed.
pub(crate) fn bearer(tx: &mut Tx<'_>, secret: &Secret) -> Result<Option<Bearer>, Error> {
    let Some(token) = Token::parse(secret.expose()) else {
        return Ok(None);
    };
    let now = tx.now();
    let row = tx.find::<ConnectionRow>(
        select_connection!(
            "FROM connections c JOIN participants p ON p.id = c.participant
             WHERE c.id = $1 AND c.expires_at > $2"
        ),
        params![token.key(), now],
    )?;
    let row = row.filter(|row| shows(&token, row.token_hash.as_deref()));
    Ok(row.map(|row| Bearer {
        left: row.left_at.is_some(),
        participant: row.participant,
    }))
}

/// Whether a token is the one whose hash is kept, if there is one.
fn shows(token: &Token, hash: Option<&[u8]>) -> bool {
    hash.is_some_and(|hash| token.matches(hash))
}

/// Opens a connection for a participant: a connection token, a websocket ticket, or both.
pub(crate) fn connect(
    tx: &mut Tx<'_>,
    participant: &Participant,
    wanted: Wanted,
) -> Result<Connection, Error> {
    let Wanted {
        websocket,
        credentials,
    } = wanted;
    let token = tx.new_token();
    // The ticket shares the row, so it shares the key; only the random part differs.
    let row_key = hex::decode(token.key())
        .ok()
        .and_then(|key| key.try_into().ok());
    let ticket = Token::new(
        row_key.expect("a token's key is 16 bytes in hexadecimal"),
        tx.new_secret_bytes(),
    );
    let expires_at = tx.now().plus_seconds(CONNECTION_SECONDS);
    let ticket_expires_at = tx.now().plus_seconds(TICKET_SECONDS);
    let token_hash = credentials.then(|| token.hash());
    let ticket_hash = websocket.then(|| ticket.hash());
    tx.write(
        "INSERT INTO connections (id, instance, contact, participant, token_hash, expires_at,
                                  ticket_hash, ticket_expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            token.key(),
            participant.instance,
            participant.contact,
            participant.id,
            token_hash,
            expires_at,
            ticket_hash,
            websocket.then_some(ticket_expires_at)
        ],
    )?;
    tx.write(
        "DELETE FROM connections WHERE participant = $1 AND id NOT IN
            (SELECT id FROM connections WHERE participant = $1 ORDER BY id DESC LIMIT $2)",
        params![participant.id, CONNECTIONS_MAX],
    )?;
    Ok(Connection {
        credentials: credentials.then(|| (token.text(), expires_at)),
        ticket: websocket.then(|| (ticket.text(), ticket_expires_at)),
    })
}

/// Uses a websocket ticket up: gives the participant it was made for, if it is valid, unused, and
/// they still take part.
pub(crate) fn redeem_ticket(tx: &mut Tx<'_>, ticket: &Token) -> Result<Option<Participant>, Error> {
    let now = tx.now();
    let row = tx.find::<ConnectionRow>(
        select_connection!(
            "FROM connections c JOIN participants p ON p.id = c.participant
             WHERE c.id = $1 AND c.ticket_expires_at > $2 AND p.left_at IS NULL /* FOR UPDATE */"
        ),
        params![ticket.key(), now],
    )?;
    let row = row.filter(|row| shows(ticket, row.ticket_hash.as_deref()));
    let Some(row) = row else { return Ok(None) };
    tx.write(
        "UPDATE connections SET ticket_hash = NULL WHERE id = $1",
        params![ticket.key()],
    )?;
    Ok(Some(row.participant))
}

/// Records that the customer's client connected, which ends the limit for connecting. The caller
/// holds the contact's lock.
pub(crate) fn mark_connected(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    if contact.connected_at.is_some() || !contact.is_active() {
        return Ok(());
    }
    contact.connected_at = Some(tx.now());
    jobs::cancel(tx, &super::EXPIRE_CONNECT, &contact.id)?;
    save(tx, contact)
}
