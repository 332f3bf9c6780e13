//! The signing keys of a pool: one pair for ID tokens, one for access tokens.
//!
//! A pool gets its keys when they are first needed, so that making a pool is quick; making them
//! takes some hundred milliseconds of CPU.

use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use signback_oidc::{Jwks, SigningKey};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::store::{self, KeyRow};
use crate::provider::Pools;

const FOR_ID_TOKENS: &str = "id";
const FOR_ACCESS_TOKENS: &str = "access";

/// The keys of one pool.
#[derive(Debug)]
pub(crate) struct PoolKeys {
    pub(crate) id: SigningKey,
    pub(crate) access: SigningKey,
}

impl PoolKeys {
    /// The public halves.
    pub(crate) fn jwks(&self) -> Jwks {
        Jwks {
            keys: vec![self.id.jwk(), self.access.jwk()],
        }
    }
}

/// The keys of a pool, made now if it has none yet.
pub(crate) async fn of_pool(pools: &Pools, pool: &str) -> anyhow::Result<Arc<PoolKeys>> {
    if let Some(keys) = pools.keys(pool) {
        return Ok(keys);
    }
    let _turn = pools.making_keys.lock().await;
    if let Some(keys) = pools.keys(pool) {
        return Ok(keys);
    }
    let keys = if let Some(keys) = stored(pools, pool).await? {
        keys
    } else {
        make(pools, pool).await?;
        stored(pools, pool)
            .await?
            .context("a pool was deleted while its keys were made")?
    };
    let keys = Arc::new(keys);
    pools.keep_keys(pool, Arc::clone(&keys));
    Ok(keys)
}

async fn stored(pools: &Pools, pool: &str) -> anyhow::Result<Option<PoolKeys>> {
    let pool = pool.to_owned();
    let stored: Vec<KeyRow> = pools
        .platform
        .store
        .read(move |tx| store::keys(tx, &pool))
        .await
        .map_err(anyhow::Error::from)?;
    let read = |purpose: &str| {
        let key = stored.iter().find(|key| key.purpose == purpose)?;
        Some(SigningKey::from_pkcs8(key.kid.clone(), &key.pkcs8))
    };
    match (read(FOR_ID_TOKENS), read(FOR_ACCESS_TOKENS)) {
        (Some(id), Some(access)) => Ok(Some(PoolKeys {
            id: id?,
            access: access?,
        })),
        _ => Ok(None),
    }
}

/// Makes keys and stores those that the pool does not have; another replica may be faster.
async fn make(pools: &Pools, pool: &str) -> anyhow::Result<()> {
    let kid = || STANDARD.encode(pools.platform.random.secret_bytes());
    let (id_kid, access_kid) = (kid(), kid());
    let kids = [id_kid.clone(), access_kid.clone()];
    let made = spawn_blocking(move || {
        let pkcs8 = |kid| SigningKey::generate(kid)?.to_pkcs8();
        Ok::<_, signback_oidc::KeyError>(kids.map(pkcs8))
    });
    let [id, access]: [Result<Zeroizing<Vec<u8>>, _>; 2] = made.await??;
    let keys = Arc::new([
        (FOR_ID_TOKENS, id_kid, id?),
        (FOR_ACCESS_TOKENS, access_kid, access?),
    ]);
    let pool = pool.to_owned();
    pools
        .platform
        .store
        .transact(move |tx| {
            // Not for a pool that was deleted in the meantime.
            if store::pool(tx, &pool)?.is_none() {
                return Ok(());
            }
            for (purpose, kid, pkcs8) in keys.iter() {
                store::insert_key(tx, &pool, purpose, kid, pkcs8)?;
            }
            Ok::<_, crate::store::Error>(())
        })
        .await
        .map_err(|error| anyhow!(error).context("cannot store a pool's signing keys"))
}
