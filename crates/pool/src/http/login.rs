//! The sign-in page.

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use signback_oidc::AuthorizationErrorCode;
use subtle::ConstantTimeEq;

use super::answer;
use super::authorize::{self, Asked, SESSION};
use super::pages::{self, LoginPage, NewPasswordPage};
use super::site::{self, Site};
use super::texts::{self, Texts};
use crate::Pools;
use crate::sign_in::{self, Objection, Outcome, SESSION_SECONDS};
use signback_platform::secret::Secret;
use signback_platform::token::Token;

const CSRF: &str = "XSRF-TOKEN";
const LANGUAGE: &str = "lang";
/// How long a page waits for its form.
const PAGE_SECONDS: i64 = 300;
const YEAR_SECONDS: i64 = 31_536_000;
/// The length of a CSRF token: 256 bits in base64url.
const CSRF_LENGTH: usize = 43;
/// The greatest user name and password that are tried.
const FIELD_BYTES_MAX: usize = 2048;

/// What a page needs besides its own fields.
struct Showing<'a> {
    pools: &'a Pools,
    site: &'a Site<'a>,
    asked: &'a Asked,
    texts: &'static Texts,
    csrf: String,
}

impl<'a> Showing<'a> {
    fn new(
        pools: &'a Pools,
        request: &Request<Bytes>,
        site: &'a Site<'a>,
        asked: &'a Asked,
    ) -> Self {
        let headers = request.headers();
        // A second tab keeps the first one's token, so that both forms work.
        let csrf = csrf_cookie(headers).map_or_else(
            || URL_SAFE_NO_PAD.encode(pools.platform.random.secret_bytes()),
            str::to_owned,
        );
        let wanted = asked.parameters.get(LANGUAGE);
        let texts = texts::choose(wanted, site::cookie(headers, LANGUAGE), headers);
        Self {
            pools,
            site,
            asked,
            texts,
            csrf,
        }
    }

    fn cookie(&self, name: &str, value: &str, seconds: i64, hidden: bool) -> String {
        let secure = if self
            .pools
            .platform
            .settings
            .public_url
            .starts_with("https:")
        {
            "; Secure"
        } else {
            ""
        };
        let hidden = if hidden { "; HttpOnly" } else { "" };
        let path = self.site.cookie_path();
        format!("{name}={value}; Path={path}; Max-Age={seconds}; SameSite=Lax{hidden}{secure}")
    }

    fn finish(&self, status: StatusCode, html: String) -> anyhow::Result<Response<Bytes>> {
        let mut response = answer::page(status, html);
        let csrf = self.cookie(CSRF, &self.csrf, PAGE_SECONDS, false);
        answer::add_cookie(&mut response, &csrf)?;
        if self.asked.parameters.get(LANGUAGE).is_some() {
            let language = self.cookie(LANGUAGE, self.texts.language, YEAR_SECONDS, true);
            answer::add_cookie(&mut response, &language)?;
        }
        Ok(response)
    }

    fn login(
        &self,
        status: StatusCode,
        username: &str,
        error: Option<&str>,
    ) -> anyhow::Result<Response<Bytes>> {
        let page = LoginPage {
            texts: self.texts,
            base: &self.site.base,
            client: &self.asked.authorization.client.settings.client_name,
            returns_to: &pages::place_of(&self.asked.authorization.redirect_uri),
            csrf: &self.csrf,
            username,
            error,
        };
        self.finish(status, page.render()?)
    }

    fn new_password(
        &self,
        challenge: &str,
        missing: &[String],
        error: Option<&str>,
    ) -> anyhow::Result<Response<Bytes>> {
        let status = if error.is_some() {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        };
        let page = NewPasswordPage {
            texts: self.texts,
            base: &self.site.base,
            client: &self.asked.authorization.client.settings.client_name,
            csrf: &self.csrf,
            challenge,
            missing,
            minimum: self.asked.pool.password_policy().minimum_length,
            error,
        };
        self.finish(status, page.render()?)
    }
}

fn csrf_cookie(headers: &HeaderMap) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    site::cookie(headers, CSRF)
        .filter(|token| token.len() == CSRF_LENGTH && token.bytes().all(plain))
}

/// Shows the page.
pub(crate) async fn show(
    pools: &Pools,
    request: &Request<Bytes>,
    site: &Site<'_>,
) -> anyhow::Result<Response<Bytes>> {
    match authorize::read(pools, request, site).await? {
        Ok(asked) => {
            let hint = asked.authorization.login_hint.clone().unwrap_or_default();
            Showing::new(pools, request, site, &asked).login(StatusCode::OK, &hint, None)
        }
        Err(answer) => Ok(answer),
    }
}

/// The fields of the form.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// The values for attributes that were asked for with a new password.
    fn attributes(&self) -> Vec<(String, String)> {
        let named = self.0.iter().filter_map(|(name, value)| {
            Some((
                name.strip_prefix("attribute:")?.to_owned(),
                value.trim().to_owned(),
            ))
        });
        named.collect()
    }
}

/// Takes the form.
pub(crate) async fn submit(
    pools: &Pools,
    request: &Request<Bytes>,
    site: &Site<'_>,
) -> anyhow::Result<Response<Bytes>> {
    let asked = match authorize::read(pools, request, site).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let showing = Showing::new(pools, request, site, &asked);
    let fields = Fields(site::form(request).unwrap_or_default());
    if !is_own_form(request.headers(), &fields) {
        let username = fields.get("username");
        return showing.login(StatusCode::BAD_REQUEST, username, Some(showing.texts.stale));
    }
    if fields.has("cancel") {
        let code = AuthorizationErrorCode::AccessDenied;
        let location = asked.authorization.error(code, "The sign-in was cancelled");
        return answer::redirect(StatusCode::SEE_OTHER, &location);
    }
    if fields.has("challenge") {
        return choose(&showing, &fields).await;
    }
    let (username, password) = (fields.get("username").trim(), fields.get("password"));
    if username.is_empty() || password.is_empty() {
        let error = Some(showing.texts.wrong);
        return showing.login(StatusCode::BAD_REQUEST, username, error);
    }
    if username.len() > FIELD_BYTES_MAX || password.len() > FIELD_BYTES_MAX {
        return showing.login(StatusCode::BAD_REQUEST, "", Some(showing.texts.wrong));
    }
    let password = Secret::new(password);
    let (pool, authorization) = (&asked.pool, &asked.authorization);
    let outcome = sign_in::with_password(pools, pool, username, &password, authorization).await?;
    settle(&showing, outcome, username, &[]).await
}

/// A form of a page that this browser was shown: double submit of a random token.
fn is_own_form(headers: &HeaderMap, fields: &Fields) -> bool {
    let same = csrf_cookie(headers).is_some_and(|cookie| {
        cookie
            .as_bytes()
            .ct_eq(fields.get("_csrf").as_bytes())
            .into()
    });
    same && site::is_from_own_page(headers)
}

async fn choose(showing: &Showing<'_>, fields: &Fields) -> anyhow::Result<Response<Bytes>> {
    let (challenge, password) = (fields.get("challenge"), fields.get("new_password"));
    let attributes = fields.attributes();
    let names: Vec<String> = attributes.iter().map(|(name, _)| name.clone()).collect();
    if password != fields.get("new_password_again") {
        return showing.new_password(challenge, &names, Some(showing.texts.not_the_same));
    }
    let Some(token) = Token::parse(challenge) else {
        return showing.login(StatusCode::BAD_REQUEST, "", Some(showing.texts.stale));
    };
    let password = Secret::new(password);
    let (pool, authorization) = (&showing.asked.pool, &showing.asked.authorization);
    let outcome = sign_in::with_new_password(
        showing.pools,
        pool,
        &token,
        &password,
        attributes,
        authorization,
    )
    .await?;
    match outcome {
        Outcome::Unacceptable(objection) => {
            let error = match objection {
                Objection::Weak(weakness) => showing.texts.weak(weakness),
                Objection::Attribute => showing.texts.bad_attribute,
            };
            showing.new_password(challenge, &names, Some(error))
        }
        Outcome::Expired => showing.login(StatusCode::BAD_REQUEST, "", Some(showing.texts.stale)),
        outcome => settle(showing, outcome, "", &names).await,
    }
}

async fn settle(
    showing: &Showing<'_>,
    outcome: Outcome,
    username: &str,
    names: &[String],
) -> anyhow::Result<Response<Bytes>> {
    let texts = showing.texts;
    let again = |error| showing.login(StatusCode::BAD_REQUEST, username, Some(error));
    match outcome {
        Outcome::SignedIn { session, granted } => {
            let authorization = &showing.asked.authorization;
            let location = authorize::location(showing.pools, authorization, *granted).await?;
            let mut response = answer::redirect(StatusCode::SEE_OTHER, &location)?;
            let session = showing.cookie(SESSION, session.expose(), SESSION_SECONDS, true);
            answer::add_cookie(&mut response, &session)?;
            answer::add_cookie(&mut response, &showing.cookie(CSRF, "", 0, false))?;
            Ok(response)
        }
        Outcome::MustChoose { challenge, missing } => {
            showing.new_password(challenge.expose(), &missing, None)
        }
        Outcome::Wrong => again(texts.wrong),
        Outcome::Locked => again(texts.locked),
        Outcome::Expired => again(texts.expired),
        Outcome::Unacceptable(_) => showing.new_password("", names, Some(texts.bad_attribute)),
    }
}
