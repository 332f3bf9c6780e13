//! Why a message could not be encoded or decoded, and at which member.

use std::fmt;

/// A message that does not fit its model. It never repeats a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// The steps from the member to the top, innermost first.
    steps: Vec<Step>,
    problem: Problem,
}

/// What is wrong at that place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The body is longer than the caller allows.
    #[error("the body is longer than {0} bytes")]
    BodyTooLarge(usize),
    /// The body nests deeper than the caller allows.
    #[error("the body nests deeper than {0} levels")]
    TooDeep(usize),
    /// The body cannot be parsed.
    #[error("{0}")]
    Malformed(String),
    /// The value is of another type than the model says.
    #[error("must be {0}")]
    WrongType(&'static str),
    /// An element of a list or map is null.
    #[error("must not be null")]
    Null,
    /// The model has no such member.
    #[error("is not a member of the model")]
    UnknownMember,
    /// A path or host parameter is missing.
    #[error("is needed to build the address")]
    MissingParameter,
    /// The text cannot stand in a header.
    #[error("cannot be sent as a header")]
    HeaderText,
    /// A union with no member, or with more than one.
    #[error("must have exactly one member set")]
    Union,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

/// The outcome of encoding or decoding.
pub(crate) type Coded<T> = Result<T, CodecError>;

impl CodecError {
    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The member it is about, such as `Filters[2].Name`; empty for the message as a whole.
    #[must_use]
    pub fn member(&self) -> String {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Member(name) if path.is_empty() => path.push_str(name),
                Step::Member(name) => path.extend([".", name]),
                Step::Element(place) => path.extend(["[", &place.to_string(), "]"]),
            }
        }
        path
    }

    pub(crate) fn in_member(mut self, name: &str) -> CodecError {
        self.steps.push(Step::Member(name.to_owned()));
        self
    }

    pub(crate) fn in_element(mut self, place: usize) -> CodecError {
        self.steps.push(Step::Element(place));
        self
    }
}

impl From<Problem> for CodecError {
    fn from(problem: Problem) -> CodecError {
        CodecError {
            steps: Vec::new(),
            problem,
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            self.problem.fmt(formatter)
        } else {
            write!(formatter, "{} {}", self.member(), self.problem)
        }
    }
}

impl std::error::Error for CodecError {}
