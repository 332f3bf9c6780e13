//! The page about an operation: from its interface model, and in our own words for the one that
//! this program is about.

use signback_wire::{Kind, Member, Operation, Service, Shape, Trait};

use super::page::Page;
use crate::arguments::globals::GLOBAL_OPTIONS;
use crate::arguments::names::dashed;
use crate::arguments::operation::{OperationOption, Source, options};

/// The operation that has a page of its own words.
const OWN_PAGE: &str = "UpdateParticipantAuthentication";
/// How deep the fields of a parameter are shown.
const DEPTH_MAX: usize = 4;

/// Writes the page.
pub(super) fn write(page: &mut Page, program: &str, service: &Service, operation: &Operation) {
    let own = service.name() == "connect" && operation.name == OWN_PAGE;
    let name = dashed(&operation.name);
    let options = options(service, operation);
    page.heading("NAME");
    page.paragraph(&name);
    page.heading("DESCRIPTION");
    if own {
        own_description(page);
    } else {
        page.paragraph(&format!(
            "Calls {} of {}: {} {}.",
            operation.name,
            service.metadata().full_name,
            operation.method,
            operation.uri
        ));
        if operation.paginator.is_some() {
            page.paragraph("A longer result comes in pages; all of them are fetched unless --max-items or --no-paginate says otherwise.");
        }
    }
    synopsis(page, service, operation, &name, &options);
    page.heading("OPTIONS");
    for option in options.iter().filter(|option| option.documented) {
        write_option(page, service, operation, option, own);
    }
    super::global_options(page);
    if own {
        examples(page, program);
        exit_status(page);
    }
    output(page, service, operation);
}

fn own_description(page: &mut Page) {
    page.paragraph(
        "Tells a chat how the customer's sign-in went, and lets the chat go on. It is called by whoever receives the redirect of the identity provider, with the parameters of that redirect.",
    );
    page.item("With --code, the service fetches the customer's identity from the provider and imports it into the profile.");
    page.item(
        "With --error, the error branch of the block that asked the customer to sign in is taken.",
    );
    page.end_items();
    page.paragraph(
        "The answer says only that the parameters were taken. The exchange with the provider and what follows in the chat happen afterwards; watch the chat, or the flow's log, for their outcome.",
    );
}

fn synopsis(
    page: &mut Page,
    service: &Service,
    operation: &Operation,
    name: &str,
    options: &[OperationOption],
) {
    page.heading("SYNOPSIS");
    page.line(&format!("  {name}"));
    let mut skip = None;
    for option in options.iter().filter(|option| option.documented) {
        let long = &option.name;
        match option.source {
            Source::Member(place) if is_flag(service, operation, place) => {
                page.line(&format!("[--{long} | --no-{long}]"));
                skip = Some(place);
            }
            Source::Negated(place) if skip == Some(place) => {}
            Source::InputJson => page.line("[--cli-input-json | --cli-input-yaml]"),
            Source::InputYaml => {}
            _ if option.required => page.line(&format!("--{long} <value>")),
            _ => page.line(&format!("[--{long} <value>]")),
        }
    }
    for option in GLOBAL_OPTIONS
        .iter()
        .filter(|option| option.name != "version")
    {
        let value = if option.kind == "boolean" {
            ""
        } else {
            " <value>"
        };
        page.line(&format!("[--{}{value}]", option.name));
    }
    page.end_lines();
}

fn is_flag(service: &Service, operation: &Operation, place: usize) -> bool {
    let input = service
        .input(operation)
        .expect("options of members have an input");
    service.shape(input.members()[place].shape).kind == Kind::Boolean
}

fn write_option(
    page: &mut Page,
    service: &Service,
    operation: &Operation,
    option: &OperationOption,
    own: bool,
) {
    let name = format!("--{}", option.name);
    let text = |text: &str| vec![text.to_owned()];
    match option.source {
        Source::Member(place) if is_flag(service, operation, place) => {
            page.option(&format!("{name} | --no-{}", option.name), "boolean", &[]);
        }
        Source::Member(place) => {
            let member = &service.input(operation).expect("options of members have an input").members()[place];
            let mut paragraphs = Vec::new();
            if own {
                paragraphs.extend(own_parameter(&member.name).map(str::to_owned));
            }
            if option.required {
                paragraphs.push("Required.".to_owned());
            }
            paragraphs.extend(describe_member(service, member));
            page.option(&name, kind_name(service.shape(member.shape)), &paragraphs);
        }
        Source::StartingToken => page.option(&name, "string", &text("Where to go on: the NextToken of an earlier call.")),
        Source::PageSize => page.option(&name, "integer", &text("How many items the service is asked for at a time. What is printed does not change.")),
        Source::MaxItems => page.option(&name, "integer", &text("How many items to print at most. The result then has a NextToken for --starting-token.")),
        Source::InputJson => page.option("--cli-input-json | --cli-input-yaml", "string", &text(
            "Reads the parameters from a document, given here or as file://PATH. Options given beside it win. --generate-cli-skeleton prints a document to start from.",
        )),
        Source::Negated(_) | Source::InputYaml => {}
        Source::Skeleton => page.option(&name, "string", &text(
            "Sends nothing. Prints a sample of the input, as JSON (\"input\", the default) or YAML (\"yaml-input\"), or, with \"output\", checks the parameters and prints a sample of the result.",
        )),
    }
}

/// What each parameter of the sign-in's answer is, in our own words.
fn own_parameter(name: &str) -> Option<&'static str> {
    Some(match name {
        "State" => {
            "The \"state\" parameter of the redirect: it names the sign-in that this answers. Every sign-in takes one answer only."
        }
        "InstanceId" => "The instance that the chat belongs to: the last part of its ARN.",
        "Code" => {
            "The \"code\" parameter of the redirect, if the customer signed in. Leave out --error then."
        }
        "Error" => {
            "The \"error\" parameter of the redirect, if the customer did not sign in. Leave out --code then."
        }
        "ErrorDescription" => {
            "The \"error_description\" parameter of the redirect, if there was one."
        }
        _ => return None,
    })
}

/// The kind of a shape as help pages and skeletons name it.
fn kind_name(shape: &Shape) -> &'static str {
    match shape.kind {
        _ if shape.has(Trait::Document) => "document",
        Kind::Structure { .. } if shape.has(Trait::Union) => "tagged union structure",
        Kind::Structure { .. } => "structure",
        Kind::List { .. } => "list",
        Kind::Map { .. } => "map",
        Kind::String => "string",
        Kind::Integer => "integer",
        Kind::Long => "long",
        Kind::Float => "float",
        Kind::Double => "double",
        Kind::Boolean => "boolean",
        Kind::Blob => "blob",
        Kind::Timestamp => "timestamp",
    }
}

/// Limits and fields of a parameter, a paragraph each.
#[must_use]
pub fn describe_member(service: &Service, member: &Member) -> Vec<String> {
    let shape = service.shape(member.shape);
    let mut paragraphs = Vec::new();
    let unit = match shape.kind {
        Kind::String | Kind::Blob => "Length",
        Kind::List { .. } | Kind::Map { .. } => "Items",
        _ => "Value",
    };
    match (shape.min, shape.max) {
        (Some(min), Some(max)) => paragraphs.push(format!("{unit}: {min} to {max}.")),
        (Some(min), None) => paragraphs.push(format!("{unit}: at least {min}.")),
        (None, Some(max)) => paragraphs.push(format!("{unit}: at most {max}.")),
        (None, None) => {}
    }
    if let Some(pattern) = &shape.pattern {
        paragraphs.push(format!("Pattern: {pattern}"));
    }
    if !shape.enumeration.is_empty() {
        paragraphs.push(format!("One of: {}.", shape.enumeration.join(", ")));
    }
    let fields = fields(service, shape, 0);
    if !fields.is_empty() {
        paragraphs.push(format!("Form: {fields}"));
    }
    paragraphs
}

/// What a value of the shape is made of, in one line.
fn fields(service: &Service, shape: &Shape, depth: usize) -> String {
    if depth == DEPTH_MAX {
        return kind_name(shape).to_owned();
    }
    let inner = |member: &Member| {
        let shape = service.shape(member.shape);
        let inner = fields(service, shape, depth + 1);
        if inner.is_empty() {
            kind_name(shape).to_owned()
        } else {
            inner
        }
    };
    match &shape.kind {
        Kind::Structure { members, .. } if !members.is_empty() => {
            let members: Vec<String> = members
                .iter()
                .map(|member| format!("{}={}", member.name, inner(member)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Kind::List { member } => format!("[{}, ...]", inner(member)),
        Kind::Map { key, value } => format!("{{{}={}, ...}}", inner(key), inner(value)),
        _ => String::new(),
    }
}

fn output(page: &mut Page, service: &Service, operation: &Operation) {
    page.heading("OUTPUT");
    let members = service
        .output(operation)
        .map(Shape::members)
        .unwrap_or_default();
    if members.is_empty() {
        page.paragraph("None");
    }
    for member in members {
        page.option(
            &member.name,
            kind_name(service.shape(member.shape)),
            &describe_member(service, member),
        );
    }
}

fn examples(page: &mut Page, program: &str) {
    page.heading("EXAMPLES");
    page.paragraph("The customer signed in; the provider sent the browser to https://app.example/callback?code=abc&state=xyz:");
    for line in [
        "--state xyz \\",
        "--instance-id 12345678-1234-1234-1234-123456789012 \\",
        "--code abc",
    ] {
        if line.starts_with("--state") {
            page.line(&format!(
                "$ {program} connect update-participant-authentication \\"
            ));
        }
        page.line(&format!("    {line}"));
    }
    page.end_lines();
    page.paragraph("The customer declined; the redirect was https://app.example/callback?error=access_denied&state=xyz:");
    for line in [
        "--state xyz \\",
        "--instance-id 12345678-1234-1234-1234-123456789012 \\",
        "--error access_denied",
    ] {
        if line.starts_with("--state") {
            page.line(&format!(
                "$ {program} connect update-participant-authentication \\"
            ));
        }
        page.line(&format!("    {line}"));
    }
    page.end_lines();
    page.paragraph("From the redirect's query string, in bash:");
    for line in [
        "$ query='code=abc&state=xyz'",
        "$ get() { tr '&' '\\n' <<< \"$query\" | sed -n \"s/^$1=//p\"; }",
        "$ decode() { local v=${1//+/ }; printf '%b' \"${v//%/\\\\x}\"; }",
    ] {
        page.line(line);
    }
    page.line(&format!(
        "$ {program} connect update-participant-authentication \\"
    ));
    page.line("    --state \"$(decode \"$(get state)\")\" \\");
    page.line("    --instance-id \"$INSTANCE_ID\" \\");
    page.line("    --code \"$(decode \"$(get code)\")\"");
    page.end_lines();
}

fn exit_status(page: &mut Page) {
    page.heading("EXIT STATUS");
    for line in [
        "0 - the service took the parameters.",
        "130 - interrupted from the terminal.",
        "252 - an option is missing, unknown or refused; nothing was sent.",
        "253 - region, credentials or another setting is missing; nothing was sent.",
        "254 - the service answered with an error.",
        "255 - no answer came, or anything else.",
    ] {
        page.item(line);
    }
    page.end_items();
}
