//! Byte strings in parameters: `--cli-binary-format`.

use signback_wire::{Kind, Service, Shape, Trait};

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::value::{Map, Value};

/// How text for a byte string is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryFormat {
    /// As base64.
    Base64,
    /// As it is.
    Raw,
}

/// The format by option and profile.
///
/// # Errors
/// A word in the profile that is no format.
pub(crate) fn format(session: &Session) -> Result<BinaryFormat, Failure> {
    let given = match session.globals.word("cli-binary-format") {
        Some(word) => Some(word),
        // A profile that does not exist is a problem for later.
        None => session
            .profile_setting("cli_binary_format")
            .unwrap_or_default(),
    };
    match given {
        None | Some("base64") => Ok(BinaryFormat::Base64),
        Some("raw-in-base64-out") => Ok(BinaryFormat::Raw),
        Some(other) => Err(Failure::general(python::quoted(other))),
    }
}

/// Decodes the byte strings among the parameters.
///
/// # Errors
/// Text that is not base64.
pub(crate) fn decode(
    service: &Service,
    shape: &Shape,
    parameters: &mut Map,
) -> Result<(), Failure> {
    for member in shape.members() {
        if let Some(value) = parameters.get_mut(&member.name) {
            decode_value(service, service.shape(member.shape), value)?;
        }
    }
    Ok(())
}

fn decode_value(service: &Service, shape: &Shape, value: &mut Value) -> Result<(), Failure> {
    if shape.has(Trait::Document) {
        return Ok(());
    }
    match (&shape.kind, value) {
        (Kind::Structure { .. }, Value::Map(map)) => decode(service, shape, map),
        (Kind::List { member }, Value::List(items)) => items
            .iter_mut()
            .try_for_each(|item| decode_value(service, service.shape(member.shape), item)),
        (Kind::Map { value: member, .. }, Value::Map(map)) => map
            .values_mut()
            .try_for_each(|item| decode_value(service, service.shape(member.shape), item)),
        (Kind::Blob, value) => {
            if let Value::Str(text) = value {
                if !text.is_ascii() {
                    return Err(Failure::general(sentences::TEXT_IS_NOT_ASCII));
                }
                let invalid = || Failure::general(format!("Invalid base64: \"{text}\""));
                *value = Value::Bytes(python::base64(text).ok_or_else(invalid)?);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
