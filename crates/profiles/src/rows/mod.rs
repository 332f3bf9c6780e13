//! The rows of profiles.

pub(crate) mod domains;
pub(crate) mod keys;
pub(crate) mod objects;
pub(crate) mod profiles;
