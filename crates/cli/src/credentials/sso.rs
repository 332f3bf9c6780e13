//! Keys of a person who signed in elsewhere: the cached token of `sso login`, exchanged for keys.

use jiff::Timestamp;
use signback_wire::Service;

use super::{ENOUGH, Found, cache, calls, models, sso_session};
use crate::call::expiry::Expiry;
use crate::call::keys::{Credentials, Signer};
use crate::failure::{Cause, Failure};
use crate::formats::json;
use crate::python::sentences;
use crate::session::Session;
use crate::session::config::text;
use crate::session::ini::Section;
use crate::value::{Map, Value};
use crate::{clock, python};

/// A sign-in to be exchanged when the keys are needed.
#[derive(Debug)]
pub(crate) struct SignIn {
    profile: String,
    start_url: String,
    region: String,
    role: String,
    account: String,
    session_name: Option<String>,
    /// Whether its keys are kept between calls: those of a source for other keys are not.
    is_kept: bool,
}

/// The sign-in that a profile names.
pub(super) fn find(session: &Session, profile: &str) -> Result<Option<Found>, Failure> {
    let Some(section) = session.config.profile(profile) else {
        return Ok(None);
    };
    if !section.contains_key("sso_role_name") && !section.contains_key("sso_account_id") {
        return Ok(None);
    }
    let session_name = text(section, "sso_session").map(str::to_owned);
    let section = match &session_name {
        Some(name) => with_session(session, section, name)?,
        None => section.clone(),
    };
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
        profile: profile.to_owned(),
        start_url: value("sso_start_url"),
        region: value("sso_region"),
        role: value("sso_role_name"),
        account: value("sso_account_id"),
        session_name,
        is_kept: true,
    })))
}

/// The settings of a profile and of the sign-in session that it shares with others.
fn with_session(session: &Session, profile: &Section, name: &str) -> Result<Section, Failure> {
    let shared = session.config.sso_session(name).ok_or_else(|| {
        Failure::general(format!(
            "The specified sso-session does not exist: \"{name}\""
        ))
    })?;
    let mut section = profile.clone();
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
    Ok(section)
}

impl SignIn {
    /// The same sign-in, whose keys are not kept.
    pub(super) fn unkept(self) -> Self {
        Self {
            is_kept: false,
            ..self
        }
    }

    /// Exchanges the token for keys, unless the cache has some.
    ///
    /// # Errors
    /// A token that is missing or no longer good, or a refusal by the portal.
    pub(super) fn fetch(self, session: &Session) -> Result<Credentials, Failure> {
        let name = self.cache_name();
        if let Some(credentials) = cache::keys(session, &name).filter(|_| self.is_kept) {
            return Ok(credentials);
        }
        let token = match &self.session_name {
            Some(name) => self.session_token(session, name)?,
            None => self.plain_token(session)?,
        };
        let document = self.role_credentials(session, &token)?;
        let credentials = document
            .get("Credentials")
            .and_then(cache::from_document)
            .ok_or_else(|| Failure::general("'roleCredentials'"))?;
        if self.is_kept {
            cache::write(&cache::keys_folder(session), &name, &document);
        }
        Ok(credentials)
    }

    /// The name of the file with the keys.
    fn cache_name(&self) -> String {
        let (key, value) = match &self.session_name {
            Some(name) => ("sessionName", name),
            None => ("startUrl", &self.start_url),
        };
        let members = [
            ("accountId", &self.account),
            ("roleName", &self.role),
            (key, value),
        ];
        let members = members.map(|(name, value)| (name, Value::from(value.as_str())));
        cache::name(&json::write(&object(members), json::Layout::TIGHT))
    }

    /// The token that `sso login` left under a name.
    fn cached_token(&self, session: &Session, key: &str) -> Result<Token, Failure> {
        let load_error =
            |text: String| Failure::general(format!("Error loading SSO Token: {text}"));
        let document = cache::read(&cache::tokens_folder(session), &cache::name(key))
            .ok_or_else(|| load_error(format!("Token for {key} does not exist")))?;
        let (Some(access), Some(expires)) =
            (document.text("accessToken"), document.text("expiresAt"))
        else {
            return Err(load_error(format!(
                "Token for {} is invalid",
                self.start_url
            )));
        };
        Ok(Token {
            access: access.to_owned(),
            expires: Expiry::parse(expires)?,
            document,
        })
    }

    /// The token of a profile that has all settings itself.
    fn plain_token(&self, session: &Session) -> Result<String, Failure> {
        let token = self.cached_token(session, &self.start_url)?;
        if !token.expires.remaining().is_positive() {
            return Err(unauthorized());
        }
        Ok(token.access)
    }

    /// The token of a shared sign-in session, renewed if it can be.
    fn session_token(&self, session: &Session, name: &str) -> Result<String, Failure> {
        let shared = sso_session::shared(session, &self.profile, name)?;
        let mut token = self.cached_token(session, name)?;
        if token.expires.remaining() < ENOUGH
            && let Some(renewed) = renewed(session, shared, &token.document)?
        {
            let folder = cache::tokens_folder(session);
            cache::write(&folder, &cache::name(name), &renewed.document);
            token = renewed;
        }
        if !token.expires.remaining().is_positive() {
            return Err(Failure::general(
                "Error when retrieving token from sso: Token has expired and refresh failed",
            ));
        }
        Ok(token.access)
    }

    /// The keys that the portal hands out, in the form of the cache.
    fn role_credentials(&self, session: &Session, token: &str) -> Result<Value, Failure> {
        let parameters = [
            ("roleName", self.role.as_str()),
            ("accountId", &self.account),
            ("accessToken", token),
        ];
        let answer = call(
            session,
            &self.region,
            &models::sso(),
            "GetRoleCredentials",
            parameters,
        );
        let answer = answer.map_err(|failure| match &failure.cause {
            Cause::Service(error) if error.code == "UnauthorizedException" => unauthorized(),
            _ => failure,
        })?;
        let missing = |name: &str| Failure::general(python::quoted(name));
        let keys = answer
            .get("roleCredentials")
            .ok_or_else(|| missing("roleCredentials"))?;
        let required = |name: &str| keys.get(name).cloned().ok_or_else(|| missing(name));
        let expires = match required("expiration")? {
            Value::Int(millis) => Timestamp::from_millisecond(millis).ok(),
            _ => None,
        };
        let expires = expires.ok_or_else(|| Failure::general(sentences::NO_YEAR))?;
        let members = [
            ("AccessKeyId", required("accessKeyId")?),
            ("SecretAccessKey", required("secretAccessKey")?),
            ("SessionToken", required("sessionToken")?),
            ("Expiration", Value::from(written(expires).as_str())),
            ("AccountId", Value::from(self.account.as_str())),
        ];
        Ok(object([
            ("ProviderType", Value::from("sso")),
            ("Credentials", object(members)),
        ]))
    }
}

/// A token of a sign-in.
struct Token {
    access: String,
    expires: Expiry,
    document: Value,
}

/// A fresh token for the old one's refresh token; nothing if the service refuses.
fn renewed(session: &Session, shared: &Section, old: &Value) -> Result<Option<Token>, Failure> {
    let (Some(client), Some(secret), Some(refresh), Some(registered_until)) = (
        old.text("clientId"),
        old.text("clientSecret"),
        old.text("refreshToken"),
        old.text("registrationExpiresAt"),
    ) else {
        return Ok(None);
    };
    if !Expiry::parse(registered_until)?.remaining().is_positive() {
        return Ok(None);
    }
    let setting = |name: &str| text(shared, name).unwrap_or_default();
    let parameters = [
        ("grantType", "refresh_token"),
        ("clientId", client),
        ("clientSecret", secret),
        ("refreshToken", refresh),
    ];
    let service = models::sso_oidc();
    let answer = call(
        session,
        setting("sso_region"),
        &service,
        "CreateToken",
        parameters,
    );
    let answer = match answer {
        Err(failure) if matches!(failure.cause, Cause::Service(_)) => return Ok(None),
        other => Value::Map(other?),
    };
    let missing = |name: &str| Failure::general(python::quoted(name));
    let Some(Value::Int(lifetime)) = answer.get("expiresIn") else {
        return Err(missing("expiresIn"));
    };
    let access = answer
        .text("accessToken")
        .ok_or_else(|| missing("accessToken"))?;
    let expires = clock::now() + jiff::SignedDuration::from_secs(*lifetime);
    let expires_at = written(expires);
    let members = [
        ("startUrl", setting("sso_start_url")),
        ("region", setting("sso_region")),
        ("accessToken", access),
        ("expiresAt", &expires_at),
        ("clientId", client),
        ("clientSecret", secret),
        ("registrationExpiresAt", registered_until),
    ];
    let refresh = answer
        .text("refreshToken")
        .map(|token| ("refreshToken", token));
    let document = object(
        members
            .into_iter()
            .chain(refresh)
            .map(|(name, value)| (name, Value::from(value))),
    );
    Ok(Some(Token {
        access: access.to_owned(),
        expires: Expiry::at(expires),
        document,
    }))
}

/// Calls an operation of a sign-in service, which nobody signs.
fn call<'p>(
    session: &Session,
    region: &str,
    service: &Service,
    operation: &str,
    parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<Map, Failure> {
    let inner = session.for_nested_calls().in_region(region);
    let parameters = parameters
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)));
    calls::call(&inner, service, operation, Signer::Nobody, parameters)
}

fn object<'n>(members: impl IntoIterator<Item = (&'n str, Value)>) -> Value {
    let owned = |(name, value): (&str, Value)| (name.to_owned(), value);
    Value::Map(members.into_iter().map(owned).collect())
}

fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn unauthorized() -> Failure {
    Failure::general(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.",
    )
}
