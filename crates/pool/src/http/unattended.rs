//! A sign-in without a browser and a password, for tests: everything else is as at the page.

use bytes::Bytes;
use http::{Request, header};

use super::authorize::{self, NotAsked};
use super::site::Site;
use crate::Pools;
use crate::authorize::Problem;
use crate::sign_in::{self, Unattended};

/// Signs a user in at an authentication URL of one of the pools; gives the address that a browser
/// would be sent to, or why the user may not sign in.
///
/// # Errors
///
/// When the database fails.
pub async fn sign_in_unattended(
    pools: &Pools,
    authentication_url: &str,
    username: &str,
) -> anyhow::Result<Result<String, String>> {
    let refused = |reason: &str| Ok(Err(format!("authentication_url: {reason}")));
    let Some(request) = request(pools, authentication_url) else {
        return refused("it is not a URL of this service");
    };
    let site =
        Site::of(&request).filter(|site| matches!(site.page, "/oauth2/authorize" | "/login"));
    let Some(site) = site else {
        return refused("it is not where a user pool signs people in");
    };
    let query = request.uri().query().unwrap_or_default();
    let asked = match authorize::asked(pools, query, &site).await? {
        Ok(asked) => asked,
        Err(NotAsked::NoPool) => return refused("no user pool has this domain"),
        Err(NotAsked::Problem(Problem::Shown(shown))) => return refused(shown.reason()),
        Err(NotAsked::Problem(Problem::Sent(back))) => return Ok(Ok(back.location)),
    };
    match sign_in::unattended(pools, &asked.pool, username, &asked.authorization).await? {
        Unattended::SignedIn(granted) => {
            let location = authorize::location(pools, &asked.authorization, *granted).await?;
            Ok(Ok(location))
        }
        Unattended::Refused(reason) => Ok(Err(format!("username: {reason}"))),
    }
}

/// The request that a browser would make first.
fn request(pools: &Pools, url: &str) -> Option<Request<Bytes>> {
    let public = &pools.platform.settings.public_url;
    let below = url
        .strip_prefix(public.as_str())
        .filter(|rest| rest.starts_with('/'));
    let uri: http::Uri = url.parse().ok()?;
    let host = uri.authority()?.as_str();
    // A domain has a host name of its own as well.
    let path = match below {
        Some(path) => path,
        None if uri.host()?.ends_with(".localhost") => uri.path_and_query()?.as_str(),
        None => return None,
    };
    Request::get(path)
        .header(header::HOST, host)
        .body(Bytes::new())
        .ok()
}
