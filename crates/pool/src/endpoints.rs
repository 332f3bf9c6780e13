//! Where a client's sign-in takes place: addresses below the service's public URL.

use super::app_client::ClientRef;
use super::pools::Pools;

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
pub(super) fn issuer(pools: &Pools, pool_id: &str) -> String {
    format!("{}/{pool_id}", pools.platform.settings.public_url)
}

/// What the paths of a domain's endpoints follow.
pub(super) fn domain_url(pools: &Pools, domain: &str) -> String {
    format!("{}/_pools/{domain}", pools.platform.settings.public_url)
}
