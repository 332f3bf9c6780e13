//! The pages as documents.

use askama::Template;
use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::answer;
use super::site::{self, Site};
use super::texts::{self, Texts};
use crate::authorize::Shown;

/// The page that asks for name and password. Its form goes to the page's own address, so that
/// nothing of the query has to stand in it.
#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct LoginPage<'a> {
    pub(crate) texts: &'static Texts,
    pub(crate) base: &'a str,
    pub(crate) client: &'a str,
    pub(crate) returns_to: &'a str,
    pub(crate) csrf: &'a str,
    pub(crate) username: &'a str,
    pub(crate) error: Option<&'a str>,
}

/// The page that asks for a new password.
#[derive(Template)]
#[template(path = "new_password.html")]
pub(crate) struct NewPasswordPage<'a> {
    pub(crate) texts: &'static Texts,
    pub(crate) base: &'a str,
    pub(crate) client: &'a str,
    pub(crate) csrf: &'a str,
    pub(crate) challenge: &'a str,
    /// The required attributes that the user lacks.
    pub(crate) missing: &'a [String],
    pub(crate) minimum: usize,
    pub(crate) error: Option<&'a str>,
}

/// The page that says why there is no sign-in.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    texts: &'static Texts,
    base: &'a str,
    message: &'a str,
    code: &'a str,
}

/// The page for a request that cannot be answered at its redirect address. Nothing of the request
/// is shown.
pub(crate) fn error(request: &Request<Bytes>, site: &Site<'_>, shown: Shown) -> Response<Bytes> {
    let headers = request.headers();
    let texts = texts::choose(None, site::cookie(headers, "lang"), headers);
    let (message, code) = match shown {
        Shown::UnknownClient => (texts.unknown_client, "invalid_client"),
        Shown::RedirectMismatch => (texts.redirect_mismatch, "redirect_mismatch"),
        Shown::MissingRedirect | Shown::Repeated | Shown::TooLong => {
            (texts.bad_request, "invalid_request")
        }
    };
    let page = ErrorPage {
        texts,
        base: &site.base,
        message,
        code,
    };
    match page.render() {
        Ok(html) => answer::page(StatusCode::BAD_REQUEST, html),
        Err(_) => answer::plain(StatusCode::BAD_REQUEST, "This sign-in cannot be started.\n"),
    }
}

/// There is no such page, or no pool with that domain.
pub(crate) fn not_found(_site: &Site<'_>) -> Response<Bytes> {
    answer::plain(StatusCode::NOT_FOUND, "There is no such page here.\n")
}

/// The pages' style.
pub(crate) fn stylesheet() -> Response<Bytes> {
    const STYLE: &str = include_str!("../../templates/login.css");
    answer::public("text/css; charset=utf-8", "public, max-age=3600", STYLE)
}

/// The part of a redirect address that tells a person where it leads: host or scheme.
pub(crate) fn place_of(redirect_uri: &str) -> String {
    match url::Url::parse(redirect_uri) {
        Ok(url) => match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) if url.scheme().starts_with("http") => host.to_owned(),
            _ => format!("{}:", url.scheme()),
        },
        Err(_) => String::new(),
    }
}
