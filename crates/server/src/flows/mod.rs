//! The flow language and its engine.

mod api;

pub(crate) use api::OPERATIONS;
