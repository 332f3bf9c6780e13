//! Items that are not in the transcript yet.

use super::author::Author;
use super::event;
use super::item::Kind;
use signback_platform::ids::{ItemId, ParticipantId, SignInId};

/// An item that is not in the transcript yet.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// The sign-in that this item announces: `GetTranscript` leaves it out until
    /// [`reveal_sign_in`](super::reveal_sign_in).
    pub sign_in: Option<SignInId>,
    pub(super) kind: Kind,
    pub(super) author: Author,
    pub(super) content_type: String,
    pub(super) content: Option<String>,
    pub(super) fleeting: Option<Fleeting>,
}

/// What an item that is pushed but not kept has on top.
#[derive(Clone, Debug, Default)]
pub(super) struct Fleeting {
    /// A receipt: the message that it is about, as `MessageMetadata`, and who is not told.
    pub(super) receipt: Option<Receipt>,
}

#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    pub(crate) message: ItemId,
    pub(crate) metadata: String,
    pub(crate) recipient: ParticipantId,
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
    pub(crate) fn typing(author: Author, content: Option<String>) -> Self {
        Self {
            fleeting: Some(Fleeting::default()),
            ..Self::event(author, event::TYPING, content)
        }
    }

    /// What became of a message, for everyone but the recipient who says so: pushed, not kept.
    pub(crate) fn receipt(receipt: Receipt) -> Self {
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
