//! Users and the names that sign them in.

use crate::pool::Pool;
use crate::user::User;
use signback_platform::columns;
use signback_platform::params;
use signback_platform::store::{Error, Tx, json};

columns! {
    impl User as select_users {
        pool,
        sub,
        username,
        attributes as Json,
        status,
        enabled,
        password,
        password_expires_at,
        created_at,
        modified_at,
    }
}

/// The user whom a name signs in, or whose subject it is.
pub(crate) fn user_by_name(
    tx: &mut Tx<'_>,
    pool: &Pool,
    name: &str,
) -> Result<Option<User>, Error> {
    let key = pool.name_key(name);
    let sql = "SELECT sub FROM pool_names WHERE pool = $1 AND name = $2";
    let sub: Option<String> = tx.find(sql, params![pool.id, key])?;
    user_by_sub(tx, &pool.id, sub.as_deref().unwrap_or(name))
}

/// The user with that subject.
pub(crate) fn user_by_sub(tx: &mut Tx<'_>, pool: &str, sub: &str) -> Result<Option<User>, Error> {
    let sql = select_users!("FROM pool_users WHERE pool = $1 AND sub = $2");
    tx.find(sql, params![pool, sub])
}

/// The same, for a change.
pub(crate) fn locked_user(tx: &mut Tx<'_>, pool: &str, sub: &str) -> Result<Option<User>, Error> {
    let sql = select_users!("FROM pool_users WHERE pool = $1 AND sub = $2 /* FOR UPDATE */");
    tx.find(sql, params![pool, sub])
}

/// Users of a pool in the order of their subjects, that is of their creation.
pub(crate) fn users_after(
    tx: &mut Tx<'_>,
    pool: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<User>, Error> {
    let sql = select_users!("FROM pool_users WHERE pool = $1 AND sub > $2 ORDER BY sub LIMIT $3");
    tx.list(sql, params![pool, after, limit])
}

/// How many users the pool has, at most `limit`.
pub(crate) fn count_users(tx: &mut Tx<'_>, pool: &str, limit: i64) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*)
        FROM (SELECT 1 FROM pool_users WHERE pool = $1 LIMIT $2) AS some_users";
    tx.count(sql, params![pool, limit])
}

/// A name that belongs to somebody else.
pub(crate) struct Taken {
    pub(crate) kind: &'static str,
    pub(crate) owner: String,
}

/// Saves a new or changed user with the names that follow from it. If a name is somebody else's,
/// the caller refuses, or takes the name away and saves again.
pub(crate) fn save_user(
    tx: &mut Tx<'_>,
    pool: &Pool,
    user: &User,
) -> Result<Result<(), Taken>, Error> {
    let ids = params![pool.id, user.sub];
    tx.write("DELETE FROM pool_names WHERE pool = $1 AND sub = $2", ids)?;
    let mut names = user.names(pool);
    // Locks are taken in the order of the keys.
    names.sort_by(|a, b| a.key.cmp(&b.key));
    for name in names {
        let (key, kind) = (&name.key, name.kind);
        let added = tx.execute(
            "INSERT INTO pool_names (pool, name, kind, sub) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING",
            params![pool.id, key, kind, user.sub],
        )?;
        if added == 0 {
            let sql = "SELECT sub FROM pool_names WHERE pool = $1 AND name = $2";
            let owner = tx.find(sql, params![pool.id, key])?;
            return Ok(Err(Taken {
                kind,
                owner: owner.unwrap_or_default(),
            }));
        }
    }
    tx.write(
        "INSERT INTO pool_users (pool, sub, username, attributes, status, enabled, password,
                password_expires_at, created_at, modified_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (pool, sub) DO UPDATE SET attributes = excluded.attributes,
                status = excluded.status, enabled = excluded.enabled,
                password = excluded.password,
                password_expires_at = excluded.password_expires_at,
                modified_at = excluded.modified_at",
        params![
            user.pool,
            user.sub,
            user.username,
            json(&user.attributes),
            user.status,
            user.enabled,
            user.password,
            user.password_expires_at,
            user.created_at,
            user.modified_at
        ],
    )?;
    Ok(Ok(()))
}

columns! {
    /// A name of a user who was declared, and by what the password is known again.
    pub(crate) struct DeclaredName as select_declared {
        name: String,
        sub: String,
        declared_password: Vec<u8>,
    }
}

/// Every name of the pool's users who were declared.
pub(crate) fn declared_names(tx: &mut Tx<'_>, pool: &str) -> Result<Vec<DeclaredName>, Error> {
    let sql = select_declared!(
        "FROM pool_users JOIN pool_names USING (pool, sub)
            WHERE pool = $1 AND declared_password IS NOT NULL"
    );
    tx.list(sql, params![pool])
}

/// Keeps by what the password that a user was declared with is known again.
pub(crate) fn declare_password(
    tx: &mut Tx<'_>,
    pool: &str,
    sub: &str,
    digest: &[u8],
) -> Result<(), Error> {
    tx.write(
        "UPDATE pool_users SET declared_password = $3 WHERE pool = $1 AND sub = $2",
        params![pool, sub, digest],
    )
}

/// Deletes a user with sessions, codes and tokens.
pub(crate) fn delete_user(tx: &mut Tx<'_>, pool: &str, sub: &str) -> Result<(), Error> {
    let statements = [
        "DELETE FROM pool_refresh_tokens
            WHERE grant_id IN (SELECT id FROM pool_grants WHERE pool = $1 AND sub = $2)",
        "DELETE FROM pool_codes
            WHERE grant_id IN (SELECT id FROM pool_grants WHERE pool = $1 AND sub = $2)",
        "DELETE FROM pool_grants WHERE pool = $1 AND sub = $2",
        "DELETE FROM pool_messages WHERE pool = $1 AND sub = $2",
        "DELETE FROM pool_challenges WHERE pool = $1 AND sub = $2",
        "DELETE FROM pool_sessions WHERE pool = $1 AND sub = $2",
        "DELETE FROM pool_attempts WHERE pool = $1 AND name = $2",
        "DELETE FROM pool_names WHERE pool = $1 AND sub = $2",
        "DELETE FROM pool_users WHERE pool = $1 AND sub = $2",
    ];
    statements
        .into_iter()
        .try_for_each(|sql| tx.write(sql, params![pool, sub]))
}
