//! `--generate-cli-skeleton`: samples of input and output.

use signback_wire::{Operation, Service};

use crate::failure::Failure;
use crate::value::Value;

/// Prints a sample of the input, as JSON or YAML.
///
/// # Errors
/// A sample that cannot be made.
pub fn input(_service: &Service, _operation: &Operation, kind: &str) -> Result<i32, Failure> {
    Err(Failure::general(format!(
        "--generate-cli-skeleton {kind} is not built"
    )))
}

/// A sample of the output.
///
/// # Errors
/// A sample that cannot be made.
pub fn output(_service: &Service, _operation: &Operation) -> Result<Value, Failure> {
    Err(Failure::general(
        "--generate-cli-skeleton output is not built",
    ))
}
