//! Accounts, access keys, policies and throttles.

mod api;

pub(crate) use api::OPERATIONS;

/// Access keys that were used recently.
#[derive(Debug, Default)]
pub struct Keys {}
