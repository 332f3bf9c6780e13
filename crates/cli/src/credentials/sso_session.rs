//! The shared sessions of sign-ins, which profiles name.

use crate::failure::Failure;
use crate::python;
use crate::session::Session;
use crate::session::config::text;
use crate::session::ini::Section;

/// Checks the sign-in session that the profile in use shares with others, whoever signs.
///
/// # Errors
/// A session that is not there, or that does not say where it is.
pub(super) fn check(session: &Session) -> Result<(), Failure> {
    let profile = session.profile_name();
    let section = session.config.profile(profile);
    match section.and_then(|section| text(section, "sso_session")) {
        Some(name) => shared(session, profile, name).map(|_| ()),
        None => Ok(()),
    }
}

/// The section of a shared session, which must say where it is by itself.
pub(super) fn shared<'s>(
    session: &'s Session,
    profile: &str,
    name: &str,
) -> Result<&'s Section, Failure> {
    let intro =
        format!("The profile \"{profile}\" is configured to use the SSO token provider but");
    let section = session
        .config
        .sso_session(name)
        .filter(|section| !section.is_empty())
        .ok_or_else(|| {
            Failure::general(format!(
                "{intro} the \"{name}\" sso_session configuration does not exist."
            ))
        })?;
    let missing: Vec<String> = ["sso_start_url", "sso_region"]
        .into_iter()
        .filter(|setting| !section.contains_key(*setting))
        .map(str::to_owned)
        .collect();
    if missing.is_empty() {
        return Ok(section);
    }
    Err(Failure::general(format!(
        "{intro} is missing the following configuration: {}.",
        python::words(&missing)
    )))
}
