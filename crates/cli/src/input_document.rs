//! `--cli-input-json` and `--cli-input-yaml`: parameters in one document.

use crate::arguments::parser::Parsed;
use crate::failure::Failure;
use crate::session::Session;
use crate::value::{Map, Value};
use crate::{input_files, json, python};

/// Adds the members of the input document that were not given as options.
///
/// # Errors
/// Two documents, one that cannot be read, or one that is no map.
pub fn add(session: &Session, parsed: &Parsed, parameters: &mut Map) -> Result<(), Failure> {
    let (name, word) = match (parsed.word("cli-input-json"), parsed.word("cli-input-yaml")) {
        (None, None) => return Ok(()),
        (Some(_), Some(_)) => {
            return Err(Failure::usage(
                "Only one --cli-input- parameter may be specified.",
            ));
        }
        (Some(word), None) => ("cli-input-json", word),
        (None, Some(word)) => ("cli-input-yaml", word),
    };
    let from_file = input_files::parameter(&session.environment, &format!("--{name}"), word)?;
    let text = match from_file {
        Some(Value::Bytes(bytes)) => String::from_utf8(bytes)
            .map(|text| text.trim_start_matches('\u{feff}').to_owned())
            .map_err(|_| malformed(name))?,
        Some(other) => python::display(&other),
        None => word.to_owned(),
    };
    let document = if name == "cli-input-json" {
        json::parse(&text).map_err(|_| malformed(name))?
    } else {
        crate::yaml::parse(&text).map_err(|_| malformed(name))?
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
    Ok(())
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
