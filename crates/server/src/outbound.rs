//! The one guarded client for calls to the outside.

/// Sends requests to identity providers and other outside endpoints.
#[derive(Debug, Default)]
pub struct Client {}
