//! Chat contacts, their participants and connections.
//!
//! A contact is one chat. Its row is the lock of everything that belongs to the chat: whoever
//! changes the contact, its transcript, its flow or its sign-in takes [`lock`] first, and gives
//! what it changed to [`save`].
//!
//! `contact` says what one is, `rules` what it may be started with, `connections` which tokens
//! participants show, `rows` how it is kept, and `api` has the operations that only look at a
//! contact or change its attributes. What happens in a chat is the conversation's.

mod api;
mod connection_data;
mod connections;
mod contact;
mod rows;
mod rules;
#[cfg(test)]
mod tests;

use signback_platform::ids::ContactId;
use signback_platform::jobs::Kind;

pub(crate) use api::{OPERATIONS, Refusal, locate};
pub(crate) use connection_data::{ConnectionData, SOCKET_PATH};
pub use connections::by_connection_token;
pub(crate) use connections::{
    Connection, Wanted, bearer, by_participant_token, connect, mark_connected, new_participant,
    redeem_ticket,
};
pub use contact::{Contact, Customer, EndReason, Ended, Participant, Role};
pub(crate) use rows::{
    active_chats, ended, ended_with_tokens, find, forget, forget_connections, insert,
    insert_participant, mark_left, mark_tokens_forgotten, of_instance, participants, reached,
    rename, save_reached,
};
pub use rows::{lock, save};
pub use rules::attributes_problem;
pub(crate) use rules::{
    DURATION_MINUTES_DEFAULT, PLAIN, SUBTYPE, content_problem, content_types_problem,
    segment_attributes_problem,
};

/// The name that the system's items carry.
pub const SYSTEM_NAME: &str = "SYSTEM_MESSAGE";
/// How long a client has to connect to a new chat.
pub const CONNECT_LIMIT_SECONDS: i64 = 5 * 60;

/// Ending a contact whose customer never connected.
pub(crate) const EXPIRE_CONNECT: Kind<ContactId> = Kind::new("expire_connect");
/// Ending a contact whose chat duration is over.
pub(crate) const EXPIRE_CHAT: Kind<ContactId> = Kind::new("expire_chat");
