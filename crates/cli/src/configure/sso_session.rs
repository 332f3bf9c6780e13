//! `configure sso-session`: the section that several profiles share to sign in.

use super::section_header;
use super::writer::{self, NewValue};
use crate::failure::{Failure, complain};
use crate::http::url::Url;
use crate::python;
use crate::session::Session;
use crate::session::config::{config_path, text};
use crate::session::ini::Section;
use crate::terminal::interrupt;
use crate::terminal::streams::write_stdout;

/// What a session may do unless its user says otherwise.
const SCOPES: &str = "sso:account:access";
/// Says what is wrong with an answer.
type Check = fn(&str) -> Option<&'static str>;

/// The settings that are asked for: name, question, check of the answer.
const QUESTIONS: [(&str, &str, Check); 3] = [
    ("sso_start_url", "SSO start URL", no_address),
    ("sso_region", "SSO region", nothing),
    (
        "sso_registration_scopes",
        "SSO registration scopes",
        no_scopes,
    ),
];

fn nothing(answer: &str) -> Option<&'static str> {
    answer.is_empty().then_some("A value is required")
}

fn no_address(answer: &str) -> Option<&'static str> {
    let valid = Url::parse(answer).is_valid_endpoint(answer);
    (!valid).then_some("Not a valid Start URL")
}

fn no_scopes(answer: &str) -> Option<&'static str> {
    let blank = |scope: &str| python::strip(scope).contains(python::is_blank);
    let wrong = answer.split(',').any(blank);
    wrong.then_some("Scope values must be separated by commas")
}

/// Asks, and writes the section.
pub(super) fn run(session: &Session) -> Result<i32, Failure> {
    interrupt::end_on_interrupt();
    let name = ask("SSO session name: ", None, nothing)?;
    let unset = Section::new();
    let present = session.config.sso_session(&name).unwrap_or(&unset);
    let mut values = Vec::new();
    for (setting, question, wrong) in QUESTIONS {
        let usual = (setting == "sso_registration_scopes").then_some(SCOPES);
        let present = text(present, setting).or(usual);
        let shown = present.unwrap_or("None");
        let answer = ask(&format!("{question} [{shown}]: "), present, wrong)?;
        values.push((setting.to_owned(), NewValue::Text(answer)));
    }
    let path = session
        .environment
        .expand_user(&config_path(&session.environment));
    writer::update(&path, &section_header("sso-session", &name), values)?;
    write_stdout(
        format!("\nThe session {name} is set up. This signs in and refreshes its token:\n\naws sso login --sso-session {name}\n")
            .as_bytes(),
    );
    Ok(0)
}

/// Asks until the answer will do; an empty answer keeps what is there.
fn ask(question: &str, present: Option<&str>, wrong: Check) -> Result<String, Failure> {
    loop {
        let line = super::ask(question)?;
        let answer = python::strip(&line);
        match present.filter(|_| answer.is_empty()) {
            Some(present) => return Ok(present.to_owned()),
            None => match wrong(answer) {
                None => return Ok(answer.to_owned()),
                Some(problem) => complain(&format!("{problem}\n")),
            },
        }
    }
}
