//! Who a customer is, verified.

use serde_json::{Map, Value};

use super::source::Provider;
use signback_profiles::IdentityProvider;

/// A verified identity.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) claims: Map<String, Value>,
    pub(crate) provider: IdentityProvider,
    /// What the segment attribute calls the provider.
    pub(crate) provider_name: String,
}

impl Identity {
    /// The identity in verified claims.
    pub(super) fn new(claims: Map<String, Value>, provider: &Provider) -> Self {
        let federated = claims
            .get("identities")
            .and_then(|identities| identities[0]["providerName"].as_str())
            .filter(|_| provider.cognito);
        let provider_name = match federated {
            Some(name) => name.to_owned(),
            None if provider.cognito => "COGNITO".to_owned(),
            None => provider.issuer.clone(),
        };
        Self {
            claims,
            provider: provider.identity.clone(),
            provider_name,
        }
    }
}
