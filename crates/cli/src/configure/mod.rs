//! `configure`: the shared files, read and changed.

mod export;
mod import;
mod interactive;
mod list;
mod mfa_login;
mod settings;
mod sso_session;
#[cfg(test)]
mod tests;
mod writer;

use std::io::BufRead as _;
use std::os::unix::fs::PermissionsExt as _;

use crate::arguments::misused;
use crate::arguments::parser::{self, Argument, Choices, Count, Parsed, Stop};
use crate::commands::tools::{Configure, TOOLS, Tool};
use crate::failure::{Failure, complain};
use crate::help;
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::terminal::streams::write_stdout;

/// Runs `configure` and its sub-commands.
///
/// # Errors
/// Words that make no sense, or files that cannot be changed.
pub(crate) fn run(session: &mut Session, words: &[String]) -> Result<i32, Failure> {
    if words == ["help"] {
        return help::configure(session, None);
    }
    let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
    let operand = Argument::operand("subcommand", Count::Optional).among(Choices::List(&names));
    let (parsed, rest) = parse(session, &[operand], words)?;
    let Some(tool) = parsed.word("subcommand").and_then(Tool::named) else {
        all_known(&rest)?;
        return interactive::run(session);
    };
    let mut words = words.to_vec();
    if let Some(at) = words.iter().position(|word| word == tool.name) {
        words.remove(at);
    }
    if words == ["help"] {
        return help::configure(session, Some(tool));
    }
    if tool.command == Configure::NotBuilt {
        return not_built(tool);
    }
    let (parsed, rest) = parse(session, &tool.arguments(), &words)?;
    // A file that cannot be imported is told before words that are left over.
    if tool.command != Configure::Import {
        all_known(&rest)?;
    }
    match tool.command {
        Configure::List => list::run(session),
        Configure::ListProfiles => list::profiles(session),
        Configure::Get => settings::get(session, &parsed),
        Configure::Set => settings::set(session, &parsed),
        Configure::Import => import::run(session, &parsed, &rest),
        Configure::ExportCredentials => export::run(session, &parsed),
        Configure::MfaLogin => mfa_login::run(session, &parsed),
        Configure::SsoSession => sso_session::run(session),
        Configure::NotBuilt => not_built(tool),
    }
}

/// Parses the words of a command that is no service.
///
/// # Errors
/// Words that cannot be parsed, with the usage.
pub(crate) fn parse(
    session: &Session,
    arguments: &[Argument<'_>],
    words: &[String],
) -> Result<(Parsed, Vec<String>), Failure> {
    match parser::parse(arguments, words) {
        Ok(parsed) => Ok(parsed),
        Err(Stop::Version) => Ok((Parsed::default(), Vec::new())),
        Err(Stop::Problem(message)) => Err(misused(&session.environment.program, &message)),
    }
}

/// Refuses words that are left over; here without blanks between them.
///
/// # Errors
/// The words, if there are any.
pub(crate) fn all_known(rest: &[String]) -> Result<(), Failure> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Failure::usage(format!(
            "Unknown options: {}",
            rest.join(",")
        )))
    }
}

fn not_built(tool: &Tool) -> Result<i32, Failure> {
    let name = tool.name;
    Err(Failure::general(format!("configure {name} is not built")))
}

/// The section of a profile in the config file.
fn section_of(profile: &str) -> String {
    if profile == "default" {
        return profile.to_owned();
    }
    section_header("profile", profile)
}

/// The header of a section of the config file.
fn section_header(kind: &str, name: &str) -> String {
    if name.contains([' ', '\t']) {
        format!("{kind} {}", python::shell_quoted(name))
    } else {
        format!("{kind} {name}")
    }
}

/// Writes to the credentials file, and warns if others than its owner may use it.
fn update_credentials(path: &str, section: &str, values: writer::NewValues) -> Result<(), Failure> {
    writer::update(path, section, values)?;
    let others = 0o077;
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & others != 0) {
        complain(&format!(
            "\naws: [WARNING]: The file '{path}' is accessible by other users. Consider running 'chmod 600 {path}' to restrict access to only your user.\n"
        ));
    }
    Ok(())
}

/// Asks a question, and reads the answer as it was typed.
fn ask(question: &str) -> Result<String, Failure> {
    write_stdout(question.as_bytes());
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(0) => Err(Failure::general(sentences::END_OF_INPUT)),
        Ok(_) => Ok(line.strip_suffix('\n').unwrap_or(&line).to_owned()),
        Err(error) => Err(Failure::general(error.to_string())),
    }
}

/// All but the last four characters of a value, starred out.
fn masked(value: &str) -> String {
    let count = value.chars().count();
    let tail: String = value.chars().skip(count.saturating_sub(4)).collect();
    format!("{}{tail}", "*".repeat(16))
}
