//! Customer profiles.

use serde_json::{Map, Value, json};

use super::{Does, Done, Kind, Parameters, Rule, does};
use crate::flows::engine::{ActionResult, Effect};
use crate::flows::language::{MULTIPLE_FOUND_ERROR, NO_MATCHING_ERROR, NONE_FOUND_ERROR};

/// How many identifiers a search for a profile may combine.
const CRITERIA_MAX: usize = 5;
/// How many fields of a profile it may ask for.
const FIELDS_MAX: usize = 250;
/// How long the name of a key or a field may be.
const NAME_BYTES_MAX: usize = 255;
/// How long a value to look for may be: the longest of a profile's fields, in UTF-8.
const VALUE_BYTES_MAX: usize = 4 * 1000;

pub(super) const GET_CUSTOMER_PROFILE: Kind = Kind {
    name: "GetCustomerProfile",
    rule: Rule {
        errors: Some(&[MULTIPLE_FOUND_ERROR, NONE_FOUND_ERROR, NO_MATCHING_ERROR]),
        ..Rule::ORDINARY
    },
    read,
};

fn read(parameters: &mut Parameters<'_>) -> Option<Does> {
    let Some(Value::Object(request)) = parameters.given.get("ProfileRequestData") else {
        return parameters.problem("Parameters.ProfileRequestData must be an object");
    };
    let unlisted = unlisted(request);
    let listed = match request.get("SearchCriteria") {
        None => &unlisted[..],
        Some(Value::Array(listed)) => listed,
        Some(_) => {
            return parameters
                .problem("Parameters.ProfileRequestData.SearchCriteria must be a list");
        }
    };
    if listed.is_empty() || listed.len() > CRITERIA_MAX {
        return parameters.problem(format_args!(
            "Parameters.ProfileRequestData must have 1 to {CRITERIA_MAX} identifiers"
        ));
    }
    let mut criteria = Vec::with_capacity(listed.len());
    for given in listed {
        let Some((key, value)) = criterion(given) else {
            return parameters.problem("each identifier of Parameters.ProfileRequestData needs IdentifierName and IdentifierValue, or must be a field and its value");
        };
        let value = parameters.filled("ProfileRequestData.IdentifierValue", value)?;
        criteria.push((key, value));
    }
    let all = match request.get("LogicalOperator").map(Value::as_str) {
        None | Some(Some("AND")) => true,
        Some(Some("OR")) => false,
        Some(_) => {
            return parameters
                .problem("Parameters.ProfileRequestData.LogicalOperator must be AND or OR");
        }
    };
    let fields: Option<Vec<_>> = match parameters.given.get("ProfileResponseData") {
        None => Some(Vec::new()),
        Some(fields) => fields.as_array().and_then(|fields| {
            let names = fields.iter().map(|field| field.as_str().and_then(name));
            names.collect()
        }),
    };
    let fields = fields.filter(|fields| fields.len() <= FIELDS_MAX);
    let Some(fields) = fields else {
        return parameters.problem(format_args!(
            "Parameters.ProfileResponseData must be a list of at most {FIELDS_MAX} field names"
        ));
    };
    does(move |here| {
        let mut present = Vec::with_capacity(criteria.len());
        for (name, text) in &criteria {
            match here.fill(text, VALUE_BYTES_MAX) {
                // What is absent is no value to look for: it must not find the profiles that lack it.
                Ok(value) if value.is_empty() => {}
                Ok(value) => present.push((name.clone(), value)),
                Err(overlong) => return ActionResult::overlong(overlong, "an identifier").into(),
            }
        }
        if present.is_empty() || (all && present.len() < criteria.len()) {
            return ActionResult::error(NONE_FOUND_ERROR, "an identifier to look for is absent")
                .into();
        }
        Done::Act(Effect::FindProfile {
            criteria: present,
            all,
            fields: fields.clone(),
        })
    })
}

/// The identifiers of a search without a list: one pair of name and value, or fields with their
/// values, all of which have to fit.
fn unlisted(request: &Map<String, Value>) -> Vec<Value> {
    let whole = Value::Object(request.clone());
    if criterion(&whole).is_some() {
        return vec![whole];
    }
    let field = |(name, value): (&String, &Value)| json!({"IdentifierName": name, "IdentifierValue": value});
    request.iter().map(field).collect()
}

/// One identifier of a search; the language's page spells the names in two ways.
fn criterion(given: &Value) -> Option<(String, &str)> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| given.get(*name)?.as_str());
    let key = name(text(["IdentifierName", "IdentiferName"])?)?;
    Some((key, text(["IdentifierValue", "IdentiferValue"])?))
}

/// The name of a key or a field.
fn name(text: &str) -> Option<String> {
    (1..=NAME_BYTES_MAX)
        .contains(&text.len())
        .then(|| text.to_owned())
}
