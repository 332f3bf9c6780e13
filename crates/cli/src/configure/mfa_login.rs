//! `configure mfa-login`: temporary keys for a second factor, kept under a profile of their own.

use super::writer::NewValue;
use super::{ask, update_credentials};
use crate::arguments::parser::Parsed;
use crate::call::expiry::Expiry;
use crate::call::keys::{Credentials, Signer};
use crate::credentials::{self, calls};
use crate::failure::{Cause, Failure, complain};
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::session::config::credentials_path;
use crate::terminal::interrupt;
use crate::terminal::streams::write_stdout;
use crate::value::{Map, Value};

/// How long the keys last unless the options say otherwise, in seconds.
const LIFETIME: i64 = 12 * 60 * 60;
/// The status of a call that misses an answer or is refused.
const FAILED: i32 = 1;
/// The question for the device.
const DEVICE: &str = "MFA serial number or ARN";
/// The question for what the device shows.
const CODE: &str = "MFA token code";

/// Asks, gets the keys, and writes them.
pub(super) fn run(session: &Session, parsed: &Parsed) -> Result<i32, Failure> {
    interrupt::end_on_interrupt();
    let lifetime = parsed.word("duration-seconds").map(python::int).transpose();
    let lifetime = lifetime.map_err(Failure::general)?.unwrap_or(LIFETIME);
    let given = |name: &str| parsed.word(name).filter(|word| !word.is_empty());
    session.profile()?;
    let found = credentials::find(session)?;
    let was_typed = found.is_none();
    let (keys, device) = match found {
        Some(found) => {
            let configured = session.profile_setting("mfa_serial")?;
            let device = given("serial-number").or(configured).map(str::to_owned);
            (found.fetch(session)?, device)
        }
        None => match typed_keys()? {
            Some(keys) => (keys, given("serial-number").map(str::to_owned)),
            None => return Ok(FAILED),
        },
    };
    let device = match device.filter(|device| !device.is_empty()) {
        Some(device) => device,
        None => ask(&format!("{DEVICE}: "))?,
    };
    if device.is_empty() {
        return Ok(missing(if was_typed {
            DEVICE
        } else {
            "MFA serial number or MFA device ARN"
        }));
    }
    let code = ask(&format!("{CODE}: "))?;
    if code.is_empty() {
        return Ok(missing(CODE));
    }
    let profile = match given("update-profile") {
        Some(profile) => profile.to_owned(),
        None => profile_for(&device)?,
    };
    let answer = match session_token(session, keys, lifetime, &device, &code) {
        Err(Failure {
            cause: Cause::Service(error),
            ..
        }) => {
            return Ok(failed(&format!("An error occurred: {}", error.sentence())));
        }
        answer => answer?,
    };
    keep(session, &profile, &answer)
}

fn missing(what: &str) -> i32 {
    failed(&format!("{what} is required"))
}

/// Says what is wrong. The program is called `aws` here, whatever its name is.
fn failed(problem: &str) -> i32 {
    complain(&format!("\naws: [ERROR]: {}\n", problem.trim()));
    FAILED
}

/// The keys of a user who has none in the files; nothing if one is not given.
fn typed_keys() -> Result<Option<Credentials>, Failure> {
    write_stdout(b"Please provide your AWS credentials:\n");
    let mut keys = Vec::new();
    for question in ["AWS Access Key ID", "AWS Secret Access Key"] {
        let answer = ask(&format!("{question}: "))?;
        if answer.is_empty() {
            missing(question);
            return Ok(None);
        }
        keys.push(answer);
    }
    let secret_key = keys.pop().unwrap_or_default();
    Ok(keys.pop().map(|access_key| Credentials {
        access_key,
        secret_key,
        token: None,
        expires: None,
    }))
}

/// The profile to write, by default one that is named after the device.
fn profile_for(device: &str) -> Result<String, Failure> {
    let usual = if device.starts_with("arn:aws:iam::") {
        let mut parts = device.split(':').skip(4);
        let (Some(account), Some(name)) = (parts.next(), parts.next()) else {
            return Err(Failure::general(sentences::LIST_TOO_SHORT));
        };
        format!("{account}-{}", name.rsplit('/').next().unwrap_or(name))
    } else {
        format!("session-{device}")
    };
    let answer = ask(&format!("Profile to update [{usual}]: "))?;
    Ok(if answer.is_empty() { usual } else { answer })
}

fn session_token(
    session: &Session,
    keys: Credentials,
    lifetime: i64,
    device: &str,
    code: &str,
) -> Result<Map, Failure> {
    let sts = signback_wire::Service::builtin("sts").expect("sts is built in");
    let parameters = [
        ("DurationSeconds", Value::Int(lifetime)),
        ("SerialNumber", Value::from(device)),
        ("TokenCode", Value::from(code)),
    ];
    let inner = session.for_nested_calls();
    let signer = Signer::Keys(keys);
    calls::call(&inner, sts, "GetSessionToken", signer, parameters)
}

fn keep(session: &Session, profile: &str, answer: &Map) -> Result<i32, Failure> {
    let keys = answer.get("Credentials").unwrap_or(&Value::Null);
    let member = |name: &str| {
        let value = keys.text(name).map(str::to_owned);
        value.ok_or_else(|| Failure::general(python::quoted(name)))
    };
    let values = [
        ("aws_access_key_id", member("AccessKeyId")?),
        ("aws_secret_access_key", member("SecretAccessKey")?),
        ("aws_session_token", member("SessionToken")?),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), NewValue::Text(value)));
    let path = credentials_path(&session.environment);
    update_credentials(
        &session.environment.expand_user(&path),
        profile,
        values.to_vec(),
    )?;
    let expires = Expiry::parse(&member("Expiration")?)?;
    write_stdout(
        format!(
            "Temporary credentials written to profile '{profile}'\nCredentials will expire at {}\nTo use these credentials, specify --profile {profile} when running AWS CLI commands\n",
            expires.shown_in_utc()
        )
        .as_bytes(),
    );
    Ok(0)
}
