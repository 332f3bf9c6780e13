//! An item, and the one shape that frames and transcript pages share.

use serde::Serialize;
use serde_json::Value;

use super::author::Author;
use crate::contacts::Role;
use signback_platform::clock::Timestamp;
use signback_platform::ids::{ContactId, ItemId, ParticipantId, SignInId};
use signback_platform::words;

words! {
    /// What an item is, by the name in `Type`.
    pub enum Kind {
        /// Something said.
        Message = "MESSAGE",
        /// Something that happened.
        Event = "EVENT",
        /// News of an earlier message; only ever pushed.
        Metadata = "MESSAGEMETADATA",
    }
}

/// An item of a transcript.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its place in the chat, from 1; numbers may be missing.
    pub sequence: i64,
    /// The item's id, the same in frame, answer and transcript.
    pub id: ItemId,
    /// The chat.
    pub contact: ContactId,
    /// When it was said or happened; never earlier than the item before.
    pub at: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// The content type.
    pub content_type: String,
    /// The content, where the type has one.
    pub content: Option<String>,
    /// Whose it is.
    pub author: Author,
    /// `MessageMetadata` as JSON, of pushed receipts.
    pub(crate) metadata: Option<String>,
    /// The sign-in it announces, and whether that is pending.
    pub(crate) sign_in: Option<SignInId>,
    pub(crate) hidden: bool,
    pub(crate) fleeting_until: Option<Timestamp>,
    /// A participant that it is not pushed to.
    pub(crate) not_to: Option<ParticipantId>,
}

/// What became of a message with one recipient.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Receipt {
    pub(crate) delivered_timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_timestamp: Option<String>,
    pub(crate) recipient_participant_id: ParticipantId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Metadata<'a> {
    pub(crate) message_id: &'a ItemId,
    pub(crate) receipts: &'a [Receipt],
}

/// The members of an item; a member that has nothing to say is left out, since the Android
/// library fails on `null`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Members<'a> {
    id: &'a ItemId,
    absolute_time: String,
    r#type: &'static str,
    content_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_id: Option<&'a ParticipantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_metadata: Option<Value>,
    contact_id: &'a ContactId,
    /// Only in frames: the page drops what does not name its own contact in one of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_contact_id: Option<&'a ContactId>,
}

impl Item {
    /// The sign-in that this item announces, while it is pending.
    pub(crate) fn pending_sign_in(&self) -> Option<&SignInId> {
        self.sign_in.as_ref().filter(|_| self.hidden)
    }

    /// Whether it is pushed to a participant at this moment.
    pub(crate) fn is_for(&self, participant: &ParticipantId, now: Timestamp) -> bool {
        self.not_to.as_ref() != Some(participant)
            && self.fleeting_until.is_none_or(|until| now < until)
    }

    /// The item as the JSON text of a frame's content, for a participant of `role`.
    pub(crate) fn pushed(&self, role: Role) -> String {
        let metadata = self
            .metadata
            .as_ref()
            .and_then(|text| serde_json::from_str(text).ok());
        let members = Members {
            initial_contact_id: Some(&self.contact),
            ..self.members(role, metadata)
        };
        serde_json::to_string(&members).expect("texts are JSON")
    }

    /// The item as a transcript has it, for a participant of `role`.
    pub(crate) fn listed(&self, role: Role, receipts: &[Receipt]) -> Value {
        let metadata = (!receipts.is_empty()).then(|| {
            serde_json::to_value(Metadata {
                message_id: &self.id,
                receipts,
            })
            .expect("texts are JSON")
        });
        serde_json::to_value(self.members(role, metadata)).expect("texts are JSON")
    }

    fn members(&self, role: Role, metadata: Option<Value>) -> Members<'_> {
        // Only the customer is told which session to sign in to.
        let tells = self.sign_in.is_none() || signs_in(role);
        Members {
            id: &self.id,
            absolute_time: self.at.iso8601(),
            r#type: self.kind.name(),
            content_type: &self.content_type,
            content: self.content.as_deref().filter(|_| tells),
            participant_id: self.author.id.as_ref(),
            participant_role: self.author.role.map(Role::name),
            display_name: self.author.display_name.as_deref(),
            message_metadata: metadata,
            contact_id: &self.contact,
            initial_contact_id: None,
        }
    }
}

/// Whether somebody may see the session that an announcement of a sign-in names, and sets its
/// clocks off by receiving it.
pub(crate) fn signs_in(role: Role) -> bool {
    role == Role::Customer
}
