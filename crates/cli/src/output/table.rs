//! Tables: a box for every structure and list.

use super::sections::{Section, Tables};
use super::{Colour, Width};
use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// Lays a value out; nothing and emptiness make no table.
pub(super) fn lay_out(
    title: &str,
    value: &Value,
    colour: Colour,
    width: Width,
) -> Result<String, Failure> {
    let mut tables = Tables::default();
    if !build(&mut tables, Some(title), value, 0)? {
        return Ok(String::new());
    }
    Ok(tables.render(colour, width))
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Map(_))
}

fn build(
    tables: &mut Tables,
    title: Option<&str>,
    value: &Value,
    level: usize,
) -> Result<bool, Failure> {
    if value.is_empty() {
        return Ok(false);
    }
    if let Some(title) = title {
        tables.sections.push(Section::new(title, level));
    }
    match value {
        Value::List(items) if matches!(items[0], Value::Map(_)) => {
            list_of_maps(tables, title.unwrap_or_default(), items, level)?;
        }
        Value::List(items) => {
            for item in items {
                let row = match item {
                    Value::List(cells) if cells.iter().all(is_scalar) => {
                        cells.iter().map(python::display).collect()
                    }
                    // A structure among lists shows its keys.
                    Value::Map(map) => map.keys().cloned().collect(),
                    Value::List(_) => {
                        build(tables, None, item, 0)?;
                        continue;
                    }
                    scalar => vec![python::display(scalar)],
                };
                tables.last().row(row)?;
            }
        }
        Value::Map(map) => one_map(tables, map, level)?,
        _ => {}
    }
    Ok(true)
}

fn one_map(tables: &mut Tables, map: &Map, level: usize) -> Result<(), Failure> {
    let (scalars, nested) = parts(map);
    let cells: Vec<String> = scalars
        .iter()
        .map(|key| python::display(&map[*key]))
        .collect();
    match (&scalars[..], &cells[..]) {
        ([], _) => {}
        ([key], [cell]) => tables.last().row(vec![(*key).clone(), cell.clone()])?,
        _ => {
            tables.last().header(&scalars)?;
            tables.last().row(cells)?;
        }
    }
    for key in nested {
        build(tables, Some(key), &map[key], level + 1)?;
    }
    Ok(())
}

fn list_of_maps(
    tables: &mut Tables,
    title: &str,
    items: &[Value],
    level: usize,
) -> Result<(), Failure> {
    let (mut headers, mut nested) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            Value::Map(map) => {
                let (scalars, others) = parts(map);
                headers.extend(scalars);
                nested.extend(others);
            }
            Value::List(cells) if cells.is_empty() => {}
            Value::Str(text) if text.is_empty() => {}
            other => return Err(Failure::general(sentences::not_a_map(other))),
        }
    }
    for keys in [&mut headers, &mut nested] {
        keys.sort();
        keys.dedup();
    }
    tables.last().header(&headers)?;
    for (place, item) in items.iter().enumerate() {
        let none = Map::new();
        let map = match item {
            Value::Map(map) => map,
            // What is asked for nothing need not be a structure.
            _ if headers.is_empty() => &none,
            other => return Err(Failure::general(sentences::no_attribute(other, "get"))),
        };
        if place > 0 && !nested.is_empty() {
            let mut section = Section::new(title, level);
            section.header(&headers)?;
            tables.sections.push(section);
        }
        let cell = |key: &&String| map.get(*key).map(python::display).unwrap_or_default();
        tables.last().row(headers.iter().map(cell).collect())?;
        for key in &nested {
            if let Some(value) = map.get(*key) {
                build(tables, Some(key), value, level + 1)?;
            }
        }
    }
    Ok(())
}

/// The keys of scalars and the keys of the rest, sorted.
fn parts(map: &Map) -> (Vec<&String>, Vec<&String>) {
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort();
    keys.into_iter().partition(|key| is_scalar(&map[*key]))
}
