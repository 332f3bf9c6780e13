//! The exit statuses of our own commands.

/// It is done.
pub(super) const DONE: i32 = 0;
/// It failed.
pub(super) const FAILED: i32 = 1;
/// It was called wrongly.
pub(super) const USAGE: i32 = 2;
