//! Commands, operations and options.

use signback_wire::{BUILTIN, Operation, Service};

use super::Suggestion;
use super::matching::Matching;
use super::scripts::SHELLS;
use super::values;
use crate::arguments::names::dashed;
use crate::commands::alias::Aliases;
use crate::commands::context::Context;
use crate::commands::known;
use crate::commands::services;
use crate::configure::SUBCOMMANDS;
use crate::help;
use crate::own::demo;
use crate::own::{OWN_COMMANDS, OWN_NAME};

/// What may stand next where no option waits for its value.
pub(super) fn of(context: &Context<'_>, current: &str, matching: Matching) -> Vec<Suggestion> {
    if current.starts_with('-') {
        return matching.pick(options(context), current);
    }
    let mut found = context.more.as_ref().map_or_else(Vec::new, |option| {
        values::of(context, option, current, matching)
    });
    let further = match (context.operands.len(), context.service) {
        (0, _) => commands(context, matching),
        (1, Some(service)) => operations(context, service),
        (1, None) => subcommands(context),
        // Many options at once are of use only where they can be looked through.
        (2, Some(_)) if current.is_empty() || matching == Matching::Anywhere => options(context),
        (_, None) if context.is(0, "configure") && current.is_empty() => options(context),
        _ => Vec::new(),
    };
    found.extend(matching.pick(further, current));
    found
}

fn commands(context: &Context<'_>, matching: Matching) -> Vec<Suggestion> {
    let environment = &context.session.environment;
    let own = services::own_services(environment);
    let described = |name: &str| {
        Service::builtin(name).map_or(String::new(), |service| {
            service.metadata().full_name.clone()
        })
    };
    let builtin = BUILTIN
        .iter()
        .filter(|name| !own.iter().any(|own| own == *name));
    let mut found: Vec<Suggestion> = builtin
        .map(|name| Suggestion::new(*name, described(name)))
        .collect();
    found.extend(
        own.iter()
            .map(|name| Suggestion::new(name, "A service with a model of your own.")),
    );
    found.push(Suggestion::new(
        "configure",
        "Reads and changes the shared files.",
    ));
    found.push(Suggestion::new("help", "Shows what there is."));
    found.extend(aliases(context, None));
    // The prompt asks for commands of services; it does not start the program's own.
    if environment.program == OWN_NAME && matching == Matching::Beginning {
        let own = OWN_COMMANDS.iter();
        found.extend(own.map(|(name, what)| Suggestion::new(*name, *what)));
    }
    found
}

fn aliases(context: &Context<'_>, service: Option<&str>) -> Vec<Suggestion> {
    let aliases = Aliases::load(&context.session.environment).unwrap_or_default();
    let names = aliases.names(service).into_iter();
    names
        .map(|name| Suggestion::new(name, "An alias of your own."))
        .collect()
}

fn operations(context: &Context<'_>, service: &Service) -> Vec<Suggestion> {
    let suggestion = |operation: &Operation| {
        Suggestion::new(
            dashed(&operation.name),
            help::operation_summary(service, operation),
        )
    };
    let mut found: Vec<Suggestion> = service.operations().map(suggestion).collect();
    found.push(Suggestion::new(
        "help",
        "Shows the operations of the service.",
    ));
    found.extend(aliases(context, Some(service.name())));
    found
}

/// What may follow a command that is no service.
fn subcommands(context: &Context<'_>) -> Vec<Suggestion> {
    let described = |names: &[(&str, &str)]| {
        let names = names.iter();
        names
            .map(|(name, what)| Suggestion::new(*name, *what))
            .collect()
    };
    match context.operands.first().map(String::as_str) {
        Some("configure") => {
            let mut found: Vec<Suggestion> = described(SUBCOMMANDS);
            found.push(Suggestion::new("help", "Shows what there is."));
            found
        }
        Some("help") => described(&help::topics()),
        Some("completion") if context.session.environment.program == OWN_NAME => SHELLS
            .iter()
            .map(|shell| Suggestion::new(*shell, ""))
            .collect(),
        _ => Vec::new(),
    }
}

/// The options that were not given yet.
fn options(context: &Context<'_>) -> Vec<Suggestion> {
    let first = context.operands.first().map_or("", String::as_str);
    let is_own = context.session.environment.program == OWN_NAME
        && OWN_COMMANDS.iter().any(|(name, _)| *name == first);
    if is_own {
        return own_options(context, first);
    }
    let options = known::options(context).into_iter();
    options
        .filter(|option| !context.gives(&option.name))
        .map(|option| Suggestion {
            required: option.required,
            ..Suggestion::new(
                format!("--{}", option.name),
                format!("({}) {}", option.kind, option.meaning),
            )
        })
        .collect()
}

/// The options of a command of the program's own, as its usage lists them.
fn own_options(context: &Context<'_>, command: &str) -> Vec<Suggestion> {
    let usage = match command {
        "serve" => signback_server::config::usage(),
        "demo" => demo::USAGE.to_owned(),
        _ => return Vec::new(),
    };
    let option = |line: &str| {
        let line = line.strip_prefix("  --")?;
        let (flag, meaning) = line.split_once("  ").unwrap_or((line, ""));
        let name = flag.split(' ').next()?;
        let found = Suggestion::new(format!("--{name}"), meaning.trim());
        (!context.gives(name)).then_some(found)
    };
    usage.lines().filter_map(option).collect()
}
