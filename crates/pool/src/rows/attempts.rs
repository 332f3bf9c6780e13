//! Failed passwords.

use crate::lockout::Attempts;
use signback_platform::clock::Timestamp;
use signback_platform::store::{Error, Tx};

/// What is remembered of failures under a name.
pub(crate) fn attempts(tx: &mut Tx<'_>, pool: &str, name: &str) -> Result<Attempts, Error> {
    let sql = "SELECT failures, failed_at, locked_until FROM pool_attempts
        WHERE pool = $1 AND name = $2";
    match tx.fetch_optional(sql, &[pool.into(), name.into()])? {
        None => Ok(Attempts::default()),
        Some(row) => Ok(Attempts {
            failures: row.integer(0)?,
            failed_at: row.timestamp(1)?,
            locked_until: row.timestamp(2)?,
        }),
    }
}

/// Counts a failure.
pub(crate) fn record_failure(
    tx: &mut Tx<'_>,
    pool: &str,
    name: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let sql = "SELECT failures FROM pool_attempts WHERE pool = $1 AND name = $2 /* FOR UPDATE */";
    tx.fetch_optional(sql, &[pool.into(), name.into()])?;
    let attempts = attempts(tx, pool, name)?.after_failure(now);
    tx.write(
        "INSERT INTO pool_attempts (pool, name, failures, failed_at, locked_until)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (pool, name) DO UPDATE SET failures = excluded.failures,
                failed_at = excluded.failed_at, locked_until = excluded.locked_until",
        &[
            pool.into(),
            name.into(),
            attempts.failures.into(),
            attempts.failed_at.into(),
            attempts.locked_until.into(),
        ],
    )
}

/// Forgets the failures under a name.
pub(crate) fn forget_attempts(tx: &mut Tx<'_>, pool: &str, name: &str) -> Result<(), Error> {
    let sql = "DELETE FROM pool_attempts WHERE pool = $1 AND name = $2";
    tx.write(sql, &[pool.into(), name.into()])
}
