//! Connect instances and what is associated with them.

mod api;

pub(crate) use api::OPERATIONS;
