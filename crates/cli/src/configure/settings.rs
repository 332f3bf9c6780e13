//! `configure get` and `configure set`.

use super::{section_header, section_of, update_credentials, writer};
use crate::arguments::parser::Parsed;
use crate::failure::{Failure, complain, status};
use crate::input::files;
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::session::config::{config_path, credentials_path};
use crate::session::ini::Setting;
use crate::terminal::streams::write_stdout;

/// Settings that belong into the credentials file.
const SECRET_SETTINGS: [&str; 3] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
];
/// The section that is no profile. A name counts as its name if it is a part of it, so that the
/// profile `in` is written as `[in]`: the command being replaced compares them that way.
const PLAIN_SECTION: &str = "plugins";

/// The kind and the name of the section that an option names; not both options may be given.
fn section_option(parsed: &Parsed) -> Result<Option<(&'static str, &str)>, Failure> {
    match (parsed.word("sso-session"), parsed.word("services")) {
        (Some(_), Some(_)) => Err(Failure::usage(
            "The key \"services\" cannot be specified when one of the following keys are also specified: sso_session",
        )),
        (Some(name), None) => Ok(Some(("sso-session", name))),
        (None, Some(name)) => Ok(Some(("services", name))),
        (None, None) => Ok(None),
    }
}

/// What was given for an operand, which may stand in a file.
fn operand(session: &Session, parsed: &Parsed, name: &str) -> Result<String, Failure> {
    let word = parsed.word(name).unwrap_or_default();
    let from_file = files::parameter(&session.environment, name, word)?;
    Ok(from_file.map_or_else(|| word.to_owned(), |name| python::display(&name)))
}

/// Prints one setting of the files.
pub(super) fn get(session: &Session, parsed: &Parsed) -> Result<i32, Failure> {
    let name = &operand(session, parsed, "varname")?;
    let value = match section_option(parsed)? {
        Some((kind, section)) => in_section(session, kind, section, name)?,
        None if name.contains('.') => dotted(session, name)?,
        None => session
            .profile()?
            .and_then(|section| section.get(name))
            .cloned(),
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

/// A setting of a section that is no profile.
fn in_section(
    session: &Session,
    kind: &str,
    section: &str,
    name: &str,
) -> Result<Option<Setting>, Failure> {
    let found = match kind {
        "services" => session.config.services(section),
        _ => session.config.sso_session(section),
    };
    let found = found.ok_or_else(|| {
        Failure::general(format!(
            "The config sub-section ({section}) could not be found "
        ))
    })?;
    let parts: Vec<&str> = name.split('.').collect();
    Ok(match parts[..] {
        [name] => found.get(name).cloned(),
        [group, inner] => found.get(group).and_then(|group| in_group(group, inner)),
        _ => None,
    })
}

fn in_group(group: &Setting, name: &str) -> Option<Setting> {
    match group {
        Setting::Nested(settings) => settings.get(name).cloned().map(Setting::Text),
        Setting::Text(_) => None,
    }
}

/// A setting with its profile, and perhaps its group, in front.
fn dotted(session: &Session, name: &str) -> Result<Option<Setting>, Failure> {
    let parts: Vec<&str> = name.split('.').collect();
    if let [section, name] = parts[..]
        && PLAIN_SECTION.contains(section)
    {
        let plain = session.config.other(section);
        let profile = || session.config.profile(section);
        let found = plain.and_then(|settings| settings.get(name));
        return Ok(found.or_else(|| profile()?.get(name)).cloned());
    }
    let known = parts[0] == "default" || session.config.profile(parts[0]).is_some();
    let (profile, rest) = match parts[..] {
        ["profile", profile, ..] => (profile, &parts[2..]),
        [profile, ..] if known => (profile, &parts[1..]),
        _ => (session.profile_name(), &parts[..]),
    };
    let name = rest.first().ok_or_else(no_such_part)?;
    let Some(value) = session
        .config
        .profile(profile)
        .and_then(|settings| settings.get(*name))
    else {
        return Ok(None);
    };
    Ok(match rest[1..] {
        [inner] => in_group(value, inner),
        _ => Some(value.clone()),
    })
}

/// Writes one setting to the files.
pub(super) fn set(session: &Session, parsed: &Parsed) -> Result<i32, Failure> {
    let name = &operand(session, parsed, "varname")?;
    let value = &operand(session, parsed, "value")?;
    let config = session
        .environment
        .expand_user(&config_path(&session.environment));
    if let Some((kind, section)) = section_option(parsed)? {
        let (name, inner) = place_in_section(kind, section, name)?;
        let values = vec![(name.to_owned(), new_value(inner, value))];
        writer::update(&config, &section_header(kind, section), values)?;
        return Ok(0);
    }
    let Place {
        profile,
        name,
        inner,
    } = place(session.profile_name(), name)?;
    let values = vec![(name.to_owned(), new_value(inner, value))];
    if SECRET_SETTINGS.contains(&name) {
        let path = credentials_path(&session.environment);
        update_credentials(&session.environment.expand_user(&path), profile, values)?;
    } else if PLAIN_SECTION.contains(profile) {
        writer::update(&config, profile, values)?;
    } else {
        writer::update(&config, &section_of(profile), values)?;
    }
    Ok(0)
}

fn new_value(inner: Option<&str>, value: &str) -> writer::NewValue {
    match inner {
        Some(inner) => writer::NewValue::Nested(vec![(inner.to_owned(), value.to_owned())]),
        None => writer::NewValue::Text(value.to_owned()),
    }
}

/// A setting's name, and the name inside a group, in a section that an option names.
fn place_in_section<'n>(
    kind: &str,
    section: &str,
    name: &'n str,
) -> Result<(&'n str, Option<&'n str>), Failure> {
    let sensible = |c: char| c.is_alphanumeric() || "_-/.%@:+".contains(c);
    if !section.starts_with(sensible) {
        let message = format!("aws: [ERROR]: Invalid value for --{kind}.");
        return Err(Failure::usage(message));
    }
    let parts: Vec<&str> = name.split('.').collect();
    match parts[..] {
        [name] => Ok((name, None)),
        [group, inner] => Ok((group, Some(inner))),
        _ => Err(Failure::usage(
            "Found more than two parts in the property to set. Deep nesting of properties is not supported.",
        )),
    }
}

/// Where a setting stands.
#[derive(Debug, PartialEq, Eq)]
struct Place<'n> {
    profile: &'n str,
    name: &'n str,
    inner: Option<&'n str>,
}

/// The place of a setting as it is named on the command line, while a profile is in use.
fn place<'n>(in_use: &'n str, name: &'n str) -> Result<Place<'n>, Failure> {
    let parts: Vec<&str> = name.split('.').collect();
    let (profile, rest) = match parts[..] {
        [_] => (in_use, &parts[..]),
        ["default", ..] => ("default", &parts[1..]),
        ["profile", profile, ..] => (profile, &parts[2..]),
        [section, _] if PLAIN_SECTION.contains(section) => (section, &parts[1..]),
        [section, ..] if PLAIN_SECTION.contains(section) => {
            return Ok(Place {
                profile: "default",
                name,
                inner: None,
            });
        }
        _ => (in_use, &parts[..]),
    };
    let inner = match *rest {
        [_, inner] => Some(inner),
        _ => None,
    };
    Ok(Place {
        profile,
        name: rest.first().ok_or_else(no_such_part)?,
        inner,
    })
}

/// What is said about a name that ends too early.
fn no_such_part() -> Failure {
    Failure::general(sentences::LIST_TOO_SHORT)
}
