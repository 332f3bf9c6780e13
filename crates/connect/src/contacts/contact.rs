//! What a contact is: the chat, its customer, and its end.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use signback_platform::arn;
use signback_platform::clock::Timestamp;
use signback_platform::ids::{ContactId, FlowId, InstanceId, ParticipantId, Scope};
use signback_platform::words;

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
    /// When it was last changed; [`save`](super::save) sets it.
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

words! {
    /// Why a contact ended, by the name in `DescribeContact`'s `DisconnectReason`.
    pub enum EndReason {
        /// The customer left.
        Customer = "CUSTOMER_DISCONNECT",
        /// The flow disconnected the participant, or came to its end.
        Flow = "CONTACT_FLOW_DISCONNECT",
        /// `StopContact`.
        Stopped = "API",
        /// The chat's duration was over.
        Expired = "EXPIRED",
        /// No client connected within the limit.
        NotConnected = "CUSTOMER_CONNECTION_NOT_ESTABLISHED",
        /// The service failed.
        Failed = "OTHER",
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

words! {
    /// What an author of items is in the chat, by the name in items.
    pub enum Role {
        /// The customer.
        Customer = "CUSTOMER",
        /// A person who serves the customer.
        Agent = "AGENT",
        /// The service itself.
        System = "SYSTEM",
        /// A bot of the caller's.
        CustomBot = "CUSTOM_BOT",
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
        arn::contact(&self.scope, &self.instance, &self.id)
    }
}
