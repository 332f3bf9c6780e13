//! Between the command's values and the documents of the interface codecs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signback_wire::json::RAW_NUMBER;
use signback_wire::{Kind, Member, Service, Shape, Trait};

use crate::formats::{json, timestamps};
use crate::python;
use crate::value::{Map, Value};

/// The parameters of a call as the codec wants them: bytes as base64 text, times as epoch seconds.
pub(crate) fn from_parameters(
    service: &Service,
    shape: &Shape,
    parameters: &Map,
) -> serde_json::Value {
    let member = |(name, value): (&String, &Value)| {
        let value = match shape.member(name) {
            Some(member) => from_value(service, member, value),
            None => plain(value),
        };
        (name.clone(), value)
    };
    serde_json::Value::Object(parameters.iter().map(member).collect())
}

fn from_value(service: &Service, member: &Member, value: &Value) -> serde_json::Value {
    let shape = service.shape(member.shape);
    match (&shape.kind, value) {
        _ if shape.has(Trait::Document) => plain(value),
        (Kind::Structure { .. }, Value::Map(map)) => from_parameters(service, shape, map),
        (Kind::List { member }, Value::List(items)) => serde_json::Value::Array(
            items
                .iter()
                .map(|item| from_value(service, member, item))
                .collect(),
        ),
        (Kind::Map { value: member, .. }, Value::Map(map)) => serde_json::Value::Object(
            map.iter()
                .map(|(key, item)| (key.clone(), from_value(service, member, item)))
                .collect(),
        ),
        (Kind::Blob, Value::Str(text)) => STANDARD.encode(text).into(),
        (Kind::Timestamp, value) => match timestamps::since_epoch(value) {
            Some(time) if time.subsec_nanos() == 0 => time.as_secs().into(),
            Some(time) => time.as_secs_f64().into(),
            None => plain(value),
        },
        // The codec has no wider numbers; it takes their digits as text.
        (Kind::Integer | Kind::Long | Kind::Float | Kind::Double, Value::BigInt(digits)) => {
            digits.as_str().into()
        }
        (Kind::Float | Kind::Double, Value::Float(number)) if !number.is_finite() => {
            json::name_of_number(*number).into()
        }
        _ => plain(value),
    }
}

/// A value as JSON has it; numbers that its values cannot hold are texts which the codec writes as they are.
pub(crate) fn plain(value: &Value) -> serde_json::Value {
    let number = |text: &str| format!("{RAW_NUMBER}{text}").into();
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(on) => (*on).into(),
        Value::Int(number) => (*number).into(),
        Value::BigInt(digits) => number(digits),
        Value::Float(real) if !real.is_finite() => number(json::name_of_number(*real)),
        Value::Float(real) => (*real).into(),
        Value::Str(text) => text.as_str().into(),
        Value::Bytes(bytes) => STANDARD.encode(bytes).into(),
        Value::Date(_) | Value::Set(_) => python::display(value).into(),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::Map(map) => serde_json::Value::Object(
            map.iter()
                .map(|(key, item)| (json_name(key), plain(item)))
                .collect(),
        ),
    }
}

/// The name that JSON gives to a member whose key may be no text.
fn json_name(name: &str) -> String {
    match python::key_of_name(name) {
        Value::Str(text) => text,
        other => json::write(&other, json::Layout::SENT),
    }
}
