//! What every service stands on, and no service in it.
//!
//! [`settings`], [`clock`] and [`random`] are inputs; [`store`] is the database and [`jobs`]
//! everything that waits in it; [`outbound`] is the one way out and [`listener`] the
//! one way in. [`operation`] says what a line of
//! a service's table of operations is, [`answer`] what it may answer, [`client_token`] how the same
//! request gets the same answer, and [`arn`], [`ids`], [`token`] and [`paging`] how things are
//! named.

pub mod answer;
pub mod arn;
pub mod client_token;
pub mod clock;
mod conversions;
pub mod ids;
pub mod jobs;
pub mod listener;
pub mod metrics;
pub mod operation;
pub mod outbound;
pub mod paging;
mod platform;
pub mod random;
pub mod secret;
pub mod seldom;
pub mod settings;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod token;
mod words;

pub use platform::{Inputs, Platform};
