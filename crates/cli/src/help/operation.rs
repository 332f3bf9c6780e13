//! The page about an operation: from its interface model, and in our own words for the one that
//! this program is about.

use signback_wire::{Auth, Kind, Operation, Protocol, Service, Shape};

use super::page::{Page, continued};
use super::seed;
use super::shapes;
use super::syntax;
use crate::arguments::globals::GLOBAL_OPTIONS;
use crate::arguments::names::dashed;
use crate::arguments::operation::{OperationOption, Source, options};
use crate::commands::meaning::{explained, is_about, kind_name, members};

/// Writes the page.
pub(super) fn write(page: &mut Page, program: &str, service: &Service, operation: &Operation) {
    let own = is_about(service, operation);
    let name = dashed(&operation.name);
    let options = options(service, operation);
    page.heading("NAME");
    page.paragraph(0, &name);
    page.heading("DESCRIPTION");
    if own {
        seed::description(page);
    } else {
        description(page, service, operation);
    }
    synopsis(page, service, operation, &name, &options);
    page.heading("OPTIONS");
    for option in options.iter().filter(|option| option.documented) {
        write_option(page, service, operation, option);
    }
    super::global_options(page);
    page.heading("EXAMPLES");
    if own {
        seed::examples(page, program);
    } else {
        examples(page, program, service, &name, &options);
    }
    output(page, service, operation);
    errors(page, operation);
    if own {
        seed::exit_status(page);
    }
}

fn description(page: &mut Page, service: &Service, operation: &Operation) {
    let place = match service.metadata().protocol {
        Protocol::RestJson => format!(" ({} {})", operation.method, operation.uri),
        Protocol::Json | Protocol::Query => String::new(),
    };
    page.paragraph(
        0,
        &format!(
            "Calls {} of {}{place}.",
            operation.name,
            service.metadata().full_name
        ),
    );
    if operation.auth == Auth::None {
        page.paragraph(0, "The request is not signed: it needs no credentials.");
    }
    if operation.paginator.is_some() {
        page.paragraph(
            0,
            "A longer result comes in pages. All of them are fetched, unless --max-items or --no-paginate says otherwise.",
        );
    }
}

fn synopsis(
    page: &mut Page,
    service: &Service,
    operation: &Operation,
    name: &str,
    options: &[OperationOption],
) {
    page.heading("SYNOPSIS");
    let mut lines = vec![format!("  {name}")];
    for option in options.iter().filter(|option| option.documented) {
        let long = &option.name;
        match option.source {
            Source::Member(place) if is_flag(service, operation, place) => {
                lines.push(format!("[--{long} | --no-{long}]"));
            }
            Source::Negated(_) | Source::InputYaml => {}
            Source::InputJson => lines.push("[--cli-input-json | --cli-input-yaml]".to_owned()),
            _ if option.required => lines.push(format!("--{long} <value>")),
            _ => lines.push(format!("[--{long} <value>]")),
        }
    }
    for option in GLOBAL_OPTIONS {
        let value = if option.is_flag() { "" } else { " <value>" };
        lines.push(format!("[--{}{value}]", option.name));
    }
    page.code(lines);
}

fn is_flag(service: &Service, operation: &Operation, place: usize) -> bool {
    service.shape(members(service, operation)[place].shape).kind == Kind::Boolean
}

fn write_option(
    page: &mut Page,
    service: &Service,
    operation: &Operation,
    option: &OperationOption,
) {
    let name = format!("--{}", option.name);
    let text = explained(service, operation, option);
    let (name, kind) = match option.source {
        Source::Negated(_) | Source::InputYaml => return,
        Source::Member(place) if is_flag(service, operation, place) => {
            (format!("{name} | --no-{}", option.name), "boolean")
        }
        Source::Member(place) => {
            let shape = service.shape(members(service, operation)[place].shape);
            (name, kind_name(shape))
        }
        Source::PageSize | Source::MaxItems => (name, "integer"),
        Source::InputJson => ("--cli-input-json | --cli-input-yaml".to_owned(), "string"),
        Source::StartingToken | Source::Skeleton => (name, "string"),
    };
    let required = if option.required { " [required]" } else { "" };
    page.name(0, &name, &format!("({kind}){required}"));
    if let Some(text) = text {
        page.paragraph(1, text);
    }
    if let Source::Member(place) = option.source {
        let shape = service.shape(members(service, operation)[place].shape);
        shapes::write(page, service, shape, 1);
        syntax::write(page, service, shape);
    }
}

fn examples(
    page: &mut Page,
    program: &str,
    service: &Service,
    name: &str,
    options: &[OperationOption],
) {
    let call = format!("$ {program} {} {name}", service.name());
    let required: Vec<String> = options
        .iter()
        .filter(|option| option.required)
        .map(|option| format!("    --{} <value>", option.name))
        .collect();
    page.paragraph(0, "With what is required and nothing more:");
    page.code(continued([call.clone()].into_iter().chain(required)));
    if options
        .iter()
        .any(|option| option.source == Source::InputJson)
    {
        page.paragraph(0, "With a document that holds all parameters:");
        let lines = [
            format!("{call} \\"),
            "    --generate-cli-skeleton yaml-input > input.yaml".to_owned(),
            format!("{call} \\"),
            "    --cli-input-yaml file://input.yaml".to_owned(),
        ];
        page.code(lines);
    }
}

fn output(page: &mut Page, service: &Service, operation: &Operation) {
    page.heading("OUTPUT");
    let members = service.output(operation).map_or(&[][..], Shape::members);
    if members.is_empty() {
        page.paragraph(0, "None");
    }
    for member in members {
        shapes::write_member(page, service, member, 0);
    }
}

fn errors(page: &mut Page, operation: &Operation) {
    if operation.errors.is_empty() {
        return;
    }
    page.heading("ERRORS");
    for error in &operation.errors {
        page.item(0, &format!("{} ({})", error.code, error.status));
    }
}
