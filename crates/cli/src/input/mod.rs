//! What is given for an operation: options, files, documents and skeletons.

pub(crate) mod blobs;
pub(crate) mod document;
pub(crate) mod files;
pub(crate) mod shorthand;
pub(crate) mod skeleton;
pub(crate) mod values;
