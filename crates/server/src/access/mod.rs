//! Accounts, access keys, policies and throttles: who calls, and what they may do.

mod authenticate;
mod policy;
mod recent;
mod resource;
mod rows;
mod throttle;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signback_platform::Platform;
use signback_platform::random::Random;
use signback_platform::secret::Secret;
use signback_platform::store::{self, Tx};

pub(crate) use authenticate::{Denied, authenticate, signing_name};
pub use policy::{Policy, PolicyError};
pub use throttle::Throttles;

use recent::Recent;

/// The account of the demo, and of unknown keys where any credentials are accepted.
pub const DEFAULT_ACCOUNT: &str = "123456789012";
/// Keys kept at hand.
const KEYS_MAX: usize = 4_096;
/// Ids kept at hand that are nobody's: for a client with a wrong key, not for whoever invents ids.
const STRANGERS_MAX: usize = 256;

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

/// Access keys of a database, those used lately at hand, known and unknown ones.
pub struct Keys {
    platform: Arc<Platform>,
    known: Mutex<Recent<Arc<AccessKey>>>,
    strangers: Mutex<Recent<()>>,
}

impl Keys {
    /// The keys in a platform's database.
    #[must_use]
    pub fn new(platform: &Arc<Platform>) -> Self {
        Self {
            platform: Arc::clone(platform),
            known: Mutex::new(Recent::new(KEYS_MAX)),
            strangers: Mutex::new(Recent::new(STRANGERS_MAX)),
        }
    }

    /// The access key of this id, at most five seconds old; none for what cannot be an id.
    ///
    /// # Errors
    ///
    /// When it had to be looked up and the database did not answer. What is at hand is then no
    /// older than ever.
    pub(crate) async fn key(&self, id: &str) -> Result<Option<Arc<AccessKey>>, store::Error> {
        if !is_key_id(id) {
            return Ok(None);
        }
        let now = self.platform.clock.machine_now();
        if let Some(key) = locked(&self.known).get(id, now) {
            return Ok(Some(key));
        }
        if locked(&self.strangers).get(id, now).is_some() {
            return Ok(None);
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
        match &key {
            Some(key) => locked(&self.known).put(id, Arc::clone(key), now),
            None => locked(&self.strangers).put(id, (), now),
        }
        Ok(key)
    }

    /// Has every key read again that is used from now on.
    pub(crate) fn forget_all(&self) {
        *locked(&self.known) = Recent::new(KEYS_MAX);
        *locked(&self.strangers) = Recent::new(STRANGERS_MAX);
    }
}

/// Makes or replaces an access key.
pub(crate) fn put_key(
    tx: &mut Tx<'_>,
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
    Ok(rows::put_key(tx, id, &row)?)
}

fn locked<V>(recent: &Mutex<Recent<V>>) -> MutexGuard<'_, Recent<V>> {
    recent.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a text has the form of an access key's id.
pub(crate) fn is_key_id(text: &str) -> bool {
    (16..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
