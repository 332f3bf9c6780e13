//! Identifiers, each its own type, so that they cannot be swapped.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes `text` as this identifier; it is not checked.
            #[must_use]
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

identifiers! {
    /// A chat contact: a UUID, time-ordered.
    ContactId,
    /// A participant of a contact: a UUID, time-ordered.
    ParticipantId,
    /// An item of a transcript: a UUID, time-ordered.
    ItemId,
    /// A Connect instance: a UUID.
    InstanceId,
    /// A contact flow: a UUID.
    FlowId,
    /// One run of an Authenticate Customer block; its 36 characters are the `SessionId` that
    /// chat clients see.
    SignInId,
    /// A customer profile: 32 lower-case hexadecimal digits.
    ProfileId,
}

/// The account and region that a resource belongs to; both are part of its identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The 12-digit account number.
    pub account: String,
    /// The region's name, for example `us-east-1`.
    pub region: String,
}
