//! The front door: from a request to the operation that answers it.
//!
//! Public paths are matched before `Authorization` is looked at, then `X-Amz-Target`, then the
//! signing name, then method and path. A signature is verified, the operation's input decoded and
//! validated against the interface model, the handler called, and its answer encoded.

pub(crate) mod controls;
pub(crate) mod cors;
mod foreign;
pub(crate) mod front;
mod invoke;
mod route;
mod table;

pub(crate) use foreign::Own;
pub(crate) use invoke::{checked, invoke, invoke_within};
pub use table::{Built, operations};

/// Whether a path belongs to the administrators' pages: health, metrics and controls.
pub(crate) fn is_administrative(path: &str) -> bool {
    path.starts_with("/_signback/")
}

/// Whether a path tells that the service is well, which anybody may ask.
pub(crate) fn is_health(path: &str) -> bool {
    path == "/_signback/health"
}
