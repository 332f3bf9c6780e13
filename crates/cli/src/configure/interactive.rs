//! `configure` without a sub-command: four questions.

use super::writer::{self, NewValue, NewValues};
use super::{ask, masked, section_of, update_credentials};
use crate::failure::Failure;
use crate::session::Session;
use crate::session::config::{config_path, credentials_path};
use crate::terminal::interrupt;
use crate::terminal::streams::write_stdout;

/// The settings that are asked for: name, question, whether the present value is starred out.
const QUESTIONS: [(&str, &str, bool); 4] = [
    ("aws_access_key_id", "AWS Access Key ID", true),
    ("aws_secret_access_key", "AWS Secret Access Key", true),
    ("region", "Default region name", false),
    ("output", "Default output format", false),
];
/// How many of them belong into the credentials file.
const SECRETS: usize = 2;

/// Asks, and writes what has changed.
pub(super) fn run(session: &Session) -> Result<i32, Failure> {
    interrupt::end_on_interrupt();
    let nothing = crate::session::ini::Section::new();
    let profile = session.profile_asked();
    let present = session
        .config
        .profile(profile.unwrap_or("default"))
        .unwrap_or(&nothing);
    if present.is_empty() {
        write_stdout(b"\nTip: `aws login` can bring temporary keys from a console session instead of the long-lived ones asked for here.\n\n");
    }
    let mut answers: Vec<Option<String>> = Vec::new();
    for (name, question, secret) in QUESTIONS {
        let present = crate::session::config::text(present, name);
        let shown = present.map_or("None".to_owned(), |value| {
            if secret {
                masked(value)
            } else {
                value.to_owned()
            }
        });
        let answer = ask(&format!("{question} [{shown}]: "))?;
        answers.push(
            Some(answer).filter(|answer| !answer.is_empty() && Some(answer.as_str()) != present),
        );
    }
    let changed = |range: std::ops::Range<usize>| -> NewValues {
        let named = QUESTIONS[range.clone()].iter().zip(&answers[range]);
        named
            .filter_map(|((name, ..), answer)| {
                Some(((*name).to_owned(), NewValue::Text(answer.clone()?)))
            })
            .collect()
    };
    if answers.iter().all(Option::is_none) {
        return Ok(0);
    }
    let file = |path: String| session.environment.expand_user(&path);
    let secrets = changed(0..SECRETS);
    if !secrets.is_empty() {
        update_credentials(
            &file(credentials_path(&session.environment)),
            profile.unwrap_or("default"),
            secrets,
        )?;
    }
    let section = profile.map_or("default".to_owned(), section_of);
    writer::update(
        &file(config_path(&session.environment)),
        &section,
        changed(SECRETS..QUESTIONS.len()),
    )?;
    Ok(0)
}
