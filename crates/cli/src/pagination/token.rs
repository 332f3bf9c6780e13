//! The token that says where to go on: base64 of the service's tokens and of how much was shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::failure::Failure;
use crate::formats::json;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// The member that says how much of a page was shown.
pub(super) const CUT: &str = "boto_truncate_amount";

fn bad(token: &str) -> Failure {
    Failure::general(format!("Bad starting token: {token}"))
}

/// Writes a token.
///
/// # Errors
/// Members that are not those of the operation: they came from a made-up token.
pub(super) fn encode(tokens: Map, names: &[String]) -> Result<String, Failure> {
    let own = tokens.keys().filter(|name| *name != CUT);
    let is_ours =
        own.clone().count() == names.len() && own.clone().all(|name| names.contains(name));
    let value = Value::Map(tokens);
    if !is_ours {
        return Err(bad(&python::repr(&value)));
    }
    Ok(STANDARD.encode(json::write(&value, json::Layout::SENT)))
}

/// Reads a token: the service's tokens, and how much was shown.
///
/// # Errors
/// A token with more parts than the operation takes.
pub(super) fn decode(text: &str, names: &[String]) -> Result<(Map, i64), Failure> {
    match structured(text) {
        Some(Value::Map(mut tokens)) => match tokens.shift_remove(CUT) {
            None | Some(Value::Null) => Ok((tokens, 0)),
            Some(Value::Int(shown)) => Ok((tokens, shown)),
            Some(Value::Bool(shown)) => Ok((tokens, i64::from(shown))),
            Some(_) => Err(Failure::general(sentences::NO_SLICE)),
        },
        // A list could lose an element too, but not by name: it is taken for a service's token.
        None | Some(Value::List(_)) => plain(text, names),
        Some(other) => Err(Failure::general(sentences::no_attribute(&other, "pop"))),
    }
}

/// A token of our own making.
fn structured(text: &str) -> Option<Value> {
    let decoded = String::from_utf8(python::base64(text)?).ok()?;
    json::parse(&decoded).ok()
}

/// A service's own token, or several with the old separator, perhaps with a count at the end.
fn plain(text: &str, names: &[String]) -> Result<(Map, i64), Failure> {
    let mut parts: Vec<&str> = text.split("___").collect();
    let mut shown = 0;
    if parts.len() == names.len() + 1 {
        match python::int(parts.pop().unwrap_or_default()) {
            Ok(count) => shown = count,
            Err(_) => parts = vec![text],
        }
    }
    if parts.len() > names.len() {
        return Err(bad(text));
    }
    let value = |part: &str| {
        if part == "None" {
            Value::Null
        } else {
            Value::from(part)
        }
    };
    let values = parts
        .into_iter()
        .map(value)
        .chain(std::iter::repeat(Value::Null));
    Ok((names.iter().cloned().zip(values).collect(), shown))
}
