//! The sign-in of a chat customer: from the flow's Authenticate Customer block, through the
//! identity provider and back, to a profile and the branch that the flow takes.
//!
//! [`SignIn`] is one run of the block and its [`Stage`]s are the rules. `begin` and `offer` are the
//! start, `sign_in_url` makes the URL, `api` takes the provider's answer, `identify` learns from it
//! who the customer is, `rows` keeps sign-ins. What follows from an end, in the
//! chat and its flow, is the conversation's.

mod api;
mod ask;
mod attribute;
mod begin;
mod cause;
mod exchange;
mod identify;
mod identity;
mod offer;
mod put_away;
mod redirect;
mod refused;
pub(crate) mod rows;
mod sealed;
mod sign_in_url;
mod source;
mod stage;
mod state;
#[cfg(test)]
mod tests;
mod userinfo;

use signback_platform::ids::SignInId;
use signback_platform::jobs::Kind;

pub use crate::flows::Block;
pub(crate) use api::OPERATIONS;
pub(crate) use attribute::{Status, record};
pub use begin::begin;
pub use cause::{Cause, Failure};
pub(crate) use identify::identify;
pub(crate) use identity::Identity;
pub use offer::offered;
pub use put_away::abandon;
pub(crate) use put_away::put_away;
pub(crate) use refused::{Refused, invalid, participant_answer};
pub(crate) use rows::forget_chat;
pub use sealed::Sealed;
pub(crate) use sign_in_url::{
    AuthenticationUrl, GetAuthenticationUrl, NoUrl, authentication_url, own_sign_in,
};
pub use stage::{Outcome, Proof, ProviderError, Refusal, Request, SignIn, Stage};

/// Exchanging the accepted code, or handling the accepted error, of a sign-in.
pub const RUN: Kind<SignInId> = Kind::new("run_authentication");
/// Ending a sign-in whose time is up.
pub const EXPIRE: Kind<SignInId> = Kind::new("expire_authentication");
