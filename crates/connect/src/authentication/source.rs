//! Where a customer's identity comes from: a user pool of our own, or a provider outside.

use std::sync::Arc;

use signback_oidc::{Algorithm, ClientAuthentication, Discovery, is_secure_endpoint};

use super::{Block, Cause, Failure, ask};
use crate::Connect;
use crate::documents::Unavailable;
use crate::instances;
use signback_platform::ids::InstanceId;
use signback_platform::settings::IdentitySource;
use signback_platform::store::{Error, Tx};
use signback_pool::ClientRef;
use signback_profiles::IdentityProvider;

/// The start of the issuers of AWS's user pools, whose ID tokens say `token_use`.
const COGNITO_ISSUERS: [&str; 2] = ["https://cognito-idp.", "https://issuer-cognito-idp."];
/// Where a provider's metadata is, below its issuer.
const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";

/// The source behind a block's pool and client.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A user pool of this service.
    Pool(ClientRef),
    /// A provider outside, from the settings.
    Outside(IdentitySource),
}

/// What the exchange has to know about a source.
#[derive(Clone)]
pub(super) struct Provider {
    pub(super) issuer: String,
    /// Who it is to profiles.
    pub(super) identity: IdentityProvider,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) authentication: ClientAuthentication,
    /// Whether it is a Cognito user pool, ours or AWS's.
    pub(super) cognito: bool,
    /// Whether its tokens are judged by the machine's clock rather than the service's.
    pub(super) outside: bool,
}

/// The integration type by which a user pool is associated with an instance.
const USER_POOL: &str = "COGNITO_USER_POOL";

/// The source of the customer's identity, if the instance may use it.
pub(super) fn usable(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    block: &Block,
) -> Result<Result<Source, Cause>, Error> {
    if !instances::is_associated(tx, instance, USER_POOL, &block.user_pool_arn)? {
        return Ok(Err(Cause::PoolNotAssociated));
    }
    find(tx, block)
}

/// Finds the source of a block.
fn find(tx: &mut Tx<'_>, block: &Block) -> Result<Result<Source, Cause>, Error> {
    let outside = &tx.settings().identity_sources;
    if let Some(source) = outside
        .iter()
        .find(|it| it.user_pool_arn == block.user_pool_arn)
    {
        return Ok(Ok(Source::Outside(source.clone())));
    }
    Ok(
        match signback_pool::client(tx, &block.user_pool_arn, &block.app_client_id)? {
            None => Err(Cause::ClientNotFound),
            Some(client) if client.has_secret => Err(Cause::ClientHasSecret),
            Some(client) if client.domain.is_none() => Err(Cause::ClientNotFound),
            Some(client) => Ok(Source::Pool(client)),
        },
    )
}

/// Learns what the exchange has to know about a source.
pub(super) async fn provider(connect: &Connect, source: &Source) -> Result<Provider, Failure> {
    match source {
        Source::Pool(client) => of_pool(connect, client).ok_or(Cause::ClientNotFound.into()),
        Source::Outside(source) => {
            let discovery = discover(connect, &source.issuer).await?;
            of_outside(source, &discovery)
        }
    }
}

fn of_pool(connect: &Connect, client: &ClientRef) -> Option<Provider> {
    let endpoints = signback_pool::endpoints(&connect.pools, client)?;
    Some(Provider {
        issuer: endpoints.issuer,
        identity: IdentityProvider::Pool(client.pool_id.clone()),
        authorization_endpoint: endpoints.authorize,
        token_endpoint: endpoints.token,
        jwks_uri: endpoints.jwks,
        algorithms: vec![Algorithm::Rs256],
        authentication: ClientAuthentication::None,
        cognito: true,
        outside: false,
    })
}

async fn discover(connect: &Connect, issuer: &str) -> Result<Arc<Discovery>, Failure> {
    let url = format!("{}{DISCOVERY_PATH}", issuer.trim_end_matches('/'));
    let parse = |body: &[u8]| Discovery::parse(body, issuer).ok();
    let found = ask::document(connect, &connect.documents.metadata, &url, false, parse).await;
    found.map_err(|Unavailable| Cause::DiscoveryFailed.into())
}

/// What the settings say goes before what the provider says of itself.
fn of_outside(source: &IdentitySource, discovery: &Discovery) -> Result<Provider, Failure> {
    let endpoint = |setting: &Option<String>, found: Option<&String>| {
        let endpoint = setting.as_ref().or(found).cloned();
        endpoint
            .filter(|url| is_secure_endpoint(url))
            .ok_or_else(|| Failure::new(Cause::DiscoveryFailed, "an endpoint is missing"))
    };
    let authentication = match &source.client_secret {
        None => ClientAuthentication::None,
        Some(secret) => {
            let secret = secret.expose().into();
            // OpenID Connect Discovery §3: without a word about it, it is Basic.
            let methods = &discovery.token_endpoint_auth_methods_supported;
            let basic = methods.is_empty() || methods.iter().any(|it| it == "client_secret_basic");
            if basic {
                ClientAuthentication::Basic(secret)
            } else {
                ClientAuthentication::Post(secret)
            }
        }
    };
    Ok(Provider {
        issuer: source.issuer.clone(),
        identity: IdentityProvider::Issuer(source.issuer.clone()),
        authorization_endpoint: endpoint(
            &source.authorization_endpoint,
            discovery.authorization_endpoint.as_ref(),
        )?,
        token_endpoint: endpoint(&source.token_endpoint, discovery.token_endpoint.as_ref())?,
        jwks_uri: endpoint(&source.jwks_uri, Some(&discovery.jwks_uri))?,
        algorithms: discovery.algorithms(),
        authentication,
        cognito: COGNITO_ISSUERS
            .iter()
            .any(|start| source.issuer.starts_with(start)),
        outside: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use signback_platform::secret::Secret;

    fn source() -> IdentitySource {
        IdentitySource {
            user_pool_arn: "arn".into(),
            issuer: "https://id.example".into(),
            authorization_endpoint: None,
            token_endpoint: None,
            jwks_uri: None,
            client_secret: None,
        }
    }

    fn discovery() -> Discovery {
        Discovery {
            issuer: "https://id.example".into(),
            authorization_endpoint: Some("https://id.example/authorize".into()),
            token_endpoint: Some("https://id.example/token".into()),
            jwks_uri: "https://id.example/keys".into(),
            id_token_signing_alg_values_supported: vec!["ES256".into(), "HS256".into()],
            ..Discovery::default()
        }
    }

    #[test]
    fn settings_go_before_what_the_provider_says() {
        let found = of_outside(&source(), &discovery()).unwrap();
        assert_eq!(found.token_endpoint, "https://id.example/token");
        assert_eq!(found.algorithms, [Algorithm::Es256]);
        assert!(found.outside && !found.cognito);

        let set = IdentitySource {
            token_endpoint: Some("https://other.example/token".into()),
            ..source()
        };
        let found = of_outside(&set, &discovery()).unwrap();
        assert_eq!(found.token_endpoint, "https://other.example/token");
        assert_eq!(found.jwks_uri, "https://id.example/keys");
    }

    #[test]
    fn an_endpoint_that_is_not_secure_is_not_used() {
        let set = IdentitySource {
            jwks_uri: Some("http://id.example/keys".into()),
            ..source()
        };
        assert!(of_outside(&set, &discovery()).is_err());
        let gone = Discovery {
            token_endpoint: None,
            ..discovery()
        };
        assert!(of_outside(&source(), &gone).is_err());
    }

    #[test]
    fn a_client_with_a_secret_shows_it_as_the_provider_asks() {
        let set = IdentitySource {
            client_secret: Some(Secret::new("s")),
            ..source()
        };
        let shown = |methods: &[&str]| {
            let methods = methods.iter().map(ToString::to_string).collect();
            let discovery = Discovery {
                token_endpoint_auth_methods_supported: methods,
                ..discovery()
            };
            of_outside(&set, &discovery).unwrap().authentication
        };
        assert!(matches!(shown(&[]), ClientAuthentication::Basic(_)));
        assert!(matches!(
            shown(&["client_secret_post", "client_secret_basic"]),
            ClientAuthentication::Basic(_)
        ));
        assert!(matches!(
            shown(&["client_secret_post"]),
            ClientAuthentication::Post(_)
        ));
    }

    #[test]
    fn a_real_user_pool_is_known_by_its_issuer() {
        let aws = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
        let set = IdentitySource {
            issuer: aws.into(),
            ..source()
        };
        assert!(of_outside(&set, &discovery()).unwrap().cognito);
    }
}
