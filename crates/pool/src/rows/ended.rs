//! What has ended, and what belonged to pools, clients and users that are gone: taken away a part at
//! a time.

use crate::lockout;
use signback_platform::store::{Error, Slice, Tx};

/// Seconds for which spent codes are remembered, to notice a second use.
const SPENT_SECONDS: i64 = 86_400;

/// Takes some of what has ended away, as far as there is room.
pub(crate) fn sweep(tx: &mut Tx<'_>, slice: &mut Slice) -> Result<(), Error> {
    let now = tx.now();
    let spent = now.plus_seconds(-SPENT_SECONDS);
    let forgotten = now.plus_seconds(-lockout::MEMORY_SECONDS);
    for sql in [
        "DELETE FROM pool_sessions WHERE id IN
            (SELECT id FROM pool_sessions WHERE expires_at < $1 LIMIT $2)",
        "DELETE FROM pool_challenges WHERE id IN
            (SELECT id FROM pool_challenges WHERE expires_at < $1 LIMIT $2)",
        "DELETE FROM pool_refresh_tokens WHERE id IN
            (SELECT id FROM pool_refresh_tokens WHERE expires_at < $1 LIMIT $2)",
    ] {
        slice.delete_before(tx, sql, now)?;
    }
    for sql in [
        "DELETE FROM pool_codes WHERE id IN
            (SELECT id FROM pool_codes WHERE expires_at < $1 LIMIT $2)",
        "DELETE FROM pool_grants WHERE id IN
            (SELECT id FROM pool_grants WHERE expires_at < $1 LIMIT $2)",
    ] {
        slice.delete_before(tx, sql, spent)?;
    }
    let attempts = "DELETE FROM pool_attempts WHERE (pool, name) IN
        (SELECT pool, name FROM pool_attempts WHERE failed_at < $1 LIMIT $2)";
    slice.delete_before(tx, attempts, forgotten)?;
    Ok(())
}

/// Takes what belonged to a pool away as far as there is room; gives whether nothing is left.
pub(crate) fn forget_pool(tx: &mut Tx<'_>, slice: &mut Slice, pool: &str) -> Result<bool, Error> {
    let statements = [
        "DELETE FROM pool_refresh_tokens WHERE id IN
            (SELECT t.id FROM pool_grants g JOIN pool_refresh_tokens t ON t.grant_id = g.id
             WHERE g.pool = $1 LIMIT $2)",
        "DELETE FROM pool_codes WHERE id IN
            (SELECT c.id FROM pool_grants g JOIN pool_codes c ON c.grant_id = g.id
             WHERE g.pool = $1 LIMIT $2)",
        "DELETE FROM pool_grants WHERE id IN
            (SELECT id FROM pool_grants WHERE pool = $1 LIMIT $2)",
        "DELETE FROM pool_messages WHERE id IN
            (SELECT id FROM pool_messages WHERE pool = $1 LIMIT $2)",
        "DELETE FROM pool_challenges WHERE id IN
            (SELECT id FROM pool_challenges WHERE pool = $1 LIMIT $2)",
        "DELETE FROM pool_sessions WHERE id IN
            (SELECT id FROM pool_sessions WHERE pool = $1 LIMIT $2)",
        "DELETE FROM pool_attempts WHERE pool = $1 AND name IN
            (SELECT name FROM pool_attempts WHERE pool = $1 LIMIT $2)",
        "DELETE FROM pool_names WHERE pool = $1 AND name IN
            (SELECT name FROM pool_names WHERE pool = $1 LIMIT $2)",
        "DELETE FROM pool_users WHERE pool = $1 AND sub IN
            (SELECT sub FROM pool_users WHERE pool = $1 LIMIT $2)",
    ];
    slice.delete_each(tx, &statements, pool)
}

/// Takes what was issued to a client away as far as there is room; gives whether nothing is left.
pub(crate) fn forget_client(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    client: &str,
) -> Result<bool, Error> {
    let statements = [
        "DELETE FROM pool_refresh_tokens WHERE id IN
            (SELECT t.id FROM pool_grants g JOIN pool_refresh_tokens t ON t.grant_id = g.id
             WHERE g.client = $1 LIMIT $2)",
        "DELETE FROM pool_codes WHERE id IN
            (SELECT c.id FROM pool_grants g JOIN pool_codes c ON c.grant_id = g.id
             WHERE g.client = $1 LIMIT $2)",
        "DELETE FROM pool_grants WHERE id IN
            (SELECT id FROM pool_grants WHERE client = $1 LIMIT $2)",
    ];
    slice.delete_each(tx, &statements, client)
}
