//! The rows of profiles.

mod document;
pub(crate) mod domains;
pub(crate) mod keys;
pub(crate) mod objects;
pub(crate) mod profiles;
