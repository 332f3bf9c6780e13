//! The chat's own state.

use std::sync::Arc;

use crate::authentication;
use crate::contacts;
use crate::conversation;
use crate::deletion;
use crate::documents::Documents;
use crate::flows;
use crate::instances;
use crate::jobs::Task;
use crate::operation::Operation;
use crate::participants;
use crate::sockets::Sockets;
use signback_platform::Platform;
use signback_platform::job;
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

/// What is built of the services `connect` and `connectparticipant`, by folder.
pub(crate) const OPERATIONS: &[&[Operation<Connect>]] = &[
    instances::OPERATIONS,
    deletion::OPERATIONS,
    flows::OPERATIONS,
    contacts::OPERATIONS,
    authentication::OPERATIONS,
    conversation::OPERATIONS,
    conversation::CANCEL_OPERATIONS,
    participants::CONNECTION_OPERATIONS,
    participants::MESSAGE_OPERATIONS,
    participants::TRANSCRIPT_OPERATIONS,
];

/// What waits for a chat to be done.
pub(crate) const JOBS: &[&dyn Task<Connect>] = &[
    job!(
        authentication::RUN,
        conversation::run,
        conversation::give_up_sign_in
    ),
    job!(
        authentication::EXPIRE,
        conversation::expire,
        conversation::give_up_sign_in
    ),
    job!(flows::WAKE, conversation::wake, conversation::give_up),
    job!(
        contacts::EXPIRE_CONNECT,
        conversation::expire_connect,
        conversation::give_up
    ),
    job!(
        contacts::EXPIRE_CHAT,
        conversation::expire_chat,
        conversation::give_up
    ),
    job!(deletion::FORGET, deletion::forget, deletion::forget),
];
