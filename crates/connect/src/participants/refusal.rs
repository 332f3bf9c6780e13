//! Why a participant's request is refused.

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
    /// Something that should not happen.
    Fault(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

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
            Refusal::Fault(error) => error.into(),
        }
    }
}
