//! `--query`: what is shown of a result.

use crate::failure::Failure;

/// Checks the syntax of an expression.
///
/// # Errors
/// An expression that cannot be used.
pub fn check(text: &str) -> Result<(), Failure> {
    Err(Failure::usage(format!(
        "Bad value for --query {text}: queries are not built"
    )))
}
