//! Amazon Connect's chat.
//!
//! Nouns first, each knowing those before it: [`instances`], [`flows`], [`contacts`],
//! [`transcript`], [`authentication`]. Above them [`conversation`] carries out what happens in a chat,
//! and [`participants`] what its participants' clients do. [`Connect`] is the state that they share.

pub mod authentication;
mod connect;
pub mod contacts;
pub mod conversation;
mod deletion;
mod documents;
pub mod flows;
pub mod instances;
pub mod participants;
pub mod retention;
mod sockets;
#[cfg(test)]
mod testing;
pub mod transcript;

use signback_platform::job;
use signback_platform::jobs::Task;
use signback_platform::operation::Operation;

pub use connect::Connect;

/// What is built of the services `connect` and `connectparticipant`, by folder.
pub const OPERATIONS: &[&[Operation<Connect>]] = &[
    instances::OPERATIONS,
    deletion::OPERATIONS,
    flows::OPERATIONS,
    contacts::OPERATIONS,
    authentication::OPERATIONS,
    conversation::OPERATIONS,
    conversation::CANCEL_OPERATIONS,
    conversation::URL_OPERATIONS,
    participants::CONNECTION_OPERATIONS,
    participants::MESSAGE_OPERATIONS,
    participants::TRANSCRIPT_OPERATIONS,
];

/// What waits for a chat to be done.
pub const JOBS: &[&dyn Task<Connect>] = &[
    job!(
        authentication::RUN,
        conversation::run,
        conversation::give_up_sign_in
    ),
    job!(
        authentication::EXPIRE,
        conversation::expire,
        conversation::give_up_sign_in
    ),
    job!(flows::WAKE, conversation::wake, conversation::give_up),
    job!(
        contacts::EXPIRE_CONNECT,
        conversation::expire_connect,
        conversation::give_up
    ),
    job!(
        contacts::EXPIRE_CHAT,
        conversation::expire_chat,
        conversation::give_up
    ),
    job!(deletion::FORGET, deletion::forget, deletion::forget),
    job!(retention::SWEEP, retention::sweep, retention::put_off),
    job!(
        retention::FORGET_INSTANCE,
        retention::forget_instance,
        retention::forget_instance
    ),
];
