//! From the words given for an option to the value of a parameter.

use signback_wire::{Kind, Member, Service, Shape, Trait};

use crate::arguments::parser::Given;
use crate::failure::Failure;
use crate::formats::json;
use crate::input::{files, shorthand};
use crate::python;
use crate::python::sentences;
use crate::session::environment::Environment;
use crate::value::Value;

/// The value of the member for which these words were given under this option, and whether it was JSON.
///
/// # Errors
/// A value that cannot be read, with the option's name.
pub(crate) fn unpack(
    environment: &Environment,
    service: &Service,
    member: &Member,
    option: &str,
    given: &Given,
) -> Result<(Value, bool), Failure> {
    let raw = match given {
        Given::Flag(on) => return Ok((Value::Bool(*on), false)),
        Given::Word(word) => {
            from_file(environment, option, word)?.unwrap_or_else(|| Value::Str(word.clone()))
        }
        Given::Words(words) => {
            let alone = match &words[..] {
                [word] => from_file(environment, option, word)?,
                _ => None,
            };
            alone.unwrap_or_else(|| Value::List(words.iter().cloned().map(Value::Str).collect()))
        }
    };
    let shape = service.shape(member.shape);
    if shape.kind == Kind::Blob && shape.has(Trait::Streaming) {
        return Ok((streamed(environment, option, &raw)?, false));
    }
    if !looks_like_json(&raw)
        && takes_shorthand(service, shape)
        && let Some(value) = shorthand::unpack(environment, service, member, option, &raw)?
    {
        return Ok((value, false));
    }
    Ok((convert(service, member, option, raw)?, true))
}

/// The content of the file that the value is the path of.
fn streamed(environment: &Environment, option: &str, raw: &Value) -> Result<Value, Failure> {
    raw.as_str()
        .and_then(|path| std::fs::read(files::expand(environment, path)).ok())
        .map(Value::Bytes)
        .ok_or_else(|| Failure::of_option(option, "Blob values must be a path to a file."))
}

fn from_file(
    environment: &Environment,
    option: &str,
    word: &str,
) -> Result<Option<Value>, Failure> {
    files::parameter(environment, &format!("--{option}"), word)
}

/// Whether the words are plainly JSON.
fn looks_like_json(raw: &Value) -> bool {
    let first = match raw {
        Value::List(words) => words.first(),
        other => Some(other),
    };
    first
        .and_then(Value::as_str)
        .is_some_and(|text| text.trim().starts_with(['[', '{']))
}

/// Whether values of the shape may be written as `Key=Value`.
fn takes_shorthand(service: &Service, shape: &Shape) -> bool {
    let complex = |shape: &Shape| {
        matches!(
            shape.kind,
            Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. }
        )
    };
    match &shape.kind {
        Kind::List { member } => {
            complex(service.shape(member.shape)) && !is_document(service, shape)
        }
        _ => complex(shape) && !is_document(service, shape),
    }
}

/// Whether the shape is a free-form document, or a list or map of them.
fn is_document(service: &Service, shape: &Shape) -> bool {
    match &shape.kind {
        Kind::List { member } | Kind::Map { value: member, .. } => {
            is_document(service, service.shape(member.shape))
        }
        _ => shape.has(Trait::Document),
    }
}

fn convert(service: &Service, member: &Member, option: &str, raw: Value) -> Result<Value, Failure> {
    let shape = service.shape(member.shape);
    if shape.has(Trait::Document) || member.has(Trait::JsonValue) {
        return from_json(option, &raw);
    }
    match &shape.kind {
        Kind::Structure { .. } | Kind::Map { .. } => {
            let text = python::display(&raw);
            match text.trim_start().chars().next() {
                Some('{') => from_json(option, &raw),
                Some(_) => Err(Failure::of_option(
                    option,
                    &format!("Invalid JSON:\n{text}"),
                )),
                None => Err(Failure::general(sentences::TEXT_TOO_SHORT)),
            }
        }
        Kind::List { member } => list(service, member, option, raw),
        _ => scalar(shape, raw),
    }
}

fn list(service: &Service, member: &Member, option: &str, raw: Value) -> Result<Value, Failure> {
    let is_json = |text: &str| text.trim_start().starts_with('[');
    match raw {
        Value::Str(text) if is_json(&text) => from_json(option, &Value::Str(text)),
        Value::List(words) if matches!(&words[..], [Value::Str(text)] if is_json(text)) => {
            from_json(option, &words[0])
        }
        Value::List(words) => {
            let first = words.first().map(python::display).unwrap_or_default();
            let items = words
                .into_iter()
                .map(|word| convert(service, member, option, word));
            let items = items.collect::<Result<_, _>>().map(Value::List);
            // Whichever word is no number, the first one is named.
            items.map_err(|failure| match service.shape(member.shape).kind {
                Kind::Integer | Kind::Long | Kind::Float | Kind::Double => {
                    Failure::of_option(option, &first)
                }
                _ => failure,
            })
        }
        // A file of plain text is taken letter by letter, as Python walks a string.
        Value::Str(text) if text.trim_start().is_empty() => {
            Err(Failure::general(sentences::TEXT_TOO_SHORT))
        }
        Value::Str(text) => {
            let letters = text
                .chars()
                .map(|letter| convert(service, member, option, Value::Str(letter.into())));
            letters.collect::<Result<_, _>>().map(Value::List)
        }
        // Bytes are numbers to Python.
        Value::Bytes(bytes) => {
            let numbers = bytes.into_iter().map(|byte| Value::Int(byte.into()));
            Ok(Value::List(numbers.collect()))
        }
        other => Ok(Value::List(vec![other])),
    }
}

fn scalar(shape: &Shape, raw: Value) -> Result<Value, Failure> {
    let text = match (&raw, &shape.kind) {
        (Value::Str(text), _) => text,
        (Value::Bytes(bytes), Kind::Integer | Kind::Long) => {
            let number = std::str::from_utf8(bytes).ok().map(python::big_int);
            return number.and_then(Result::ok).ok_or_else(|| {
                Failure::general(sentences::unreadable_int(&python::quoted_bytes(bytes)))
            });
        }
        _ => return Ok(raw),
    };
    match shape.kind {
        Kind::Integer | Kind::Long => python::big_int(text).map_err(Failure::general),
        Kind::Float | Kind::Double => python::to_float(text)
            .map(Value::Float)
            .map_err(Failure::general),
        Kind::Boolean => Ok(Value::Bool(
            !text.is_empty() && !text.eq_ignore_ascii_case("false"),
        )),
        _ => Ok(raw),
    }
}

fn from_json(option: &str, raw: &Value) -> Result<Value, Failure> {
    let text = match raw {
        Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => python::display(other),
    };
    json::parse(&text).map_err(|malformed| {
        Failure::of_option(
            option,
            &format!(
                "Invalid JSON: {}\nJSON received: {text}",
                malformed.described(&text)
            ),
        )
    })
}
