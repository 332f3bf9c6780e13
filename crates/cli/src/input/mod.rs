//! What is given for an operation: options, files, documents and skeletons.

pub mod blobs;
pub mod document;
pub mod files;
pub mod shorthand;
pub mod skeleton;
pub mod values;
