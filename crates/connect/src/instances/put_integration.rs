//! `PutIntegration`: a Connect instance feeds a domain of customer profiles.

use serde::Deserialize;
use serde_json::{Map, Value};

use signback_platform::arn;
use signback_platform::operation::Call;
use signback_platform::store::Tx;
use signback_profiles::{Refusal, ShownIntegration, integrate, lock_domain};

/// The object type under which a Connect instance is integrated.
const CONTACT_RECORDS: &str = "CTR";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Put {
    domain_name: String,
    uri: Option<String>,
    object_type_name: Option<String>,
    #[serde(default)]
    tags: Map<String, Value>,
}

pub(super) fn put(tx: &mut Tx<'_>, call: &Call, input: &Put) -> Result<ShownIntegration, Refusal> {
    let scope = &call.scope;
    let domain = lock_domain(tx, scope, &input.domain_name)?;
    let required = |member: &str| Refusal::invalid(member, "is required");
    let uri = input.uri.as_deref().ok_or_else(|| required("Uri"))?;
    let object_type = input
        .object_type_name
        .as_deref()
        .ok_or_else(|| required("ObjectTypeName"))?;
    if object_type != CONTACT_RECORDS && !object_type.starts_with("CTR-") {
        return Err(Refusal::invalid(
            "ObjectTypeName",
            "a Connect instance is integrated with the object type CTR",
        ));
    }
    let instance = arn::instance_id(scope, uri).filter(|_| uri.starts_with("arn:"));
    let is_there = match &instance {
        Some(id) => super::by_id(tx, scope, id)?.is_some(),
        None => false,
    };
    if !is_there {
        return Err(Refusal::invalid(
            "Uri",
            "must be the ARN of a Connect instance of this account and region",
        ));
    }
    integrate(tx, scope, &domain, uri, object_type, &input.tags)
}
