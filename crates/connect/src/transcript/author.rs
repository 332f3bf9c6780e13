//! Whose an item is.

use crate::contacts::{Contact, Participant, Role, SYSTEM_NAME};
use signback_platform::ids::ParticipantId;

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
