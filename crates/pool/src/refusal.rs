//! Why the user pool says no.

use crate::password::Weakness;
use signback_platform::answer::Answer;
use signback_platform::store;

/// A refusal of an administrative operation, or the store's fault on the way.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// There is no such pool in the caller's account and region.
    UnknownPool(String),
    /// There is no such client in the pool.
    UnknownClient(String),
    /// There is no such user in the pool.
    UnknownUser,
    /// The user name is taken.
    UsernameExists(&'static str),
    /// The e-mail address or phone number signs somebody else in.
    AliasExists(&'static str),
    /// The password is too weak.
    WeakPassword(Weakness),
    /// The user is not in the state that the operation needs.
    UserState(&'static str),
    /// A scope that does not exist.
    UnknownScope(String),
    /// A combination of OAuth flows that does not work.
    Flow(&'static str),
    /// Too many of something.
    Limit(&'static str),
    /// An input value is not acceptable.
    Parameter(String),
    /// An input member asks for something that is not built.
    NotBuilt(&'static str),
    /// The database failed.
    Fault(store::Error),
}

impl Refusal {
    /// An input value is not acceptable.
    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::Parameter(message.into())
    }
}

signback_platform::conversions!(Refusal: Fault(store::Error));

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let parameter = "InvalidParameterException";
        match refusal {
            Refusal::UnknownPool(id) => Self::refuse(
                "ResourceNotFoundException",
                format!("User pool {id} does not exist."),
            ),
            Refusal::UnknownClient(id) => Self::refuse(
                "ResourceNotFoundException",
                format!("User pool client {id} does not exist."),
            ),
            Refusal::UnknownUser => Self::refuse("UserNotFoundException", "User does not exist."),
            Refusal::UsernameExists(what) => Self::refuse("UsernameExistsException", what),
            Refusal::AliasExists(what) => Self::refuse("AliasExistsException", what),
            Refusal::WeakPassword(weakness) => Self::refuse(
                "InvalidPasswordException",
                format!("Password did not conform with policy: {weakness}"),
            ),
            Refusal::UserState(what) => Self::refuse("UnsupportedUserStateException", what),
            Refusal::UnknownScope(scope) => Self::refuse(
                "ScopeDoesNotExistException",
                format!("There is no scope {scope}."),
            ),
            Refusal::Flow(what) => Self::refuse("InvalidOAuthFlowException", what),
            Refusal::Limit(what) => Self::refuse("LimitExceededException", what),
            Refusal::Parameter(message) => Self::refuse(parameter, message),
            Refusal::NotBuilt(member) => Self::refuse(
                parameter,
                format!("{member} is not supported by this service."),
            ),
            Refusal::Fault(error) => error.into(),
        }
    }
}
