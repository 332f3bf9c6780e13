//! Keys of a person who signed in elsewhere: the cached token of `sso login`, exchanged for keys.

use std::time::Duration;

use super::{Credentials, Found, cache, expiry};
use crate::config::text;
use crate::failure::{Cause, Failure, ServiceError, status};
use crate::http::{Client, Proxies, Request, Response, Settings, Trust};
use crate::session::Session;
use crate::url::Url;
use crate::value::{Map, Value};
use crate::{clock, json};

/// How long to wait for the portal.
const TIMEOUT: Duration = Duration::from_mins(1);
/// A token that lasts less long is renewed.
const REMAINING_MIN: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// A sign-in to be exchanged when the keys are needed.
#[derive(Debug)]
pub struct SignIn {
    start_url: String,
    region: String,
    role: String,
    account: String,
    session_name: Option<String>,
}

/// The sign-in that a profile names.
pub(super) fn find(session: &Session, profile: &str) -> Result<Option<Found>, Failure> {
    let Some(section) = session.config.profile(profile) else {
        return Ok(None);
    };
    if !section.contains_key("sso_role_name") && !section.contains_key("sso_account_id") {
        return Ok(None);
    }
    let mut section = section.clone();
    let session_name = text(&section, "sso_session").map(str::to_owned);
    if let Some(name) = &session_name {
        let Some(shared) = session.config.sso_session(name) else {
            return Err(Failure::general(format!(
                "The specified sso-session does not exist: \"{name}\""
            )));
        };
        for (key, value) in shared {
            if let Some(own) = section.get(key).filter(|own| *own != value) {
                let (own, value) = (
                    own.text().unwrap_or_default(),
                    value.text().unwrap_or_default(),
                );
                return Err(Failure::general(format!(
                    "The value for {key} is inconsistent between profile ({own}) and sso-session ({value})."
                )));
            }
            section.insert(key.clone(), value.clone());
        }
    }
    let required = [
        "sso_role_name",
        "sso_account_id",
        "sso_start_url",
        "sso_region",
    ];
    let missing: Vec<&str> = required
        .into_iter()
        .filter(|name| text(&section, name).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(Failure::general(format!(
            "The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}",
            missing.join(", ")
        )));
    }
    let value = |name: &str| text(&section, name).unwrap_or_default().to_owned();
    Ok(Some(Found::SignIn(SignIn {
        start_url: value("sso_start_url"),
        region: value("sso_region"),
        role: value("sso_role_name"),
        account: value("sso_account_id"),
        session_name,
    })))
}

impl SignIn {
    /// Exchanges the token for keys, unless the cache has some.
    ///
    /// # Errors
    /// A token that is missing or no longer good, or a refusal by the portal.
    pub(super) fn fetch(self, session: &Session) -> Result<Credentials, Failure> {
        let mut described = Map::new();
        described.insert("accountId".to_owned(), Value::from(self.account.as_str()));
        described.insert("roleName".to_owned(), Value::from(self.role.as_str()));
        match &self.session_name {
            Some(name) => described.insert("sessionName".to_owned(), Value::from(name.as_str())),
            None => described.insert("startUrl".to_owned(), Value::from(self.start_url.as_str())),
        };
        let described = json::write(&Value::Map(described), json::Layout::SENT)
            .replace("\": ", "\":")
            .replace(", \"", ",\"");
        let name = cache::name(&described);
        if let Some(credentials) = cache::keys(session, &name) {
            return Ok(credentials);
        }
        let token = self.token(session)?;
        let credentials = self.role_credentials(session, &token)?;
        cache::write(
            &cache::keys_folder(session),
            &name,
            &cache::to_document(&credentials, Some("sso")),
        );
        Ok(credentials)
    }

    /// The token that `sso login` left, renewed if it can be.
    fn token(&self, session: &Session) -> Result<String, Failure> {
        let folder = cache::tokens_folder(session);
        let key = self.session_name.as_ref().unwrap_or(&self.start_url);
        let name = cache::name(key);
        let load_error =
            |text: String| Failure::general(format!("Error loading SSO Token: {text}"));
        let token = cache::read(&folder, &name)
            .ok_or_else(|| load_error(format!("Token for {key} does not exist")))?;
        let (Some(access), Some(expires)) = (token.text("accessToken"), token.text("expiresAt"))
        else {
            return Err(load_error(format!(
                "Token for {} is invalid",
                self.start_url
            )));
        };
        let remaining = expiry(expires)?.duration_since(clock::now());
        if self.session_name.is_some()
            && remaining < REMAINING_MIN
            && let Some(renewed) = self.renewed(session, &token)
        {
            cache::write(&folder, &name, &renewed);
            return Ok(renewed.text("accessToken").unwrap_or_default().to_owned());
        }
        if remaining.is_positive() {
            Ok(access.to_owned())
        } else {
            Err(unauthorized())
        }
    }

    /// A fresh token for the old one's refresh token; nothing if it cannot be had.
    fn renewed(&self, session: &Session, token: &Value) -> Option<Value> {
        let registered_until = expiry(token.text("registrationExpiresAt")?).ok()?;
        if registered_until <= clock::now() {
            return None;
        }
        let mut body = Map::new();
        body.insert("grantType".to_owned(), Value::from("refresh_token"));
        for name in ["clientId", "clientSecret", "refreshToken"] {
            body.insert(name.to_owned(), Value::from(token.text(name)?));
        }
        let url = format!(
            "{}/token",
            portal(
                session,
                "SSO_OIDC",
                &format!("https://oidc.{}.amazonaws.com", self.region)
            )
        );
        let request = Request {
            method: "POST".to_owned(),
            url: Url::parse(&url),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: json::write(&Value::Map(body), json::Layout::SENT).into_bytes(),
        };
        let response = send(session, &request)
            .ok()
            .filter(|response| response.status == 200)?;
        let answer = json::parse(std::str::from_utf8(&response.body).ok()?).ok()?;
        let Some(Value::Int(lifetime)) = answer.get("expiresIn") else {
            return None;
        };
        let expires = clock::now() + jiff::SignedDuration::from_secs(*lifetime);
        let mut renewed = Map::new();
        let mut put = |name: &str, value: &str| renewed.insert(name.to_owned(), Value::from(value));
        put("startUrl", &self.start_url);
        put("region", &self.region);
        put("accessToken", answer.text("accessToken")?);
        put(
            "expiresAt",
            &expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        );
        for name in ["clientId", "clientSecret", "registrationExpiresAt"] {
            put(name, token.text(name)?);
        }
        if let Some(refresh) = answer.text("refreshToken") {
            put("refreshToken", refresh);
        }
        Some(Value::Map(renewed))
    }

    fn role_credentials(&self, session: &Session, token: &str) -> Result<Credentials, Failure> {
        let base = portal(
            session,
            "SSO",
            &format!("https://portal.sso.{}.amazonaws.com", self.region),
        );
        let encoded = signback_wire::percent_encode;
        let query = format!(
            "role_name={}&account_id={}",
            encoded(&self.role),
            encoded(&self.account)
        );
        let request = Request {
            method: "GET".to_owned(),
            url: Url::parse(&format!("{base}/federation/credentials?{query}")),
            headers: vec![("x-amz-sso_bearer_token".to_owned(), token.to_owned())],
            body: Vec::new(),
        };
        let response = send(session, &request)?;
        let text = String::from_utf8_lossy(&response.body);
        let answer = json::parse(&text).unwrap_or(Value::Null);
        if response.status >= 300 {
            return Err(refused(&response, &answer));
        }
        let keys = answer.get("roleCredentials").unwrap_or(&Value::Null);
        let required = |name: &str| {
            keys.text(name)
                .map(str::to_owned)
                .ok_or_else(|| Failure::general(format!("'{name}'")))
        };
        let expires = match keys.get("expiration") {
            Some(Value::Int(millis)) => jiff::Timestamp::from_millisecond(*millis).ok(),
            _ => None,
        };
        Ok(Credentials {
            access_key: required("accessKeyId")?,
            secret_key: required("secretAccessKey")?,
            token: keys.text("sessionToken").map(str::to_owned),
            expires,
        })
    }
}

fn refused(response: &Response, answer: &Value) -> Failure {
    let header = response
        .header("x-amzn-errortype")
        .map(|code| code.split(':').next().unwrap_or_default());
    let code = header
        .or_else(|| answer.text("__type"))
        .map(|code| code.rsplit('#').next().unwrap_or_default());
    if code == Some("UnauthorizedException") {
        return unauthorized();
    }
    let error = ServiceError {
        code: code.map_or_else(|| response.status.to_string(), str::to_owned),
        message: answer
            .text("message")
            .or_else(|| answer.text("Message"))
            .unwrap_or_default()
            .to_owned(),
        operation: "GetRoleCredentials".to_owned(),
        retries: None,
        members: Map::new(),
    };
    Failure {
        status: status::SERVICE,
        cause: Cause::Service(Box::new(error)),
    }
}

fn unauthorized() -> Failure {
    Failure::general(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.",
    )
}

/// The address of a sign-in service, which the environment may replace.
fn portal(session: &Session, service: &str, usual: &str) -> String {
    let environment = &session.environment;
    let own = environment.filled(&format!("AWS_ENDPOINT_URL_{service}"));
    let base = own
        .or_else(|| environment.filled("AWS_ENDPOINT_URL"))
        .unwrap_or(usual);
    base.trim_end_matches('/').to_owned()
}

fn send(session: &Session, request: &Request) -> Result<Response, Failure> {
    let bundle = session.setting(&["AWS_CA_BUNDLE"], "ca_bundle")?;
    let mut client = Client::new(Settings {
        trust: bundle.map_or(Trust::BuiltIn, |path| Trust::Bundle(path.to_owned())),
        connect_timeout: Some(TIMEOUT),
        read_timeout: Some(TIMEOUT),
        proxies: Proxies::for_url(&session.environment, &request.url),
    });
    client
        .send(request)
        .map_err(|trouble| crate::caller::trouble_failure(&trouble, request))
}
