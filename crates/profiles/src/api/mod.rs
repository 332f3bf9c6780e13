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

use super::refusal::Refusal;
use signback_platform::Platform;
use signback_platform::answer::Answer;
use signback_platform::operation::{Operation, Read, Tell, Write};
use signback_platform::wait;

pub use integrations::{ShownIntegration, integrate};

pub const OPERATIONS: &[Operation<Platform>] = &[
    Operation::new("customer-profiles", "CreateDomain", &Write(domains::create))
        .refusing(&["DataStore"]),
    Operation::new("customer-profiles", "GetDomain", &Read(domains::get)),
    Operation::new("customer-profiles", "ListDomains", &Read(domains::list)),
    Operation::new("customer-profiles", "UpdateDomain", &Write(domains::update))
        .refusing(&["DataStore"]),
    Operation::new("customer-profiles", "DeleteDomain", &Write(domains::delete)),
    Operation::new(
        "customer-profiles",
        "GetIntegration",
        &Read(integrations::get),
    ),
    Operation::new(
        "customer-profiles",
        "ListIntegrations",
        &Read(integrations::list),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteIntegration",
        &Write(integrations::delete),
    ),
    Operation::new(
        "customer-profiles",
        "PutProfileObjectType",
        &Write(object_types::put),
    ),
    Operation::new(
        "customer-profiles",
        "GetProfileObjectType",
        &Read(object_types::get),
    ),
    Operation::new(
        "customer-profiles",
        "ListProfileObjectTypes",
        &Read(object_types::list),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfileObjectType",
        wait!(object_types::delete),
    ),
    Operation::new(
        "customer-profiles",
        "GetProfileObjectTypeTemplate",
        &Tell(object_types::template),
    ),
    Operation::new(
        "customer-profiles",
        "ListProfileObjectTypeTemplates",
        &Tell(object_types::templates),
    ),
    Operation::new(
        "customer-profiles",
        "PutProfileObject",
        &Write(objects::put),
    ),
    Operation::new(
        "customer-profiles",
        "ListProfileObjects",
        &Read(objects::list),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfileObject",
        &Write(objects::delete),
    ),
    Operation::new(
        "customer-profiles",
        "CreateProfile",
        &Write(profiles::create),
    ),
    Operation::new(
        "customer-profiles",
        "UpdateProfile",
        &Write(profiles::update),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfile",
        &Write(profiles::delete),
    ),
    Operation::new(
        "customer-profiles",
        "BatchGetProfile",
        &Read(profiles::batch_get),
    ),
    Operation::new(
        "customer-profiles",
        "AddProfileKey",
        &Write(profiles::add_key),
    ),
    Operation::new(
        "customer-profiles",
        "DeleteProfileKey",
        &Write(profiles::delete_key),
    ),
    Operation::new("customer-profiles", "SearchProfiles", &Read(search::search)),
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
