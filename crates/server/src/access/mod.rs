//! Accounts, access keys, policies and throttles: who calls, and what they may do.

mod authenticate;
mod policy;
mod resource;
mod rows;
mod throttle;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use signback_platform::Platform;
use signback_platform::clock::Timestamp;
use signback_platform::random::Random;
use signback_platform::secret::Secret;
use signback_platform::store;

pub(crate) use authenticate::{Denied, authenticate, signing_name};
pub use policy::{Policy, PolicyError};
pub use throttle::Throttles;

/// The account of the demo, and of unknown keys where any credentials are accepted.
pub const DEFAULT_ACCOUNT: &str = "123456789012";
/// How long a key is used without being read again; a deleted or changed key lives that long.
const KEY_LIFETIME_MILLIS: i64 = 5_000;
/// Keys kept in memory; past that all are forgotten.
const KEYS_MAX: usize = 10_000;

/// An access key.
#[derive(Debug)]
pub(crate) struct AccessKey {
    /// The key's account.
    pub account: String,
    /// What requests are signed with.
    pub secret: Secret,
    /// What the key may do.
    pub policy: Policy,
}

/// What was read of a key's id, and when.
struct Looked {
    /// `None` when there is no such key.
    key: Option<Arc<AccessKey>>,
    at: Timestamp,
}

/// Access keys of a database, those used lately at hand, known and unknown ones.
pub struct Keys {
    platform: Arc<Platform>,
    recent: Mutex<HashMap<String, Looked>>,
}

impl Keys {
    /// The keys in a platform's database.
    #[must_use]
    pub fn new(platform: &Arc<Platform>) -> Self {
        Self {
            platform: Arc::clone(platform),
            recent: Mutex::default(),
        }
    }

    /// The access key of this id, at most five seconds old.
    pub(crate) async fn key(&self, id: &str) -> Result<Option<Arc<AccessKey>>, store::Error> {
        let now = self.platform.clock.machine_now();
        if let Some(Looked { key, .. }) = self.recent(id, now) {
            return Ok(key);
        }
        let owned = id.to_owned();
        let row = self
            .platform
            .store
            .read(move |tx| rows::key(tx, &owned))
            .await?;
        let key = row.and_then(|row| match Policy::parse(row.policy.as_deref()) {
            Ok(policy) => Some(Arc::new(AccessKey {
                account: row.account,
                secret: row.secret,
                policy,
            })),
            Err(error) => {
                // A policy that cannot be read allows nothing.
                tracing::error!(%error, key = id, "the access key has an unusable policy");
                None
            }
        });
        let looked = Looked {
            key: key.clone(),
            at: now,
        };
        self.remember(id, looked);
        Ok(key)
    }

    /// Makes or replaces an access key.
    pub(crate) async fn put(
        &self,
        id: &str,
        account: &str,
        secret: &Secret,
        policy: Option<&str>,
    ) -> anyhow::Result<()> {
        Policy::parse(policy)?;
        let row = rows::KeyRow {
            account: account.to_owned(),
            secret: secret.clone(),
            policy: policy.map(str::to_owned),
        };
        let owned = id.to_owned();
        self.platform
            .store
            .transact(move |tx| rows::put_key(tx, &owned, &row))
            .await?;
        self.forget(id);
        Ok(())
    }

    /// What was read of an id less than five seconds ago.
    fn recent(&self, id: &str, now: Timestamp) -> Option<Looked> {
        let keys = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let Looked { key, at } = keys.get(id)?;
        let fresh = now < at.plus_millis(KEY_LIFETIME_MILLIS);
        fresh.then(|| Looked {
            key: key.clone(),
            at: *at,
        })
    }

    fn remember(&self, id: &str, looked: Looked) {
        let mut keys = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS_MAX {
            keys.clear();
        }
        keys.insert(id.to_owned(), looked);
    }

    fn forget(&self, id: &str) {
        self.recent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }
}

/// A text that is made once for this database and then stays the same.
pub(crate) async fn generated(
    platform: &Platform,
    name: &'static str,
    make: fn(&dyn Random) -> String,
) -> Result<Secret, store::Error> {
    platform
        .store
        .transact(move |tx| rows::generated(tx, name, make))
        .await
}
