//! The operations.
//!
//! Kept and answered, but acted on by nobody here: encryption keys, the dead-letter queue, the
//! settings of matching by learning and by rules (no profiles are ever merged behind anyone's
//! back), engagement preferences, and tags. Refused by name: what would start something that is
//! not there, such as a data store or a data flow from another system.

mod domains;
mod integrations;
mod object_types;
mod objects;
mod profiles;
mod search;

use std::fmt::Display;

use serde::Serialize;

use super::Refusal;
use crate::answer::Answer;
use crate::operation::Operation;
use crate::store::Tx;
use signback_platform::Platform;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Platform>] = &[
    Operation::new("customer-profiles", "CreateDomain", wait!(domains::create))
        .refusing(&["DataStore"]),
    Operation::new("customer-profiles", "GetDomain", wait!(domains::get)),
    Operation::new("customer-profiles", "ListDomains", wait!(domains::list)),
    Operation::new("customer-profiles", "UpdateDomain", wait!(domains::update))
        .refusing(&["DataStore"]),
    Operation::new("customer-profiles", "DeleteDomain", wait!(domains::delete)),
    Operation::new(
        "customer-profiles",
        "PutIntegration",
        wait!(integrations::put),
    )
    .refusing(&[
        "ObjectTypeNames",
        "FlowDefinition",
        "RoleArn",
        "EventTriggerNames",
        "Scope",
    ]),
    Operation::new(
        "customer-profiles",
        "GetIntegration",
        wait!(integrations::get),
    ),
    Operation::new(
        "customer-profiles",
        "ListIntegrations",
        wait!(integrations::list),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteIntegration",
        wait!(integrations::delete),
    ),
    Operation::new(
        "customer-profiles",
        "PutProfileObjectType",
        wait!(object_types::put),
    ),
    Operation::new(
        "customer-profiles",
        "GetProfileObjectType",
        wait!(object_types::get),
    ),
    Operation::new(
        "customer-profiles",
        "ListProfileObjectTypes",
        wait!(object_types::list),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfileObjectType",
        wait!(object_types::delete),
    ),
    Operation::new(
        "customer-profiles",
        "GetProfileObjectTypeTemplate",
        wait!(object_types::template),
    ),
    Operation::new(
        "customer-profiles",
        "ListProfileObjectTypeTemplates",
        wait!(object_types::templates),
    ),
    Operation::new("customer-profiles", "PutProfileObject", wait!(objects::put)),
    Operation::new(
        "customer-profiles",
        "ListProfileObjects",
        wait!(objects::list),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfileObject",
        wait!(objects::delete),
    ),
    Operation::new(
        "customer-profiles",
        "CreateProfile",
        wait!(profiles::create),
    ),
    Operation::new(
        "customer-profiles",
        "UpdateProfile",
        wait!(profiles::update),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfile",
        wait!(profiles::delete),
    ),
    Operation::new(
        "customer-profiles",
        "BatchGetProfile",
        wait!(profiles::batch_get),
    ),
    Operation::new(
        "customer-profiles",
        "AddProfileKey",
        wait!(profiles::add_key),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfileKey",
        wait!(profiles::delete_key),
    ),
    Operation::new("customer-profiles", "SearchProfiles", wait!(search::search)),
];

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::DomainUnknown(_)
            | Refusal::ObjectTypeUnknown(_)
            | Refusal::TemplateUnknown(_)
            | Refusal::ProfileUnknown(_)
            | Refusal::ObjectUnknown
            | Refusal::IntegrationUnknown(_) => Self::refuse("ResourceNotFoundException", message),
            Refusal::Invalid { .. } | Refusal::InvalidObjectType(_) | Refusal::NoProfile => {
                Self::refuse("BadRequestException", message)
            }
            Refusal::Store(error) => error.into(),
        }
    }
}

/// Runs a change in a transaction.
async fn change<T: Send + 'static>(
    platform: &Platform,
    work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Answer> {
    Ok(platform.store.transact(work).await?)
}

/// Runs a look-up on a snapshot.
async fn look<T: Send + 'static>(
    platform: &Platform,
    work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Answer> {
    Ok(platform.store.read(work).await?)
}

/// An answer that only says what was done.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Done {
    message: String,
}

impl Done {
    fn new(message: impl Display) -> Self {
        Self {
            message: message.to_string(),
        }
    }
}

/// An answer of a list operation.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct List<T> {
    items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}
