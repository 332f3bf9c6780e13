//! The sign-in of a chat customer.

mod api;

pub(crate) use api::OPERATIONS;
