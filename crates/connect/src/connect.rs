//! The chat's own state.

use std::sync::Arc;

use crate::documents::Documents;
use crate::sockets::Sockets;
use signback_platform::Platform;
use signback_pool::Pools;

/// Amazon Connect's chat: what its operations and jobs take beside their input.
pub struct Connect {
    /// What every service stands on.
    pub platform: Arc<Platform>,
    /// The user pools, where most customers sign in.
    pub pools: Arc<Pools>,
    /// The open websockets; woken after a commit.
    pub sockets: Arc<Sockets>,
    /// What identity providers publish, kept for a while.
    pub documents: Documents,
}

impl Connect {
    /// The chat of a platform, whose commits wake its sockets from here on.
    #[must_use]
    pub fn new(platform: &Arc<Platform>, pools: &Arc<Pools>) -> Self {
        let sockets = Arc::new(Sockets::default());
        let woken = Arc::clone(&sockets);
        platform
            .store
            .on_commit(move |contacts, _| woken.wake(contacts));
        Self {
            platform: Arc::clone(platform),
            pools: Arc::clone(pools),
            sockets,
            documents: Documents::default(),
        }
    }
}

impl AsRef<Platform> for Connect {
    fn as_ref(&self) -> &Platform {
        &self.platform
    }
}
