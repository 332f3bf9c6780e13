//! Keys in the shared files.

use super::partial;
use crate::call::keys::Credentials;
use crate::failure::Failure;
use crate::session::Session;
use crate::session::config::text;
use crate::session::ini::Section;

/// The name of the credentials file in messages.
pub(super) const SHARED: &str = "shared-credentials-file";
/// The name of the config file in messages.
pub(super) const CONFIG: &str = "config-file";

/// The keys of a profile in the credentials file.
pub(super) fn shared(session: &Session, profile: &str) -> Result<Option<Credentials>, Failure> {
    keys(session.config.credentials_profile(profile), SHARED)
}

/// The keys of a profile in the config file.
pub(super) fn config(session: &Session, profile: &str) -> Result<Option<Credentials>, Failure> {
    keys(session.config.profile(profile), CONFIG)
}

fn keys(section: Option<&Section>, source: &str) -> Result<Option<Credentials>, Failure> {
    let Some(section) = section else {
        return Ok(None);
    };
    let Some(access_key) = text(section, "aws_access_key_id") else {
        return Ok(None);
    };
    let secret_key = text(section, "aws_secret_access_key")
        .ok_or_else(|| partial(source, "aws_secret_access_key"))?;
    let token = text(section, "aws_security_token").or_else(|| text(section, "aws_session_token"));
    Ok(Some(Credentials {
        access_key: access_key.to_owned(),
        secret_key: secret_key.to_owned(),
        token: token.map(str::to_owned),
        expires: None,
    }))
}
