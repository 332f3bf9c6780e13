//! What the user pools keep in memory: nothing that a restart could lose.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::keys::PoolKeys;
use super::password::Hasher;
use crate::clock::Timestamp;
use signback_platform::Platform;

/// Pools whose keys are kept at hand.
const POOLS_MAX: usize = 1000;
/// Time between two sweeps of what has ended. A sweep deletes enough that a thousand sign-ins a
/// second leave nothing to grow.
const SWEEP_MILLIS: i64 = 2000;

/// The user pools: what their operations, pages and endpoints take beside their input.
pub struct Pools {
    /// What every service stands on.
    pub platform: Arc<Platform>,
    pub(super) hasher: Hasher,
    /// Only one pool's keys are made at a time.
    pub(super) making_keys: tokio::sync::Mutex<()>,
    keys: Mutex<HashMap<String, Arc<PoolKeys>>>,
    attempts: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    swept_at: AtomicI64,
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
            hasher: Hasher::default(),
            making_keys: tokio::sync::Mutex::default(),
            keys: Mutex::default(),
            attempts: Mutex::default(),
            swept_at: AtomicI64::default(),
        }
    }

    /// Forgets what belongs to pools that are gone.
    pub fn forget(&self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The keys of a pool, if they are at hand.
    pub(super) fn keys(&self, pool: &str) -> Option<Arc<PoolKeys>> {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(pool)
            .cloned()
    }

    /// Keeps the keys of a pool at hand.
    pub(super) fn keep_keys(&self, pool: &str, pool_keys: Arc<PoolKeys>) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= POOLS_MAX {
            keys.clear();
        }
        keys.insert(pool.to_owned(), pool_keys);
    }

    /// The place where the password attempts under one name queue up, so that many at once cannot
    /// run past the lock.
    pub(super) fn turnstile(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.retain(|_, turnstile| Arc::strong_count(turnstile) > 1);
        Arc::clone(attempts.entry(name.to_owned()).or_default())
    }

    /// Whether it is time to delete what has ended; true once in a while.
    pub(super) fn is_sweep_due(&self, now: Timestamp) -> bool {
        let last = self.swept_at.load(Ordering::Relaxed);
        now.millis() - last >= SWEEP_MILLIS
            && self
                .swept_at
                .compare_exchange(last, now.millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}
