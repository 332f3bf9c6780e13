//! The flow language and its engine.

mod api;

pub(crate) use api::OPERATIONS;

use crate::app::App;
use crate::contacts::Contact;
use crate::ids::{ContactId, FlowId, InstanceId};
use crate::jobs::JobError;
use crate::store::{Error, Tx};

/// Whether an instance has this flow, published, and a chat can be started with it.
pub(crate) fn can_start(
    _tx: &mut Tx<'_>,
    _instance: &InstanceId,
    _flow: &FlowId,
) -> Result<bool, Error> {
    Ok(false)
}

/// Starts the flow of a new contact.
pub(crate) fn start(_tx: &mut Tx<'_>, _contact: &mut Contact) -> Result<(), Error> {
    Err(Error::Corrupt { what: "flow" })
}

/// What a waiting flow goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    /// The customer signed in.
    SignedIn,
    /// The sign-in failed.
    SignInFailed {
        /// Why, for the flow log.
        cause: String,
    },
    /// The customer took too long to sign in.
    SignInTimedOut,
    /// The customer goes on without signing in.
    OptedOut,
}

/// Goes on with the flow of a contact.
pub(crate) fn resume(
    _tx: &mut Tx<'_>,
    _contact: &mut Contact,
    _resume: Resume,
) -> Result<(), Error> {
    Err(Error::Corrupt { what: "flow" })
}

/// Forgets the flow of a contact that ends.
pub(crate) fn forget(_tx: &mut Tx<'_>, _contact: &ContactId) -> Result<(), Error> {
    Ok(())
}

/// Goes on with a flow that waited.
pub(crate) async fn wake(_app: &App, _contact: &ContactId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!("flows are not built yet")))
}

/// The demo's flow over a pool and client.
pub(crate) fn demo(_pool_arn: &str, _client_id: &str) -> String {
    String::new()
}
