//! Transcripts: what was said in a chat, and everyone's view of it.
//!
//! There is one table and one order. [`append`] numbers an item under its contact's lock; a
//! websocket is a cursor on the table that sends what follows it, and `GetTranscript` is a page of
//! the same rows. So a reconnect loses nothing, and replicas need only be told to look.
//!
//! *What is pushed but not kept.* Typing and receipts take the same way: they are items with the
//! same numbering and a moment after which they mean nothing. `GetTranscript` leaves them out, a
//! socket that comes too late skips them, and the next such item of the chat deletes them. One
//! path to every replica, in order with the messages, costs a short-lived row; a second path for
//! them would cost its own cursor, wake-up and repair.
//!
//! The module's parts: `store` (rows), `item` (how items are written), `page` (the rules of
//! `GetTranscript`), `api` (the operations), `sockets` (who is connected), `admission`, `frame` and `socket`
//! (the websocket).

mod admission;
mod api;
mod frame;
mod item;
mod page;
mod socket;
mod sockets;
mod store;
#[cfg(test)]
mod tests;

use crate::contacts::{Contact, Participant, Role, SYSTEM_NAME};
use crate::ids::{ParticipantId, SignInId};
use crate::store::{Error, Tx};

pub(crate) use admission::{admit, is_socket, socket_url};
pub(crate) use api::OPERATIONS;
pub use item::{Item, Kind};
pub(crate) use socket::socket;
pub use sockets::Sockets;
pub(crate) use store::delete_all;
pub use store::{append, reveal_sign_in};

/// The content types of events.
pub mod event {
    macro_rules! events {
        ($($(#[$doc:meta])* $name:ident = $last:literal;)+) => {$(
            $(#[$doc])*
            pub const $name: &str = concat!("application/vnd.amazonaws.connect.event.", $last);
        )+};
    }

    events! {
        /// A participant takes part from now on.
        PARTICIPANT_JOINED = "participant.joined";
        /// A participant has left.
        PARTICIPANT_LEFT = "participant.left";
        /// The chat is over: always its last item.
        CHAT_ENDED = "chat.ended";
        /// A participant has another name from now on.
        DISPLAY_NAME_UPDATED = "participant.displayname.updated";
        /// Somebody is writing.
        TYPING = "typing";
        /// A message reached its recipient.
        MESSAGE_DELIVERED = "message.delivered";
        /// A message was read by its recipient.
        MESSAGE_READ = "message.read";
        /// What became of a message.
        MESSAGE_METADATA = "message.metadata";
        /// A participant's client is there.
        CONNECTION_ACKNOWLEDGED = "connection.acknowledged";
        /// A sign-in begins; the content names its session.
        AUTHENTICATION_INITIATED = "authentication.initiated";
        /// A sign-in succeeded.
        AUTHENTICATION_SUCCEEDED = "authentication.succeeded";
        /// A sign-in failed.
        AUTHENTICATION_FAILED = "authentication.failed";
        /// A sign-in took too long.
        AUTHENTICATION_TIMEOUT = "authentication.timeout";
        /// The customer goes on without signing in.
        AUTHENTICATION_CANCELLED = "authentication.cancelled";
    }
}

/// Whose item it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    pub(crate) id: Option<ParticipantId>,
    pub(crate) role: Option<Role>,
    pub(crate) display_name: Option<String>,
}

impl Author {
    /// The service itself.
    #[must_use]
    pub fn system(contact: &Contact) -> Self {
        Self {
            id: Some(contact.system.clone()),
            role: Some(Role::System),
            display_name: Some(SYSTEM_NAME.to_owned()),
        }
    }

    /// The customer, under their present name.
    #[must_use]
    pub fn customer(contact: &Contact) -> Self {
        Self {
            id: Some(contact.customer.id.clone()),
            role: Some(Role::Customer),
            display_name: Some(contact.customer.display_name.clone()),
        }
    }

    /// Any participant.
    #[must_use]
    pub fn participant(participant: &Participant) -> Self {
        Self {
            id: Some(participant.id.clone()),
            role: Some(participant.role),
            display_name: Some(participant.display_name.clone()),
        }
    }

    /// Nobody: the end of a chat has no author.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }
}

/// An item that is not in the transcript yet.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// The sign-in that this item announces: `GetTranscript` leaves it out until
    /// [`reveal_sign_in`].
    pub sign_in: Option<SignInId>,
    kind: Kind,
    author: Author,
    content_type: String,
    content: Option<String>,
    fleeting: Option<Fleeting>,
}

/// What an item that is pushed but not kept has on top.
#[derive(Clone, Debug, Default)]
struct Fleeting {
    /// A receipt: the message that it is about, as `MessageMetadata`, and who is not told.
    receipt: Option<Receipt>,
}

#[derive(Clone, Debug)]
struct Receipt {
    message: crate::ids::ItemId,
    metadata: String,
    recipient: ParticipantId,
}

impl NewItem {
    /// A message of a content type that chats support.
    #[must_use]
    pub fn message(
        author: Author,
        content_type: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            sign_in: None,
            kind: Kind::Message,
            author,
            content_type: content_type.into(),
            content: Some(text.into()),
            fleeting: None,
        }
    }

    /// An event of a content type in [`event`].
    #[must_use]
    pub fn event(author: Author, content_type: impl Into<String>, content: Option<String>) -> Self {
        Self {
            sign_in: None,
            kind: Kind::Event,
            author,
            content_type: content_type.into(),
            content,
            fleeting: None,
        }
    }

    /// Somebody is writing: pushed, not kept.
    fn typing(author: Author, content: Option<String>) -> Self {
        Self {
            fleeting: Some(Fleeting::default()),
            ..Self::event(author, event::TYPING, content)
        }
    }

    /// What became of a message, for everyone but the recipient who says so: pushed, not kept.
    fn receipt(receipt: Receipt) -> Self {
        Self {
            kind: Kind::Metadata,
            fleeting: Some(Fleeting {
                receipt: Some(receipt),
            }),
            ..Self::event(Author::nobody(), event::MESSAGE_METADATA, None)
        }
    }

    /// Marks the item as the announcement of a sign-in.
    #[must_use]
    pub fn announcing(mut self, sign_in: SignInId) -> Self {
        self.sign_in = Some(sign_in);
        self
    }
}

/// Whether somebody may see the session that an announcement of a sign-in names, and sets its
/// clocks off by receiving it.
fn signs_in(role: Role) -> bool {
    role == Role::Customer
}

/// Items about to be seen by the customer for the first time set their sign-ins' clocks off.
fn offer_sign_ins(tx: &mut Tx<'_>, items: &[Item]) -> Result<(), Error> {
    for item in items {
        if let Some(sign_in) = item.pending_sign_in() {
            crate::authentication::offered(tx, sign_in)?;
        }
    }
    Ok(())
}
