//! Tab-separated text.

use std::collections::BTreeSet;

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// Lays a value out: scalars of a structure on one line, then what is nested in it. What stands
/// before something that cannot be laid out is shown all the same.
pub(super) fn lay_out(value: &Value) -> (String, Result<(), Failure>) {
    let mut out = String::new();
    let outcome = write(&mut out, value, None, None);
    (out, outcome)
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Map(_))
}

fn line(out: &mut String, cells: &[String]) {
    out.push_str(&cells.join("\t"));
    out.push('\n');
}

fn write(
    out: &mut String,
    value: &Value,
    name: Option<&str>,
    keys: Option<&BTreeSet<&String>>,
) -> Result<(), Failure> {
    match value {
        Value::Map(map) => write_map(out, map, name, keys),
        Value::List(items) => write_list(out, items, name),
        scalar => {
            line(out, &[python::display(scalar)]);
            Ok(())
        }
    }
}

fn write_list(out: &mut String, items: &[Value], name: Option<&str>) -> Result<(), Failure> {
    if items.iter().any(|item| matches!(item, Value::Map(_))) {
        let mut keys = BTreeSet::new();
        for item in items {
            let Value::Map(map) = item else {
                return Err(Failure::general(sentences::no_attribute(item, "items")));
            };
            keys.extend(
                map.iter()
                    .filter(|(_, value)| is_scalar(value))
                    .map(|(key, _)| key),
            );
        }
        return items
            .iter()
            .try_for_each(|item| write(out, item, name, Some(&keys)));
    }
    let (scalars, nested): (Vec<&Value>, Vec<&Value>) =
        items.iter().partition(|item| is_scalar(item));
    let cells: Vec<String> = scalars.into_iter().map(python::display).collect();
    match name {
        Some(name) => {
            for cell in cells {
                line(out, &[name.to_uppercase(), cell]);
            }
        }
        None if cells.is_empty() => {}
        None => line(out, &cells),
    }
    nested
        .into_iter()
        .try_for_each(|item| write(out, item, name, None))
}

fn write_map(
    out: &mut String,
    map: &Map,
    name: Option<&str>,
    keys: Option<&BTreeSet<&String>>,
) -> Result<(), Failure> {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_by_key(|(key, _)| *key);
    let (mut cells, nested): (Vec<String>, Vec<_>) = match keys {
        None => {
            let (scalars, nested): (Vec<_>, Vec<_>) =
                members.into_iter().partition(|(_, value)| is_scalar(value));
            (
                scalars
                    .into_iter()
                    .map(|(_, value)| python::display(value))
                    .collect(),
                nested,
            )
        }
        // Elements of one list share their columns.
        Some(keys) => {
            let cell = |key: &&String| map.get(*key).map(python::display).unwrap_or_default();
            let rest = members.into_iter().filter(|(key, _)| !keys.contains(key));
            (keys.iter().map(cell).collect(), rest.collect())
        }
    };
    if !cells.is_empty() {
        if let Some(name) = name {
            cells.insert(0, name.to_uppercase());
        }
        line(out, &cells);
    }
    nested
        .into_iter()
        .try_for_each(|(key, value)| write(out, value, Some(key), None))
}
