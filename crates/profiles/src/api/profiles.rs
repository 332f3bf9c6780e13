//! Operations on profiles and their keys.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::domain::DomainRef;
use super::super::domains;
use super::super::matching::ingestion::{after_days, new_profile, save, sweep};
use super::super::object_types::keys;
use super::super::object_types::target::Target;
use super::super::profile::{Origin, Profile, StoredKey, Trust, is_group};
use super::super::refusal::Refusal;
use super::super::rows::{keys as key_rows, profiles};
use super::super::search::content_types;
use super::Done;
use signback_platform::ids::ProfileId;
use signback_platform::operation::Call;
use signback_platform::store::Tx;

/// Longest profile, in bytes of its JSON.
const PROFILE_BYTES_MAX: usize = 256_000;
/// Most keys that calls may add to a profile.
const ADDED_KEYS_MAX: i64 = 1000;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Identified {
    profile_id: ProfileId,
}

/// Makes a profile out of standard fields; none is required.
pub(super) fn create(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &Map<String, Value>,
) -> Result<Identified, Refusal> {
    let domain = domains::required(tx, &call.scope, text(input, "DomainName"))?;
    sweep(tx, &domain)?;
    let mut profile = new_profile(tx, &domain);
    write(&mut profile, input, &Origin::call(tx.now()))?;
    save(tx, &domain, &profile)?;
    Ok(Identified {
        profile_id: profile.id,
    })
}

/// Changes a profile: what is absent stays, an empty text removes.
pub(super) fn update(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &Map<String, Value>,
) -> Result<Identified, Refusal> {
    let domain = domains::required(tx, &call.scope, text(input, "DomainName"))?;
    let id = ProfileId::new(text(input, "ProfileId"));
    let mut profile = locked(tx, &domain, &id)?;
    write(&mut profile, input, &Origin::call(tx.now()))?;
    profile.updated_at = tx.now();
    profile.expires_at = profile
        .expires_at
        .max(after_days(tx.now(), domain.expiration_days));
    save(tx, &domain, &profile)?;
    Ok(Identified {
        profile_id: profile.id,
    })
}

fn text<'a>(input: &'a Map<String, Value>, member: &str) -> &'a str {
    input
        .get(member)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn locked(tx: &mut Tx<'_>, domain: &DomainRef, id: &ProfileId) -> Result<Profile, Refusal> {
    profiles::lock(tx, domain, id)?.ok_or_else(|| Refusal::ProfileUnknown(id.as_str().to_owned()))
}

/// Writes the members of a call into a profile.
fn write(
    profile: &mut Profile,
    input: &Map<String, Value>,
    origin: &Origin,
) -> Result<(), Refusal> {
    for (member, value) in input {
        match (member.as_str(), value) {
            ("DomainName" | "ProfileId", _) => {}
            ("EngagementPreferences", preferences) => {
                profile.fields.insert(member.clone(), preferences.clone());
            }
            (group, Value::Object(parts)) if is_group(group) => {
                for (part, value) in parts {
                    put(profile, &format!("{group}.{part}"), value, origin)?;
                }
            }
            (scalar, value) => put(profile, scalar, value, origin)?,
        }
    }
    if Value::Object(profile.document()).to_string().len() > PROFILE_BYTES_MAX {
        return Err(Refusal::invalid(
            "Attributes",
            format!("the profile would exceed {PROFILE_BYTES_MAX} bytes"),
        ));
    }
    Ok(())
}

fn put(profile: &mut Profile, path: &str, value: &Value, origin: &Origin) -> Result<(), Refusal> {
    let (Some(target), Some(value)) = (Target::parse(path), value.as_str()) else {
        return Err(Refusal::invalid(path, "is not a field of a profile"));
    };
    if value.is_empty() {
        profile.remove(&target);
    } else {
        profile.set(&target, value, origin);
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    domain_name: String,
    profile_id: ProfileId,
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Done, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let profile = locked(tx, &domain, &input.profile_id)?;
    profiles::delete(tx, &domain, &profile.id)?;
    Ok(Done::new("The profile is deleted"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Batch {
    domain_name: String,
    profile_ids: Vec<ProfileId>,
}

pub(super) fn batch_get(tx: &mut Tx<'_>, call: &Call, input: &Batch) -> Result<Value, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for id in &input.profile_ids {
        match profiles::find(tx, &domain, id)? {
            Some(profile) => found.push(Value::Object(profile.document())),
            None => errors.push(json!({
                "Code": "ResourceNotFoundException",
                "Message": Refusal::ProfileUnknown(id.as_str().to_owned()).to_string(),
                "ProfileId": id,
            })),
        }
    }
    Ok(json!({"Profiles": found, "Errors": errors}))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct KeyValues {
    domain_name: String,
    profile_id: ProfileId,
    key_name: String,
    values: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AddedKey {
    key_name: String,
    values: Vec<String>,
}

/// Adds values under which a profile is found, by searching and by matching.
pub(super) fn add_key(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &KeyValues,
) -> Result<AddedKey, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let profile = locked(tx, &domain, &input.profile_id)?;
    for key in stored(tx, &domain, input)? {
        key_rows::add(tx, &domain, &profile.id, key_rows::Source::Call, &key)?;
    }
    if key_rows::added_count(tx, &domain, &profile.id)? > ADDED_KEYS_MAX {
        return Err(Refusal::invalid(
            "Values",
            format!("a profile has at most {ADDED_KEYS_MAX} added keys"),
        ));
    }
    Ok(AddedKey {
        key_name: input.key_name.clone(),
        values: input.values.clone(),
    })
}

pub(super) fn delete_key(tx: &mut Tx<'_>, call: &Call, input: &KeyValues) -> Result<Done, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let profile = locked(tx, &domain, &input.profile_id)?;
    for key in stored(tx, &domain, input)? {
        key_rows::remove(tx, &domain, &profile.id, &key.name, &key.value)?;
    }
    Ok(Done::new("The key's values are deleted"))
}

/// A call's values of a key as they are stored.
fn stored(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    input: &KeyValues,
) -> Result<Vec<StoredKey>, Refusal> {
    let name = input.key_name.as_str();
    if name == keys::PROFILE_ID || (name.starts_with('_') && !keys::PREDEFINED.contains(&name)) {
        return Err(Refusal::invalid("KeyName", format!("`{name}` is reserved")));
    }
    if input.values.is_empty() {
        return Err(Refusal::invalid("Values", "at least one value is required"));
    }
    let content_types = content_types(tx, domain, name)?;
    let stored = |value: &String| {
        let normal = keys::searched(&content_types, value)
            .ok_or_else(|| Refusal::invalid("Values", "a value does not fit the key's fields"))?;
        let parts = content_types.iter().zip(value.split(keys::SEPARATOR));
        let trust = parts
            .map(|(each, part)| Trust::of_stated(*each, part))
            .min();
        Ok(StoredKey {
            name: name.to_owned(),
            value: normal,
            trust: trust.unwrap_or(Trust::Stated),
        })
    };
    input.values.iter().map(stored).collect()
}
