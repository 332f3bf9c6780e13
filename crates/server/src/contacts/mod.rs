//! Chat contacts, their participants and connections.

mod api;

pub(crate) use api::OPERATIONS;
