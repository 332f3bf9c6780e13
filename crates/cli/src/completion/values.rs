//! The values of options.

use signback_wire::{Kind, Shape};

use super::matching::Matching;
use super::{Suggestion, paths, shorthand};
use crate::commands::context::Context;
use crate::commands::known;
use crate::commands::known::{Known, Takes, Values};

/// The prefixes that put the content of a file in the place of a value.
const FILE_PREFIXES: [&str; 2] = ["file://", "fileb://"];
/// The regions of the services, as far as they are public.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

/// The values for a word such as `--output=js`.
pub(super) fn of_joined(
    context: &Context<'_>,
    current: &str,
    matching: Matching,
) -> Option<Vec<Suggestion>> {
    let (name, value) = current.strip_prefix("--")?.split_once('=')?;
    let option = known::option(context, name).filter(|option| option.takes != Takes::Nothing)?;
    let mut found = of(context, &option, value, matching);
    for suggestion in &mut found {
        suggestion.word = format!("--{name}={}", suggestion.word);
    }
    Some(found)
}

/// The values that an option may have.
pub(super) fn of(
    context: &Context<'_>,
    option: &Known,
    current: &str,
    matching: Matching,
) -> Vec<Suggestion> {
    let environment = &context.session.environment;
    let takes_files = matches!(option.values, Values::Shape(_) | Values::Document);
    if takes_files {
        let prefix = FILE_PREFIXES
            .iter()
            .find(|prefix| current.starts_with(*prefix));
        if let Some(prefix) = prefix {
            return paths::of(environment, prefix, &current[prefix.len()..], matching);
        }
    }
    let plain = |names: &mut dyn Iterator<Item = &str>| {
        let found = names.map(|name| Suggestion::new(name, ""));
        matching.pick(found.collect(), current)
    };
    match &option.values {
        Values::Any => Vec::new(),
        Values::Among(words) => plain(&mut words.iter().copied()),
        Values::Profile => plain(&mut context.session.config.profile_names()),
        Values::Region => plain(&mut REGIONS.iter().copied()),
        Values::Path => paths::of(environment, "", current, matching),
        Values::Query => shorthand::query(context, current, matching),
        Values::Document => matching.pick(vec![from_file()], current),
        Values::Shape(id) => {
            let Some(service) = context.service else {
                return Vec::new();
            };
            let shape = service.shape(*id);
            let mut found = shorthand::of(service, shape, current, matching);
            if matching == Matching::Anywhere && is_binary(shape) {
                found.extend(matching.pick(vec![from_file()], current));
            }
            found
        }
    }
}

fn is_binary(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Blob)
}

fn from_file() -> Suggestion {
    Suggestion {
        goes_on: true,
        ..Suggestion::new("file://", "The content of a file.")
    }
}
