//! Operations on the objects of profiles.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::domain::DomainRef;
use super::super::domains;
use super::super::matching::ingestion::{self, Intake, ingest};
use super::super::matching::voucher::Voucher;
use super::super::object_types::keys;
use super::super::page::{LISTED_DEFAULT, Page};
use super::super::refusal::Refusal;
use super::super::rows::objects::ObjectRow;
use super::super::rows::{keys as key_rows, objects, profiles};
use super::super::search::content_types;
use super::{Done, List};
use signback_platform::ids::ProfileId;
use signback_platform::operation::Call;
use signback_platform::store::{Error, Tx};

/// How many objects a filter looks at in one read.
const FILTERED_AT_ONCE: i64 = 200;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Put {
    domain_name: String,
    object_type_name: String,
    object: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Stored {
    profile_object_unique_key: String,
}

/// Takes an object in at once: who reads afterwards finds it.
pub(super) fn put(tx: &mut Tx<'_>, call: &Call, input: &Put) -> Result<Stored, Refusal> {
    let object: Map<String, Value> = serde_json::from_str(&input.object)
        .map_err(|_| Refusal::invalid("Object", "must be a JSON object"))?;
    if input.object_type_name.starts_with('_') {
        return Err(Refusal::invalid(
            "ObjectTypeName",
            "objects of the standard types cannot be put",
        ));
    }
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let definition = domains::definition(tx, &domain, &input.object_type_name)?
        .ok_or_else(|| Refusal::ObjectTypeUnknown(input.object_type_name.clone()))?;
    let outcome = ingest(
        tx,
        &Intake {
            domain: &domain,
            object_type: &input.object_type_name,
            definition: &definition,
            object: &object,
            text: &input.object,
            voucher: &Voucher::Caller,
            identity: None,
            matching: tx.settings().matching,
        },
    )?;
    if outcome.profile.is_none() {
        // Where there is a dead-letter queue it would go there; the caller's answer is the same.
        tracing::info!(
            domain = domain.name,
            object_type = input.object_type_name,
            "an object belongs to no profile and its type creates none: it is dropped"
        );
    }
    Ok(Stored {
        profile_object_unique_key: outcome.unique_key,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Listing {
    domain_name: String,
    object_type_name: String,
    profile_id: ProfileId,
    object_filter: Option<Filter>,
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Filter {
    key_name: String,
    values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Item {
    object_type_name: String,
    profile_object_unique_key: String,
    object: String,
}

pub(super) fn list(tx: &mut Tx<'_>, call: &Call, input: &Listing) -> Result<List<Item>, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let id = &input.profile_id;
    profiles::find(tx, &domain, id)?
        .ok_or_else(|| Refusal::ProfileUnknown(id.as_str().to_owned()))?;
    if !domains::object_type_exists(tx, &domain, &input.object_type_name)? {
        return Err(Refusal::ObjectTypeUnknown(input.object_type_name.clone()));
    }
    let filter = input
        .object_filter
        .as_ref()
        .map(|filter| serde_json::to_string(filter).unwrap_or_default())
        .unwrap_or_default();
    let query = [
        "objects",
        &domain.id,
        id.as_str(),
        &input.object_type_name,
        &filter,
    ];
    let token = input.next_token.as_deref();
    let page = Page::asked(&query, token, input.max_results, LISTED_DEFAULT)?;
    let found = match &input.object_filter {
        None => objects::of_profile_after(
            tx,
            &domain,
            id,
            &input.object_type_name,
            &page.after,
            page.rows(),
        )?,
        Some(filter) => filtered(tx, &domain, input, filter, &page)?,
    };
    let (found, next_token) = page.cut(found, |object| &object.unique_key);
    let item = |object: ObjectRow| Item {
        object_type_name: object.object_type,
        profile_object_unique_key: object.unique_key,
        object: object.object,
    };
    Ok(List {
        items: found.into_iter().map(item).collect(),
        next_token,
    })
}

/// The objects that have one of the filter's values, one more than the page shows.
fn filtered(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    input: &Listing,
    filter: &Filter,
    page: &Page,
) -> Result<Vec<ObjectRow>, Error> {
    let content_types = content_types(tx, domain, &filter.key_name)?;
    let digests: Vec<[u8; 32]> = filter
        .values
        .iter()
        .filter_map(|value| keys::searched(&content_types, value))
        .map(|value| keys::digest(&value))
        .collect();
    let mut found = Vec::new();
    let mut after = page.after.clone();
    loop {
        let objects = objects::of_profile_after(
            tx,
            domain,
            &input.profile_id,
            &input.object_type_name,
            &after,
            FILTERED_AT_ONCE,
        )?;
        let Some(last) = objects.last() else {
            return Ok(found);
        };
        after.clone_from(&last.unique_key);
        for object in objects {
            for digest in &digests {
                let name = &filter.key_name;
                let key = &object.unique_key;
                if key_rows::object_has(tx, domain, &input.profile_id, key, name, digest)? {
                    found.push(object);
                    break;
                }
            }
            if found.len() > page.limit() {
                return Ok(found);
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    domain_name: String,
    profile_id: ProfileId,
    object_type_name: String,
    profile_object_unique_key: String,
}

/// Deletes an object and its keys; the fields that it filled stay.
pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Done, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let object = objects::find(tx, &domain, &input.profile_object_unique_key)?
        .filter(|object| {
            object.profile == input.profile_id && object.object_type == input.object_type_name
        })
        .ok_or(Refusal::ObjectUnknown)?;
    ingestion::take_from(tx, &domain, &object)?;
    Ok(Done::new("The profile object is deleted"))
}
