//! Keys from a program: `credential_process`.

use std::process::Command;

use super::{Credentials, Found, expiry, failed};
use crate::config::text;
use crate::failure::Failure;
use crate::session::Session;
use crate::value::Value;
use crate::{json, python};

/// The name of the source in messages.
const SOURCE: &str = "custom-process";

/// Runs the program of a profile, if it has one.
pub(super) fn find(session: &Session, profile: &str) -> Result<Option<Found>, Failure> {
    let Some(section) = session.config.profile(profile) else {
        return Ok(None);
    };
    let Some(command) = text(section, "credential_process") else {
        return Ok(None);
    };
    let words = python::split_words(command).map_err(Failure::general)?;
    let Some((program, words)) = words.split_first() else {
        return Err(Failure::general("list index out of range"));
    };
    session.log(|| format!("botocore.credentials - DEBUG - Running credential process {program}"));
    let output = Command::new(program)
        .args(words)
        .envs(session.environment.handed_down().iter().cloned())
        .output();
    let output = output.map_err(|error| Failure::general(python::os_error(&error, program)))?;
    if !output.status.success() {
        return Err(failed(SOURCE, &String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let document =
        json::parse(&text).map_err(|malformed| Failure::general(malformed.described(&text)))?;
    credentials(&document).map(|credentials| Some(Found::Ready(credentials, SOURCE)))
}

fn credentials(document: &Value) -> Result<Credentials, Failure> {
    let version = document.get("Version");
    if version != Some(&Value::Int(1)) {
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
        expires: document.text("Expiration").map(expiry).transpose()?,
    })
}
