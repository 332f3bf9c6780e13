//! Help pages, in our own words and from the interface models.

mod operation;
mod page;
mod topics;

use std::process::{Command, Stdio};

use signback_wire::{Operation, Service};

use crate::arguments::globals::GLOBAL_OPTIONS;
use crate::arguments::names::dashed;
use crate::arguments::parser::{self, Argument, Choices, Count, Stop};
use crate::arguments::usage;
use crate::configure::SUBCOMMANDS;
use crate::failure::Failure;
use crate::output::write_stdout;
use crate::pager::Stream;
use crate::roles;
use crate::session::Session;
use crate::version;
use page::Page;

pub use operation::describe_member;

/// The page about the whole command line, or about a topic.
///
/// # Errors
/// A topic that does not exist, or a page that cannot be shown.
pub fn top(session: &Session, words: &[String]) -> Result<i32, Failure> {
    let names: Vec<&str> = topics::TOPICS
        .iter()
        .map(|topic| topic.name)
        .chain(["topics"])
        .collect();
    let operand = Argument::operand("subcommand", Count::Optional).among(Choices::List(&names));
    let (parsed, _) = match parser::parse(&[operand], words) {
        Ok(parsed) => parsed,
        Err(Stop::Version) => return Ok(0),
        Err(Stop::Problem(message)) => {
            return Err(Failure::usage(format!(
                "{message}\n\n{}",
                usage(&session.environment.program)
            )));
        }
    };
    match parsed.word("subcommand") {
        Some(name) => show(session, &format!("topic/{name}"), |page| {
            topics::write(page, name);
        }),
        None => show(session, "index", |page| {
            write_top(page, &session.environment.program);
        }),
    }
}

fn write_top(page: &mut Page, program: &str) {
    page.heading("NAME");
    page.paragraph(program);
    page.heading("DESCRIPTION");
    page.paragraph(
        "Calls operations of AWS services from the command line, and of a Signback server that stands in for them.",
    );
    page.heading("SYNOPSIS");
    page.line(&format!(
        "{program} [options] <command> <subcommand> [parameters]"
    ));
    page.end_lines();
    page.paragraph(&format!(
        "\"{program} <command> help\" shows a service's operations, \"{program} <command> <subcommand> help\" the parameters of one, \"{program} help topics\" what else there is to read."
    ));
    global_options(page);
    page.heading("AVAILABLE SERVICES");
    for name in signback_wire::BUILTIN.iter().chain(&["configure", "help"]) {
        page.item(name);
    }
    page.end_items();
    page.paragraph(
        "Services with an interface model in ~/.aws/models or on AWS_DATA_PATH can be called, too.",
    );
    if program == roles::OWN_NAME {
        page.heading("OWN COMMANDS");
        for (name, what) in roles::OWN_COMMANDS {
            page.item(&format!("{name} - {what}"));
        }
        page.end_items();
    }
}

/// The page about a service.
///
/// # Errors
/// A page that cannot be shown.
pub fn service(session: &Session, service: &Service) -> Result<i32, Failure> {
    let path = format!("{}/index", service.name());
    show(session, &path, |page| {
        page.heading("NAME");
        page.paragraph(service.name());
        page.heading("DESCRIPTION");
        let metadata = service.metadata();
        page.paragraph(&format!(
            "The operations of {}, version {}.",
            metadata.full_name, metadata.api_version
        ));
        page.heading("AVAILABLE COMMANDS");
        for name in service.operation_names() {
            page.item(&dashed(name));
        }
        page.item("help");
        page.end_items();
    })
}

/// The page about an operation.
///
/// # Errors
/// A page that cannot be shown.
pub fn operation(
    session: &Session,
    service: &Service,
    operation: &Operation,
) -> Result<i32, Failure> {
    let path = format!("{}/{}", service.name(), dashed(&operation.name));
    show(session, &path, |page| {
        operation::write(page, &session.environment.program, service, operation);
    })
}

/// The page about an operation, as plain text.
#[must_use]
pub fn operation_text(program: &str, service: &Service, operation: &Operation) -> String {
    let mut page = Page::new(false);
    operation::write(&mut page, program, service, operation);
    page.into_text()
}

/// The page about `configure` or one of its sub-commands.
///
/// # Errors
/// A page that cannot be shown.
pub fn configure(session: &Session, name: Option<&str>) -> Result<i32, Failure> {
    let program = &session.environment.program;
    let path = name.map_or("configure/index".to_owned(), |name| {
        format!("configure/{name}")
    });
    show(session, &path, |page| {
        page.heading("NAME");
        page.paragraph(name.unwrap_or("configure"));
        page.heading("DESCRIPTION");
        if let Some(name) = name {
            let what = SUBCOMMANDS
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |(_, what)| what);
            page.paragraph(what);
            page.heading("SYNOPSIS");
            page.line(&format!(
                "{program} configure {name}{}",
                parameters_of(name)
            ));
            page.end_lines();
        } else {
            page.paragraph(
                "Asks for a key pair, a region and an output format, and writes them to ~/.aws/credentials and ~/.aws/config. An empty answer keeps what is there. --profile names the profile.",
            );
            page.heading("AVAILABLE COMMANDS");
            for (name, what) in SUBCOMMANDS {
                page.item(&format!("{name} - {what}"));
            }
            page.end_items();
        }
        global_options(page);
    })
}

fn parameters_of(name: &str) -> &'static str {
    match name {
        "get" => " varname [--sso-session <value>] [--services <value>]",
        "set" => " varname value [--sso-session <value>] [--services <value>]",
        "mfa-login" => {
            " [--update-profile <value>] [--duration-seconds <value>] [--serial-number <value>]"
        }
        "import" => " --csv <value> [--skip-invalid] [--profile-prefix <value>]",
        "export-credentials" => " [--format process|env|env-no-export|powershell|windows-cmd|fish]",
        _ => "",
    }
}

fn global_options(page: &mut Page) {
    page.heading("GLOBAL OPTIONS");
    for option in GLOBAL_OPTIONS {
        let mut paragraphs = vec![option.help.to_owned()];
        if !option.choices.is_empty() {
            paragraphs.push(format!("One of: {}.", option.choices.join(", ")));
        }
        page.option(&format!("--{}", option.name), option.kind, &paragraphs);
    }
}

/// Shows a page: in the terminal's pager, as plain text, or as an address, by setting.
fn show(session: &Session, path: &str, write: impl FnOnce(&mut Page)) -> Result<i32, Failure> {
    // A profile that does not exist is no reason to refuse help.
    let form = session
        .setting(&["AWS_CLI_HELP_OUTPUT"], "cli_help_output")
        .ok()
        .flatten();
    let url = format!(
        "https://awscli.amazonaws.com/v2/documentation/api/{}/reference/{path}.html",
        version::FOLLOWED
    );
    match form {
        Some("url") => {
            write_stdout(url.as_bytes());
            return Ok(0);
        }
        Some("browser") => {
            let mut browser = Command::new("xdg-open");
            let opened = browser
                .arg(&url)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            if opened.is_err() {
                write_stdout(format!("{url}\n").as_bytes());
            }
            return Ok(0);
        }
        _ => {}
    }
    let mut page = Page::new(session.environment.stdout_is_terminal);
    write(&mut page);
    let mut stream = Stream::for_help(session);
    stream.write(&page.into_text())?;
    stream.finish();
    Ok(0)
}
