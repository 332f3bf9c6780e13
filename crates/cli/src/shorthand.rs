//! The short way to write structures, lists and maps: `Key=Value,List=a,b`.

use signback_wire::{Member, Service};

use crate::environment::Environment;
use crate::failure::Failure;
use crate::value::Value;

/// The value of a structured member that was not given as JSON, or nothing to leave it to the other readers.
///
/// # Errors
/// Text that does not follow the syntax, with the option's name.
pub fn unpack(
    _environment: &Environment,
    _service: &Service,
    _member: &Member,
    option: &str,
    _raw: &Value,
) -> Result<Option<Value>, Failure> {
    Err(Failure::general(format!(
        "--{option}: shorthand syntax is not built; give the value as JSON"
    )))
}
