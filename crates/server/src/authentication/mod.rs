//! The sign-in of a chat customer.

mod api;

pub(crate) use api::OPERATIONS;

use crate::app::App;
use crate::ids::SignInId;
use crate::jobs::JobError;

/// Runs the exchange of an accepted sign-in.
pub(crate) async fn run(_app: &App, _sign_in: &SignInId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!(
        "sign-ins are not built yet"
    )))
}

/// Ends a sign-in whose time limit passed.
pub(crate) async fn expire(_app: &App, _sign_in: &SignInId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!(
        "sign-ins are not built yet"
    )))
}

/// Ends a sign-in whose job failed for good.
pub(crate) async fn give_up(_app: &App, _sign_in: &SignInId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!(
        "sign-ins are not built yet"
    )))
}
