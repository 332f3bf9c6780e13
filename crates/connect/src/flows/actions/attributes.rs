//! Attributes, of the contact and of the flow.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Done, Here, Kind, Parameters, Rule, does};
use crate::flows::budget::Overlong;
use crate::flows::engine::{ActionResult, Effect};
use crate::flows::reference::{Data as _, Text};

/// How many attributes one action may set.
const COUNT_MAX: usize = 250;
/// How large attributes may be together, in bytes of names and values.
pub(in crate::flows) const BYTES_MAX: usize = 32 * 1024;

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
                    ActionResult::failed("the attributes of a related contact are not built").into()
                });
            }
            Some(_) => {
                return parameters.problem("Parameters.TargetContact must be Current or Related");
            }
        }
        let attributes = attributes?;
        does(move |here| {
            let present = object(here.view.document.get("Attributes"));
            let bytes = present.map_or(0, size);
            match filled(&attributes, "Attributes", bytes, here) {
                Ok((set, _)) => Done::Act(Effect::SetAttributes(set)),
                Err(outcome) => outcome.into(),
            }
        })
    },
};

/// Sets attributes that only this flow sees.
pub(super) const UPDATE_FLOW_ATTRIBUTES: Kind = Kind {
    name: "UpdateFlowAttributes",
    rule: Rule::ORDINARY,
    read: |parameters| {
        let attributes = read(parameters, "FlowAttributes")?;
        does(move |here| {
            let bytes = here.run.flow_attributes_bytes;
            let bytes =
                bytes.unwrap_or_else(|| object(Some(&here.run.flow_attributes)).map_or(0, size));
            let (set, bytes) = match filled(&attributes, "FlowAttributes", bytes, here) {
                Ok(filled) => filled,
                Err(outcome) => return outcome.into(),
            };
            here.run.flow_attributes_bytes = Some(bytes);
            if let Some(present) = here.run.flow_attributes.as_object_mut() {
                present.extend(set.into_iter().map(|(name, value)| (name, value.into())));
            }
            ActionResult::Done.into()
        })
    },
};

/// An object of names and texts, either of which may have references; also `{"name": {"Value": "text"}}`, as flow attributes have it.
fn read(parameters: &mut Parameters<'_>, member: &str) -> Option<Vec<(Text, Text)>> {
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
        let key = parameters.filled(format_args!("{member}.{name}"), name)?;
        if key.references() == 0 && !is_name(name) {
            return parameters.problem(format_args!(
                "a name in Parameters.{member} must not be empty or contain $ or ."
            ));
        }
        let text = parameters.filled(format_args!("{member}.{name}"), &value)?;
        attributes.push((key, text));
    }
    Some(attributes)
}

/// Whether an attribute may be called so.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['$', '.'])
}

fn object(attributes: Option<&Value>) -> Option<&Map<String, Value>> {
    attributes.and_then(Value::as_object)
}

fn size(attributes: &Map<String, Value>) -> usize {
    attributes
        .iter()
        .map(|(name, value)| name.len() + value_size(value))
        .sum()
}

fn value_size(value: &Value) -> usize {
    value.as_str().map_or(0, str::len)
}

/// The values to set and the size of all attributes with them, which have `bytes` before. Nothing is
/// filled in further than the whole may go.
fn filled(
    set: &[(Text, Text)],
    kind: &str,
    mut bytes: usize,
    here: &mut Here<'_>,
) -> Result<(BTreeMap<String, String>, usize), ActionResult> {
    let overlong = |overlong| ActionResult::overlong(overlong, "the sum of the attributes");
    let mut values = BTreeMap::new();
    for (name, text) in set {
        // An attribute costs something even if it is short and fixed.
        here.budget.resolve().map_err(overlong)?;
        let name = here.fill(name, BYTES_MAX).map_err(overlong)?;
        if !is_name(&name) {
            return Err(ActionResult::failed(
                "the name of an attribute is empty or has $ or . in it",
            ));
        }
        // What is there already gives its place to the new value.
        let sight = here.sight();
        let present = object(sight.root(kind)).and_then(|present| present.get(&name));
        let replaced = match (values.get(&name), present) {
            (Some(earlier), _) => Some(String::len(earlier)),
            (None, Some(value)) => Some(value_size(value)),
            (None, None) => None,
        };
        bytes = match replaced {
            Some(size) => bytes - size,
            None => bytes + name.len(),
        };
        let room = BYTES_MAX
            .checked_sub(bytes)
            .ok_or_else(|| overlong(Overlong::Text))?;
        let value = here.fill(text, room).map_err(overlong)?;
        bytes += value.len();
        values.insert(name, value);
    }
    Ok((values, bytes))
}
