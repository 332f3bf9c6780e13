//! Attributes, of the contact and of the flow.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Done, Here, Kind, Parameters, Rule, does};
use crate::flows::engine::{Effect, Outcome};
use crate::flows::reference::Text;

/// How many attributes one action may set.
const COUNT_MAX: usize = 250;
/// How large attributes may be together, in bytes of names and values.
const BYTES_MAX: usize = 32 * 1024;

/// Sets attributes of the contact.
pub(super) const UPDATE_CONTACT_ATTRIBUTES: Kind = Kind {
    name: "UpdateContactAttributes",
    rule: Rule::ORDINARY,
    read: |parameters| {
        let attributes = read(parameters, "Attributes");
        match parameters.given.get("TargetContact").map(Value::as_str) {
            None | Some(Some("Current")) => {}
            Some(Some("Related")) => {
                attributes?;
                return does(|_| {
                    Outcome::failed("the attributes of a related contact are not built").into()
                });
            }
            Some(_) => {
                return parameters.problem("Parameters.TargetContact must be Current or Related");
            }
        }
        let attributes = attributes?;
        does(
            move |here| match merged(here.view.document.get("Attributes"), &attributes, here) {
                Some(merged) => Done::Act(Effect::SetAttributes(merged)),
                None => Outcome::failed("the contact's attributes are too large").into(),
            },
        )
    },
};

/// Sets attributes that only this flow sees.
pub(super) const UPDATE_FLOW_ATTRIBUTES: Kind = Kind {
    name: "UpdateFlowAttributes",
    rule: Rule::ORDINARY,
    read: |parameters| {
        let attributes = read(parameters, "FlowAttributes")?;
        does(move |here| {
            let Some(merged) = merged(Some(&here.run.flow_attributes), &attributes, here) else {
                return Outcome::failed("the flow attributes are too large").into();
            };
            here.run.flow_attributes = json!(merged);
            Outcome::Done.into()
        })
    },
};

/// An object of names and texts; also `{"name": {"Value": "text"}}`, as flow attributes have it.
fn read(parameters: &mut Parameters<'_>, member: &str) -> Option<Vec<(String, Text)>> {
    let Some(Value::Object(given)) = parameters.given.get(member) else {
        return parameters.problem(format_args!("Parameters.{member} must be an object"));
    };
    if given.len() > COUNT_MAX {
        return parameters.problem(format_args!(
            "Parameters.{member} may have at most {COUNT_MAX} members"
        ));
    }
    let mut attributes = Vec::with_capacity(given.len());
    for (name, value) in given {
        let value = match value.get("Value").unwrap_or(value) {
            Value::String(text) => text.clone(),
            value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
            _ => {
                return parameters.problem(format_args!(
                    "each value of Parameters.{member} must be text"
                ));
            }
        };
        if name.is_empty() || name.contains(['$', '.']) {
            return parameters.problem(format_args!(
                "a name in Parameters.{member} must not be empty or contain $ or ."
            ));
        }
        attributes.push((name.clone(), Text::parse(&value)));
    }
    Some(attributes)
}

/// The present attributes with others set; `None` if that would be too much.
fn merged(
    present: Option<&Value>,
    set: &[(String, Text)],
    here: &Here<'_>,
) -> Option<BTreeMap<String, String>> {
    let present = present.and_then(Value::as_object).into_iter().flatten();
    let all: BTreeMap<_, _> = present
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .chain(
            set.iter()
                .map(|(name, text)| (name.clone(), text.fill(here))),
        )
        .collect();
    let size: usize = all
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    (size <= BYTES_MAX).then_some(all)
}
