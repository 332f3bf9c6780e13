//! Chat contacts, their participants and connections.
//!
//! A contact is one chat. Its row is the lock of everything that belongs to the chat: whoever
//! changes the contact, its transcript, its flow or its sign-in takes [`lock`] first, and gives
//! what it changed to [`save`]. A contact ends once, through [`end`].
//!
//! The module's parts: `rules` (what a chat may be started with), `start` (`StartChatContact`),
//! `connections` (tokens and tickets), `idempotency` (`ClientToken`), `store` (rows), `run` (jobs),
//! `api` and `participant` (the operations of the two services).

mod api;
mod connections;
mod idempotency;
mod participant;
mod rules;
mod run;
mod start;
mod store;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::ids::{ContactId, FlowId, InstanceId, ParticipantId, Scope};
use crate::jobs;
use crate::store::{Error, Tx};
use crate::transcript::{self, Author, NewItem, event};
use crate::{authentication, flows};

pub(crate) use api::OPERATIONS;
pub use connections::by_connection_token;
pub(crate) use connections::{bearer, mark_connected, redeem_ticket};
pub(crate) use idempotency::{Recalled, Request, recall, remember};
pub(crate) use participant::{OPERATIONS as PARTICIPANT_OPERATIONS, Refusal};
pub use rules::attributes_problem;
pub(crate) use rules::content_problem;
pub(crate) use run::{expire_chat, expire_connect, give_up};
pub(crate) use store::{active_chats, participants, reached, save_reached};
pub use store::{lock, save};

/// The name that the system's items carry.
pub const SYSTEM_NAME: &str = "SYSTEM_MESSAGE";
/// The longest display name of the interface model.
const DISPLAY_NAME_CHARACTERS_MAX: usize = 256;
/// How long a client has to connect to a new chat.
pub const CONNECT_LIMIT_SECONDS: i64 = 5 * 60;

/// Ending a contact whose customer never connected.
pub(crate) const EXPIRE_CONNECT: jobs::Kind<ContactId> = jobs::Kind::new("expire_connect");
/// Ending a contact whose chat duration is over.
pub(crate) const EXPIRE_CHAT: jobs::Kind<ContactId> = jobs::Kind::new("expire_chat");

/// One chat.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// The instance that it belongs to.
    pub instance: InstanceId,
    /// The account and region of the instance.
    pub scope: Scope,
    /// The flow that it was started with.
    pub flow: FlowId,
    /// The customer who chats.
    pub customer: Customer,
    /// The participant as which the system writes.
    pub system: ParticipantId,
    /// The attributes that flows and callers set.
    pub attributes: BTreeMap<String, String>,
    /// The segment attributes, each value as the interface has it (`{"ValueString": …}`).
    pub segment_attributes: Map<String, Value>,
    /// The customer's number in the caller's system.
    pub customer_id: Option<String>,
    /// A contact that the caller relates this one to.
    pub related: Option<ContactId>,
    /// The content types that participants may send.
    pub content_types: Vec<String>,
    /// The text of the message that the chat was started with.
    pub initial_message: Option<String>,
    /// When it was started.
    pub initiated_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When the customer first connected.
    pub connected_at: Option<Timestamp>,
    /// When it was last changed; [`save`] sets it.
    pub updated_at: Timestamp,
    /// When and why it ended.
    pub ended: Option<Ended>,
}

/// The participant who is the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The participant's id.
    pub id: ParticipantId,
    /// The name that the chat shows.
    pub display_name: String,
}

/// The end of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When it ended.
    pub at: Timestamp,
    /// Why it ended.
    pub reason: EndReason,
}

/// Why a contact ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The customer left.
    Customer,
    /// The flow disconnected the participant, or came to its end.
    Flow,
    /// `StopContact`.
    Stopped,
    /// The chat's duration was over.
    Expired,
    /// No client connected within the limit.
    NotConnected,
    /// The service failed.
    Failed,
}

impl EndReason {
    const ALL: [Self; 6] = [
        Self::Customer,
        Self::Flow,
        Self::Stopped,
        Self::Expired,
        Self::NotConnected,
        Self::Failed,
    ];

    /// The name in `DescribeContact`'s `DisconnectReason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER_DISCONNECT",
            Self::Flow => "CONTACT_FLOW_DISCONNECT",
            Self::Stopped => "API",
            Self::Expired => "EXPIRED",
            Self::NotConnected => "CUSTOMER_CONNECTION_NOT_ESTABLISHED",
            Self::Failed => "OTHER",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Somebody who takes part in a chat with tokens of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The participant's id.
    pub id: ParticipantId,
    /// The chat.
    pub contact: ContactId,
    /// The instance of the chat.
    pub instance: InstanceId,
    /// What the participant is in the chat.
    pub role: Role,
    /// The name that the chat shows.
    pub display_name: String,
}

/// What an author of items is in the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The customer.
    Customer,
    /// A person who serves the customer.
    Agent,
    /// The service itself.
    System,
    /// A bot of the caller's.
    CustomBot,
}

impl Role {
    const ALL: [Self; 4] = [Self::Customer, Self::Agent, Self::System, Self::CustomBot];

    /// The name in items.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Agent => "AGENT",
            Self::System => "SYSTEM",
            Self::CustomBot => "CUSTOM_BOT",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl Contact {
    /// Whether the chat goes on.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.ended.is_none()
    }

    /// The contact's ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!(
            "arn:aws:connect:{}:{}:instance/{}/contact/{}",
            self.scope.region, self.scope.account, self.instance, self.id
        )
    }
}

/// Ends a contact that goes on: its sign-in and flow are abandoned, its participants leave, and
/// `chat.ended` is the last item. On a contact that has ended it does nothing.
pub fn end(tx: &mut Tx<'_>, contact: &mut Contact, reason: EndReason) -> Result<(), Error> {
    if !contact.is_active() {
        return Ok(());
    }
    contact.ended = Some(Ended {
        at: tx.now(),
        reason,
    });
    authentication::abandon(tx, &contact.id)?;
    flows::forget(tx, &contact.id)?;
    jobs::cancel(tx, &EXPIRE_CONNECT, &contact.id)?;
    jobs::cancel(tx, &EXPIRE_CHAT, &contact.id)?;
    for participant in participants(tx, &contact.id)? {
        leave(tx, contact, &participant)?;
    }
    let ended = NewItem::event(Author::nobody(), event::CHAT_ENDED, None);
    transcript::append(tx, contact, ended)?;
    save(tx, contact)
}

/// Forgets the chats of an instance that is deleted, with all that belongs to them; none of them
/// goes on.
pub(crate) fn delete_all(tx: &mut Tx<'_>, instance: &InstanceId) -> Result<(), Error> {
    transcript::delete_all(tx, instance)?;
    authentication::delete_all(tx, instance)?;
    store::delete_all(tx, instance)
}

/// Takes a participant out of a chat that may go on without them.
pub(crate) fn leave(
    tx: &mut Tx<'_>,
    contact: &Contact,
    participant: &Participant,
) -> Result<(), Error> {
    store::mark_left(tx, &participant.id)?;
    let left = NewItem::event(
        Author::participant(participant),
        event::PARTICIPANT_LEFT,
        None,
    );
    transcript::append(tx, contact, left).map(drop)
}

/// Changes the name that the chat shows for the customer, and says so in the chat. What is longer
/// than a display name may be is cut off.
pub fn rename_customer(tx: &mut Tx<'_>, contact: &mut Contact, name: &str) -> Result<(), Error> {
    let name: String = name.chars().take(DISPLAY_NAME_CHARACTERS_MAX).collect();
    store::rename(tx, &contact.customer.id, &name)?;
    contact.customer.display_name = name;
    let renamed = NewItem::event(Author::customer(contact), event::DISPLAY_NAME_UPDATED, None);
    transcript::append(tx, contact, renamed).map(drop)
}
