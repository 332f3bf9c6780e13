//! The answer to a refused or failed operation.
//!
//! Three kinds stay apart: a *refusal* is an enum of a feature and part of its rules; an *answer*
//! is what the model lets an operation say; a *fault* is anything else, logged once at the front
//! door and told to the caller without its cause.

use serde_json::{Map, Value};

use crate::store;

/// Why an operation gives no result.
#[derive(Debug)]
pub enum Answer {
    /// An error of the model: its name, a message for people, and its further members.
    Refused {
        /// The error's name in the model, for example `InvalidRequestException`.
        code: &'static str,
        /// What was wrong, naming the field and the rule.
        message: String,
        /// Further members of the error's shape.
        members: Map<String, Value>,
    },
    /// The service is busy: answered as the service's throttling error.
    Busy,
    /// Something that should not happen: logged, answered as the service's internal error.
    Fault(anyhow::Error),
}

impl Answer {
    /// Refuses with an error of the model.
    #[must_use]
    pub fn refuse(code: &'static str, message: impl Into<String>) -> Self {
        Self::Refused {
            code,
            message: message.into(),
            members: Map::new(),
        }
    }

    /// Adds a member of the error's shape.
    #[must_use]
    pub fn with(mut self, member: &str, value: Value) -> Self {
        if let Self::Refused { members, .. } = &mut self {
            members.insert(member.to_owned(), value);
        }
        self
    }
}

impl From<store::Error> for Answer {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Busy => Self::Busy,
            other => Self::Fault(other.into()),
        }
    }
}

impl From<anyhow::Error> for Answer {
    fn from(error: anyhow::Error) -> Self {
        Self::Fault(error)
    }
}
