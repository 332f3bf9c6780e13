//! The authorization endpoint.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use signback_oidc::AuthorizationErrorCode;

use super::answer;
use super::pages;
use super::site::{self, Site};
use super::token;
use crate::Pools;
use crate::authorization::{Authorization, Prompt};
use crate::authorize::{Parameters, Problem, check};
use crate::exchange::Granted;
use crate::pool::Pool;
use crate::{rows, sign_in};
use signback_platform::store::Error;
use signback_platform::token::Token;

/// The session cookie's name.
pub(crate) const SESSION: &str = "cognito";

/// A request that a page can be shown for.
pub(crate) struct Asked {
    pub(crate) pool: Arc<Pool>,
    pub(crate) authorization: Arc<Authorization>,
    pub(crate) parameters: Parameters,
}

/// Why no page is shown for a request.
pub(crate) enum NotAsked {
    /// The domain has no pool.
    NoPool,
    /// The request is not acceptable.
    Problem(Problem),
}

/// Reads the query of a request to the authorization endpoint or the sign-in page.
pub(crate) async fn asked(
    pools: &Pools,
    query: &str,
    site: &Site<'_>,
) -> anyhow::Result<Result<Asked, NotAsked>> {
    let Some(pool) = site.pool(pools).await? else {
        return Ok(Err(NotAsked::NoPool));
    };
    let parameters = match Parameters::parse(query) {
        Ok(parameters) => parameters,
        Err(shown) => return Ok(Err(NotAsked::Problem(Problem::Shown(shown)))),
    };
    let client_id = parameters.get("client_id").unwrap_or_default().to_owned();
    let pool_id = pool.id.clone();
    let client = pools
        .platform
        .store
        .read::<_, Error>(move |tx| rows::client(tx, &pool_id, &client_id))
        .await?;
    Ok(match check(client, &parameters) {
        Ok(authorization) => Ok(Asked {
            pool: Arc::new(pool),
            authorization: Arc::new(authorization),
            parameters,
        }),
        Err(problem) => Err(NotAsked::Problem(problem)),
    })
}

/// The same for a browser; what cannot go on is already the answer.
pub(crate) async fn read(
    pools: &Pools,
    request: &Request<Bytes>,
    site: &Site<'_>,
) -> anyhow::Result<Result<Asked, Response<Bytes>>> {
    let query = request.uri().query().unwrap_or_default();
    Ok(match asked(pools, query, site).await? {
        Ok(asked) => Ok(asked),
        Err(NotAsked::NoPool) => Err(pages::not_found(site)),
        Err(NotAsked::Problem(Problem::Shown(shown))) => Err(pages::error(request, site, shown)),
        Err(NotAsked::Problem(Problem::Sent(back))) => {
            Err(answer::redirect(StatusCode::FOUND, &back.location)?)
        }
    })
}

/// Starts a sign-in: with a live session straight back, else to the page.
pub(crate) async fn answer(
    pools: &Pools,
    request: &Request<Bytes>,
    site: &Site<'_>,
) -> anyhow::Result<Response<Bytes>> {
    let asked = match read(pools, request, site).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let authorization = &asked.authorization;
    let session = site::cookie(request.headers(), SESSION).and_then(Token::parse);
    if let Some(session) = session
        && authorization.prompt != Prompt::Always
        && let Some(granted) =
            sign_in::with_session(pools, &asked.pool, &session, authorization).await?
    {
        return answer::redirect(
            StatusCode::FOUND,
            &location(pools, authorization, granted).await?,
        );
    }
    if authorization.prompt == Prompt::Never {
        let code = AuthorizationErrorCode::LoginRequired;
        let location = authorization.error(code, "Nobody is signed in");
        return answer::redirect(StatusCode::FOUND, &location);
    }
    let query = request.uri().query().unwrap_or_default();
    answer::redirect(StatusCode::FOUND, &format!("{}/login?{query}", site.base))
}

/// Where the browser goes with what was granted.
pub(crate) async fn location(
    pools: &Pools,
    authorization: &Authorization,
    granted: Granted,
) -> anyhow::Result<String> {
    if let Some(code) = granted.code {
        return Ok(authorization.success(code.expose()));
    }
    match granted.tokens {
        Some(exchanged) => {
            Ok(authorization.success_with_tokens(&token::tokens(pools, &exchanged).await?))
        }
        None => anyhow::bail!("a grant has neither a code nor tokens"),
    }
}
