//! Who signs: the sources of credentials in the order in which they are asked.

mod files;

use jiff::Timestamp;

use crate::failure::Failure;
use crate::session::Session;
use crate::{clock, python};

/// A key pair, perhaps for a while only.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key's id.
    pub access_key: String,
    /// The secret part.
    pub secret_key: String,
    /// The session token of temporary keys.
    pub token: Option<String>,
    /// When they stop working.
    pub expires: Option<Timestamp>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

/// Credentials that were found; some are fetched only when they are needed.
#[derive(Debug)]
pub enum Found {
    /// They are here.
    Ready(Credentials),
}

impl Found {
    /// The credentials, fetched if need be.
    ///
    /// # Errors
    /// The source that fails, or answers with keys that no longer work.
    pub fn fetch(self) -> Result<Credentials, Failure> {
        let Self::Ready(credentials) = self;
        if credentials
            .expires
            .is_some_and(|expires| expires <= clock::now())
        {
            return Err(Failure::general(
                "Credentials were refreshed, but the refreshed credentials are still expired.",
            ));
        }
        Ok(credentials)
    }
}

/// Asks the sources in their order.
///
/// # Errors
/// A source that is set up halfway, or that fails.
pub fn find(session: &Session) -> Result<Option<Found>, Failure> {
    // A profile that is named as an option comes before the environment's keys.
    if session.globals.filled("profile").is_none() {
        if let Some(credentials) = from_environment(session)? {
            return Ok(Some(Found::Ready(credentials)));
        }
    }
    let name = session.profile_name();
    if let Some(credentials) = files::shared(session, name)? {
        return Ok(Some(Found::Ready(credentials)));
    }
    Ok(files::config(session, name)?.map(Found::Ready))
}

/// The failure of a command that must sign and cannot.
#[must_use]
pub fn none_found() -> Failure {
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
        .map(expiry)
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

/// A point in time at which credentials stop working.
fn expiry(text: &str) -> Result<Timestamp, Failure> {
    let unknown = || Failure::general(format!("Unknown string format: {}", python::quoted(text)));
    crate::timestamps::read(&text.into()).ok_or_else(unknown)
}
