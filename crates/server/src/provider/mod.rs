//! The embedded Cognito-compatible user pool.

mod api;

pub(crate) use api::OPERATIONS;

/// What the user pools keep in memory.
#[derive(Debug, Default)]
pub struct State {}

impl State {
    /// Forgets what belongs to deleted data.
    pub(crate) fn forget(&self) {}
}

/// Answers the pools' pages and OAuth endpoints; `None` for any other request.
pub(crate) async fn respond(
    _app: &crate::app::App,
    _request: &http::Request<bytes::Bytes>,
) -> Option<http::Response<bytes::Bytes>> {
    None
}
