//! Who signs: the sources of credentials in the order in which they are asked.

mod cache;
pub(crate) mod calls;
mod container;
mod files;
mod instance;
mod legacy;
mod login;
mod models;
mod process;
mod role;
pub(crate) mod sign_out;
mod sso;
mod sso_session;

use jiff::SignedDuration;
use signback_wire::Service;

pub(crate) use instance::instance_region;

use crate::call::Caller;
use crate::call::expiry::Expiry;
use crate::call::keys::{Credentials, Signer};
use crate::failure::Failure;
use crate::python::sentences;
use crate::session::Session;
use crate::value::Value;

/// Keys that last at least this long are used as they are.
const ENOUGH: SignedDuration = SignedDuration::from_mins(15);
/// Keys that last at least this long are used if no others can be had.
const ENOUGH_FOR_NOW: SignedDuration = SignedDuration::from_mins(10);

/// Credentials that were found; some are fetched only when they are needed.
#[derive(Debug)]
pub(crate) enum Found {
    /// They are here, and came from the source of that name.
    Ready(Credentials, &'static str),
    /// They are here, and came from the program that this command line starts.
    Process(Credentials, String),
    /// They are here, and came from the container's endpoint.
    Container(Credentials),
    /// They come from assuming a role.
    Role(role::Role),
    /// They come from assuming a role with a token.
    WebIdentity(role::WebIdentity),
    /// They come from a sign-in.
    SignIn(sso::SignIn),
    /// They come from a console session.
    Login(login::Login),
}

impl Found {
    /// The name of the source.
    pub(crate) fn source(&self) -> &'static str {
        match self {
            Self::Ready(_, source) => source,
            Self::Process(..) => process::SOURCE,
            Self::Container(_) => container::SOURCE,
            Self::Role(_) => "assume-role",
            Self::WebIdentity(_) => "assume-role-with-web-identity",
            Self::SignIn(_) => "sso",
            Self::Login(_) => "login",
        }
    }

    /// The same source for other keys: what it fetches is not kept between calls.
    fn unkept(self) -> Self {
        match self {
            Self::WebIdentity(identity) => Self::WebIdentity(identity.unkept()),
            Self::SignIn(sign_in) => Self::SignIn(sign_in.unkept()),
            other => other,
        }
    }

    /// The credentials, fetched if need be.
    ///
    /// # Errors
    /// The source that fails, or answers with keys that no longer work.
    pub(crate) fn fetch(self, session: &Session) -> Result<Credentials, Failure> {
        let credentials = match self {
            Self::Ready(credentials, _) => credentials,
            Self::Process(credentials, command) => {
                renewed(credentials, || process::keys(session, &command))?
            }
            Self::Container(credentials) => renewed(credentials, || container::keys(session))?,
            Self::Role(role) => role.fetch(session)?,
            Self::WebIdentity(identity) => identity.fetch(session)?,
            Self::SignIn(sign_in) => sign_in.fetch(session)?,
            Self::Login(login) => login.fetch(session)?,
        };
        if credentials
            .expires
            .as_ref()
            .is_some_and(|expires| !expires.remaining().is_positive())
        {
            return Err(Failure::general(
                "Credentials were refreshed, but the refreshed credentials are still expired.",
            ));
        }
        Ok(credentials)
    }
}

/// The keys, or new ones if they do not last long enough.
fn renewed(
    credentials: Credentials,
    fetch: impl FnOnce() -> Result<Credentials, Failure>,
) -> Result<Credentials, Failure> {
    let remaining = credentials.expires.as_ref().map(Expiry::remaining);
    match remaining {
        Some(remaining) if remaining < ENOUGH => match fetch() {
            Err(_) if remaining >= ENOUGH_FOR_NOW => Ok(credentials),
            fetched => fetched,
        },
        _ => Ok(credentials),
    }
}

/// A text of a source's document; without it the source fails as a look-up in Python does.
fn required(document: &Value, name: &str) -> Result<String, Failure> {
    let text = document.text(name).map(str::to_owned);
    text.ok_or_else(|| Failure::general(sentences::no_member(document, name)))
}

/// The session token of a source's document: it must be there, but may be `null` for keys that go without.
fn session_token(document: &Value) -> Result<Option<String>, Failure> {
    match document.get("Token") {
        Some(Value::Null) => Ok(None),
        _ => required(document, "Token").map(Some),
    }
}

/// Asks the sources in their order.
///
/// # Errors
/// A source that is set up halfway, or that fails.
pub(crate) fn find(session: &Session) -> Result<Option<Found>, Failure> {
    // A profile that is named as an option comes before the environment's keys.
    let skip_environment = session.globals.filled("profile").is_some();
    instance::check_settings(session)?;
    if !skip_environment && let Some(credentials) = from_environment(session)? {
        return Ok(Some(Found::Ready(credentials, "env")));
    }
    let name = session.profile_name();
    if let Some(found) = role::find(session, name, &mut vec![name.to_owned()])? {
        return Ok(Some(found));
    }
    if let Some(found) = profile_sources(session, name, skip_environment)? {
        return Ok(Some(found));
    }
    if let Some(found) = legacy::find(session)? {
        return Ok(Some(found));
    }
    if let Some(found) = container(session)? {
        return Ok(Some(found));
    }
    instance::find(session)
}

/// Prepares calls to the service that the command names, with all of its options.
///
/// # Errors
/// The first setting that is missing or wrong.
pub(crate) fn caller<'a>(
    session: &'a Session,
    service: &'a Service,
) -> Result<Caller<'a>, Failure> {
    calls::prepared(session, service, || {
        if session.globals.flag("no-sign-request") {
            return Ok(Signer::Nobody);
        }
        let found = find(session)?;
        Ok(Signer::later(move || {
            found.ok_or_else(none_found)?.fetch(session)
        }))
    })
}

/// Asks the sources that a profile may name, but for roles with a source profile.
fn profile_sources(
    session: &Session,
    profile: &str,
    skip_environment: bool,
) -> Result<Option<Found>, Failure> {
    if let Some(found) = role::find_web_identity(session, profile, skip_environment)? {
        return Ok(Some(found));
    }
    if let Some(found) = sso::find(session, profile)? {
        return Ok(Some(found));
    }
    if let Some(credentials) = files::shared(session, profile)? {
        return Ok(Some(Found::Ready(credentials, files::SHARED)));
    }
    if let Some(found) = login::find(session, profile)? {
        return Ok(Some(found));
    }
    if let Some(command) = process::command(session, profile) {
        let credentials = process::keys(session, command)?;
        return Ok(Some(Found::Process(credentials, command.to_owned())));
    }
    Ok(files::config(session, profile)?.map(|keys| Found::Ready(keys, files::CONFIG)))
}

fn container(session: &Session) -> Result<Option<Found>, Failure> {
    if !container::is_set_up(session) {
        return Ok(None);
    }
    container::keys(session).map(|keys| Some(Found::Container(keys)))
}

/// Asks the source that `credential_source` names.
fn named_source(session: &Session, name: &str) -> Result<Option<Found>, Failure> {
    match name {
        "Environment" => Ok(from_environment(session)?.map(|keys| Found::Ready(keys, "env"))),
        "EcsContainer" => container(session),
        _ => instance::find(session),
    }
}

/// The failure of a command that must sign and cannot.
fn none_found() -> Failure {
    let message =
        "Unable to locate credentials. You can configure credentials by running \"aws login\".";
    Failure::configuration("NoCredentials", message)
}

/// The keys in the environment.
fn from_environment(session: &Session) -> Result<Option<Credentials>, Failure> {
    let environment = &session.environment;
    let Some(access_key) = environment.filled("AWS_ACCESS_KEY_ID") else {
        return Ok(None);
    };
    let secret_key = environment
        .filled("AWS_SECRET_ACCESS_KEY")
        .ok_or_else(|| partial("env", "AWS_SECRET_ACCESS_KEY"))?;
    let token = environment
        .filled("AWS_SECURITY_TOKEN")
        .or_else(|| environment.filled("AWS_SESSION_TOKEN"));
    let expires = environment
        .filled("AWS_CREDENTIAL_EXPIRATION")
        .map(Expiry::parse)
        .transpose()?;
    Ok(Some(Credentials {
        access_key: access_key.to_owned(),
        secret_key: secret_key.to_owned(),
        token: token.map(str::to_owned),
        expires,
    }))
}

/// The failure of a source that has only a part of what it needs.
fn partial(source: &str, missing: &str) -> Failure {
    Failure::general(format!(
        "Partial credentials found in {source}, missing: {missing}"
    ))
}

/// The failure of a source.
fn failed(source: &str, message: &str) -> Failure {
    Failure::general(format!(
        "Error when retrieving credentials from {source}: {message}"
    ))
}
