//! The flow language and its engine.

mod api;

pub(crate) use api::OPERATIONS;

use crate::app::App;
use crate::ids::ContactId;
use crate::jobs::JobError;

/// Goes on with a flow that waited.
pub(crate) async fn wake(_app: &App, _contact: &ContactId) -> Result<(), JobError> {
    Err(JobError::Fail(anyhow::anyhow!("flows are not built yet")))
}

/// The demo's flow over a pool and client.
pub(crate) fn demo(_pool_arn: &str, _client_id: &str) -> String {
    String::new()
}
