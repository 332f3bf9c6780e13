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

pub use export::FORMATS as EXPORT_FORMATS;

use std::io::BufRead as _;
use std::os::unix::fs::PermissionsExt as _;

use crate::arguments::parser::{self, Argument, Choices, Count, Parsed, Stop};
use crate::arguments::usage;
use crate::failure::{Failure, complain};
use crate::help;
use crate::python;
use crate::session::Session;
use crate::terminal::streams::write_stdout;

/// The sub-commands, in the order of the help page.
pub const SUBCOMMANDS: &[(&str, &str)] = &[
    (
        "list",
        "Shows profile, keys and region in use, and where each comes from.",
    ),
    ("get", "Prints one setting of the shared files."),
    ("set", "Writes one setting to the shared files."),
    (
        "add-model",
        "Adds an interface model. Not built: put it into ~/.aws/models by hand.",
    ),
    (
        "import",
        "Imports key pairs from a CSV file of the console.",
    ),
    ("list-profiles", "Lists the profiles of the shared files."),
    ("sso", "Sets up a sign-in. Not built."),
    (
        "sso-session",
        "Asks for the section that several profiles share to sign in.",
    ),
    (
        "export-credentials",
        "Prints the credentials in use in a form for other programs.",
    ),
    (
        "mfa-login",
        "Gets temporary keys for a second factor and writes them to a profile.",
    ),
    ("agent-toolkit", "Sets up coding assistants. Not built."),
    ("wizard", "Sets up a profile step by step. Not built."),
];

/// Runs `configure` and its sub-commands.
///
/// # Errors
/// Words that make no sense, or files that cannot be changed.
pub fn run(session: &mut Session, words: &[String]) -> Result<i32, Failure> {
    if words == ["help"] {
        return help::configure(session, None);
    }
    let names: Vec<&str> = SUBCOMMANDS.iter().map(|(name, _)| *name).collect();
    let operand = Argument::operand("subcommand", Count::Optional).among(Choices::List(&names));
    let (parsed, rest) = parse(session, &[operand], words)?;
    let Some(name) = parsed.word("subcommand") else {
        all_known(&rest)?;
        return interactive::run(session);
    };
    let mut words = words.to_vec();
    if let Some(at) = words.iter().position(|word| word == name) {
        words.remove(at);
    }
    if words == ["help"] {
        return help::configure(session, Some(name));
    }
    match name {
        "list" => no_arguments(session, &words, list::run),
        "list-profiles" => no_arguments(session, &words, list::profiles),
        "get" => settings::get(session, &words),
        "set" => settings::set(session, &words),
        "import" => import::run(session, &words),
        "export-credentials" => export::run(session, &words),
        "mfa-login" => mfa_login::run(session, &words),
        "sso-session" => sso_session::run(session, &words),
        other => Err(Failure::general(format!("configure {other} is not built"))),
    }
}

/// Parses the words of a sub-command.
fn parse(
    session: &Session,
    arguments: &[Argument<'_>],
    words: &[String],
) -> Result<(Parsed, Vec<String>), Failure> {
    match parser::parse(arguments, words) {
        Ok(parsed) => Ok(parsed),
        Err(Stop::Version) => Ok((Parsed::default(), Vec::new())),
        Err(Stop::Problem(message)) => Err(Failure::usage(format!(
            "{message}\n\n{}",
            usage(&session.environment.program)
        ))),
    }
}

/// Refuses words that are left over; here without blanks between them.
fn all_known(rest: &[String]) -> Result<(), Failure> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Failure::usage(format!(
            "Unknown options: {}",
            rest.join(",")
        )))
    }
}

fn no_arguments(
    session: &Session,
    words: &[String],
    run: fn(&Session) -> Result<i32, Failure>,
) -> Result<i32, Failure> {
    let (_, rest) = parse(session, &[], words)?;
    all_known(&rest)?;
    run(session)
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
        Ok(0) => Err(Failure::general("EOF when reading a line")),
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
