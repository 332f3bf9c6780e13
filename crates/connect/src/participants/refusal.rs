//! Why a participant's request is refused.

use crate::transcript::{BYTES_MAX, ITEMS_MAX};
use signback_platform::answer::Answer;
use signback_platform::store::Error;

/// Why a participant's request is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The token is unknown, expired, of the wrong kind, or its participant has left.
    Denied,
    /// Something in the request is wrong.
    Invalid(String),
    /// The `ClientToken` came with another request before.
    OtherRequest,
    /// The chat's state does not allow it.
    Conflict(&'static str),
    /// The chat holds as much as it may.
    Full,
    /// Something that should not happen.
    Fault(Error),
}

signback_platform::conversions!(Refusal: Fault(Error));

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Denied => Self::refuse("AccessDeniedException", "Access denied"),
            Refusal::Invalid(problem) => Self::refuse("ValidationException", problem),
            Refusal::OtherRequest => Self::refuse(
                "ValidationException",
                "ClientToken: it was used for another request of this participant",
            ),
            Refusal::Conflict(problem) => Self::refuse("ConflictException", problem),
            // SendMessage has no error for quotas, and a throttled client would only try again.
            Refusal::Full => Self::refuse(
                "ValidationException",
                format!(
                    "the chat is full: it holds {ITEMS_MAX} items or {} MiB, the most that a chat may; \
                     end it and start another",
                    BYTES_MAX / (1024 * 1024)
                ),
            ),
            Refusal::Fault(error) => error.into(),
        }
    }
}
