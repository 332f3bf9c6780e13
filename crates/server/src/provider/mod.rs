//! The embedded Cognito-compatible user pool.

mod api;

pub(crate) use api::OPERATIONS;

/// What the user pools keep in memory.
#[derive(Debug, Default)]
pub struct State {}
