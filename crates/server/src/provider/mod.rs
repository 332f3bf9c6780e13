//! The embedded Cognito-compatible user pool.

mod api;

pub(crate) use api::OPERATIONS;

/// What the user pools keep in memory.
#[derive(Debug, Default)]
pub struct State {}

impl State {
    /// Forgets what belongs to deleted data.
    pub(crate) fn forget(&self) {}
}

/// Answers the pools' pages and OAuth endpoints; `None` for any other request.
pub(crate) async fn respond(
    _app: &crate::app::App,
    _request: &http::Request<bytes::Bytes>,
) -> Option<http::Response<bytes::Bytes>> {
    None
}

/// An app client, as the sign-in sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRef {
    /// The pool's id.
    pub pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// Whether the client has a secret; customer authentication needs one without.
    pub has_secret: bool,
    /// The pool's domain, without which there are no sign-in pages.
    pub domain: Option<String>,
}

/// Where a client's sign-in takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The issuer of the tokens.
    pub issuer: String,
    /// Where the browser goes.
    pub authorize: String,
    /// Where the code is exchanged.
    pub token: String,
    /// Where the keys are.
    pub jwks: String,
}

/// The client with that id in the pool with that ARN.
pub fn client(
    _tx: &mut crate::store::Tx<'_>,
    _pool_arn: &str,
    _client_id: &str,
) -> Result<Option<ClientRef>, crate::store::Error> {
    Ok(None)
}

/// Where a client's sign-in takes place; nowhere while the pool has no domain.
pub fn endpoints(_app: &crate::app::App, _client: &ClientRef) -> Option<Endpoints> {
    None
}
