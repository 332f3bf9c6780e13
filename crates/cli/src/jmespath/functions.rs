//! The functions of the language.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Node;
use super::comparison::{equal, order};
use super::interpreter::Interpreter;
use super::number::Number;
use crate::formats::json;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// What a function is given.
pub(super) enum Argument<'v> {
    /// A value.
    Value(Cow<'v, Value>),
    /// `&expression`.
    Reference(&'v Node),
}

/// What is said about an expression reference that would have to be shown.
pub(super) const NO_VALUE: &str = "Circular reference detected";

/// The types that a function takes in one place; none means any.
type Types = &'static [&'static str];

/// The types of every argument, and whether more may follow.
fn signature(name: &str) -> Option<(&'static [Types], bool)> {
    const NUMBER: Types = &["number"];
    const STRING: Types = &["string"];
    const ARRAY: Types = &["array"];
    const OBJECT: Types = &["object"];
    const REFERENCE: Types = &["expref"];
    const NUMBERS: Types = &["array-number"];
    Some(match name {
        "abs" | "ceil" | "floor" => (&[NUMBER], false),
        "avg" | "sum" => (&[NUMBERS], false),
        "not_null" => (&[&[]], true),
        "to_array" | "to_string" | "to_number" | "type" => (&[&[]], false),
        "contains" => (&[&["array", "string"], &[]], false),
        "length" => (&[&["string", "array", "object"]], false),
        "ends_with" | "starts_with" => (&[STRING, STRING], false),
        "reverse" => (&[&["array", "string"]], false),
        "join" => (&[STRING, &["array-string"]], false),
        "map" => (&[REFERENCE, ARRAY], false),
        "max" | "min" => (&[&["array-number", "array-string"]], false),
        "merge" => (&[OBJECT], true),
        "sort" => (&[&["array-string", "array-number"]], false),
        "keys" | "values" => (&[OBJECT], false),
        "sort_by" | "min_by" | "max_by" => (&[ARRAY, REFERENCE], false),
        _ => return None,
    })
}

/// Calls a function.
pub(super) fn call<'v>(
    interpreter: &Interpreter,
    name: &str,
    arguments: Vec<Argument<'v>>,
) -> Result<Cow<'v, Value>, String> {
    let Some((types, variadic)) = signature(name) else {
        return Err(format!("Unknown function: {name}()"));
    };
    let (wanted, given) = (types.len(), arguments.len());
    if given < wanted || (given > wanted && !variadic) {
        let least = if variadic { "at least " } else { "" };
        let plural = if wanted == 1 { "" } else { "s" };
        return Err(format!(
            "Expected {least}{wanted} argument{plural} for function {name}(), received {given}"
        ));
    }
    for (argument, types) in arguments.iter().zip(types) {
        check(name, argument, types)?;
    }
    if name == "not_null" {
        return not_null(arguments);
    }
    let mut values = Vec::new();
    let mut reference = None;
    for argument in arguments {
        match argument {
            Argument::Value(value) => values.push(value),
            Argument::Reference(node) => reference = Some(node),
        }
    }
    match (reference, &values[..]) {
        (Some(node), [list]) => by(interpreter, name, node, items(list)).map(Cow::Owned),
        (None, [_, ..]) => plain(interpreter, name, values),
        _ => Err(NO_VALUE.to_owned()),
    }
}

/// The first argument that is something.
fn not_null(arguments: Vec<Argument<'_>>) -> Result<Cow<'_, Value>, String> {
    for argument in arguments {
        match argument {
            Argument::Value(value) if *value == Value::Null => {}
            Argument::Value(value) => return Ok(value),
            Argument::Reference(_) => return Err(NO_VALUE.to_owned()),
        }
    }
    Ok(Cow::Owned(Value::Null))
}

/// The elements of an argument that was checked to be a list.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        _ => &[],
    }
}

fn plain<'v>(
    interpreter: &Interpreter,
    name: &str,
    mut values: Vec<Cow<'v, Value>>,
) -> Result<Cow<'v, Value>, String> {
    let second = if values.len() == 2 {
        values.pop()
    } else {
        None
    };
    if let ("merge", Some(second)) = (name, &second) {
        values.push(second.clone());
    }
    if name == "merge" {
        return merge(interpreter, values).map(Cow::Owned);
    }
    let first = values.swap_remove(0);
    let number = || Number::of(&first).unwrap_or(Number::Int(0));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Cow::Owned(match name {
        "abs" => number().absolute().value(),
        "ceil" => number().rounded(f64::ceil)?,
        "floor" => number().rounded(f64::floor)?,
        "sum" => sum(items(&first)).value(),
        "avg" => average(items(&first)),
        "to_array" => match &*first {
            Value::List(_) => return Ok(first),
            _ => Value::List(vec![interpreter.own(first)?]),
        },
        "to_string" => match &*first {
            Value::Str(_) => return Ok(first),
            other => Value::Str(json::write(other, json::Layout::TIGHT)),
        },
        "to_number" => to_number(&first),
        "type" => Value::from(jmespath_type(&first)),
        "length" => length(&first),
        "reverse" => match &*first {
            Value::Str(text) => Value::Str(text.chars().rev().collect()),
            other => {
                let reversed = items(other).iter().rev();
                let owned = reversed.map(|item| interpreter.own(Cow::Borrowed(item)));
                Value::List(owned.collect::<Result<_, _>>()?)
            }
        },
        "max" => best(items(&first), ">")?,
        "min" => best(items(&first), "<")?,
        "sort" => {
            let keys = items(&first).to_vec();
            sorted(keys.clone(), keys)?
        }
        "keys" => {
            let names = first.as_map().into_iter().flat_map(Map::keys);
            Value::List(names.map(|name| Value::from(name.as_str())).collect())
        }
        "values" => {
            let values = first.as_map().into_iter().flat_map(Map::values);
            let owned = values.map(|value| interpreter.own(Cow::Borrowed(value)));
            Value::List(owned.collect::<Result<_, _>>()?)
        }
        _ => {
            let second = second.unwrap_or(Cow::Owned(Value::Null));
            match name {
                "contains" => Value::Bool(contains(&first, &second)?),
                "ends_with" => Value::Bool(text(&first).ends_with(&text(&second))),
                "starts_with" => Value::Bool(text(&first).starts_with(&text(&second))),
                _ => {
                    let words: Vec<String> = items(&second).iter().map(text).collect();
                    Value::Str(words.join(&text(&first)))
                }
            }
        }
    }))
}

/// The functions that apply an expression to every element.
fn by(
    interpreter: &Interpreter,
    name: &str,
    node: &Node,
    items: &[Value],
) -> Result<Value, String> {
    let mut keys = Vec::with_capacity(items.len());
    for item in items {
        keys.push(interpreter.own(interpreter.visit(node, item)?)?);
    }
    if name == "map" {
        return Ok(Value::List(keys));
    }
    let Some(first) = keys.first() else {
        return Ok(if name == "sort_by" {
            Value::List(Vec::new())
        } else {
            Value::Null
        });
    };
    let mut allowed = vec!["number", "string"];
    if name == "sort_by" {
        let kind = jmespath_type(first);
        if !allowed.contains(&kind) {
            return Err(refused(name, &items[0], "['string', 'number']", kind));
        }
        allowed = vec![kind];
    }
    if let Some(wrong) = keys
        .iter()
        .find(|key| !allowed.contains(&jmespath_type(key)))
    {
        return Err(refused(
            name,
            wrong,
            &python::words(&allowed),
            jmespath_type(wrong),
        ));
    }
    if name == "sort_by" {
        return sorted(keys, items.to_vec());
    }
    let place = best_place(&keys, if name == "min_by" { "<" } else { ">" })?;
    interpreter.own(Cow::Borrowed(&items[place]))
}

fn sorted(keys: Vec<Value>, items: Vec<Value>) -> Result<Value, String> {
    let mut failure = None;
    let mut pairs: Vec<(Value, Value)> = keys.into_iter().zip(items).collect();
    pairs.sort_by(|(one, _), (two, _)| match order(one, two, "<") {
        Ok(ordering) => ordering.unwrap_or(Ordering::Equal),
        Err(problem) => {
            failure.get_or_insert(problem);
            Ordering::Equal
        }
    });
    match failure {
        Some(problem) => Err(problem),
        None => Ok(Value::List(
            pairs.into_iter().map(|(_, item)| item).collect(),
        )),
    }
}

/// Where the first of the least or greatest values stands.
fn best_place(values: &[Value], operator: &str) -> Result<usize, String> {
    let wanted = if operator == "<" {
        Ordering::Less
    } else {
        Ordering::Greater
    };
    let mut best = 0;
    for place in 1..values.len() {
        if order(&values[place], &values[best], operator)? == Some(wanted) {
            best = place;
        }
    }
    Ok(best)
}

fn best(values: &[Value], operator: &str) -> Result<Value, String> {
    match values.get(best_place(values, operator)?) {
        Some(value) => Ok(value.clone()),
        None => Ok(Value::Null),
    }
}

fn sum(items: &[Value]) -> Number {
    items
        .iter()
        .filter_map(Number::of)
        .fold(Number::Int(0), Number::plus)
}

#[expect(clippy::cast_precision_loss, reason = "lists are short")]
fn average(items: &[Value]) -> Value {
    if items.is_empty() {
        return Value::Null;
    }
    Value::Float(sum(items).to_float() / items.len() as f64)
}

fn length(value: &Value) -> Value {
    let length = match value {
        Value::Str(text) => text.chars().count(),
        Value::Map(map) => map.len(),
        other => items(other).len(),
    };
    Value::Int(i64::try_from(length).unwrap_or(i64::MAX))
}

fn contains(subject: &Value, wanted: &Value) -> Result<bool, String> {
    match (subject, wanted) {
        (Value::Str(text), Value::Str(wanted)) => Ok(text.contains(wanted.as_str())),
        (Value::Str(_), wanted) => Err(sentences::not_in_text(python::class_name(wanted))),
        (subject, wanted) => Ok(items(subject).iter().any(|item| equal(item, wanted))),
    }
}

fn to_number(value: &Value) -> Value {
    match value {
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) => value.clone(),
        Value::Str(text) => python::big_int(text)
            .or_else(|_| python::to_float(text).map(Value::Float))
            .unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn merge(interpreter: &Interpreter, values: Vec<Cow<'_, Value>>) -> Result<Value, String> {
    let mut merged = Map::new();
    for value in values {
        match interpreter.own(value)? {
            Value::Map(map) => merged.extend(map),
            Value::List(items) if items.is_empty() => {}
            Value::Str(text) if text.is_empty() => {}
            Value::Str(_) => return Err(sentences::NO_PAIR.to_owned()),
            Value::List(_) => return Err(sentences::LIST_FOR_PAIR.to_owned()),
            other => return Err(sentences::not_iterable(&other)),
        }
    }
    Ok(Value::Map(merged))
}

fn check(name: &str, argument: &Argument<'_>, types: Types) -> Result<(), String> {
    if types.is_empty() {
        return Ok(());
    }
    let Argument::Value(value) = argument else {
        if types.contains(&"expref") {
            return Ok(());
        }
        let value = Value::from("<jmespath.visitor._Expression object>");
        return Err(refused(name, &value, &python::words(types), "expref"));
    };
    let kind = jmespath_type(value);
    let of = |types: Types| types.iter().any(|t| t.split('-').next() == Some(kind));
    if !of(types) {
        return Err(refused(name, value, &python::words(types), kind));
    }
    let elements: Vec<&str> = types
        .iter()
        .filter_map(|t| Some(t.split_once('-')?.1))
        .collect();
    let items = items(value);
    let (Some(first), [_, ..]) = (items.first(), &elements[..]) else {
        return Ok(());
    };
    let wrong = |item: &Value| refused(name, item, &python::words(types), python::class_name(item));
    let wanted = if let [only] = elements[..] {
        only
    } else {
        let first_kind = jmespath_type(first);
        *elements
            .iter()
            .find(|kind| **kind == first_kind)
            .ok_or_else(|| wrong(first))?
    };
    match items.iter().find(|item| jmespath_type(item) != wanted) {
        Some(item) => Err(wrong(item)),
        None => Ok(()),
    }
}

fn refused(name: &str, value: &Value, types: &str, kind: &str) -> String {
    format!(
        "In function {name}(), invalid type for value: {}, expected one of: {types}, received: \"{kind}\"",
        python::display(value)
    )
}

fn jmespath_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) => "number",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Bytes(_) | Value::Date(_) | Value::Set(_) => "unknown",
    }
}
