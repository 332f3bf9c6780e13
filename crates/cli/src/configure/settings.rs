//! `configure get` and `configure set`.

use super::{all_known, parse, section_of, writer};
use crate::arguments::parser::{Argument, Count};
use crate::config::ini::Setting;
use crate::config::{config_path, credentials_path};
use crate::failure::{Failure, complain, status};
use crate::output::write_stdout;
use crate::session::Session;

/// Settings that belong into the credentials file.
const SECRET_SETTINGS: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
];
/// Sections that are no profiles.
const PLAIN_SECTION: &str = "plugins";

/// Prints one setting of the files.
pub(super) fn get(session: &Session, words: &[String]) -> Result<i32, Failure> {
    let (parsed, rest) = parse(session, &[Argument::operand("varname", Count::One)], words)?;
    all_known(&rest)?;
    let name = parsed.word("varname").unwrap_or_default();
    let value = if name.contains('.') {
        dotted(session, name)
    } else {
        session
            .profile()?
            .and_then(|section| section.get(name))
            .cloned()
    };
    match value {
        Some(Setting::Text(value)) => {
            write_stdout(format!("{value}\n").as_bytes());
            Ok(0)
        }
        Some(Setting::Nested(_)) => {
            complain(&format!(
                "varname ({name}) must reference a value, not a section or sub-section."
            ));
            Ok(status::NOT_FOUND)
        }
        None => Ok(status::NOT_FOUND),
    }
}

/// A setting with its profile, and perhaps its group, in front.
fn dotted(session: &Session, name: &str) -> Option<Setting> {
    let parts: Vec<&str> = name.split('.').collect();
    let known = parts[0] == "default" || session.config.profile(parts[0]).is_some();
    let (profile, rest) = match parts[..] {
        ["profile", profile, ..] => (profile, &parts[2..]),
        [profile, ..] if known => (profile, &parts[1..]),
        _ => (session.profile_name(), &parts[..]),
    };
    let value = session.config.profile(profile)?.get(*rest.first()?)?;
    match rest[1..] {
        [inner] => match value {
            Setting::Nested(settings) => settings.get(inner).cloned().map(Setting::Text),
            Setting::Text(_) => None,
        },
        _ => Some(value.clone()),
    }
}

/// Writes one setting to the files.
pub(super) fn set(session: &Session, words: &[String]) -> Result<i32, Failure> {
    let arguments = [
        Argument::operand("varname", Count::One),
        Argument::operand("value", Count::One),
        Argument::option("profile-pattern"),
    ];
    let (parsed, rest) = parse(session, &arguments, words)?;
    all_known(&rest)?;
    let value = parsed.word("value").unwrap_or_default();
    let (section, name, group) = place(parsed.word("varname").unwrap_or_default())?;
    let secret = SECRET_SETTINGS.contains(&name.as_str());
    let mut sections = match parsed
        .word("profile-pattern")
        .filter(|pattern| !pattern.is_empty())
    {
        Some(pattern) => matching_sections(session, pattern)?,
        None => Vec::new(),
    };
    if sections.is_empty() {
        sections.push(section.unwrap_or_else(|| {
            session
                .profile_asked()
                .map_or("default".to_owned(), section_of)
        }));
    }
    let path = if secret {
        credentials_path(&session.environment)
    } else {
        config_path(&session.environment)
    };
    let path = session.environment.expand_user(&path);
    let value = match group {
        Some(inner) => writer::NewValue::Nested(vec![(inner, value.to_owned())]),
        None => writer::NewValue::Text(value.to_owned()),
    };
    for section in sections {
        let section = section
            .strip_prefix("profile ")
            .filter(|_| secret)
            .unwrap_or(&section);
        writer::update(&path, section, vec![(name.clone(), value.clone())])?;
    }
    Ok(0)
}

/// Section, name and the name inside a group, of a setting as it is named on the command line.
fn place(name: &str) -> Result<(Option<String>, String, Option<String>), Failure> {
    let parts: Vec<&str> = name.split('.').collect();
    let inner = |rest: &[&str]| match rest {
        [inner] => Some((*inner).to_owned()),
        _ => None,
    };
    Ok(match parts[..] {
        [name] => (None, name.to_owned(), None),
        ["default", name, ..] => (
            Some("default".to_owned()),
            name.to_owned(),
            inner(&parts[2..]),
        ),
        ["profile", profile, name, ..] => (
            Some(section_of(profile)),
            name.to_owned(),
            inner(&parts[3..]),
        ),
        ["profile", ..] => return Err(Failure::general("list index out of range")),
        [PLAIN_SECTION, name] => (Some(PLAIN_SECTION.to_owned()), name.to_owned(), None),
        [PLAIN_SECTION, ..] => (None, name.to_owned(), None),
        [name, ..] => (None, name.to_owned(), inner(&parts[1..])),
        [] => (None, String::new(), None),
    })
}

/// The sections of the profiles whose names begin with something that matches.
fn matching_sections(session: &Session, pattern: &str) -> Result<Vec<String>, Failure> {
    let pattern = regex::Regex::new(&format!("^(?:{pattern})"));
    let pattern =
        pattern.map_err(|error| Failure::general(error.to_string().replace('\n', " ")))?;
    Ok(session
        .config
        .profile_names()
        .filter(|name| pattern.is_match(name))
        .map(section_of)
        .collect())
}
