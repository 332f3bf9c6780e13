//! Calls to identity providers. One whose address lies below the service's own public URL is
//! answered by the user pools in this process, and by nothing else of the service; every other goes
//! out through the guarded client.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode, header};

use crate::Connect;
use crate::documents::{Kept, Unavailable, fresh_seconds};
use signback_platform::outbound::{DOCUMENT_BYTES_MAX, Error};

/// How long to wait before what failed is tried again, each time.
const PAUSES: [Duration; 3] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];

/// Sends a request, whose URI is absolute, and gives the whole answer, whatever its status.
pub(super) async fn send(
    connect: &Connect,
    request: Request<Bytes>,
    body_bytes_max: usize,
) -> Result<Response<Bytes>, Error> {
    let platform = &connect.platform;
    if let Some(own) = below_public_url(&platform.settings.public_url, request.uri()) {
        let request = rebase(request, &own);
        let answer = signback_pool::respond(&connect.pools, &request).await;
        return answer.ok_or(Error::Forbidden(
            "the URL is the service's own, but not a user pool's",
        ));
    }
    let outbound = &platform.outbound;
    outbound
        .send(&platform.settings, request, body_bytes_max)
        .await
}

/// Tries again after a pause, a few times, while an attempt fails in a way that may pass.
pub(super) async fn patiently<T, E, F: Future<Output = Result<T, E>>>(
    mut attempt: impl FnMut() -> F,
    may_pass: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for pause in PAUSES {
        match attempt().await {
            Err(error) if may_pass(&error) => tokio::time::sleep(pause).await,
            ended => return ended,
        }
    }
    attempt().await
}

/// Fetches a JSON document.
async fn fetch(connect: &Connect, url: &str) -> Result<Response<Bytes>, Error> {
    let request = Request::get(url)
        .header(header::ACCEPT, "application/json")
        .body(Bytes::new())
        .map_err(|_| Error::Forbidden("the URL is malformed"))?;
    send(connect, request, DOCUMENT_BYTES_MAX).await
}

/// A provider's document: the one at hand, or fetched. With `renew` it is fetched again, once a
/// minute at most.
pub(super) async fn document<T, R: std::fmt::Display>(
    connect: &Connect,
    kept: &Kept<T>,
    url: &str,
    renew: bool,
    parse: impl Fn(&[u8]) -> Result<T, R>,
) -> Result<Arc<T>, Unavailable> {
    let now = connect.platform.clock.machine_now();
    kept.get(now, url, renew, get(connect, url, parse)).await
}

/// Fetches a document and says how many seconds it may be used.
async fn get<T, R: std::fmt::Display>(
    connect: &Connect,
    url: &str,
    parse: impl Fn(&[u8]) -> Result<T, R>,
) -> Result<(T, i64), Unavailable> {
    let answer = fetch(connect, url).await.map_err(|error| {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(url, error, "provider not reached");
        Unavailable(format!("{url}: {error}"))
    })?;
    let refused = |why: String| {
        tracing::warn!(url, why, "provider's document is refused");
        Unavailable(format!("{url}: {why}"))
    };
    if answer.status() != StatusCode::OK {
        return Err(refused(format!("answered {}", answer.status())));
    }
    let seconds = fresh_seconds(answer.headers().get(header::CACHE_CONTROL));
    let document = parse(answer.body()).map_err(|refusal| refused(refusal.to_string()))?;
    Ok((document, seconds))
}

/// What follows the public URL, if `uri` lies below it.
fn below_public_url(public_url: &str, uri: &http::Uri) -> Option<String> {
    let uri = uri.to_string();
    let rest = uri.strip_prefix(public_url)?;
    match rest.as_bytes().first() {
        None => Some("/".to_owned()),
        Some(b'/') => Some(rest.to_owned()),
        Some(b'?') => Some(format!("/{rest}")),
        // Another host or port that merely begins alike.
        Some(_) => None,
    }
}

fn rebase(request: Request<Bytes>, path_and_query: &str) -> Request<Bytes> {
    let (mut head, body) = request.into_parts();
    if let Some(authority) = head.uri.authority()
        && let Ok(host) = header::HeaderValue::from_str(authority.as_str())
    {
        head.headers.insert(header::HOST, host);
    }
    head.uri = path_and_query.parse().unwrap_or_default();
    Request::from_parts(head, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_the_public_url_stays_inside() {
        let below = |uri: &str| below_public_url("http://127.0.0.1:4545", &uri.parse().unwrap());
        assert_eq!(
            below("http://127.0.0.1:4545/a?b=c").as_deref(),
            Some("/a?b=c")
        );
        assert_eq!(below("http://127.0.0.1:4545").as_deref(), Some("/"));
        assert_eq!(below("http://127.0.0.1:45450/a"), None);
        assert_eq!(below("http://127.0.0.1/a"), None);
        assert_eq!(below("https://127.0.0.1:4545/a"), None);
        let prefixed = |uri: &str| below_public_url("https://h/base", &uri.parse().unwrap());
        assert_eq!(prefixed("https://h/base/x").as_deref(), Some("/x"));
        assert_eq!(prefixed("https://h/basement"), None);
    }
}
