//! Failed passwords.

use crate::lockout::Attempts;
use signback_platform::columns;
use signback_platform::params;
use signback_platform::store::{Error, Tx};

columns! {
    impl Attempts as select_attempts { failures, failed_at, locked_until }
}

/// What is remembered of failures under a name.
pub(crate) fn attempts(tx: &mut Tx<'_>, pool: &str, name: &str) -> Result<Attempts, Error> {
    let sql = select_attempts!("FROM pool_attempts WHERE pool = $1 AND name = $2");
    Ok(tx.find(sql, params![pool, name])?.unwrap_or_default())
}

/// The same, locked until the transaction ends; there is a row then, an empty one if need be.
pub(crate) fn locked_attempts(tx: &mut Tx<'_>, pool: &str, name: &str) -> Result<Attempts, Error> {
    tx.write(
        "INSERT INTO pool_attempts (pool, name, failures, failed_at, locked_until)
            VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING",
        params![pool, name],
    )?;
    let sql = select_attempts!("FROM pool_attempts WHERE pool = $1 AND name = $2 /* FOR UPDATE */");
    Ok(tx.find(sql, params![pool, name])?.unwrap_or_default())
}

/// Keeps what is to be remembered under a name.
pub(crate) fn save_attempts(
    tx: &mut Tx<'_>,
    pool: &str,
    name: &str,
    attempts: &Attempts,
) -> Result<(), Error> {
    tx.write(
        "UPDATE pool_attempts SET failures = $3, failed_at = $4, locked_until = $5
            WHERE pool = $1 AND name = $2",
        params![
            pool,
            name,
            attempts.failures,
            attempts.failed_at,
            attempts.locked_until
        ],
    )
}

/// Forgets the failures under a name.
pub(crate) fn forget_attempts(tx: &mut Tx<'_>, pool: &str, name: &str) -> Result<(), Error> {
    let sql = "DELETE FROM pool_attempts WHERE pool = $1 AND name = $2";
    tx.write(sql, params![pool, name])
}
