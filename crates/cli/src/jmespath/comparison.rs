//! Equality, order and truth, as Python and JMESPath see them.

use std::cmp::Ordering;

use super::Comparator;
use super::number::Number;
use crate::python::sentences;
use crate::value::Value;

/// Python's equality: a truth value is also a number, and 1 is 1.0.
pub(super) fn equal(one: &Value, two: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::Bool(on) => Some(Number::Int(i128::from(*on))),
        other => Number::of(other),
    };
    match (one, two) {
        (Value::List(one), Value::List(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| equal(one, two))
        }
        (Value::Map(one), Value::Map(two)) => {
            one.len() == two.len()
                && one
                    .iter()
                    .all(|(name, one)| two.get(name).is_some_and(|two| equal(one, two)))
        }
        _ => match (number(one), number(two)) {
            (Some(one), Some(two)) => one.compare(two) == Some(Ordering::Equal),
            _ => one == two,
        },
    }
}

/// `==` of the language: unlike in Python 0 and 1 are no truth values.
fn same(one: &Value, two: &Value) -> bool {
    let zero_or_one = |value: &Value| {
        Number::of(value).is_some_and(|number| {
            [0, 1]
                .iter()
                .any(|small| number.compare(Number::Int(*small)) == Some(Ordering::Equal))
        })
    };
    let is_bool = |value: &Value| matches!(value, Value::Bool(_));
    if zero_or_one(one) {
        !is_bool(two) && equal(one, two)
    } else if zero_or_one(two) {
        !is_bool(one) && equal(one, two)
    } else {
        equal(one, two)
    }
}

/// The order of two numbers or two strings.
///
/// # Errors
/// Values that Python does not order, with the operator that was used.
pub(super) fn order(one: &Value, two: &Value, operator: &str) -> Result<Option<Ordering>, String> {
    match (one, two, Number::of(one), Number::of(two)) {
        (_, _, Some(one), Some(two)) => Ok(one.compare(two)),
        (Value::Str(one), Value::Str(two), _, _) => Ok(Some(one.cmp(two))),
        _ => Err(sentences::unordered(operator, one, two)),
    }
}

/// The result of a comparison; things that have no order give nothing.
pub(super) fn compare(comparator: Comparator, one: &Value, two: &Value) -> Result<Value, String> {
    let (operator, fits): (&str, fn(Ordering) -> bool) = match comparator {
        Comparator::Equal => return Ok(Value::Bool(same(one, two))),
        Comparator::NotEqual => return Ok(Value::Bool(!same(one, two))),
        Comparator::Less => ("<", Ordering::is_lt),
        Comparator::LessOrEqual => ("<=", Ordering::is_le),
        Comparator::Greater => (">", Ordering::is_gt),
        Comparator::GreaterOrEqual => (">=", Ordering::is_ge),
    };
    let has_order = |value: &Value| matches!(value, Value::Str(_)) || Number::of(value).is_some();
    if !has_order(one) || !has_order(two) {
        return Ok(Value::Null);
    }
    Ok(Value::Bool(order(one, two, operator)?.is_some_and(fits)))
}

/// Whether the value counts as false: nothing, `false`, or something empty.
pub(super) fn is_false(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Str(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(map) => map.is_empty(),
        _ => false,
    }
}
