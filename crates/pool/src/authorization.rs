//! An authorization request that has been found good.

use super::client::Client;

/// What is sent back to the redirect address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseType {
    /// A code, in the query.
    Code,
    /// Tokens, in the fragment.
    Token,
}

/// An authorization request that has been found good.
#[derive(Clone)]
pub(crate) struct Authorization {
    pub(crate) client: Client,
    pub(crate) redirect_uri: String,
    /// Whether the request named the address, or left it to the client's default.
    pub(crate) redirect_uri_given: bool,
    pub(crate) response: ResponseType,
    pub(crate) state: Option<String>,
    /// Scopes, separated by spaces.
    pub(crate) scope: String,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) resource: Option<String>,
    pub(crate) max_age: Option<i64>,
    pub(crate) login_hint: Option<String>,
    pub(crate) prompt: Prompt,
}

/// Whether somebody who is signed in already is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// Only if nobody is signed in.
    IfNeeded,
    /// Never: without a session there is an error.
    Never,
    /// Always.
    Always,
}
