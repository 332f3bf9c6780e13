//! Customer Profiles: domains, object types, matching, import and search.

mod api;

pub(crate) use api::OPERATIONS;
