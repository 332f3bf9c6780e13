//! The embedded Cognito-compatible user pool: pools, clients and users, the sign-in pages and the
//! OAuth endpoints.
//!
//! `api` has the administrative operations, `http` the pages and endpoints for browsers and
//! applications, `store` the rows. The rules stand between them: `pool` and `client` (settings),
//! `schema` and `user` (attributes and names), `password`, `lockout`, `authorize` (the
//! authorization request), `redirect` (where browsers are sent back), `exchange` (codes and
//! refresh tokens) and `claims` (what tokens say).

mod api;
mod authorize;
mod claims;
mod client;
mod exchange;
mod filter;
mod http;
mod keys;
mod lockout;
mod password;
mod pool;
mod pools;
mod redirect;
mod refusal;
mod schema;
mod sign_in;
mod store;
mod user;

pub(crate) use api::OPERATIONS;
pub(crate) use http::respond;
pub use pools::Pools;

use crate::store::{Error, Tx};

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
    tx: &mut Tx<'_>,
    pool_arn: &str,
    client_id: &str,
) -> Result<Option<ClientRef>, Error> {
    let Some((_, pool_id)) = pool_arn.rsplit_once(":userpool/") else {
        return Ok(None);
    };
    let Some(pool) = store::pool(tx, pool_id)?.filter(|pool| pool.arn() == pool_arn) else {
        return Ok(None);
    };
    let Some(client) = store::client(tx, pool_id, client_id)? else {
        return Ok(None);
    };
    let domain = store::domain_of_pool(tx, pool_id)?.map(|domain| domain.name);
    Ok(Some(ClientRef {
        pool_id: pool.id,
        client_id: client.id,
        has_secret: client.secret.is_some(),
        domain,
    }))
}

/// Where the client's sign-in takes place, below the service's public URL; `None` while the pool
/// has no domain.
#[must_use]
pub fn endpoints(pools: &Pools, client: &ClientRef) -> Option<Endpoints> {
    let domain = client.domain.as_deref()?;
    let base = domain_url(pools, domain);
    let issuer = issuer(pools, &client.pool_id);
    Some(Endpoints {
        authorize: format!("{base}/oauth2/authorize"),
        token: format!("{base}/oauth2/token"),
        jwks: format!("{issuer}/.well-known/jwks.json"),
        issuer,
    })
}

/// The issuer of a pool's tokens.
fn issuer(pools: &Pools, pool_id: &str) -> String {
    format!("{}/{pool_id}", pools.platform.settings.public_url)
}

/// What the paths of a domain's endpoints follow.
fn domain_url(pools: &Pools, domain: &str) -> String {
    format!("{}/_pools/{domain}", pools.platform.settings.public_url)
}
