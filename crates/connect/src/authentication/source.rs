//! Where a customer's identity comes from: a user pool of our own, or a provider outside.

use std::sync::Arc;

use signback_oidc::{Algorithm, ClientAuthentication, Discovery, is_secure_endpoint};

use super::{Block, Cause, Failure, ask};
use crate::Connect;
use crate::documents::Unavailable;
use crate::instances;
use signback_platform::ids::{InstanceId, Scope};
use signback_platform::outbound;
use signback_platform::settings::{IdentitySource, Settings, Userinfo};
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
    /// Where to ask further when an ID token says too little.
    pub(super) userinfo_endpoint: Option<String>,
    /// The scopes that a sign-in asks for, with spaces between them.
    pub(super) scope: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) authentication: ClientAuthentication,
    /// Whether it is a Cognito user pool, ours or AWS's.
    pub(super) cognito: bool,
    /// Whether its tokens are judged by the machine's clock rather than the service's.
    pub(super) outside: bool,
}

/// The scope without which a provider gives no ID token (OpenID Connect Core §3.1.2.1).
const OPENID: &str = "openid";
/// The claims that a profile is made of.
const FURTHER_SCOPES: [&str; 3] = ["email", "phone", "profile"];

/// The source of the customer's identity, if the instance may use it.
pub(super) fn usable(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance: &InstanceId,
    block: &Block,
) -> Result<Result<Source, Cause>, Error> {
    if !instances::is_usable_pool(tx, scope, &block.user_pool_arn) {
        return Ok(Err(Cause::PoolNotYours));
    }
    if !instances::is_associated(tx, instance, instances::USER_POOL, &block.user_pool_arn)? {
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
            Some(client) if !allows(&client.scopes, OPENID) => Err(Cause::OpenidNotAllowed),
            Some(client) => Ok(Source::Pool(client)),
        },
    )
}

/// Learns what the exchange has to know about a source.
pub(super) async fn provider(connect: &Connect, source: &Source) -> Result<Provider, Failure> {
    match source {
        Source::Pool(client) => of_pool(connect, client).ok_or(Cause::ClientNotFound.into()),
        Source::Outside(source) => {
            let discovery = discover(connect, source).await?;
            of_outside(source, discovery.as_deref(), &connect.platform.settings)
        }
    }
}

fn allows(scopes: &[String], scope: &str) -> bool {
    scopes.iter().any(|allowed| allowed == scope)
}

/// The scopes to ask for: `openid` always, of the others those that the provider gives.
fn scope(allowed: &[String]) -> String {
    let further = FURTHER_SCOPES
        .into_iter()
        .filter(|scope| allows(allowed, scope));
    let scopes: Vec<&str> = std::iter::once(OPENID).chain(further).collect();
    scopes.join(" ")
}

fn of_pool(connect: &Connect, client: &ClientRef) -> Option<Provider> {
    let endpoints = signback_pool::endpoints(&connect.pools, client)?;
    Some(Provider {
        issuer: endpoints.issuer,
        identity: IdentityProvider::Pool(client.pool_id.clone()),
        authorization_endpoint: endpoints.authorize,
        token_endpoint: endpoints.token,
        jwks_uri: endpoints.jwks,
        userinfo_endpoint: None,
        scope: scope(&client.scopes),
        algorithms: vec![Algorithm::Rs256],
        authentication: ClientAuthentication::None,
        cognito: true,
        outside: false,
    })
}

/// The provider's own document, unless the settings say all that a sign-in needs.
async fn discover(
    connect: &Connect,
    source: &IdentitySource,
) -> Result<Option<Arc<Discovery>>, Failure> {
    let needed = [
        &source.authorization_endpoint,
        &source.token_endpoint,
        &source.jwks_uri,
    ];
    if source.discovery_url.is_none() && needed.iter().all(|endpoint| endpoint.is_some()) {
        return Ok(None);
    }
    let issuer = &source.issuer;
    let below_issuer = || format!("{}{DISCOVERY_PATH}", issuer.trim_end_matches('/'));
    let url = source.discovery_url.clone().unwrap_or_else(below_issuer);
    let parse = |body: &[u8]| Discovery::parse(body, issuer);
    let found = ask::document(connect, &connect.documents.metadata, &url, false, parse).await;
    found
        .map(Some)
        .map_err(|Unavailable(why)| Failure::new(Cause::DiscoveryFailed, why))
}

/// What the settings say goes before what the provider says of itself.
fn of_outside(
    source: &IdentitySource,
    discovery: Option<&Discovery>,
    settings: &Settings,
) -> Result<Provider, Failure> {
    let unsaid = Discovery::default();
    let said = discovery.unwrap_or(&unsaid);
    let endpoint = |name: &str, setting: &Option<String>, found: &Option<String>| {
        let Some(url) = setting.as_ref().or(found.as_ref()) else {
            return Ok(None);
        };
        if is_secure_endpoint(url) || outbound::is_allowed_by_name(settings, url) {
            return Ok(Some(url.clone()));
        }
        let rule = "must be https, or on a host that --outbound-allow names";
        Err(Failure::new(
            Cause::DiscoveryFailed,
            format!("{name}: {url} {rule}"),
        ))
    };
    let needed = |name: &str, setting, found| {
        endpoint(name, setting, found)?
            .ok_or_else(|| Failure::new(Cause::DiscoveryFailed, format!("{name}: missing")))
    };
    let userinfo_endpoint = match source.userinfo {
        Userinfo::Never => None,
        Userinfo::Auto => endpoint(
            "userinfo_endpoint",
            &source.userinfo_endpoint,
            &said.userinfo_endpoint,
        )?,
    };
    Ok(Provider {
        issuer: source.issuer.clone(),
        identity: IdentityProvider::Issuer(source.issuer.clone()),
        authorization_endpoint: needed(
            "authorization_endpoint",
            &source.authorization_endpoint,
            &said.authorization_endpoint,
        )?,
        token_endpoint: needed(
            "token_endpoint",
            &source.token_endpoint,
            &said.token_endpoint,
        )?,
        jwks_uri: needed("jwks_uri", &source.jwks_uri, &said.jwks_uri)?,
        userinfo_endpoint,
        scope: outside_scope(source, said),
        // A provider that is configured by its endpoints alone announces nothing.
        algorithms: match discovery {
            Some(discovery) => discovery.algorithms(),
            None => Algorithm::ALL.to_vec(),
        },
        authentication: authentication(source, said),
        cognito: COGNITO_ISSUERS
            .iter()
            .any(|start| source.issuer.starts_with(start)),
        outside: true,
    })
}

/// The scopes of the settings, else those that the provider lists, else all.
fn outside_scope(source: &IdentitySource, discovery: &Discovery) -> String {
    match &source.scopes {
        Some(scopes) if allows(scopes, OPENID) => scopes.join(" "),
        Some(scopes) => format!("{OPENID} {}", scopes.join(" ")),
        None if discovery.scopes_supported.is_empty() => scope(&FURTHER_SCOPES.map(str::to_owned)),
        None => scope(&discovery.scopes_supported),
    }
}

fn authentication(source: &IdentitySource, discovery: &Discovery) -> ClientAuthentication {
    let Some(secret) = &source.client_secret else {
        return ClientAuthentication::None;
    };
    let secret = secret.expose().into();
    // OpenID Connect Discovery §3: without a word about it, it is Basic.
    let methods = &discovery.token_endpoint_auth_methods_supported;
    if methods.is_empty() || methods.iter().any(|it| it == "client_secret_basic") {
        ClientAuthentication::Basic(secret)
    } else {
        ClientAuthentication::Post(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signback_platform::secret::Secret;

    fn source() -> IdentitySource {
        IdentitySource {
            user_pool_arn: "arn".into(),
            issuer: "https://id.example".into(),
            ..IdentitySource::default()
        }
    }

    fn discovery() -> Discovery {
        Discovery {
            issuer: "https://id.example".into(),
            authorization_endpoint: Some("https://id.example/authorize".into()),
            token_endpoint: Some("https://id.example/token".into()),
            jwks_uri: Some("https://id.example/keys".into()),
            userinfo_endpoint: Some("https://id.example/me".into()),
            id_token_signing_alg_values_supported: vec!["ES256".into(), "HS256".into()],
            ..Discovery::default()
        }
    }

    fn found(source: &IdentitySource, discovery: &Discovery) -> Result<Provider, Failure> {
        of_outside(source, Some(discovery), &Settings::default())
    }

    #[test]
    fn settings_go_before_what_the_provider_says() {
        let provider = found(&source(), &discovery()).unwrap();
        assert_eq!(provider.token_endpoint, "https://id.example/token");
        assert_eq!(provider.userinfo_endpoint.unwrap(), "https://id.example/me");
        assert_eq!(provider.algorithms, [Algorithm::Es256]);
        assert!(provider.outside && !provider.cognito);

        let set = IdentitySource {
            token_endpoint: Some("https://other.example/token".into()),
            userinfo: Userinfo::Never,
            ..source()
        };
        let provider = found(&set, &discovery()).unwrap();
        assert_eq!(provider.token_endpoint, "https://other.example/token");
        assert_eq!(provider.jwks_uri, "https://id.example/keys");
        assert_eq!(provider.userinfo_endpoint, None);
    }

    #[test]
    fn an_endpoint_that_is_missing_or_not_secure_is_named() {
        let why = |source: &IdentitySource, discovery: &Discovery| {
            let failure = found(source, discovery).err().unwrap();
            assert_eq!(failure.cause, Cause::DiscoveryFailed);
            failure.detail.unwrap()
        };
        let set = IdentitySource {
            jwks_uri: Some("http://id.example/keys".into()),
            ..source()
        };
        let why_insecure = why(&set, &discovery());
        assert!(why_insecure.starts_with("jwks_uri: http://id.example/keys must be https"));
        let gone = Discovery {
            token_endpoint: None,
            ..discovery()
        };
        assert_eq!(why(&source(), &gone), "token_endpoint: missing");
        let named = Settings {
            outbound_allowed: vec!["id.example:80".into()],
            ..Settings::default()
        };
        assert!(of_outside(&set, Some(&discovery()), &named).is_ok());
    }

    #[test]
    fn a_provider_whose_endpoints_are_all_set_needs_no_document() {
        let set = IdentitySource {
            authorization_endpoint: Some("https://id.example/a".into()),
            token_endpoint: Some("https://id.example/t".into()),
            jwks_uri: Some("https://id.example/k".into()),
            ..source()
        };
        let provider = of_outside(&set, None, &Settings::default()).unwrap();
        assert_eq!(provider.scope, "openid email phone profile");
        assert_eq!(provider.algorithms, Algorithm::ALL);
    }

    #[test]
    fn scopes_are_those_that_the_provider_gives() {
        let scope = |set: Option<&[&str]>, listed: &[&str]| {
            let texts = |words: &[&str]| words.iter().map(ToString::to_string).collect();
            let source = IdentitySource {
                scopes: set.map(texts),
                ..source()
            };
            let discovery = Discovery {
                scopes_supported: texts(listed),
                ..discovery()
            };
            found(&source, &discovery).unwrap().scope
        };
        assert_eq!(scope(None, &[]), "openid email phone profile");
        assert_eq!(
            scope(None, &["openid", "profile", "x", "email"]),
            "openid email profile"
        );
        assert_eq!(scope(None, &["x"]), "openid");
        assert_eq!(scope(Some(&["api", "openid"]), &["openid"]), "api openid");
        assert_eq!(scope(Some(&["api"]), &["openid"]), "openid api");
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
            found(&set, &discovery).unwrap().authentication
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
        assert!(found(&set, &discovery()).unwrap().cognito);
    }
}
