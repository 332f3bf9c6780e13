//! The options that may be given at a place of the command line, from the tables of parsing and help.

use signback_wire::{Kind, ShapeId};

use super::context::Context;
use crate::arguments::globals::GLOBAL_OPTIONS;
use crate::arguments::operation::{SKELETON_KINDS, Source, options as operation_options};
use crate::arguments::row::OptionRow;
use crate::commands::FIXED;
use crate::commands::meaning;
use crate::commands::tools::Tool;

/// An option that may be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its name, without dashes.
    pub name: String,
    /// Its type, as help names it.
    pub kind: &'static str,
    /// What it is.
    pub meaning: String,
    /// Whether the command cannot go without it.
    pub required: bool,
    /// How many words follow it.
    pub takes: Takes,
    /// What the words may be.
    pub values: Values,
}

/// How many words follow an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// None: a flag.
    Nothing,
    /// One or none.
    Perhaps,
    /// One.
    One,
    /// Any number.
    Many,
}

/// What the words after an option may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Anything.
    Any,
    /// One of these.
    Among(&'static [&'static str]),
    /// A profile of the shared files.
    Profile,
    /// A region.
    Region,
    /// The path of a file.
    Path,
    /// A document, perhaps in a file.
    Document,
    /// A JMESPath expression about the result.
    Query,
    /// A value of that shape of the service.
    Shape(ShapeId),
}

/// Every option that may stand after these words.
pub(crate) fn options(context: &Context<'_>) -> Vec<Known> {
    let mut found = own(context);
    found.extend(GLOBAL_OPTIONS.iter().map(of_row));
    found
}

/// The option of that name, or the only one that begins so.
pub(crate) fn option(context: &Context<'_>, name: &str) -> Option<Known> {
    let options = options(context);
    if let Some(exact) = options.iter().find(|option| option.name == name) {
        return Some(exact.clone());
    }
    let mut close = options
        .into_iter()
        .filter(|option| option.name.starts_with(name));
    close.next().filter(|_| close.next().is_none())
}

fn of_row(option: &OptionRow) -> Known {
    let is_flag = option.is_flag() || option.name == "version";
    Known {
        name: option.name.to_owned(),
        kind: option.kind,
        meaning: option.help.to_owned(),
        required: option.required,
        takes: if is_flag { Takes::Nothing } else { Takes::One },
        values: match option.name {
            "profile" => Values::Profile,
            "region" => Values::Region,
            "ca-bundle" => Values::Path,
            "query" => Values::Query,
            "csv" => Values::Document,
            _ if option.choices.is_empty() => Values::Any,
            _ => Values::Among(option.choices),
        },
    }
}

/// The options of the operation or tool that the words name.
fn own(context: &Context<'_>) -> Vec<Known> {
    match (context.service, context.operation) {
        (Some(_), Some(_)) => of_operation(context),
        _ if context.is(0, "configure") => {
            let tool = context.operands.get(1).and_then(|name| Tool::named(name));
            tool.map_or_else(Vec::new, |tool| tool.options.iter().map(of_row).collect())
        }
        _ => {
            let fixed = FIXED.iter().find(|fixed| context.is(0, fixed.name));
            fixed.map_or_else(Vec::new, |fixed| fixed.options.iter().map(of_row).collect())
        }
    }
}

fn of_operation(context: &Context<'_>) -> Vec<Known> {
    let (Some(service), Some(operation)) = (context.service, context.operation) else {
        return Vec::new();
    };
    let members = service
        .input(operation)
        .map_or(&[][..], |input| input.members());
    let options = operation_options(service, operation).into_iter();
    options
        .filter(|option| option.documented)
        .map(|option| {
            let (kind, takes, values) = match option.source {
                Source::Member(place) => {
                    let id = members[place].shape;
                    let shape = service.shape(id);
                    let takes = match shape.kind {
                        Kind::Boolean => Takes::Nothing,
                        Kind::List { .. } => Takes::Many,
                        _ => Takes::One,
                    };
                    (meaning::kind_name(shape), takes, Values::Shape(id))
                }
                Source::Negated(_) => ("boolean", Takes::Nothing, Values::Any),
                Source::StartingToken => ("string", Takes::One, Values::Any),
                Source::PageSize | Source::MaxItems => ("integer", Takes::One, Values::Any),
                Source::InputJson | Source::InputYaml => ("string", Takes::One, Values::Document),
                Source::Skeleton => ("string", Takes::Perhaps, Values::Among(SKELETON_KINDS)),
            };
            Known {
                meaning: meaning::summary(service, operation, &option),
                name: option.name,
                kind,
                required: option.required,
                takes,
                values,
            }
        })
        .collect()
}
