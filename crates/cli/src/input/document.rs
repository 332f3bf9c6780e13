//! `--cli-input-json` and `--cli-input-yaml`: parameters in one document.

use crate::arguments::parser::Parsed;
use crate::failure::Failure;
use crate::formats::{encodings, json};
use crate::input::files;
use crate::python;
use crate::session::Session;
use crate::value::{Map, Value};

/// Adds the members of the input document that were not given as options, and tells whether all of
/// them have names that are text.
///
/// # Errors
/// Two documents, one that cannot be read, or one that is no map.
pub(crate) fn add(
    session: &Session,
    parsed: &Parsed,
    parameters: &mut Map,
) -> Result<bool, Failure> {
    let load = |name: &'static str| {
        let Some(word) = parsed.word(name) else {
            return Ok(None);
        };
        let loaded = files::parameter(&session.environment, &format!("--{name}"), word)?;
        Ok::<_, Failure>(Some((name, loaded.unwrap_or_else(|| word.into()))))
    };
    // Files are read before anything is said about two documents.
    let (name, given) = match (load("cli-input-json")?, load("cli-input-yaml")?) {
        (None, None) => return Ok(true),
        (Some(_), Some(_)) => {
            return Err(Failure::usage(
                "Only one --cli-input- parameter may be specified.",
            ));
        }
        (Some(given), None) | (None, Some(given)) => given,
    };
    let text = match given {
        Value::Bytes(bytes) => encodings::decode_marked(bytes).ok_or_else(|| malformed(name))?,
        other => python::display(&other),
    };
    let (document, is_named_by_text) = if name == "cli-input-json" {
        (json::parse(&text).map_err(|_| malformed(name))?, true)
    } else {
        let document = crate::formats::yaml::parse(&text).map_err(|problem| {
            match problem.impossible_date {
                Some(message) => Failure::general(message),
                None => malformed(name),
            }
        })?;
        (document.value, document.is_named_by_text)
    };
    let Value::Map(members) = document else {
        let class = python::class(&document);
        return Err(Failure::usage(format!(
            "Error parsing parameter '--{name}': Invalid type: expecting map, received {class}"
        )));
    };
    for (key, value) in members {
        parameters.entry(key).or_insert(value);
    }
    Ok(is_named_by_text)
}

fn malformed(name: &str) -> Failure {
    let kind = if name == "cli-input-json" {
        "JSON"
    } else {
        "YAML"
    };
    Failure::usage(format!(
        "Error parsing parameter '{name}': Invalid {kind} received."
    ))
}
