//! Pools, their signing keys and their domains.

use zeroize::Zeroizing;

use crate::pool::Pool;
use crate::refusal::Refusal;
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::Scope;
use signback_platform::params;
use signback_platform::store::{Error, Place, Tx, json};

columns! {
    impl Pool as select_pools {
        id,
        scope = "account, region",
        name,
        settings as Json,
        created_at,
        modified_at,
    }
}

/// The pool with that id, whoever's it is.
pub(crate) fn pool(tx: &mut Tx<'_>, id: &str) -> Result<Option<Pool>, Error> {
    tx.find(select_pools!("FROM pools WHERE id = $1"), params![id])
}

/// The pool with that id in the caller's account and region.
pub(crate) fn pool_in(tx: &mut Tx<'_>, scope: &Scope, id: &str) -> Result<Pool, Refusal> {
    match pool(tx, id)? {
        Some(pool) if pool.scope == *scope => Ok(pool),
        _ => Err(Refusal::UnknownPool(id.to_owned())),
    }
}

/// Pools of an account and region in the order of their ids.
pub(crate) fn pools_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: &str,
    limit: i64,
) -> Result<Vec<Pool>, Error> {
    let Scope { account, region } = scope;
    tx.list(
        select_pools!(
            "FROM pools WHERE account = $1 AND region = $2 AND id > $3 ORDER BY id LIMIT $4"
        ),
        params![account, region, after, limit],
    )
}

/// How many pools there are in an account and region.
pub(crate) fn count_pools(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM pools WHERE account = $1 AND region = $2";
    tx.count(sql, params![scope.account, scope.region])
}

/// Adds a pool.
pub(crate) fn insert_pool(tx: &mut Tx<'_>, pool: &Pool) -> Result<(), Error> {
    tx.write(
        "INSERT INTO pools (id, account, region, name, settings, created_at, modified_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            pool.id,
            pool.scope.account,
            pool.scope.region,
            pool.name,
            json(&pool.settings),
            pool.created_at,
            pool.modified_at
        ],
    )
}

/// Deletes a pool with everything in it.
pub(crate) fn delete_pool(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let statements = [
        "DELETE FROM pool_clients WHERE pool = $1",
        "DELETE FROM pool_keys WHERE pool = $1",
        "DELETE FROM pools WHERE id = $1",
    ];
    statements
        .into_iter()
        .try_for_each(|sql| tx.write(sql, params![id]))
}

fn key_place(row: &str) -> Place<'_> {
    Place {
        table: "pool_keys",
        column: "private_key",
        row,
    }
}

/// A stored signing key.
pub(crate) struct KeyRow {
    pub(crate) purpose: String,
    pub(crate) kid: String,
    pub(crate) pkcs8: Zeroizing<Vec<u8>>,
}

columns! {
    struct SealedKeyRow as select_keys {
        purpose: String,
        kid: String,
        private_key: Vec<u8>,
    }
}

/// The pool's signing keys.
pub(crate) fn keys(tx: &mut Tx<'_>, pool: &str) -> Result<Vec<KeyRow>, Error> {
    let sql = select_keys!("FROM pool_keys WHERE pool = $1 ORDER BY purpose");
    let rows = tx.list::<SealedKeyRow>(sql, params![pool])?;
    rows.into_iter()
        .map(|row| {
            let place = format!("{pool} {}", row.purpose);
            Ok(KeyRow {
                pkcs8: tx.unseal(key_place(&place), &row.private_key)?,
                purpose: row.purpose,
                kid: row.kid,
            })
        })
        .collect()
}

/// Adds a signing key unless the pool has one for that purpose already.
pub(crate) fn insert_key(
    tx: &mut Tx<'_>,
    pool: &str,
    purpose: &str,
    kid: &str,
    pkcs8: &[u8],
) -> Result<(), Error> {
    let sealed = tx.seal(key_place(&format!("{pool} {purpose}")), pkcs8);
    let now = tx.now();
    tx.write(
        "INSERT INTO pool_keys (pool, purpose, kid, private_key, created_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        params![pool, purpose, kid, sealed, now],
    )
}

columns! {
    /// A pool's domain.
    #[derive(Clone, Debug)]
    pub(crate) struct Domain as select_domain {
        name: String = "domain",
        pool: String,
        managed_login_version: i64,
        created_at: Timestamp,
    }
}

/// The domain of that name.
pub(crate) fn domain(tx: &mut Tx<'_>, name: &str) -> Result<Option<Domain>, Error> {
    let sql = select_domain!("FROM pool_domains WHERE domain = $1");
    tx.find(sql, params![name])
}

/// The domain that the pool has.
pub(crate) fn domain_of_pool(tx: &mut Tx<'_>, pool: &str) -> Result<Option<Domain>, Error> {
    let sql = select_domain!("FROM pool_domains WHERE pool = $1");
    tx.find(sql, params![pool])
}

/// Adds a domain; false if its name or its pool's place is taken.
pub(crate) fn insert_domain(tx: &mut Tx<'_>, domain: &Domain) -> Result<bool, Error> {
    let added = tx.execute(
        "INSERT INTO pool_domains (domain, pool, managed_login_version, created_at)
            VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        params![
            domain.name,
            domain.pool,
            domain.managed_login_version,
            domain.created_at
        ],
    )?;
    Ok(added == 1)
}

/// Deletes a domain.
pub(crate) fn delete_domain(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    tx.write("DELETE FROM pool_domains WHERE domain = $1", params![name])
}

/// Deletes the signing keys of pools that are gone.
pub fn forget_keys_of_no_pool(tx: &mut Tx<'_>) -> Result<(), Error> {
    tx.write(
        "DELETE FROM pool_keys WHERE pool NOT IN (SELECT id FROM pools)",
        &[],
    )
}
