//! What every store thread knows.

use std::sync::Arc;

use super::listeners::Listeners;
use super::postgres::Notifier;
use super::pulse::Pulse;
use super::{Env, Keyring};

/// What every store thread knows.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) env: Env,
    pub(super) keyring: Keyring,
    /// Whether commits work.
    pub(super) pulse: Arc<Pulse>,
    pub(super) listeners: Arc<Listeners>,
    /// Tells other processes of commits.
    pub(super) notifier: Option<Arc<Notifier>>,
}
