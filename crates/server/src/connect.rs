//! The chat's own state.

use std::sync::Arc;

use crate::authentication::{self, Documents};
use crate::contacts;
use crate::flows;
use crate::jobs::{Task, job};
use crate::operation::Operation;
use crate::platform::Platform;
use crate::provider::Pools;
use crate::transcript::Sockets;

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

/// What is built of the services `connect` and `connectparticipant`, by folder.
pub(crate) const OPERATIONS: &[&[Operation<Connect>]] = &[
    crate::instances::OPERATIONS,
    crate::contacts::OPERATIONS,
    crate::contacts::PARTICIPANT_OPERATIONS,
    crate::flows::OPERATIONS,
    crate::authentication::OPERATIONS,
    crate::transcript::OPERATIONS,
];

/// What waits for a chat to be done.
pub(crate) const JOBS: &[&dyn Task<Connect>] = &[
    job!(
        authentication::RUN,
        authentication::run,
        authentication::give_up
    ),
    job!(
        authentication::EXPIRE,
        authentication::expire,
        authentication::give_up
    ),
    job!(flows::WAKE, flows::wake, contacts::give_up),
    job!(
        contacts::EXPIRE_CONNECT,
        contacts::expire_connect,
        contacts::give_up
    ),
    job!(
        contacts::EXPIRE_CHAT,
        contacts::expire_chat,
        contacts::give_up
    ),
];
