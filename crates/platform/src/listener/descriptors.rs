//! How many files and sockets the process may have open.

use rustix::process::{Resource, getrlimit, setrlimit};

/// How many there are when the system sets no limit.
const UNLIMITED: usize = 1 << 20;

/// Raises the limit of open descriptors to the hardest that the process may set itself, and gives
/// it.
#[must_use]
pub fn raise() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current;
    if before != limit.maximum {
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::warn!(%error, "the limit of open descriptors cannot be raised");
            limit.current = before;
        }
    }
    let count = |limit: Option<u64>| {
        limit.map_or(UNLIMITED, |limit| {
            usize::try_from(limit).unwrap_or(UNLIMITED)
        })
    };
    let now = count(limit.current);
    tracing::info!(before = count(before), now, "open descriptors are limited");
    now
}
