//! Browser sessions, forced password changes, unsent messages.

use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::params;
use signback_platform::store::{Error, Place, Tx};
use signback_platform::token::Token;

/// Adds a session of a browser.
pub(crate) fn insert_session(
    tx: &mut Tx<'_>,
    token: &Token,
    pool: &str,
    sub: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "INSERT INTO pool_sessions (id, hash, pool, sub, signed_in_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)",
        params![token.key(), token.hash(), pool, sub, now, expires_at],
    )
}

columns! {
    struct SessionRow as select_session {
        hash: Vec<u8>,
        sub: String,
        signed_in_at: Timestamp,
    }
}

/// Who is signed in with a session of that pool, and since when.
pub(crate) fn session_user(
    tx: &mut Tx<'_>,
    pool: &str,
    token: &Token,
) -> Result<Option<(String, Timestamp)>, Error> {
    let sql = select_session!("FROM pool_sessions WHERE id = $1 AND pool = $2 AND expires_at > $3");
    let now = tx.now();
    let row = tx.find::<SessionRow>(sql, params![token.key(), pool, now])?;
    let row = row.filter(|row| token.matches(&row.hash));
    Ok(row.map(|row| (row.sub, row.signed_in_at)))
}

/// Ends every session of a user.
pub(crate) fn delete_sessions_of(tx: &mut Tx<'_>, pool: &str, sub: &str) -> Result<(), Error> {
    let ids = params![pool, sub];
    tx.write(
        "DELETE FROM pool_sessions WHERE pool = $1 AND sub = $2",
        ids,
    )?;
    tx.write(
        "DELETE FROM pool_challenges WHERE pool = $1 AND sub = $2",
        ids,
    )
}

/// Notes that a user may choose a new password.
pub(crate) fn insert_challenge(
    tx: &mut Tx<'_>,
    token: &Token,
    pool: &str,
    sub: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.write(
        "INSERT INTO pool_challenges (id, hash, pool, sub, expires_at)
            VALUES ($1, $2, $3, $4, $5)",
        params![token.key(), token.hash(), pool, sub, expires_at],
    )
}

columns! {
    struct ChallengeRow as select_challenge {
        hash: Vec<u8>,
        sub: String,
    }
}

/// Who may choose a new password with this token.
pub(crate) fn challenge_user(
    tx: &mut Tx<'_>,
    pool: &str,
    token: &Token,
) -> Result<Option<String>, Error> {
    let sql =
        select_challenge!("FROM pool_challenges WHERE id = $1 AND pool = $2 AND expires_at > $3");
    let now = tx.now();
    let row = tx.find::<ChallengeRow>(sql, params![token.key(), pool, now])?;
    let row = row.filter(|row| token.matches(&row.hash));
    Ok(row.map(|row| row.sub))
}

/// Keeps a message that nobody sends, for an operator.
pub(crate) fn insert_message(
    tx: &mut Tx<'_>,
    (pool, sub): (&str, &str),
    medium: &str,
    destination: &str,
    body: &str,
) -> Result<(), Error> {
    let id = tx.new_uuid();
    let place = Place {
        table: "pool_messages",
        column: "body",
        row: &id,
    };
    let sealed = tx.seal(place, body.as_bytes());
    let now = tx.now();
    tx.write(
        "INSERT INTO pool_messages (id, pool, sub, medium, destination, body, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![id, pool, sub, medium, destination, sealed, now],
    )
}
