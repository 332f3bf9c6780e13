//! The discovery document and the keys of a pool.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use signback_oidc::{Algorithm, Discovery};

use super::answer;
use crate::Pools;
use crate::client::SCOPES;
use crate::endpoints::{domain_url, issuer};
use crate::pool::Pool;
use crate::rows;

/// Seconds for which keys and discovery may be kept.
const CACHE: &str = "public, max-age=86400, must-revalidate";
const JSON: &str = "application/json";

/// One of a pool's two public documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    Discovery,
    Keys,
}

/// Reads `/<poolId>/.well-known/…`.
pub(crate) fn path(path: &str) -> Option<(&str, Document)> {
    let (pool, document) = path.strip_prefix('/')?.split_once("/.well-known/")?;
    let document = match document {
        "openid-configuration" => Document::Discovery,
        "jwks.json" => Document::Keys,
        _ => return None,
    };
    let (region, id) = pool.split_once('_')?;
    let word = |text: &str, more: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    (word(region, "-") && word(id, "")).then_some((pool, document))
}

/// Answers a request for a document.
pub(crate) async fn answer(
    pools: &Pools,
    request: &Request<Bytes>,
    pool_id: &str,
    document: Document,
) -> anyhow::Result<Response<Bytes>> {
    match *request.method() {
        Method::GET => {}
        Method::OPTIONS => return Ok(answer::preflight()),
        _ => return Ok(answer::wrong_method("GET, OPTIONS")),
    }
    let id = pool_id.to_owned();
    let read = pools.platform.store.read(move |tx| {
        let Some(pool) = rows::pool(tx, &id)? else {
            return Ok(None);
        };
        let domain = rows::domain_of_pool(tx, &pool.id)?;
        Ok::<_, signback_platform::store::Error>(Some((pool, domain.map(|domain| domain.name))))
    });
    let Some((pool, domain)) = read.await? else {
        let body = serde_json::json!({ "message": "User pool does not exist." });
        return Ok(answer::json(StatusCode::NOT_FOUND, body.to_string()));
    };
    let body = match document {
        Document::Keys => serde_json::to_vec(&pools.keys(&pool.id).await?.jwks())?,
        Document::Discovery => serde_json::to_vec(&discovery(pools, &pool, domain.as_deref()))?,
    };
    Ok(answer::public(JSON, CACHE, body))
}

/// What the pool says about itself. Without a domain it has no endpoints.
fn discovery(pools: &Pools, pool: &Pool, domain: Option<&str>) -> Discovery {
    let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let issuer = issuer(pools, &pool.id);
    let endpoint = |path: &str| domain.map(|domain| format!("{}{path}", domain_url(pools, domain)));
    Discovery {
        authorization_endpoint: endpoint("/oauth2/authorize"),
        code_challenge_methods_supported: texts(&["S256"]),
        claims_supported: pool
            .settings
            .schema_attributes
            .iter()
            .map(|attribute| attribute.name.clone())
            .collect(),
        grant_types_supported: texts(&["authorization_code", "implicit", "refresh_token"]),
        id_token_signing_alg_values_supported: texts(&[Algorithm::Rs256.name()]),
        jwks_uri: Some(format!("{issuer}/.well-known/jwks.json")),
        response_types_supported: texts(&["code", "token"]),
        scopes_supported: texts(&SCOPES[..4]),
        subject_types_supported: texts(&["public"]),
        token_endpoint: endpoint("/oauth2/token"),
        token_endpoint_auth_methods_supported: texts(&[
            "client_secret_basic",
            "client_secret_post",
            "none",
        ]),
        userinfo_endpoint: endpoint("/oauth2/userInfo"),
        authorization_response_iss_parameter_supported: false,
        issuer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pools_documents_are_recognised() {
        let path = super::path;
        assert_eq!(
            path("/us-east-1_AbC123/.well-known/jwks.json"),
            Some(("us-east-1_AbC123", Document::Keys))
        );
        for other in [
            "/.well-known/openid-configuration",
            "/us-east-1_AbC123/.well-known/other",
            "/us-east-1_A/b/.well-known/jwks.json",
            "/pool/.well-known/jwks.json",
            "/us-east-1_/.well-known/jwks.json",
        ] {
            assert_eq!(path(other), None, "{other}");
        }
    }
}
