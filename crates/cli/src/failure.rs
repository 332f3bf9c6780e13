//! How the program fails: exit status, message, and the shape in which the message is printed.

use std::io::Write as _;

use crate::value::Map;

/// The exit statuses of the AWS-style commands.
pub(crate) mod status {
    /// `configure get` found nothing.
    pub(crate) const NOT_FOUND: i32 = 1;
    /// Interrupted from the terminal.
    pub(crate) const INTERRUPTED: i32 = 130;
    /// Wrong usage, or a parameter that is refused before anything is sent.
    pub(crate) const USAGE: i32 = 252;
    /// Region, credentials or pager are missing or wrong.
    pub(crate) const CONFIGURATION: i32 = 253;
    /// The service answered with an error.
    pub(crate) const SERVICE: i32 = 254;
    /// Everything else.
    pub(crate) const GENERAL: i32 = 255;
}

/// A command that did not succeed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// The exit status.
    pub status: i32,
    /// What went wrong.
    pub cause: Cause,
}

/// The kinds of failures, by how they are printed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cause {
    /// Nothing is printed.
    Silent,
    /// One plain line, in every error format.
    Plain(String),
    /// The usage, then one plain line, in every error format.
    UnknownOptions(String),
    /// A problem with a code, which the error format may show.
    Coded {
        /// The code, such as `NoRegion`.
        code: &'static str,
        /// The message.
        message: String,
    },
    /// An error that the service answered.
    Service(Box<ServiceError>),
    /// The user interrupted.
    Interrupted,
}

/// An error that a service answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ServiceError {
    /// The error's code.
    pub code: String,
    /// The message that the service gave.
    pub message: String,
    /// The operation that was called.
    pub operation: String,
    /// How often it was tried again, if that was given up.
    pub retries: Option<u32>,
    /// `Message`, `Code` and the further members that the interface model has.
    pub members: Map,
}

impl Failure {
    /// A problem with how the program was called or with a parameter.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            status: status::USAGE,
            cause: Cause::Coded {
                code: "ParamValidation",
                message: message.into(),
            },
        }
    }

    /// A problem with the value of an option.
    pub(crate) fn of_option(option: &str, message: &str) -> Self {
        Self::usage(format!("Error parsing parameter '--{option}': {message}"))
    }

    /// A problem in what is configured.
    pub(crate) fn configuration(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: status::CONFIGURATION,
            cause: Cause::Coded {
                code,
                message: message.into(),
            },
        }
    }

    /// Any other problem.
    pub(crate) fn general(message: impl Into<String>) -> Self {
        Self {
            status: status::GENERAL,
            cause: Cause::Plain(message.into()),
        }
    }

    /// An end with a status and without a word.
    pub(crate) fn silent(status: i32) -> Self {
        Self {
            status,
            cause: Cause::Silent,
        }
    }

    /// Left-over words.
    pub(crate) fn unknown_options(words: &[String]) -> Self {
        let message = format!("Unknown options: {}", words.join(", "));
        Self {
            status: status::USAGE,
            cause: Cause::UnknownOptions(message),
        }
    }

    /// The interrupt key.
    pub(crate) fn interrupted() -> Self {
        Self {
            status: status::INTERRUPTED,
            cause: Cause::Interrupted,
        }
    }
}

impl Failure {
    /// What went wrong, without how it is printed.
    pub(crate) fn message(&self) -> String {
        match &self.cause {
            Cause::Silent | Cause::Interrupted => String::new(),
            Cause::Plain(message)
            | Cause::UnknownOptions(message)
            | Cause::Coded { message, .. } => message.clone(),
            Cause::Service(error) => error.sentence(),
        }
    }
}

impl ServiceError {
    /// The sentence about it, without the further members.
    pub(crate) fn sentence(&self) -> String {
        let retries = self
            .retries
            .map(|count| format!(" (reached max retries: {count})"))
            .unwrap_or_default();
        let Self {
            code,
            operation,
            message,
            ..
        } = self;
        let sentence = format!(
            "An error occurred ({code}) when calling the {operation} operation{retries}: {message}"
        );
        if message.is_empty() {
            sentence.trim_end().to_owned()
        } else {
            sentence
        }
    }
}

/// How errors are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorFormat {
    /// The sentence alone.
    Legacy,
    /// The sentence, with the code and what else is known.
    Enhanced,
    /// A JSON object.
    Json,
    /// A YAML document.
    Yaml,
    /// Tab-separated text.
    Text,
    /// A table.
    Table,
}

impl ErrorFormat {
    /// The format of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "legacy" => Self::Legacy,
            "enhanced" => Self::Enhanced,
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            "text" => Self::Text,
            "table" => Self::Table,
            _ => return None,
        })
    }
}

/// Prints to standard error; there is nobody left to tell if that fails.
pub(crate) fn complain(text: &str) {
    complain_in_bytes(text.as_bytes());
}

/// Prints what is encoded already to standard error.
pub(crate) fn complain_in_bytes(bytes: &[u8]) {
    let _ = std::io::stderr().write_all(bytes);
}
