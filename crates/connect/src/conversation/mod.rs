//! What happens in a chat, carried out: it starts, its flow goes on, a sign-in ends, it is over.
//!
//! Contacts, flows, transcripts and sign-ins are nouns below that do not call each other upwards;
//! here they are conducted, each event in one transaction under the contact's lock.

mod api;
mod cancel;
mod end;
mod expiry;
mod flow;
mod sign_in;
mod start;
mod steps;
#[cfg(test)]
mod tests;
mod url;
mod view;

pub(crate) use api::OPERATIONS;
pub(crate) use cancel::OPERATIONS as CANCEL_OPERATIONS;
pub(crate) use end::leave;
pub use end::{end, rename_customer};
pub(crate) use expiry::{expire_chat, expire_connect, give_up};
pub(crate) use flow::wake;
pub use flow::{Resume, resume};
pub(crate) use sign_in::{expire, give_up as give_up_sign_in, run};
pub(crate) use url::OPERATIONS as URL_OPERATIONS;
