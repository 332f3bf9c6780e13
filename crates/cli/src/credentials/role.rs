//! Keys of a role: `AssumeRole` with other keys, and `AssumeRoleWithWebIdentity` with a token.

use signback_wire::Service;

use super::{Found, cache, calls, named_source, partial, profile_sources};
use crate::call::keys::{Credentials, Signer};
use crate::failure::Failure;
use crate::formats::json;
use crate::session::Session;
use crate::session::config::text;
use crate::session::ini::Section;
use crate::terminal::secret;
use crate::value::{Map, Value};
use crate::{clock, python};

/// The sources that `credential_source` may name.
pub(super) const NAMED_SOURCES: [&str; 3] = ["Environment", "EcsContainer", "Ec2InstanceMetadata"];

/// A role to be assumed when the keys are needed.
#[derive(Debug)]
pub(crate) struct Role {
    parameters: Map,
    source: Box<Found>,
    mfa_serial: Option<String>,
}

/// A role to be assumed with a token when the keys are needed.
#[derive(Debug)]
pub(crate) struct WebIdentity {
    token_file: String,
    parameters: Map,
    /// Whether its keys are kept between calls: those of a source for other keys are not.
    is_kept: bool,
}

/// The role of a profile, if it has one.
pub(super) fn find(
    session: &Session,
    profile: &str,
    visited: &mut Vec<String>,
) -> Result<Option<Found>, Failure> {
    match session.config.profile(profile) {
        Some(section) if has_role(section) => role(session, profile, section, visited).map(Some),
        _ => Ok(None),
    }
}

fn has_role(section: &Section) -> bool {
    section.contains_key("role_arn") && !section.contains_key("web_identity_token_file")
}

fn has_keys(section: &Section) -> bool {
    section.contains_key("aws_access_key_id") || section.contains_key("aws_secret_access_key")
}

fn role(
    session: &Session,
    profile: &str,
    section: &Section,
    visited: &mut Vec<String>,
) -> Result<Found, Failure> {
    let source = match (
        text(section, "credential_source"),
        text(section, "source_profile"),
    ) {
        (Some(_), Some(_)) => {
            let message = format!(
                "The profile \"{profile}\" contains both source_profile and credential_source."
            );
            return Err(Failure::general(message));
        }
        (None, None) => {
            return Err(partial(
                "assume-role",
                "source_profile or credential_source",
            ));
        }
        (Some(name), None) => {
            if !NAMED_SOURCES.contains(&name) {
                let message = format!(
                    "The credential source \"{name}\" referenced in profile \"{profile}\" is not valid."
                );
                return Err(Failure::general(message));
            }
            let none = || {
                let message = format!(
                    "No credentials found in credential_source referenced in profile {profile}"
                );
                super::failed(name, &message)
            };
            named_source(session, name)?.ok_or_else(none)?
        }
        (None, Some(source)) => source_profile(session, profile, source, visited)?,
    };
    let mut parameters = Map::new();
    for (key, setting) in [
        ("RoleSessionName", "role_session_name"),
        ("ExternalId", "external_id"),
        ("SerialNumber", "mfa_serial"),
    ] {
        if let Some(value) = text(section, setting) {
            parameters.insert(key.to_owned(), Value::from(value));
        }
    }
    if let Some(Ok(seconds)) = text(section, "duration_seconds").map(python::int) {
        parameters.insert("DurationSeconds".to_owned(), Value::Int(seconds));
    }
    parameters.insert(
        "RoleArn".to_owned(),
        Value::from(text(section, "role_arn").unwrap_or_default()),
    );
    let mfa_serial = text(section, "mfa_serial").map(str::to_owned);
    Ok(Found::Role(Role {
        parameters,
        source: Box::new(source),
        mfa_serial,
    }))
}

/// The keys of the profile that another one names as its source.
fn source_profile(
    session: &Session,
    parent: &str,
    source: &str,
    visited: &mut Vec<String>,
) -> Result<Found, Failure> {
    let Some(section) = session.config.profile(source) else {
        let message = format!(
            "The source_profile \"{source}\" referenced in the profile \"{parent}\" does not exist."
        );
        return Err(Failure::general(message));
    };
    if visited.iter().any(|name| name == source) && (source != parent || !has_keys(section)) {
        let message = format!(
            "Infinite loop in credential configuration detected. Attempting to load from profile {source} which has already been visited. Visited profiles: {}",
            python::words(visited)
        );
        return Err(Failure::general(message));
    }
    visited.push(source.to_owned());
    if has_role(section) && !has_keys(section) {
        return role(session, source, section, visited);
    }
    let none = || {
        Failure::general(format!(
            "The source profile \"{source}\" must have credentials."
        ))
    };
    let found = profile_sources(session, source, true)?.ok_or_else(none)?;
    Ok(found.unkept())
}

/// The role that environment or profile name together with a file that holds a token.
pub(super) fn find_web_identity(
    session: &Session,
    profile: &str,
    skip_environment: bool,
) -> Result<Option<Found>, Failure> {
    let section = session.config.profile(profile);
    let setting = |variable: &str, name: &str| {
        let given = session
            .environment
            .get(variable)
            .filter(|_| !skip_environment);
        given
            .or_else(|| section.and_then(|section| text(section, name)))
            .map(str::to_owned)
    };
    let token_file = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file");
    let Some(token_file) = token_file.filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let role_arn = setting("AWS_ROLE_ARN", "role_arn").filter(|arn| !arn.is_empty()).ok_or_else(|| {
        Failure::general(
            "The provided profile or the current environment is configured to assume role with web identity but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var is set.",
        )
    })?;
    let mut parameters = Map::new();
    if let Some(name) = setting("AWS_ROLE_SESSION_NAME", "role_session_name") {
        parameters.insert("RoleSessionName".to_owned(), Value::Str(name));
    }
    parameters.insert("RoleArn".to_owned(), Value::Str(role_arn));
    Ok(Some(Found::WebIdentity(WebIdentity {
        token_file,
        parameters,
        is_kept: true,
    })))
}

impl Role {
    /// Assumes the role, unless the cache has keys of it.
    ///
    /// # Errors
    /// Source keys that cannot be had, or a refusal by the service.
    pub(super) fn fetch(self, session: &Session) -> Result<Credentials, Failure> {
        let Self {
            parameters,
            source,
            mfa_serial,
        } = self;
        assumed(session, "AssumeRole", parameters, true, |mut parameters| {
            if let Some(serial) = mfa_serial {
                let code = secret::ask(&format!("Enter MFA code for {serial}: "))?;
                parameters.insert("TokenCode".to_owned(), Value::Str(code));
            }
            Ok((parameters, Signer::Keys(source.fetch(session)?)))
        })
    }
}

impl WebIdentity {
    /// The same role, whose keys are not kept.
    pub(super) fn unkept(self) -> Self {
        Self {
            is_kept: false,
            ..self
        }
    }

    /// Assumes the role, unless the cache has keys of it.
    ///
    /// # Errors
    /// A token that cannot be read, or a refusal by the service.
    pub(super) fn fetch(self, session: &Session) -> Result<Credentials, Failure> {
        let Self {
            token_file,
            parameters,
            is_kept,
        } = self;
        assumed(
            session,
            "AssumeRoleWithWebIdentity",
            parameters,
            is_kept,
            |mut parameters| {
                let token = std::fs::read_to_string(&token_file);
                let token = token
                    .map_err(|error| Failure::general(python::os_error(&error, &token_file)))?;
                // Line ends become line feeds, as in every text file.
                let token = token.replace("\r\n", "\n").replace('\r', "\n");
                parameters.insert("WebIdentityToken".to_owned(), Value::Str(token));
                Ok((parameters, Signer::Nobody))
            },
        )
    }
}

fn assumed(
    session: &Session,
    operation: &str,
    mut parameters: Map,
    is_kept: bool,
    prepare: impl FnOnce(Map) -> Result<(Map, Signer<'static>), Failure>,
) -> Result<Credentials, Failure> {
    // An empty name is none, but keeps its place; the cache does not know the one that is made up.
    let given = parameters.get("RoleSessionName").and_then(Value::as_str);
    let is_named = given.is_some_and(|name| !name.is_empty());
    let mut sorted = parameters.clone();
    if !is_named {
        sorted.shift_remove("RoleSessionName");
    }
    sorted.sort_keys();
    let name = cache::name(&json::write(&Value::Map(sorted), json::Layout::SENT));
    if let Some(credentials) = cache::keys(session, &name).filter(|_| is_kept) {
        return Ok(credentials);
    }
    if !is_named {
        let session_name = format!("botocore-session-{}", clock::now().as_second());
        parameters.insert("RoleSessionName".to_owned(), Value::Str(session_name));
    }
    let (parameters, signer) = prepare(parameters)?;
    let sts = Service::builtin("sts").expect("sts is built in");
    // The options of the command are about its own call, not about this one.
    let inner = session.for_nested_calls();
    let named = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()));
    let answer = calls::call(&inner, sts, operation, signer, named)?;
    let answer = with_account(answer);
    let keys = answer.get("Credentials");
    let credentials = keys.and_then(cache::from_document);
    let credentials = credentials.ok_or_else(|| {
        let lacks = |name: &&str| keys.is_some_and(|keys| keys.text(name).is_none());
        let missing = cache::MEMBERS.into_iter().find(lacks);
        Failure::general(python::quoted(missing.unwrap_or("Credentials")))
    })?;
    if is_kept {
        cache::write(&cache::keys_folder(session), &name, &answer);
    }
    Ok(credentials)
}

/// The answer with the account of the assumed role beside the keys, if its ARN names one.
fn with_account(mut answer: Map) -> Value {
    let arn = answer
        .get("AssumedRoleUser")
        .and_then(|user| user.text("Arn"));
    let account = arn
        .filter(|arn| arn.starts_with("arn:"))
        .map(|arn| arn.splitn(6, ':').collect::<Vec<_>>())
        .filter(|parts| parts.len() == 6)
        .map(|parts| Value::from(parts[4]));
    if let (Some(account), Some(Value::Map(keys))) = (account, answer.get_mut("Credentials")) {
        keys.insert("AccountId".to_owned(), account);
    }
    Value::Map(answer)
}
