//! Customer profiles.

use serde_json::Value;

use super::{Does, Done, Kind, Parameters, Rule, does};
use crate::flows::engine::{Effect, Outcome};
use crate::flows::language::{MULTIPLE_FOUND_ERROR, NO_MATCHING_ERROR, NONE_FOUND_ERROR};
use crate::flows::reference::Text;

/// How many identifiers a search for a profile may combine.
const CRITERIA_MAX: usize = 5;

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
    let single = [Value::Object(request.clone())];
    let listed = match request.get("SearchCriteria") {
        None => &single[..],
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
    let Some(criteria) = listed.iter().map(criterion).collect::<Option<Vec<_>>>() else {
        return parameters.problem("each identifier of Parameters.ProfileRequestData needs IdentifierName and IdentifierValue");
    };
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
            let names = fields.iter().map(|field| field.as_str().map(str::to_owned));
            names.collect()
        }),
    };
    let Some(fields) = fields else {
        return parameters.problem("Parameters.ProfileResponseData must be a list of field names");
    };
    does(move |here| {
        let present: Vec<_> = criteria
            .iter()
            .map(|(name, text)| (name.clone(), text.fill(here)))
            // What is absent is no value to look for: it must not find the profiles that lack it.
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if present.is_empty() || (all && present.len() < criteria.len()) {
            return Outcome::error(NONE_FOUND_ERROR, "an identifier to look for is absent").into();
        }
        Done::Act(Effect::FindProfile {
            criteria: present,
            all,
            fields: fields.clone(),
        })
    })
}

/// One identifier of a search; the language's page spells the names in two ways.
fn criterion(given: &Value) -> Option<(String, Text)> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| given.get(*name)?.as_str());
    let name = text(["IdentifierName", "IdentiferName"]).filter(|name| !name.is_empty())?;
    let value = text(["IdentifierValue", "IdentiferValue"])?;
    Some((name.to_owned(), Text::parse(value)))
}
