//! What other services may know of an app client.

use super::rows;
use signback_platform::store::{Error, Tx};

/// An app client, as the sign-in sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientRef {
    /// The pool's id.
    pub pool_id: String,
    /// The client's id.
    pub client_id: String,
    /// Whether the client has a secret; customer authentication needs one without.
    pub has_secret: bool,
    /// The scopes that the client may ask for.
    pub scopes: Vec<String>,
    /// The pool's domain, without which there are no sign-in pages.
    pub domain: Option<String>,
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
    let Some(pool) = rows::pool(tx, pool_id)?.filter(|pool| pool.arn() == pool_arn) else {
        return Ok(None);
    };
    let Some(client) = rows::client(tx, pool_id, client_id)? else {
        return Ok(None);
    };
    let domain = rows::domain_of_pool(tx, pool_id)?.map(|domain| domain.name);
    Ok(Some(ClientRef {
        pool_id: pool.id,
        client_id: client.id,
        has_secret: client.secret.is_some(),
        scopes: client.settings.allowed_o_auth_scopes,
        domain,
    }))
}
