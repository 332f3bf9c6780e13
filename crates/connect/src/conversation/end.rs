//! The end of a chat, and what participants' leaving and renaming say in it.

use crate::authentication;
use crate::contacts::{self, Contact, EndReason, Ended, Participant};
use crate::flows;
use crate::transcript::{self, Author, NewItem, event};
use signback_platform::jobs;
use signback_platform::store::{Error, Tx};

/// The longest display name of the interface model.
const DISPLAY_NAME_CHARACTERS_MAX: usize = 256;

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
    jobs::cancel(tx, &contacts::EXPIRE_CONNECT, &contact.id)?;
    jobs::cancel(tx, &contacts::EXPIRE_CHAT, &contact.id)?;
    for participant in contacts::participants(tx, &contact.id)? {
        leave(tx, contact, &participant)?;
    }
    let ended = NewItem::event(Author::nobody(), event::CHAT_ENDED, None);
    transcript::append(tx, contact, ended)?;
    contacts::save(tx, contact)
}

/// Takes a participant out of a chat that may go on without them.
pub(crate) fn leave(
    tx: &mut Tx<'_>,
    contact: &Contact,
    participant: &Participant,
) -> Result<(), Error> {
    contacts::mark_left(tx, &participant.id)?;
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
    contacts::rename(tx, &contact.customer.id, &name)?;
    contact.customer.display_name = name;
    let renamed = NewItem::event(Author::customer(contact), event::DISPLAY_NAME_UPDATED, None);
    transcript::append(tx, contact, renamed).map(drop)
}
