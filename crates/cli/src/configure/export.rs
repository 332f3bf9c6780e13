//! `configure export-credentials`: the credentials in use, for other programs.

use crate::arguments::parser::Parsed;
use crate::call::keys::Credentials;
use crate::commands::tools::EXPORT_FORMATS;
use crate::credentials;
use crate::failure::{Cause, Failure};
use crate::formats::json;
use crate::session::Session;
use crate::terminal::streams::write_stdout;
use crate::value::{Map, Value};

/// The profiles that are being exported, from the outermost program to this one.
const CHAIN: &str = "_AWS_CLI_PROFILE_CHAIN";
/// How long that chain may be.
const CHAIN_MAX: usize = 4;

/// Prints the credentials.
pub(super) fn run(session: &mut Session, parsed: &Parsed) -> Result<i32, Failure> {
    extend_chain(session)?;
    let failed = |message: &str| {
        Failure::configuration(
            "Configuration",
            format!("Unable to retrieve credentials: {}\n", message.trim()),
        )
    };
    let found = session
        .profile()
        .and_then(|_| credentials::find(session))
        .map_err(|failure| match failure.cause {
            Cause::Plain(message) | Cause::Coded { message, .. } => failed(&message),
            _ => failure,
        })?;
    let credentials = found
        .ok_or_else(|| failed("no credentials found"))?
        .fetch(session)?;
    write_stdout(
        shown(
            &credentials,
            parsed.word("format").unwrap_or(EXPORT_FORMATS[0]),
        )
        .as_bytes(),
    );
    Ok(0)
}

/// A `credential_process` may run this command: that must not go round in circles.
fn extend_chain(session: &mut Session) -> Result<(), Failure> {
    let mut seen = from_csv(session.environment.get(CHAIN).unwrap_or_default());
    let profile = session.profile_name().to_owned();
    let circle = |message: String| Err(Failure::configuration("Configuration", message));
    if seen.len() >= CHAIN_MAX {
        return circle(format!(
            "Maximum recursive credential process resolution reached ({CHAIN_MAX}).\nProfiles seen: {}",
            seen.join(" -> ")
        ));
    }
    let again = seen.contains(&profile);
    seen.push(profile);
    if again {
        return circle(format!(
            "Credential process resolution detected an infinite loop, profile cycle: {}",
            seen.join(" -> ")
        ));
    }
    session.environment.hand_down(CHAIN, &to_csv(&seen));
    Ok(())
}

fn from_csv(text: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            other => field.push(other),
        }
    }
    if !text.is_empty() {
        fields.push(field);
    }
    fields
}

fn to_csv(fields: &[String]) -> String {
    let field = |field: &String| {
        if field.contains([',', '"', '\n']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.clone()
        }
    };
    fields.iter().map(field).collect::<Vec<_>>().join(",")
}

fn shown(credentials: &Credentials, format: &str) -> String {
    let expires = credentials
        .expires
        .as_ref()
        .map(|expires| expires.shown().to_owned());
    let values = [
        (
            "AccessKeyId",
            "AWS_ACCESS_KEY_ID",
            Some(credentials.access_key.clone()),
        ),
        (
            "SecretAccessKey",
            "AWS_SECRET_ACCESS_KEY",
            Some(credentials.secret_key.clone()),
        ),
        (
            "SessionToken",
            "AWS_SESSION_TOKEN",
            credentials.token.clone(),
        ),
        ("Expiration", "AWS_CREDENTIAL_EXPIRATION", expires),
    ];
    let values = values
        .into_iter()
        .filter_map(|(name, variable, value)| Some((name, variable, value?)));
    if format == "process" {
        let mut document = Map::new();
        document.insert("Version".to_owned(), Value::Int(1));
        document.extend(values.map(|(name, _, value)| (name.to_owned(), Value::Str(value))));
        let layout = json::Layout {
            indent: Some(2),
            ..json::Layout::SENT
        };
        return json::write(&Value::Map(document), layout) + "\n";
    }
    let line = |(_, name, value): (&str, &str, String)| match format {
        "env-no-export" => format!("{name}={value}\n"),
        "powershell" => format!("$Env:{name}=\"{value}\"\n"),
        "windows-cmd" => format!("set {name}={value}\n"),
        "fish" => format!("set -gx {name} \"{value}\"\n"),
        _ => format!("export {name}={value}\n"),
    };
    values.map(line).collect()
}
