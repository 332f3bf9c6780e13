//! Help pages.

use signback_wire::{Operation, Service};

use crate::failure::Failure;
use crate::session::Session;

/// The page about the whole command line, or about a topic.
///
/// # Errors
/// A topic that does not exist, or a page that cannot be shown.
pub fn top(_session: &Session, _words: &[String]) -> Result<i32, Failure> {
    Err(Failure::general("help is not built"))
}

/// The page about a service.
///
/// # Errors
/// A page that cannot be shown.
pub fn service(_session: &Session, _service: &Service) -> Result<i32, Failure> {
    Err(Failure::general("help is not built"))
}

/// The page about an operation.
///
/// # Errors
/// A page that cannot be shown.
pub fn operation(
    _session: &Session,
    _service: &Service,
    _operation: &Operation,
) -> Result<i32, Failure> {
    Err(Failure::general("help is not built"))
}

/// The page about `configure` or one of its sub-commands.
///
/// # Errors
/// A page that cannot be shown.
pub fn configure(_session: &Session, _name: Option<&str>) -> Result<i32, Failure> {
    Err(Failure::general("help is not built"))
}
