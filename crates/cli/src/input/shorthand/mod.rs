//! The short way to write structures, lists and maps: `Key=Value,List=a,b`.
//!
//! `parser` knows nothing of the interface; what it read is then fitted to the model: a single
//! value becomes a list where one is wanted, and words become numbers and truth values.

mod parser;
#[cfg(test)]
mod tests;

use signback_wire::{Kind, Member, Service, Shape, Trait};

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::session::environment::Environment;
use crate::value::{Map, Value};
use parser::Unread;

/// The value of a structured member that was not given as JSON, or nothing to leave it to the other readers.
///
/// # Errors
/// Text that does not follow the syntax, with the option's name.
pub(crate) fn unpack(
    environment: &Environment,
    service: &Service,
    member: &Member,
    option: &str,
    raw: &Value,
) -> Result<Option<Value>, Failure> {
    let shape = service.shape(member.shape);
    let parse = |text: &str| {
        parser::parse(environment, text)
            .map(Value::Map)
            .map_err(|unread| match unread {
                Unread::Syntax(message) => Failure::of_option(option, &message),
                Unread::Inside(message) => Failure::general(message),
            })
    };
    match raw {
        Value::Str(text) if takes_bare_value(service, shape) && !text.contains('=') => {
            let map = Map::from_iter([("Value".to_owned(), Value::from(text.as_str()))]);
            Ok(Some(Value::Map(map)))
        }
        Value::Str(text) => {
            let mut value = parse(text)?;
            // A file of plain text for a list stays as it is, and is refused later.
            if !matches!(shape.kind, Kind::List { .. }) {
                value = fit(service, shape, value).map_err(|unfit| unfit.of(option))?;
            }
            Ok(Some(value))
        }
        Value::List(words) => {
            let text = |word: &Value| parse(&python::display(word));
            let items = words.iter().map(text).collect::<Result<_, _>>()?;
            fit(service, shape, Value::List(items))
                .map(Some)
                .map_err(|unfit| unfit.of(option))
        }
        Value::Bytes(bytes) if bytes.is_empty() => Err(Failure::general(sentences::TEXT_FOR_BYTES)),
        Value::Bytes(_) => Err(Failure::general(sentences::not_in_text("int"))),
        _ => Ok(None),
    }
}

/// Whether the structure has only a text named `Value`, which may then be given alone.
fn takes_bare_value(service: &Service, shape: &Shape) -> bool {
    matches!(shape.members(), [only] if only.name == "Value" && service.shape(only.shape).kind == Kind::String)
}

/// Makes what was read fit its shape.
fn fit(service: &Service, shape: &Shape, value: Value) -> Result<Value, Unfit> {
    Ok(match (&shape.kind, value) {
        (Kind::Structure { members, .. }, Value::Map(mut map)) => {
            for member in members {
                let Some(value) = map.get_mut(&member.name) else {
                    continue;
                };
                let shape = service.shape(member.shape);
                if shape.has(Trait::Document) {
                    return Err(Unfit::Document(member.name.clone()));
                }
                *value = fit(service, shape, std::mem::replace(value, Value::Null))?;
            }
            Value::Map(map)
        }
        (Kind::Map { value: member, .. }, Value::Map(map)) => {
            let shape = service.shape(member.shape);
            let items = map
                .into_iter()
                .map(|(key, value)| Ok((key, fit(service, shape, value)?)));
            Value::Map(items.collect::<Result<_, Unfit>>()?)
        }
        (Kind::List { member }, Value::List(items)) => {
            let shape = service.shape(member.shape);
            let items = items.into_iter().map(|item| fit(service, shape, item));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        (Kind::List { .. }, single) => Value::List(vec![single]),
        (Kind::Integer | Kind::Long, value) => int(value)?,
        (Kind::Float | Kind::Double, value) => float(&value)?,
        (Kind::Boolean, value) => match value {
            Value::Str(text) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            Value::Str(text) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            Value::Str(_) => value,
            other => return Err(Unfit::Inside(sentences::no_attribute(&other, "lower"))),
        },
        (_, value) => value,
    })
}

fn int(value: Value) -> Result<Value, Unfit> {
    match value {
        Value::Str(text) => python::big_int(&text).map_err(Unfit::Inside),
        other => Err(Unfit::Inside(sentences::no_int(&other))),
    }
}

fn float(value: &Value) -> Result<Value, Unfit> {
    match value {
        Value::Str(text) => python::to_float(text)
            .map(Value::Float)
            .map_err(Unfit::Inside),
        other => Err(Unfit::Inside(sentences::no_float(other))),
    }
}

/// Why what was read does not fit.
enum Unfit {
    /// The member of that name is a free-form document.
    Document(String),
    /// The original stumbles, and says so in the words of its language.
    Inside(String),
}

impl Unfit {
    fn of(self, option: &str) -> Failure {
        match self {
            Self::Document(member) => Failure::of_option(
                option,
                &format!(
                    "Shorthand syntax does not support document types. Use JSON input for top-level argument to specify nested parameter: {member}"
                ),
            ),
            Self::Inside(message) => Failure::general(message),
        }
    }
}
