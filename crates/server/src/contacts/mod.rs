//! Chat contacts, their participants and connections.

mod api;

pub(crate) use api::OPERATIONS;

use crate::app::App;
use crate::ids::ContactId;
use crate::jobs::JobError;

/// Ends a contact whose customer never connected.
pub(crate) async fn expire_connect(_app: &App, _contact: &ContactId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!(
        "contacts are not built yet"
    )))
}

/// Ends a contact whose chat duration is over.
pub(crate) async fn expire_chat(_app: &App, _contact: &ContactId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!(
        "contacts are not built yet"
    )))
}

/// Ends a contact whose job failed for good.
pub(crate) async fn give_up(_app: &App, _contact: &ContactId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!(
        "contacts are not built yet"
    )))
}
