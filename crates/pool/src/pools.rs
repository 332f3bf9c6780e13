//! What the user pools keep in memory: nothing that a restart could lose.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use signback_oidc::SigningKey;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::hasher::Hasher;
use super::keys::PoolKeys;
use super::rows::{self, KeyRow};
use signback_platform::Platform;
use signback_platform::store::{Error, Tx};

/// Pools whose keys are kept at hand.
const POOLS_MAX: usize = 1000;
/// What the keys of a pool are for.
const FOR_ID_TOKENS: &str = "id";
const FOR_ACCESS_TOKENS: &str = "access";

/// The user pools: what their operations, pages and endpoints take beside their input.
pub struct Pools {
    /// What every service stands on.
    pub platform: Arc<Platform>,
    pub(super) hasher: Hasher,
    /// Only one pool's keys are made at a time.
    making_keys: tokio::sync::Mutex<()>,
    keys: Mutex<HashMap<String, Arc<PoolKeys>>>,
}

impl AsRef<Platform> for Pools {
    fn as_ref(&self) -> &Platform {
        &self.platform
    }
}

impl Pools {
    /// The user pools of a platform.
    #[must_use]
    pub fn new(platform: &Arc<Platform>) -> Self {
        Self {
            platform: Arc::clone(platform),
            hasher: Hasher::new(&platform.metrics),
            making_keys: tokio::sync::Mutex::default(),
            keys: Mutex::default(),
        }
    }

    /// Forgets what belongs to pools that are gone.
    pub fn forget(&self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The keys of a pool, made now if it has none yet: so making a pool is quick, for making keys
    /// takes some hundred milliseconds of CPU.
    pub(super) async fn keys(&self, pool: &str) -> anyhow::Result<Arc<PoolKeys>> {
        if let Some(keys) = self.keys_at_hand(pool) {
            return Ok(keys);
        }
        let _turn = self.making_keys.lock().await;
        if let Some(keys) = self.keys_at_hand(pool) {
            return Ok(keys);
        }
        let keys = if let Some(keys) = self.stored_keys(pool).await? {
            keys
        } else {
            self.make_keys(pool).await?;
            self.stored_keys(pool)
                .await?
                .context("a pool was deleted while its keys were made")?
        };
        let keys = Arc::new(keys);
        let mut at_hand = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if at_hand.len() >= POOLS_MAX {
            at_hand.clear();
        }
        at_hand.insert(pool.to_owned(), Arc::clone(&keys));
        Ok(keys)
    }

    fn keys_at_hand(&self, pool: &str) -> Option<Arc<PoolKeys>> {
        let at_hand = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        at_hand.get(pool).cloned()
    }

    async fn stored_keys(&self, pool: &str) -> anyhow::Result<Option<PoolKeys>> {
        let pool = pool.to_owned();
        let stored: Vec<KeyRow> = self
            .platform
            .store
            .read(move |tx| rows::keys(tx, &pool))
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
    async fn make_keys(&self, pool: &str) -> anyhow::Result<()> {
        let kid = || STANDARD.encode(self.platform.random.secret_bytes());
        let (id_kid, access_kid) = (kid(), kid());
        let kids = [id_kid.clone(), access_kid.clone()];
        let made = spawn_blocking(move || {
            let pkcs8 = |kid| SigningKey::generate(kid)?.to_pkcs8();
            Ok::<_, signback_oidc::KeyError>(kids.map(pkcs8))
        });
        let [id, access]: [Result<Zeroizing<Vec<u8>>, _>; 2] = made.await??;
        let keys = [
            (FOR_ID_TOKENS, id_kid, id?),
            (FOR_ACCESS_TOKENS, access_kid, access?),
        ];
        let pool = pool.to_owned();
        let work = move |tx: &mut Tx<'_>| {
            // Not for a pool that was deleted in the meantime.
            if rows::pool(tx, &pool)?.is_none() {
                return Ok(());
            }
            for (purpose, kid, pkcs8) in &keys {
                rows::insert_key(tx, &pool, purpose, kid, pkcs8)?;
            }
            Ok::<_, Error>(())
        };
        let stored = self.platform.store.transact(work).await;
        stored.map_err(|error| anyhow!(error).context("cannot store a pool's signing keys"))
    }
}
