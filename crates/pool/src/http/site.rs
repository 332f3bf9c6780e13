//! Which domain and page a request is for, and what its headers and form say.

use bytes::Bytes;
use http::header::{self, HeaderName};
use http::{HeaderMap, Request};

use crate::Pools;
use crate::pool::Pool;
use crate::rows;

/// The greatest form that is read.
const FORM_BYTES_MAX: usize = 16 * 1024;

/// The pages of a domain.
const PAGES: [&str; 5] = [
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/userInfo",
    "/login",
    "/login.css",
];

/// A domain's place, and the page of it that is asked for.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    pub(crate) domain: String,
    /// The region, where the Host names it.
    region: Option<String>,
    /// What the paths of the pages follow: `/_pools/<domain>`, or nothing by Host.
    pub(crate) base: String,
    /// The path after it.
    pub(crate) page: &'a str,
}

impl<'a> Site<'a> {
    /// The site that a request is for.
    pub(crate) fn of(request: &'a Request<Bytes>) -> Option<Self> {
        let path = request.uri().path();
        if let Some(rest) = path.strip_prefix("/_pools/") {
            let end = rest.find('/').unwrap_or(rest.len());
            let (domain, page) = rest.split_at(end);
            let base = format!("/_pools/{domain}");
            return Some(Self {
                domain: domain.to_owned(),
                region: None,
                base,
                page,
            });
        }
        let authority = text(request.headers(), &header::HOST)?;
        let host = authority.split(':').next().unwrap_or_default();
        let mut labels = host.split('.');
        let (domain, auth, region, localhost) = (
            labels.next()?,
            labels.next()?,
            labels.next()?,
            labels.next()?,
        );
        let fits = auth == "auth" && localhost == "localhost" && labels.next().is_none();
        (fits && PAGES.contains(&path)).then(|| Self {
            domain: domain.to_owned(),
            region: Some(region.to_owned()),
            base: String::new(),
            page: path,
        })
    }

    /// The pool behind the domain.
    pub(crate) async fn pool(&self, pools: &Pools) -> anyhow::Result<Option<Pool>> {
        let name = self.domain.clone();
        let pool = pools
            .platform
            .store
            .read(move |tx| match rows::domain(tx, &name)? {
                Some(domain) => rows::pool(tx, &domain.pool),
                None => Ok::<_, signback_platform::store::Error>(None),
            })
            .await?;
        Ok(pool.filter(|pool| {
            self.region
                .as_ref()
                .is_none_or(|it| *it == pool.scope.region)
        }))
    }

    /// The `Path` of the domain's cookies.
    pub(crate) fn cookie_path(&self) -> String {
        format!("{}/", self.base)
    }
}

/// A header that is text.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A cookie of a request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (cookie, value) = pair.trim().split_once('=')?;
        (cookie == name).then_some(value)
    })
}

/// The fields of a form; `None` if the body is not one.
pub(crate) fn form(request: &Request<Bytes>) -> Option<Vec<(String, String)>> {
    if !is_form(request) || request.body().len() > FORM_BYTES_MAX {
        return None;
    }
    let fields = form_urlencoded::parse(request.body());
    Some(
        fields
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect(),
    )
}

/// Whether the body says that it is a form.
pub(crate) fn is_form(request: &Request<Bytes>) -> bool {
    let content_type = text(request.headers(), &header::CONTENT_TYPE).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Whether a form was sent from a page of this very site, as far as the browser tells.
pub(crate) fn is_from_own_page(headers: &HeaderMap) -> bool {
    let site = text(headers, &HeaderName::from_static("sec-fetch-site"));
    if let Some(site) = site {
        return site == "same-origin" || site == "none";
    }
    match (text(headers, &header::ORIGIN), text(headers, &header::HOST)) {
        // Pages that send no referrer send no origin either.
        (None | Some("null"), _) => true,
        (Some(origin), host) => origin.split_once("://").map(|(_, host)| host) == host,
    }
}
