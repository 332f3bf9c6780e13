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
use crate::api::{Operation, operation};
use crate::app::App;
use crate::error::Answer;
use crate::store::Tx;

pub(crate) const OPERATIONS: &[Operation] = &[
    operation!("customer-profiles", "CreateDomain", domains::create, refuses: ["DataStore"]),
    operation!("customer-profiles", "GetDomain", domains::get),
    operation!("customer-profiles", "ListDomains", domains::list),
    operation!("customer-profiles", "UpdateDomain", domains::update, refuses: ["DataStore"]),
    operation!("customer-profiles", "DeleteDomain", domains::delete),
    operation!(
        "customer-profiles", "PutIntegration", integrations::put,
        refuses: ["ObjectTypeNames", "FlowDefinition", "RoleArn", "EventTriggerNames", "Scope"]
    ),
    operation!("customer-profiles", "GetIntegration", integrations::get),
    operation!("customer-profiles", "ListIntegrations", integrations::list),
    operation!(
        "customer-profiles",
        "DeleteIntegration",
        integrations::delete
    ),
    operation!(
        "customer-profiles",
        "PutProfileObjectType",
        object_types::put
    ),
    operation!(
        "customer-profiles",
        "GetProfileObjectType",
        object_types::get
    ),
    operation!(
        "customer-profiles",
        "ListProfileObjectTypes",
        object_types::list
    ),
    operation!(
        "customer-profiles",
        "DeleteProfileObjectType",
        object_types::delete
    ),
    operation!(
        "customer-profiles",
        "GetProfileObjectTypeTemplate",
        object_types::template
    ),
    operation!(
        "customer-profiles",
        "ListProfileObjectTypeTemplates",
        object_types::templates
    ),
    operation!("customer-profiles", "PutProfileObject", objects::put),
    operation!("customer-profiles", "ListProfileObjects", objects::list),
    operation!("customer-profiles", "DeleteProfileObject", objects::delete),
    operation!("customer-profiles", "CreateProfile", profiles::create),
    operation!("customer-profiles", "UpdateProfile", profiles::update),
    operation!("customer-profiles", "DeleteProfile", profiles::delete),
    operation!("customer-profiles", "BatchGetProfile", profiles::batch_get),
    operation!("customer-profiles", "AddProfileKey", profiles::add_key),
    operation!(
        "customer-profiles",
        "DeleteProfileKey",
        profiles::delete_key
    ),
    operation!("customer-profiles", "SearchProfiles", search::search),
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
    app: &App,
    work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Answer> {
    Ok(app.store.transact(work).await?)
}

/// Runs a look-up on a snapshot.
async fn look<T: Send + 'static>(
    app: &App,
    work: impl Fn(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Answer> {
    Ok(app.store.read(work).await?)
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
