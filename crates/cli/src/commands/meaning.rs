//! What operations, options and values are, in a line: for help, completion and the prompt.

use signback_wire::{Bound, Kind, Member, Operation, Service, Shape, Trait};

use crate::arguments::operation::{OperationOption, Source, options};

/// The operation that this program is about, in a line of a list.
pub(crate) const SUMMARY: &str = "Tells a chat how the customer's sign-in went.";
/// Whether it is the operation that this program is about: `connect update-participant-authentication`.
pub(crate) fn is_about(service: &Service, operation: &Operation) -> bool {
    service.name() == "connect" && operation.name == "UpdateParticipantAuthentication"
}

/// What the operation is, in a line of a list.
pub(crate) fn operation_summary(service: &Service, operation: &Operation) -> String {
    if is_about(service, operation) {
        return SUMMARY.to_owned();
    }
    let options = options(service, operation).into_iter();
    let required: Vec<String> = options
        .filter(|option| option.required)
        .map(|option| format!("--{}", option.name))
        .collect();
    if required.is_empty() {
        "Requires no parameter.".to_owned()
    } else {
        format!("Requires {}.", required.join(", "))
    }
}

/// What an option is, in a line of a list.
pub(crate) fn summary(
    service: &Service,
    operation: &Operation,
    option: &OperationOption,
) -> String {
    let mut parts = Vec::new();
    parts.extend(explained(service, operation, option).map(str::to_owned));
    if let Source::Member(place) = option.source {
        let member = &members(service, operation)[place];
        let shape = service.shape(member.shape);
        let limits = limits(shape);
        if !limits.is_empty() {
            parts.push(limits.join(", "));
        }
        if !shape.enumeration.is_empty() {
            parts.push(format!("One of: {}", shape.enumeration.join(", ")));
        }
    }
    parts.join(" ")
}

pub(crate) fn members<'a>(service: &'a Service, operation: &Operation) -> &'a [Member] {
    service.input(operation).map_or(&[], Shape::members)
}

/// What an option does, where we have words for it.
pub(crate) fn explained(
    service: &Service,
    operation: &Operation,
    option: &OperationOption,
) -> Option<&'static str> {
    Some(match option.source {
        Source::Member(place) if is_about(service, operation) => {
            return parameter(&members(service, operation)[place].name);
        }
        Source::Member(_) => return None,
        Source::Negated(_) => "The opposite.",
        Source::StartingToken => "Where to go on: the NextToken of an earlier call.",
        Source::PageSize => {
            "How many items the service is asked for at a time. What is printed does not change."
        }
        Source::MaxItems => {
            "How many items to print at most. If there are more, the result has a NextToken for --starting-token."
        }
        Source::InputJson | Source::InputYaml => {
            "Reads the parameters from a JSON or YAML document, given here or as file://PATH. Options given beside it win. --generate-cli-skeleton prints a document to start from."
        }
        Source::Skeleton => {
            "Sends nothing. Prints a sample of the input, as JSON (\"input\", the default) or YAML (\"yaml-input\"), or, with \"output\", checks the parameters and prints a sample of the result."
        }
    })
}

/// What each of its parameters is.
pub(crate) fn parameter(name: &str) -> Option<&'static str> {
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

/// The type of a shape as help pages name it.
pub(crate) fn kind_name(shape: &Shape) -> &'static str {
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

/// The limits of a shape, one a line.
pub(crate) fn limits(shape: &Shape) -> Vec<String> {
    let number = |bound: Bound| match bound {
        Bound::Whole(number) => number.to_string(),
        Bound::Real(number) => number.to_string(),
    };
    let mut found = Vec::new();
    found.extend(shape.min.map(|bound| format!("min: {}", number(bound))));
    found.extend(shape.max.map(|bound| format!("max: {}", number(bound))));
    found.extend(
        shape
            .pattern
            .as_ref()
            .map(|pattern| format!("pattern: {pattern}")),
    );
    found
}
