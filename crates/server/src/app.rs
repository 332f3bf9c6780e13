//! What lives as long as the process.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::random::Random;
use crate::store::Store;

/// The service's parts; handlers and jobs take it and their input, nothing else.
pub struct App {
    /// The settings, read once.
    pub config: Config,
    /// The two times of the service.
    pub clock: Clock,
    /// The source of keys and secrets.
    pub random: Arc<dyn Random>,
    /// The database.
    pub store: Store,
    /// The one client for calls to the outside.
    pub outbound: crate::outbound::Client,
    /// Wakes the sockets of a contact after a commit.
    pub sockets: crate::transcript::Sockets,
    /// Wakes the worker when a job is due at once.
    pub jobs: crate::jobs::Queue,
    /// Recently used access keys and their policies.
    pub keys: crate::access::Keys,
    /// What the password hashing may use at once.
    pub provider: crate::provider::State,
}
