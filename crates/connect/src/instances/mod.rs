//! Connect instances and what is associated with them.
//!
//! An instance holds flows and chats. Deleting one is refused while a chat goes on in it;
//! otherwise everything of it goes too: associations, flows, ended chats with their transcripts.

mod api;
mod associations;
mod put_integration;
mod refusal;
mod rows;

use std::collections::BTreeMap;

use signback_platform::arn;
use signback_platform::clock::Timestamp;
use signback_platform::ids::{InstanceId, Scope};

pub(crate) use api::OPERATIONS;
pub(crate) use associations::{USER_POOL, is_usable_pool};
pub(crate) use refusal::{Refusal, asker};
pub(crate) use rows::delete;
pub use rows::{by_id, is_associated};

/// A Connect instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The instance's id.
    pub id: InstanceId,
    /// The account and region that it belongs to.
    pub scope: Scope,
    /// The name that its owner gave it.
    pub alias: Option<String>,
    /// `SAML` or `CONNECT_MANAGED`.
    pub identity_management: String,
    /// Whether it takes calls; stored and told only.
    pub inbound_calls: bool,
    /// Whether it makes calls; stored and told only.
    pub outbound_calls: bool,
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Instance {
    /// The instance's ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        arn::instance(&self.scope, &self.id)
    }
}

/// What something outside is associated with an instance for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Association {
    /// The association's id.
    pub id: String,
    /// What it is for, for example `COGNITO_USER_POOL`.
    pub integration_type: String,
    /// What is associated.
    pub integration_arn: String,
    /// Where an outside application is, for `EVENT`.
    pub source_application_url: Option<String>,
    /// What an outside application is called, for `EVENT`.
    pub source_application_name: Option<String>,
    /// What kind of outside application it is, for `EVENT`.
    pub source_type: Option<String>,
}
