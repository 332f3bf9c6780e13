//! Keys from a program: `credential_process`.

use std::process::{Command, Stdio};

use super::failed;
use crate::call::expiry::Expiry;
use crate::call::keys::Credentials;
use crate::failure::Failure;
use crate::formats::json;
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::session::config::text;
use crate::value::Value;

/// The name of the source.
pub(super) const SOURCE: &str = "custom-process";

/// The program that a profile names.
pub(super) fn command<'s>(session: &'s Session, profile: &str) -> Option<&'s str> {
    text(session.config.profile(profile)?, "credential_process")
}

/// Runs the program.
///
/// # Errors
/// A program that does not run, or that prints no keys.
pub(super) fn keys(session: &Session, command: &str) -> Result<Credentials, Failure> {
    let words = python::split_words(command).map_err(Failure::general)?;
    let Some((program, words)) = words.split_first() else {
        return Err(Failure::general(sentences::LIST_TOO_SHORT));
    };
    session.log(|| format!("botocore.credentials - DEBUG - Running credential process {program}"));
    let output = Command::new(program)
        .args(words)
        .envs(session.environment.handed_down().iter().cloned())
        // It may ask its user something.
        .stdin(Stdio::inherit())
        .output();
    let output = output.map_err(|error| Failure::general(python::os_error(&error, program)))?;
    if !output.status.success() {
        return Err(failed(SOURCE, &String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let document =
        json::parse(&text).map_err(|malformed| Failure::general(malformed.described(&text)))?;
    credentials(&document)
}

fn credentials(document: &Value) -> Result<Credentials, Failure> {
    if document.as_map().is_none() {
        let message = sentences::no_attribute(document, "get");
        return Err(Failure::general(message));
    }
    let version = document.get("Version");
    let supported = [Value::Int(1), Value::Float(1.0), Value::Bool(true)];
    if !version.is_some_and(|version| supported.contains(version)) {
        let shown =
            version.map_or_else(|| "<Version key not provided>".to_owned(), python::display);
        let message = format!(
            "Unsupported version '{shown}' for credential process provider, supported versions: 1"
        );
        return Err(failed(SOURCE, &message));
    }
    let required = |name: &str| {
        let missing = || {
            failed(
                SOURCE,
                &format!("Missing required key in response: '{name}'"),
            )
        };
        document.text(name).map(str::to_owned).ok_or_else(missing)
    };
    Ok(Credentials {
        access_key: required("AccessKeyId")?,
        secret_key: required("SecretAccessKey")?,
        token: document.text("SessionToken").map(str::to_owned),
        expires: document
            .get("Expiration")
            .filter(|expires| **expires != Value::Null)
            .map(Expiry::of_member)
            .transpose()?,
    })
}
