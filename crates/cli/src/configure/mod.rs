//! `configure`: the shared files, read and changed.

use crate::failure::Failure;
use crate::session::Session;

/// Runs `configure` and its sub-commands.
///
/// # Errors
/// Words that make no sense, or files that cannot be changed.
pub fn run(_session: &Session, _words: &[String]) -> Result<i32, Failure> {
    Err(Failure::general("configure is not built"))
}
