//! The options of one operation, from its interface model.

use signback_wire::{Kind, Operation, Service, Shape, Trait};

use super::names::{dashed, resembles};
use super::parser::{Action, Argument, Choices, Count, Table};

/// The words that `--generate-cli-skeleton` accepts.
pub(crate) const SKELETON_KINDS: &[&str] = &["input", "output", "yaml-input"];

/// An option of an operation.
#[derive(Clone, Debug)]
pub(crate) struct OperationOption {
    /// The name without dashes.
    pub name: String,
    /// What it sets.
    pub source: Source,
    /// Whether it must be given.
    pub required: bool,
    /// Whether help shows it.
    pub documented: bool,
}

/// What an option of an operation sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The member of the input at that place.
    Member(usize),
    /// The opposite of the truth value at that place.
    Negated(usize),
    /// `--starting-token`.
    StartingToken,
    /// `--page-size`.
    PageSize,
    /// `--max-items`.
    MaxItems,
    /// `--cli-input-json`.
    InputJson,
    /// `--cli-input-yaml`.
    InputYaml,
    /// `--generate-cli-skeleton`.
    Skeleton,
}

/// The operations of a service by their names on the command line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operations<'a> {
    /// The service.
    pub service: &'a Service,
    /// Aliases that the user has for operations.
    pub aliases: &'a [String],
}

impl<'a> Operations<'a> {
    /// The operation of that name.
    pub(crate) fn find(&self, name: &str) -> Option<&'a Operation> {
        let found = self
            .service
            .operation_names()
            .find(|full| resembles(name, full) && dashed(full) == name)?;
        self.service.operation(found)
    }
}

impl Table for Operations<'_> {
    fn has(&self, name: &str) -> bool {
        name == "help"
            || self.aliases.iter().any(|alias| alias == name)
            || self.find(name).is_some()
    }

    fn names(&self) -> Vec<String> {
        let operations = self.service.operation_names().map(dashed);
        operations
            .chain(self.aliases.iter().cloned())
            .chain(["help".to_owned()])
            .collect()
    }
}

/// The options of an operation, in the order of its input.
pub(crate) fn options(service: &Service, operation: &Operation) -> Vec<OperationOption> {
    let mut options = Vec::new();
    let mut add = |name: String, source: Source, required: bool| {
        options.push(OperationOption {
            name,
            source,
            required,
            documented: true,
        });
    };
    let input = service.input(operation);
    for (place, member) in input
        .map(Shape::members)
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        let name = dashed(&member.name);
        let required = member.is_required() && !member.has(Trait::IdempotencyToken);
        if service.shape(member.shape).kind == Kind::Boolean {
            add(name.clone(), Source::Member(place), false);
            add(format!("no-{name}"), Source::Negated(place), false);
        } else {
            add(name, Source::Member(place), required);
        }
    }
    if operation.paginator.is_some() {
        add("starting-token".to_owned(), Source::StartingToken, false);
        if operation
            .paginator
            .as_ref()
            .is_some_and(|paginator| paginator.limit_key.is_some())
        {
            add("page-size".to_owned(), Source::PageSize, false);
        }
        add("max-items".to_owned(), Source::MaxItems, false);
    }
    if input.is_some() {
        add("cli-input-json".to_owned(), Source::InputJson, false);
        add("cli-input-yaml".to_owned(), Source::InputYaml, false);
    }
    add("generate-cli-skeleton".to_owned(), Source::Skeleton, false);
    hide_paging_members(&mut options, input, operation);
    options
}

/// Members that paging fills in are accepted but not shown.
fn hide_paging_members(
    options: &mut [OperationOption],
    input: Option<&Shape>,
    operation: &Operation,
) {
    let (Some(input), Some(paginator)) = (input, &operation.paginator) else {
        return;
    };
    for option in options {
        if let Source::Member(place) = option.source {
            let name = &input.members()[place].name;
            option.documented =
                !paginator.input_token.contains(name) && paginator.limit_key.as_ref() != Some(name);
        }
    }
}

/// The options as parser arguments, with the operand `help`.
pub(crate) fn arguments(
    service: &Service,
    operation: &Operation,
    options: &[OperationOption],
) -> Vec<Argument<'static>> {
    let members = service
        .input(operation)
        .map(Shape::members)
        .unwrap_or_default();
    let argument = |option: &OperationOption| {
        let plain = Argument::option(&option.name);
        let argument = match option.source {
            Source::Member(place) => match service.shape(members[place].shape).kind {
                Kind::Boolean => Argument::flag(&option.name, Action::On),
                Kind::List { .. } => Argument {
                    count: Count::Any,
                    ..plain
                },
                // An integer is read only once everything else about the words is right.
                Kind::Long => plain.among(Choices::Whole),
                Kind::Float | Kind::Double => plain.among(Choices::Real),
                _ => plain,
            },
            Source::Negated(place) => Argument {
                key: dashed(&members[place].name),
                ..Argument::flag(&option.name, Action::Off)
            },
            Source::Skeleton => Argument {
                count: Count::Optional,
                fallback: Some("input"),
                ..plain
            }
            .among(Choices::List(SKELETON_KINDS)),
            Source::PageSize | Source::MaxItems if limit_is_number(service, operation) => {
                plain.among(Choices::Whole)
            }
            _ => plain,
        };
        Argument {
            required: option.required,
            ..argument
        }
    };
    options
        .iter()
        .map(argument)
        .chain([Argument::operand("help", Count::Optional)])
        .collect()
}

/// Whether pages are limited by a number; some services take it as text.
fn limit_is_number(service: &Service, operation: &Operation) -> bool {
    let name = operation
        .paginator
        .as_ref()
        .and_then(|paginator| paginator.limit_key.as_ref());
    let member = name.and_then(|name| service.input(operation)?.member(name));
    member.is_none_or(|member| service.shape(member.shape).kind != Kind::String)
}

/// Lifts what is required if the words ask for an input document or a skeleton, each spelled in full.
pub(crate) fn lift_required(options: &mut [OperationOption], words: &[String]) {
    let has = |name: &str| words.iter().position(|word| word == name);
    let skeleton = has("--generate-cli-skeleton")
        .is_some_and(|at| words.get(at + 1).is_none_or(|kind| kind != "output"));
    if skeleton || has("--cli-input-json").is_some() || has("--cli-input-yaml").is_some() {
        for option in options {
            option.required = false;
        }
    }
}
