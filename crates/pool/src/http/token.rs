//! The token endpoint.

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};
use signback_oidc::{TokenError, TokenErrorCode, TokenRequest, TokenResponse};

use super::answer;
use super::site::{self, Site};
use crate::Pools;
use crate::claims::Issue;
use crate::endpoints::issuer;
use crate::exchange::{self, Exchanged};
use crate::rows;
use signback_platform::store::Error;

/// Answers a token request.
pub(crate) async fn answer(
    pools: &Pools,
    request: &Request<Bytes>,
    site: &Site<'_>,
) -> anyhow::Result<Response<Bytes>> {
    let refuse = |error: TokenError| Ok(answer::json(StatusCode::BAD_REQUEST, error.to_json()));
    if site::form(request).is_none() {
        return refuse(TokenError::new(TokenErrorCode::InvalidRequest));
    }
    let authorization = site::text(request.headers(), &header::AUTHORIZATION);
    let request = match TokenRequest::parse(request.body(), authorization) {
        Ok(request) => request,
        Err(refusal) => return refuse(TokenError::new(refusal.code())),
    };
    let Some(pool) = site.pool(pools).await? else {
        return refuse(TokenError::new(TokenErrorCode::InvalidClient));
    };
    let work = move |tx: &mut signback_platform::store::Tx<'_>| {
        // Deleted in the meantime: nothing that it issued works any more.
        match rows::pool(tx, &pool.id)? {
            Some(pool) => exchange::exchange(tx, &pool, &request),
            None => Ok(Err(TokenError::new(TokenErrorCode::InvalidClient))),
        }
    };
    match pools.platform.store.transact::<_, Error>(work).await? {
        Ok(exchanged) => {
            let tokens = tokens(pools, &exchanged).await?;
            Ok(answer::json(StatusCode::OK, tokens.to_json()))
        }
        Err(error) => refuse(error),
    }
}

/// Issues the tokens of an exchange.
pub(crate) async fn tokens(pools: &Pools, exchanged: &Exchanged) -> anyhow::Result<TokenResponse> {
    let keys = pools.keys(&exchanged.grant.pool).await?;
    let issue = Issue {
        issuer: &issuer(pools, &exchanged.grant.pool),
        client: &exchanged.client,
        user: &exchanged.user,
        scope: &exchanged.scope,
        resource: exchanged.grant.resource.as_deref(),
        nonce: exchanged.nonce.as_ref().map(|nonce| nonce.as_str()),
        grant: &exchanged.grant.id,
        signed_in_at: exchanged.grant.signed_in_at,
        now: exchanged.now,
        ids: exchanged.ids.clone(),
    };
    let mut tokens = issue.tokens(&keys)?;
    tokens.refresh_token = exchanged
        .refresh_token
        .as_ref()
        .map(|token| token.expose().into());
    Ok(tokens)
}
