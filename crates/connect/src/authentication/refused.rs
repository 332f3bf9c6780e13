//! Why an operation on a sign-in is refused, and how participants are told.

use super::redirect::AUTHENTICATION_URL_MAX;
use super::{Failure, Refusal};
use signback_platform::answer::Answer;
use signback_platform::store;

/// Why one of the operations is refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The rules of the sign-in say no.
    Rule(Refusal),
    /// The same answer was accepted before; its kind.
    Repeated(&'static str),
    /// The connection token opens nothing.
    Token,
    /// The token's chat has no such sign-in.
    UnknownSession,
    /// The pool, client or provider cannot be used (any more), and why.
    NoSource(Failure),
    /// The URL would be longer than the interface allows.
    UrlTooLong,
    /// The account has no such instance in this region.
    UnknownInstance,
    /// The database failed.
    Fault(store::Error),
}

signback_platform::conversions!(Refused: Fault(store::Error), Rule(Refusal));

/// The participant service's answer to a refusal.
pub(crate) fn participant_answer(refused: Refused) -> Answer {
    match refused {
        Refused::Rule(refusal) => invalid(format!("SessionId: {}", session_message(refusal))),
        Refused::Token | Refused::UnknownInstance | Refused::Repeated(_) => {
            Answer::refuse("AccessDeniedException", "Access denied")
        }
        Refused::UnknownSession => {
            invalid("SessionId: this chat has no sign-in with that id.".to_owned())
        }
        Refused::NoSource(failure) => invalid(format!(
            "SessionId: no customer can sign in, and the flow goes on in error ({}).",
            failure.cause.name()
        )),
        Refused::UrlTooLong => invalid(format!(
            "RedirectUri is too long: the sign-in URL would exceed {AUTHENTICATION_URL_MAX} characters."
        )),
        Refused::Fault(error) => error.into(),
    }
}

const fn session_message(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotOffered => "the sign-in has not been offered to the customer yet.",
        Refusal::UrlWindowClosed => "the minute for fetching the sign-in URL is over.",
        Refusal::UrlAlreadyIssued => "the sign-in URL was fetched before.",
        Refusal::Expired => "the time limit of the sign-in is over.",
        Refusal::AlreadyAnswered => "the identity provider has answered already.",
        Refusal::Finished => "the sign-in has ended.",
        Refusal::NotExpired | Refusal::WrongState | Refusal::OutOfOrder => {
            "the sign-in is not at a stage that allows this."
        }
    }
}

pub(crate) fn invalid(message: String) -> Answer {
    Answer::refuse("ValidationException", message)
}
