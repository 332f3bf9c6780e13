//! The sign-in of a chat customer: from the flow's Authenticate Customer block, through the
//! identity provider and back, to a profile and the branch that the flow takes.
//!
//! [`SignIn`] is one run of the block and its [`Stage`]s are the rules. `api.rs` has the three
//! operations (the sign-in URL, the refusal to sign in, the provider's answer), `run.rs` the job
//! that exchanges a code, `finish.rs` every way to end, `store.rs` the rows.

mod api;
mod ask;
mod begin;
mod cause;
mod documents;
mod exchange;
mod finish;
mod redirect;
mod run;
mod sealed;
mod source;
mod stage;
mod state;
mod store;
#[cfg(test)]
mod tests;

use crate::ids::SignInId;
use crate::jobs;

pub(crate) use api::OPERATIONS;
pub use begin::{begin, offered};
pub use cause::{Cause, Failure};
pub use documents::Documents;
pub use finish::abandon;
pub(crate) use finish::{expire, give_up};
pub(crate) use run::run;
pub use sealed::Sealed;
pub use stage::{Outcome, Proof, ProviderError, Refusal, Request, SignIn, Stage};
pub(crate) use store::delete_all;

/// Exchanging the accepted code, or handling the accepted error, of a sign-in.
pub const RUN: jobs::Kind<SignInId> = jobs::Kind::new("run_authentication");
/// Ending a sign-in whose time is up.
pub const EXPIRE: jobs::Kind<SignInId> = jobs::Kind::new("expire_authentication");

/// The shortest time limit of a block, in minutes; also the one taken when none is given.
pub const TIME_LIMIT_MINUTES_MIN: u32 = 3;
/// The longest time limit of a block, in minutes.
pub const TIME_LIMIT_MINUTES_MAX: u32 = 15;

/// What an Authenticate Customer block asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The user pool, or the ARN that an outside identity source stands behind.
    pub user_pool_arn: String,
    /// The pool's connect client.
    pub app_client_id: String,
    /// The object type by which claims become a profile.
    pub object_type: String,
    /// How long the customer may take, in minutes.
    pub time_limit_minutes: u32,
}

impl Block {
    /// The time limit in milliseconds, within its bounds: the flow's content is checked when it is
    /// made, but a value found while it runs is not.
    #[must_use]
    pub fn time_limit_ms(&self) -> i64 {
        let minutes = self
            .time_limit_minutes
            .clamp(TIME_LIMIT_MINUTES_MIN, TIME_LIMIT_MINUTES_MAX);
        i64::from(minutes) * 60_000
    }
}
