//! The AWS-style command line: from words to what they ask for.

use signback_wire::Service;

use crate::arguments::globals::{self, GLOBAL_OPTIONS, Globals};
use crate::arguments::misused;
use crate::arguments::operation::Operations;
use crate::arguments::parser::{self, Action, Argument, Choices, Count, Parsed, Stop, Table as _};
use crate::commands::alias;
use crate::commands::alias::{Aliases, Meaning};
use crate::commands::names::Commands;
use crate::commands::services;
use crate::commands::{self, Called};
use crate::failure::{Cause, ErrorFormat, Failure, status};
use crate::http::url::Url;
use crate::input::blobs;
use crate::output::{query, report};
use crate::prompt::{self, Mode};
use crate::session::Session;
use crate::session::config::Config;
use crate::session::environment::Environment;
use crate::session::version;
use crate::terminal::encoding;
use crate::terminal::paint::{self, Colour};
use crate::terminal::streams::write_stdout;
use crate::{call, configure, help, operation, output, python, sign_out};

/// How deep aliases may stand for other aliases.
const ALIASES_MAX: usize = 50;

/// Runs the command that the words ask for, and tells the exit status.
pub(crate) fn run(environment: Environment, words: &[String]) -> i32 {
    encoding::begin(&environment);
    let program = environment.program.clone();
    let early =
        |failure: &Failure| report::print(&program, ErrorFormat::Enhanced, Colour::Off, failure);
    let debug = match first_pass(&program, words) {
        Ok(debug) => debug,
        Err(failure) => return early(&failure),
    };
    let config = match Config::load(&environment) {
        Ok(config) => config,
        Err(failure) => return early(&failure),
    };
    let mut session = Session {
        environment,
        config,
        globals: Globals::default(),
        debug,
    };
    match prompt::mode(&session, words) {
        Err(failure) => early(&failure),
        Ok(Mode::Off) => {
            let outcome = command(&mut session, words);
            finish(&session, outcome)
        }
        Ok(Mode::On) => prompted(&mut session, words, ""),
        Ok(Mode::OnPartial) => {
            let outcome = command(&mut session, words);
            match &outcome {
                Err(failure) if failure.status == status::USAGE => {
                    // Problems are told by the prompt, except for words that it would not point out.
                    if matches!(failure.cause, Cause::UnknownOptions(_)) {
                        finish(&session, outcome.clone());
                    }
                    session.globals = Globals::default();
                    prompted(&mut session, words, &failure.message())
                }
                _ => finish(&session, outcome),
            }
        }
    }
}

/// Asks for a command and runs it; the problem is what kept the words from being one.
fn prompted(session: &mut Session, words: &[String], problem: &str) -> i32 {
    let outcome = prompt::ask(session, words, problem).and_then(|words| command(session, &words));
    finish(session, outcome)
}

fn finish(session: &Session, outcome: Result<i32, Failure>) -> i32 {
    let status = match outcome {
        Ok(status) => status,
        Err(failure) => {
            let colour = output::colour(session);
            report::print(
                &session.environment.program,
                session.error_format(),
                colour,
                &failure,
            )
        }
    };
    paint::end(session.environment.stdout_is_terminal);
    status
}

/// `--profile` and `--debug` are read before everything else.
fn first_pass(program: &str, words: &[String]) -> Result<bool, Failure> {
    let arguments = [
        Argument::option("profile"),
        Argument::flag("debug", Action::On),
    ];
    match parser::parse(&arguments, words) {
        Ok((parsed, _)) => Ok(parsed.flag("debug").is_some()),
        Err(Stop::Version) => Ok(false),
        Err(Stop::Problem(message)) => Err(Failure::usage(format!(
            "{message}\n\nusage: {program} [--profile PROFILE] [--debug]\n"
        ))),
    }
}

fn command(session: &mut Session, words: &[String]) -> Result<i32, Failure> {
    let aliases = Aliases::load(&session.environment)?;
    let commands = Commands {
        own: [
            aliases.names(None),
            services::own_services(&session.environment),
        ]
        .concat(),
    };
    let Some((parsed, mut rest)) = parse_globals(session, &commands, words)? else {
        return Ok(0);
    };
    let mut name = parsed.word("command").unwrap_or_default().to_owned();
    session.globals = Globals::new(parsed);
    session.log(|| {
        format!(
            "awscli.clidriver - DEBUG - CLI version: {}",
            version::line(&session.environment)
        )
    });
    session.log(|| {
        format!(
            "awscli.clidriver - DEBUG - Arguments entered to CLI: {}",
            python::words(&shown(words))
        )
    });
    // Until they are settled, the profile that they name says nothing, not even how errors look.
    if let Err(failure) = settle_globals(session) {
        session.globals.forget(&["profile"]);
        return Err(failure);
    }
    encoding::check(&session.environment)?;
    blobs::format(session)?;
    call::timestamp_style(session)?;
    let mut seen = Vec::new();
    while let Some(meaning) = aliases
        .meaning(None, &name)?
        .filter(|_| !seen.contains(&name))
    {
        let expanded = match meaning {
            Meaning::Shell(command) => return alias::run_shell(&command, &rest),
            Meaning::Words(words) => words,
        };
        let Some((parsed, mut left)) = parse_globals(session, &commands, &expanded)? else {
            return Ok(0);
        };
        overlay(session, &parsed, &name)?;
        seen.push(std::mem::replace(
            &mut name,
            parsed.word("command").unwrap_or_default().to_owned(),
        ));
        left.append(&mut rest);
        rest = left;
        if seen.len() == ALIASES_MAX {
            return Err(alias::endless());
        }
    }
    // A command may stand behind an alias of its own name; nothing else may.
    if seen.contains(&name) {
        let own = services::own_services(&session.environment);
        if !(Commands { own }).has(&name) {
            return Err(alias::endless());
        }
    }
    match commands::called(&session.environment, &name)? {
        Called::Help => help::top(session, &rest),
        Called::Configure => configure::run(session, &rest),
        Called::Logout => sign_out::logout(session, &rest),
        Called::Sso => sign_out::sso(session, &rest),
        Called::Service(service) => service_command(session, &aliases, service, &rest),
    }
}

fn parse_globals(
    session: &Session,
    commands: &Commands,
    words: &[String],
) -> Result<Option<(Parsed, Vec<String>)>, Failure> {
    let mut arguments = globals::arguments();
    arguments.push(Argument::operand("command", Count::One).among(Choices::Table(commands)));
    match parser::parse(&arguments, words) {
        Ok(parsed) => Ok(Some(parsed)),
        Err(Stop::Version) => {
            write_stdout(format!("{}\n", version::line(&session.environment)).as_bytes());
            Ok(None)
        }
        Err(Stop::Problem(message)) => Err(misused(&session.environment.program, &message)),
    }
}

/// The words of a command for the log. What is given to its operation may be a secret and is starred.
fn shown(words: &[String]) -> Vec<String> {
    let global = |word: &str| {
        GLOBAL_OPTIONS
            .iter()
            .find(|option| word.strip_prefix("--") == Some(option.name))
    };
    let mut names_left = 2;
    let mut value_of_global = false;
    let shown = words.iter().map(|word| {
        let after_global = std::mem::take(&mut value_of_global);
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        if let Some(option) = global(name) {
            value_of_global = !option.is_flag() && value.is_empty();
            return word.clone();
        }
        if after_global {
            return word.clone();
        }
        if word.starts_with("--") {
            names_left = if names_left == 2 { 2 } else { 0 };
            return if value.is_empty() {
                name.to_owned()
            } else {
                format!("{name}=***")
            };
        }
        if names_left > 0 {
            names_left -= 1;
            return word.clone();
        }
        "***".to_owned()
    });
    shown.collect()
}

/// Checks the global options that are checked whatever the command is.
fn settle_globals(session: &mut Session) -> Result<(), Failure> {
    if let Some(text) = session.globals.word("query") {
        query::check(text)?;
    }
    if let Some(url) = session.globals.word("endpoint-url") {
        let parsed = Url::parse(url);
        if let Some(fault) = parsed.bracket_fault() {
            return Err(Failure::general(fault));
        }
        if parsed.scheme.is_empty() {
            return Err(Failure::usage(format!(
                "Bad value for --endpoint-url \"{url}\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/"
            )));
        }
    }
    let number = |name: &str| {
        session
            .globals
            .word(name)
            .map(python::int)
            .transpose()
            .map_err(Failure::general)
    };
    let read_timeout = number("cli-read-timeout")?;
    let connect_timeout = number("cli-connect-timeout")?;
    session.globals.read_timeout = read_timeout;
    session.globals.connect_timeout = connect_timeout;
    Ok(())
}

/// Takes over the global options that an alias brings.
fn overlay(session: &mut Session, parsed: &Parsed, alias: &str) -> Result<(), Failure> {
    for (name, _) in parsed.iter() {
        if name == "profile" || name == "debug" {
            return Err(alias::unsupported(name, alias));
        }
    }
    session.globals.overlay(parsed);
    settle_globals(session)
}

fn service_command(
    session: &mut Session,
    aliases: &Aliases,
    service: &'static Service,
    words: &[String],
) -> Result<i32, Failure> {
    let names = aliases.names(Some(service.name()));
    let operations = Operations {
        service,
        aliases: &names,
    };
    let mut words = words.to_vec();
    let mut seen: Vec<String> = Vec::new();
    loop {
        let operand = Argument::operand("operation", Count::One).among(Choices::Table(&operations));
        let (parsed, mut rest) = match parser::parse(&[operand], &words) {
            Ok(parsed) => parsed,
            Err(Stop::Version) => return Ok(0),
            Err(Stop::Problem(message)) => {
                return Err(misused(&session.environment.program, &message));
            }
        };
        let name = parsed.word("operation").unwrap_or_default().to_owned();
        let meaning = aliases.meaning(Some(service.name()), &name)?;
        let Some(meaning) = meaning.filter(|_| !seen.contains(&name) && seen.len() < ALIASES_MAX)
        else {
            if seen.contains(&name) && name != "help" && operations.find(&name).is_none() {
                return Err(alias::endless());
            }
            return operation_command(session, &operations, &name, &rest);
        };
        let expanded = match meaning {
            Meaning::Shell(command) => return alias::run_shell(&command, &rest),
            Meaning::Words(words) => words,
        };
        // The alias may hold global options: they are read as if they followed the service.
        let commands = Commands {
            own: vec![service.name().to_owned()],
        };
        let globally = [vec![service.name().to_owned()], expanded].concat();
        let Some((parsed, mut left)) = parse_globals(session, &commands, &globally)? else {
            return Ok(0);
        };
        overlay(session, &parsed, &name)?;
        left.append(&mut rest);
        words = left;
        seen.push(name);
    }
}

fn operation_command(
    session: &Session,
    operations: &Operations<'_>,
    name: &str,
    words: &[String],
) -> Result<i32, Failure> {
    debug_assert!(operations.has(name), "the parser checked the name");
    match operations.find(name) {
        Some(found) => match operation::parse(session, operations.service, found, words)? {
            operation::Asked::Help => help::operation(session, operations.service, found),
            operation::Asked::Call(given) => {
                operation::run(session, operations.service, found, &given)
            }
        },
        None => help::service(session, operations.service),
    }
}
