//! Help pages, in our own words and from the interface models.

mod operation;
mod page;
mod seed;
mod shapes;
mod syntax;
#[cfg(test)]
mod tests;
mod tools;
mod topics;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signback_wire::{Operation, Service};

use crate::arguments::globals::GLOBAL_OPTIONS;
use crate::arguments::misused;
use crate::arguments::names::dashed;
use crate::arguments::parser::{self, Argument, Choices, Count, Stop};
use crate::commands::context::Context;
use crate::commands::own::{OWN, OWN_NAME};
use crate::commands::tools::Tool;
use crate::commands::{self, FIXED, Fixed};
use crate::failure::Failure;
use crate::session::Session;
use crate::session::version;
use crate::terminal::encoding::Pieces;
use crate::terminal::pager::Stream;
use crate::terminal::streams::write_stdout;
use page::{COLUMNS, Page};

/// The topics that `help` has pages about, each with its title; the list of them comes last.
pub(crate) fn topics() -> Vec<(&'static str, &'static str)> {
    let topics = topics::TOPICS.iter().map(|topic| (topic.name, topic.title));
    topics.chain([("topics", "The list of topics")]).collect()
}

/// The page about the whole command line, or about a topic.
///
/// # Errors
/// A topic that does not exist, or a page that cannot be shown.
pub(crate) fn top(session: &Session, words: &[String]) -> Result<i32, Failure> {
    let topics = topics();
    let names: Vec<&str> = topics.iter().map(|(name, _)| *name).collect();
    let operand = Argument::operand("subcommand", Count::Optional).among(Choices::List(&names));
    let (parsed, _) = match parser::parse(&[operand], words) {
        Ok(parsed) => parsed,
        Err(Stop::Version) => return Ok(0),
        Err(Stop::Problem(message)) => {
            return Err(misused(&session.environment.program, &message));
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
    page.paragraph(0, program);
    page.heading("DESCRIPTION");
    page.paragraph(
        0,
        "Calls operations of AWS services from the command line, and of a Signback server that stands in for them.",
    );
    page.heading("SYNOPSIS");
    page.code([format!(
        "{program} [options] <command> <subcommand> [parameters]"
    )]);
    page.paragraph(
        0,
        &format!(
            "\"{program} <command> help\" shows a service's operations, \"{program} <command> <subcommand> help\" the parameters of one, \"{program} help topics\" what else there is to read."
        ),
    );
    global_options(page);
    page.heading("AVAILABLE SERVICES");
    for (name, full) in commands::builtin() {
        page.item(0, &format!("{name} - {full}"));
    }
    for fixed in FIXED {
        page.item(0, &format!("{} - {}", fixed.name, fixed.is));
    }
    page.paragraph(
        0,
        "Services with an interface model in ~/.aws/models or on AWS_DATA_PATH can be called, too.",
    );
    if program == OWN_NAME {
        page.heading("OWN COMMANDS");
        for own in OWN.iter().filter(|own| own.is_built()) {
            page.item(0, &format!("{} - {}", own.name, own.meaning));
        }
        page.paragraph(
            0,
            "These exist under the name signback only. Those that take options or words show them with --help.",
        );
    }
}

/// The page about a service.
///
/// # Errors
/// A page that cannot be shown.
pub(crate) fn service(session: &Session, service: &Service) -> Result<i32, Failure> {
    let path = format!("{}/index", service.name());
    let program = &session.environment.program;
    show(session, &path, |page| write_service(page, program, service))
}

fn write_service(page: &mut Page, program: &str, service: &Service) {
    page.heading("NAME");
    page.paragraph(0, service.name());
    page.heading("DESCRIPTION");
    let metadata = service.metadata();
    page.paragraph(
        0,
        &format!(
            "The operations of {}, version {}. \"{program} {} <subcommand> help\" shows the parameters of one.",
            metadata.full_name,
            metadata.api_version,
            service.name()
        ),
    );
    page.heading("AVAILABLE COMMANDS");
    for name in service.operation_names() {
        page.item(0, &dashed(name));
    }
    page.item(0, "help");
}

/// The page about an operation.
///
/// # Errors
/// A page that cannot be shown.
pub(crate) fn operation(
    session: &Session,
    service: &Service,
    operation: &Operation,
) -> Result<i32, Failure> {
    let path = format!("{}/{}", service.name(), dashed(&operation.name));
    show(session, &path, |page| {
        operation::write(page, &session.environment.program, service, operation);
    })
}

/// The page about `configure` or one of its sub-commands.
///
/// # Errors
/// A page that cannot be shown.
pub(crate) fn configure(session: &Session, tool: Option<&Tool>) -> Result<i32, Failure> {
    let path = format!("configure/{}", tool.map_or("index", |tool| tool.name));
    show(session, &path, |page| {
        tools::write(page, &session.environment.program, tool);
    })
}

/// The page about a command that is no service.
///
/// # Errors
/// A page that cannot be shown.
pub(crate) fn fixed(session: &Session, fixed: &Fixed) -> Result<i32, Failure> {
    show(session, &format!("{}/index", fixed.name), |page| {
        tools::write_fixed(page, fixed);
    })
}

/// The page about what the words of a command line name so far, as plain text.
pub(crate) fn text(session: &Session, context: &Context<'_>, columns: usize) -> String {
    let program = &session.environment.program;
    let mut page = Page::new(false, columns);
    match (context.service, context.operation) {
        (Some(service), Some(operation)) => {
            operation::write(&mut page, program, service, operation);
        }
        (Some(service), None) => write_service(&mut page, program, service),
        _ if context.is(0, "configure") => {
            let tool = context.operands.get(1).and_then(|name| Tool::named(name));
            tools::write(&mut page, program, tool);
        }
        _ => write_top(&mut page, program),
    }
    page.into_text()
}

fn global_options(page: &mut Page) {
    page.heading("GLOBAL OPTIONS");
    for option in GLOBAL_OPTIONS {
        tools::write_option(page, option);
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
    let mut stream = Stream::for_help(session);
    let mut page = Page::new(stream.is_paged(), COLUMNS);
    write(&mut page);
    if stream.is_paged() {
        // The interrupt key belongs to the pager, which would otherwise be left alone with the terminal.
        let ignored = Arc::new(AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, ignored);
    }
    stream.write(&page.into_text(), Pieces::Whole)?;
    stream.finish();
    Ok(0)
}
