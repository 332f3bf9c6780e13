//! Why the rules of profiles refuse something.

use signback_platform::store;

/// A refusal, or the store's fault behind it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such domain in the caller's account and region.
    #[error("the domain `{0}` does not exist")]
    DomainUnknown(String),
    /// The domain has neither such an object type nor is there a template of the name.
    #[error("the object type `{0}` does not exist")]
    ObjectTypeUnknown(String),
    /// There is no such template.
    #[error("the template `{0}` does not exist")]
    TemplateUnknown(String),
    /// The domain has no such profile.
    #[error("the profile `{0}` does not exist")]
    ProfileUnknown(String),
    /// The profile has no such object.
    #[error("the profile object does not exist")]
    ObjectUnknown,
    /// The domain has no such integration.
    #[error("the integration `{0}` does not exist")]
    IntegrationUnknown(String),
    /// A member breaks a rule, or there is already something of the name.
    #[error("{member}: {rule}")]
    Invalid {
        /// The member of the input.
        member: String,
        /// What it must be.
        rule: String,
    },
    /// An object type breaks rules; each message names its field.
    #[error("{}", .0.join("; "))]
    InvalidObjectType(Vec<String>),
    /// The object belongs to no profile, and its type makes none.
    #[error("no profile has the object's keys, and its type does not create profiles")]
    NoProfile,
    /// The database failed.
    #[error("the database failed")]
    Store(#[from] store::Error),
}

impl Refusal {
    /// A member that breaks a rule.
    pub fn invalid(member: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Invalid {
            member: member.into(),
            rule: rule.into(),
        }
    }
}
