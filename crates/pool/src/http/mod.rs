//! The pages and endpoints that browsers and applications reach without a signature.
//!
//! A domain's pages are at `/_pools/<domain>/…` and, by Host, at
//! `<domain>.auth.<region>.localhost`. The Host chooses the pool and nothing else: every absolute
//! URL comes from the configured public URL, redirects between the pages are relative.

mod answer;
mod authorize;
mod login;
mod metadata;
mod pages;
mod site;
mod texts;
mod token;
mod unattended;
mod user_info;

pub use unattended::sign_in_unattended;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};

use crate::Pools;
use signback_platform::store::Error;

/// Answers a request for one of the pool's own paths; `None` for any other path.
pub async fn respond(pools: &Pools, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let path = request.uri().path();
    if let Some((pool, document)) = metadata::path(path) {
        let answer = metadata::answer(pools, request, pool, document).await;
        return Some(settled(pools, answer, true));
    }
    let site = site::Site::of(request)?;
    let answer = match (request.method(), site.page) {
        (&Method::OPTIONS, "/oauth2/token" | "/oauth2/userInfo") => Ok(answer::preflight()),
        (&Method::GET, "/oauth2/authorize") => authorize::answer(pools, request, &site).await,
        (&Method::GET, "/login") => login::show(pools, request, &site).await,
        (&Method::POST, "/login") => login::submit(pools, request, &site).await,
        (&Method::GET, "/login.css") => Ok(pages::stylesheet()),
        (&Method::POST, "/oauth2/token") => token::answer(pools, request, &site).await,
        (&Method::GET | &Method::POST, "/oauth2/userInfo") => {
            user_info::answer(pools, request, &site).await
        }
        (_, "/oauth2/authorize" | "/login.css") => Ok(answer::wrong_method("GET")),
        (_, "/login" | "/oauth2/userInfo") => Ok(answer::wrong_method("GET, POST")),
        (_, "/oauth2/token") => Ok(answer::wrong_method("POST, OPTIONS")),
        _ => Ok(pages::not_found(&site)),
    };
    let to_application = matches!(site.page, "/oauth2/token" | "/oauth2/userInfo");
    Some(settled(pools, answer, to_application))
}

/// Turns a fault into an answer; it is logged here and nowhere else.
fn settled(
    pools: &Pools,
    answer: anyhow::Result<Response<Bytes>>,
    to_application: bool,
) -> Response<Bytes> {
    answer.unwrap_or_else(|error| {
        if Error::is_nul(&error) {
            return answer::unreadable(to_application);
        }
        if let Some(outage) = Error::passing(&error) {
            pools.platform.report_outage(outage);
            return answer::unavailable(outage, to_application);
        }
        tracing::error!(error = format!("{error:#}"), "a user pool request failed");
        answer::plain(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong.\n")
    })
}
