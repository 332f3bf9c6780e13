//! Commands, operations and options.

use signback_wire::{Operation, Service};

use super::Suggestion;
use super::matching::Matching;
use super::values;
use crate::arguments::names::dashed;
use crate::commands::alias::Aliases;
use crate::commands::context::Context;
use crate::commands::own::{OWN, OWN_NAME, Own};
use crate::commands::tools::TOOLS;
use crate::commands::{self, FIXED, known, meaning, services};
use crate::help;

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
    let builtin = commands::builtin().filter(|(name, _)| !own.iter().any(|own| own == name));
    let mut found: Vec<Suggestion> = builtin
        .map(|(name, full)| Suggestion::new(name, full))
        .collect();
    found.extend(
        own.iter()
            .map(|name| Suggestion::new(name, "A service with a model of your own.")),
    );
    found.extend(
        FIXED
            .iter()
            .map(|fixed| Suggestion::new(fixed.name, fixed.does)),
    );
    found.extend(aliases(context, None));
    // The prompt asks for commands of services; it does not start the program's own.
    if environment.program == OWN_NAME && matching == Matching::Beginning {
        let built = OWN.iter().filter(|own| own.is_built());
        found.extend(built.map(|own| Suggestion::new(own.name, own.meaning)));
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
            meaning::operation_summary(service, operation),
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
    match context.operands.first().map(String::as_str) {
        Some("configure") => {
            let tools = TOOLS.iter().map(|tool| (tool.name, tool.summary));
            let help = [("help", "Shows what there is.")];
            described(tools.chain(help))
        }
        Some("help") => described(help::topics().into_iter()),
        Some(name) => {
            let fixed = FIXED.iter().find(|fixed| fixed.name == name);
            let words = fixed.map(|fixed| fixed.words);
            let words = words.or_else(|| own(context).map(|own| own.words));
            described(words.unwrap_or_default().iter().map(|word| (*word, "")))
        }
        None => Vec::new(),
    }
}

fn described<'n>(names: impl Iterator<Item = (&'n str, &'n str)>) -> Vec<Suggestion> {
    names
        .map(|(name, what)| Suggestion::new(name, what))
        .collect()
}

/// The command of our own that the words name.
fn own(context: &Context<'_>) -> Option<&'static Own> {
    Own::named(
        &context.session.environment.program,
        context.operands.first()?,
    )
}

/// The options that were not given yet.
fn options(context: &Context<'_>) -> Vec<Suggestion> {
    if let Some(own) = own(context) {
        let left = own.options.iter();
        let left = left.filter(|option| !context.gives(option.name));
        return left
            .map(|option| Suggestion::new(format!("--{}", option.name), option.help))
            .collect();
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
