//! Connect instances and what is associated with them.
//!
//! An instance holds flows and chats. Deleting one is refused while a chat goes on in it;
//! otherwise everything of it goes too: associations, flows, ended chats with their transcripts.

mod api;
mod associations;
mod store;

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::ids::{InstanceId, Scope};

pub(crate) use api::OPERATIONS;
pub use store::{by_id, is_associated};

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
        arn(&self.scope, &self.id)
    }
}

/// The ARN of an instance.
#[must_use]
pub fn arn(scope: &Scope, id: &InstanceId) -> String {
    format!(
        "arn:aws:connect:{}:{}:instance/{id}",
        scope.region, scope.account
    )
}

/// Reads an instance's id, or its ARN if that is of the same account and region.
#[must_use]
pub fn id_of(scope: &Scope, text: &str) -> Option<InstanceId> {
    if !text.starts_with("arn:") {
        return Some(InstanceId::new(text));
    }
    let prefix = format!(
        "arn:aws:connect:{}:{}:instance/",
        scope.region, scope.account
    );
    let id = text.strip_prefix(&prefix)?;
    (!id.is_empty() && !id.contains('/')).then(|| InstanceId::new(id))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        Scope {
            account: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
        }
    }

    #[test]
    fn an_arn_names_an_instance_of_its_own_account_and_region() {
        let id = InstanceId::new("i-1");
        let arn = arn(&scope(), &id);
        assert_eq!(arn, "arn:aws:connect:us-east-1:111122223333:instance/i-1");
        assert_eq!(id_of(&scope(), &arn), Some(id.clone()));
        assert_eq!(id_of(&scope(), "i-1"), Some(id));
        for foreign in [
            "arn:aws:connect:eu-west-1:111122223333:instance/i-1",
            "arn:aws:connect:us-east-1:444455556666:instance/i-1",
            "arn:aws:connect:us-east-1:111122223333:instance/",
            "arn:aws:connect:us-east-1:111122223333:instance/i-1/contact-flow/f",
        ] {
            assert_eq!(id_of(&scope(), foreign), None, "{foreign}");
        }
    }
}
