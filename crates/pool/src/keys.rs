//! The signing keys of a pool: one pair for ID tokens, one for access tokens.

use signback_oidc::{Jwks, SigningKey};

/// The keys of one pool.
#[derive(Debug)]
pub(crate) struct PoolKeys {
    pub(crate) id: SigningKey,
    pub(crate) access: SigningKey,
}

impl PoolKeys {
    /// The public halves.
    pub(crate) fn jwks(&self) -> Jwks {
        Jwks {
            keys: vec![self.id.jwk(), self.access.jwk()],
        }
    }
}
