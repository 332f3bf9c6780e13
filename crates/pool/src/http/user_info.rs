//! What an application may know about the person, for an access token.

use bytes::Bytes;
use http::header::{self, HeaderValue};
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use signback_oidc::{AccessExpectations, verify_access_token};

use super::answer;
use super::site::{self, Site};
use crate::Pools;
use crate::claims::{self, has_scope};
use crate::endpoints::issuer;
use crate::rows;
use signback_platform::store::Error;

/// Answers a request for user information.
pub(crate) async fn answer(
    pools: &Pools,
    request: &Request<Bytes>,
    site: &Site<'_>,
) -> anyhow::Result<Response<Bytes>> {
    let authorization = site::text(request.headers(), &header::AUTHORIZATION);
    let Some(token) = authorization.and_then(bearer) else {
        return Ok(refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "The access token is missing",
        ));
    };
    match info(pools, site, token).await? {
        Some(claims) => Ok(answer::json(StatusCode::OK, claims.to_string())),
        None => Ok(refuse(
            StatusCode::UNAUTHORIZED,
            "invalid_token",
            "Access token is expired, disabled, or deleted, or the user has globally signed out.",
        )),
    }
}

async fn info(pools: &Pools, site: &Site<'_>, token: &str) -> anyhow::Result<Option<Value>> {
    let Some(pool) = site.pool(pools).await? else {
        return Ok(None);
    };
    let keys = pools.keys(&pool.id).await?;
    let issuer = issuer(pools, &pool.id);
    let expected = AccessExpectations {
        issuer: &issuer,
        now: pools.platform.clock.now().seconds(),
    };
    let Ok(token) = verify_access_token(token, &keys.jwks(), &expected) else {
        return Ok(None);
    };
    let scope = token.text("scope").unwrap_or_default().to_owned();
    if !has_scope(&scope, "openid") {
        return Ok(None);
    }
    let read = pools.platform.store.read(move |tx| {
        if let Some(origin) = token.text("origin_jti")
            && rows::grant(tx, origin)?.is_none_or(|grant| grant.revoked)
        {
            return Ok(None);
        }
        let client = rows::client(tx, &pool.id, token.text("client_id").unwrap_or_default())?;
        let user = rows::user_by_sub(tx, &pool.id, token.subject())?;
        Ok::<_, Error>(client.zip(user.filter(|user| user.enabled)))
    });
    Ok(read
        .await?
        .map(|(client, user)| Value::Object(claims::user_info(&client, &user, &scope))))
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
        .filter(|token| !token.is_empty())
}

fn refuse(status: StatusCode, error: &str, description: &str) -> Response<Bytes> {
    let body = json!({ "error": error, "error_description": description });
    let mut response = answer::json(status, body.to_string());
    let challenge = format!("Bearer error=\"{error}\", error_description=\"{description}\"");
    if let Ok(challenge) = HeaderValue::try_from(challenge) {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
