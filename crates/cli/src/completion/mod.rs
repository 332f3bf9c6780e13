//! What may follow the words so far: for the shells' completion and for the prompt.
//!
//! Everything comes from the tables that parsing and help use.

pub mod scripts;

use std::path::Path;

use signback_wire::{BUILTIN, Kind, Member, Operation, Service, Shape};

use crate::arguments::globals::GLOBAL_OPTIONS;
use crate::arguments::names::dashed;
use crate::arguments::operation::{Operations, SKELETON_KINDS, Source, options};
use crate::configure::SUBCOMMANDS;
use crate::help::{self, describe_member};
use crate::models;
use crate::roles::{OWN_COMMANDS, OWN_NAME};
use crate::session::Session;

/// How many suggestions are made at most.
const SUGGESTIONS_MAX: usize = 400;
/// The regions that are suggested.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-2",
    "us-east-1",
    "us-gov-west-1",
    "us-west-2",
];

/// A word that may stand next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The word.
    pub word: String,
    /// What it is.
    pub meaning: String,
    /// Whether the command cannot go without it.
    pub required: bool,
}

impl Suggestion {
    fn new(word: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self {
            word: word.into(),
            meaning: meaning.into(),
            required: false,
        }
    }
}

/// What the finished words mean so far.
#[derive(Debug, Default)]
struct Context {
    command: Option<String>,
    operation: Option<String>,
    given: Vec<String>,
    /// The option whose value comes next.
    open: Option<String>,
}

/// What may stand in the place of `current`, after these finished words.
#[must_use]
pub fn suggestions(session: &Session, words: &[String], current: &str) -> Vec<Suggestion> {
    let context = context(session, words);
    let mut found = match &context.open {
        Some(option) => values(session, &context, option, current),
        None => names(session, &context, current),
    };
    found.retain(|suggestion| {
        suggestion.word.starts_with(current) || matches_inside(&suggestion.word, current)
    });
    found.sort_by_key(|suggestion| (!suggestion.word.starts_with(current), !suggestion.required));
    found.truncate(SUGGESTIONS_MAX);
    found
}

/// What the option means whose value comes next.
#[must_use]
pub fn hint(session: &Session, words: &[String]) -> String {
    let mut context = context(session, words);
    let Some(open) = context.open.take() else {
        return String::new();
    };
    context.given.clear();
    let name = format!("--{open}");
    let found = option_names(session, &context)
        .into_iter()
        .find(|suggestion| suggestion.word == name);
    found.map_or(String::new(), |suggestion| {
        format!("{name}: {}", suggestion.meaning)
    })
}

/// The page about what the finished words name so far.
#[must_use]
pub fn page(session: &Session, words: &[String]) -> String {
    let context = context(session, words);
    let service = service_of(session, &context);
    let operation = service.and_then(|service| Some((service, operation_of(service, &context)?)));
    operation.map_or_else(String::new, |(service, operation)| {
        help::operation_text(&session.environment.program, service, operation)
    })
}

/// Whether the letters stand anywhere in a name; values must begin with them.
fn matches_inside(word: &str, current: &str) -> bool {
    !current.starts_with('-') && !word.contains('/') && current.len() > 1 && word.contains(current)
}

fn service_of(session: &Session, context: &Context) -> Option<&'static Service> {
    models::service(&session.environment, context.command.as_deref()?)
        .ok()
        .flatten()
}

fn operation_of<'a>(service: &'a Service, context: &Context) -> Option<&'a Operation> {
    Operations {
        service,
        aliases: &[],
    }
    .find(context.operation.as_deref()?)
}

/// Whether the option takes a value: flags do not.
fn takes_value(session: &Session, context: &Context, name: &str) -> bool {
    if let Some(option) = GLOBAL_OPTIONS.iter().find(|option| option.name == name) {
        return option.kind != "boolean" && name != "version";
    }
    let Some(service) = service_of(session, context) else {
        return true;
    };
    let Some(operation) = operation_of(service, context) else {
        return true;
    };
    let members = service
        .input(operation)
        .map(Shape::members)
        .unwrap_or_default();
    let option = options(service, operation)
        .into_iter()
        .find(|option| option.name == name);
    !option.is_some_and(|option| match option.source {
        Source::Member(place) | Source::Negated(place) => {
            service.shape(members[place].shape).kind == Kind::Boolean
        }
        _ => false,
    })
}

fn context(session: &Session, words: &[String]) -> Context {
    let mut context = Context::default();
    for word in words {
        if let Some(name) = word.strip_prefix("--") {
            let bare = name.split('=').next().unwrap_or_default().to_owned();
            let open = !name.contains('=') && takes_value(session, &context, &bare);
            context.open = open.then(|| bare.clone());
            context.given.push(bare);
        } else if context.open.take().is_none() {
            if context.command.is_none() {
                context.command = Some(word.clone());
            } else if context.operation.is_none() {
                context.operation = Some(word.clone());
            }
        }
    }
    context
}

fn names(session: &Session, context: &Context, current: &str) -> Vec<Suggestion> {
    if current.starts_with('-') || (context.operation.is_some() && current.is_empty()) {
        return option_names(session, context);
    }
    match (&context.command, &context.operation) {
        (None, _) => commands(session),
        (Some(command), None) if command == "configure" => SUBCOMMANDS
            .iter()
            .map(|(name, what)| Suggestion::new(*name, *what))
            .collect(),
        (Some(_), None) => {
            let operations = service_of(session, context)
                .into_iter()
                .flat_map(Service::operations);
            let suggestion = |operation: &Operation| {
                Suggestion::new(
                    dashed(&operation.name),
                    format!("{} {}", operation.method, operation.uri),
                )
            };
            operations
                .map(suggestion)
                .chain([Suggestion::new("help", "The operations of the service.")])
                .collect()
        }
        _ => Vec::new(),
    }
}

fn commands(session: &Session) -> Vec<Suggestion> {
    let described = |name: &str| {
        Service::builtin(name).map_or(String::new(), |service| {
            service.metadata().full_name.clone()
        })
    };
    let mut found: Vec<Suggestion> = BUILTIN
        .iter()
        .map(|name| Suggestion::new(*name, described(name)))
        .collect();
    found.extend(
        models::own_services(&session.environment)
            .into_iter()
            .map(|name| Suggestion::new(name, "A model of your own.")),
    );
    found.push(Suggestion::new(
        "configure",
        "The shared files, read and changed.",
    ));
    found.push(Suggestion::new("help", "What there is."));
    if session.environment.program == OWN_NAME {
        found.extend(
            OWN_COMMANDS
                .iter()
                .map(|(name, what)| Suggestion::new(*name, *what)),
        );
    }
    found
}

fn option_names(session: &Session, context: &Context) -> Vec<Suggestion> {
    let mut found = Vec::new();
    if let Some(service) = service_of(session, context)
        && let Some(operation) = operation_of(service, context)
    {
        let members = service
            .input(operation)
            .map(Shape::members)
            .unwrap_or_default();
        for option in options(service, operation)
            .into_iter()
            .filter(|option| option.documented)
        {
            let meaning = match option.source {
                Source::Member(place) => meaning(service, &members[place], option.required),
                Source::Negated(_) => "The opposite.".to_owned(),
                Source::InputJson | Source::InputYaml => "Parameters in a document.".to_owned(),
                Source::Skeleton => "Prints a sample and sends nothing.".to_owned(),
                _ => "Paging.".to_owned(),
            };
            found.push(Suggestion {
                word: format!("--{}", option.name),
                meaning,
                required: option.required,
            });
        }
    }
    found.extend(
        GLOBAL_OPTIONS
            .iter()
            .map(|option| Suggestion::new(format!("--{}", option.name), option.help)),
    );
    found.retain(|suggestion| {
        !context
            .given
            .iter()
            .any(|given| *given == suggestion.word[2..])
    });
    found
}

fn meaning(service: &Service, member: &Member, required: bool) -> String {
    let mut parts = if required {
        vec!["Required.".to_owned()]
    } else {
        Vec::new()
    };
    parts.extend(describe_member(service, member));
    if parts.is_empty() {
        format!("The member {}.", member.name)
    } else {
        parts.join(" ")
    }
}

/// The values that an option may have.
fn values(session: &Session, context: &Context, option: &str, current: &str) -> Vec<Suggestion> {
    if let Some(prefix) = ["fileb://", "file://"]
        .into_iter()
        .find(|prefix| current.starts_with(prefix))
    {
        return paths(prefix, &current[prefix.len()..]);
    }
    let plain = |names: &mut dyn Iterator<Item = &str>| {
        names.map(|name| Suggestion::new(name, "")).collect()
    };
    match option {
        "profile" => return plain(&mut session.config.profile_names()),
        "region" => return plain(&mut REGIONS.iter().copied()),
        "ca-bundle" => return paths("", current),
        "generate-cli-skeleton" => return plain(&mut SKELETON_KINDS.iter().copied()),
        "cli-input-json" | "cli-input-yaml" => {
            return vec![Suggestion::new("file://", "A document in a file.")];
        }
        _ => {}
    }
    if let Some(option) = GLOBAL_OPTIONS.iter().find(|global| global.name == option) {
        return plain(&mut option.choices.iter().copied());
    }
    let Some(service) = service_of(session, context) else {
        return Vec::new();
    };
    let Some(operation) = operation_of(service, context) else {
        return Vec::new();
    };
    let members = service
        .input(operation)
        .map(Shape::members)
        .unwrap_or_default();
    let Some(member) = members.iter().find(|member| dashed(&member.name) == option) else {
        return Vec::new();
    };
    let mut shape = service.shape(member.shape);
    if let Kind::List { member } = &shape.kind {
        shape = service.shape(member.shape);
    }
    plain(&mut shape.enumeration.iter().map(String::as_str))
}

/// The files that begin so.
fn paths(prefix: &str, current: &str) -> Vec<Suggestion> {
    let (folder, _) = current
        .rsplit_once('/')
        .map_or(("", current), |(folder, name)| {
            (&current[..=folder.len()], name)
        });
    let listed = if folder.is_empty() {
        Path::new(".")
    } else {
        Path::new(folder)
    };
    let mut found: Vec<Suggestion> = std::fs::read_dir(listed)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| {
            let end = if entry.path().is_dir() { "/" } else { "" };
            Suggestion::new(
                format!(
                    "{prefix}{folder}{}{end}",
                    entry.file_name().to_string_lossy()
                ),
                "",
            )
        })
        .collect();
    found.sort_by(|a, b| a.word.cmp(&b.word));
    found
}
