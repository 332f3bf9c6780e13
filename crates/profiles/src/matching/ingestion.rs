//! Takes an object in: whose it is, what it changes, where it is found.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::mapping::{self, Mapped};
use super::resolution::{Candidate, candidates, resolve};
use super::voucher::Voucher;
use crate::domain::DomainRef;
use crate::domains;
use crate::object_types::content::ContentType;
use crate::object_types::definition::{Definition, StandardIdentifier};
use crate::object_types::keys::{self, SEPARATOR};
use crate::object_types::target::Target;
use crate::profile::{Origin, Profile, StoredKey, Trust};
use crate::refusal::Refusal;
use crate::rows::objects::ObjectRow;
use crate::rows::{keys as key_rows, objects, profiles};
use signback_platform::clock::Timestamp;
use signback_platform::ids::ProfileId;
use signback_platform::settings::Matching;
use signback_platform::store::{Error, Tx};

/// Most bytes that all objects of a profile may have.
const PROFILE_OBJECTS_BYTES_MAX: i64 = 50 * 1024 * 1024;
/// Most objects of a profile; one more evicts another.
const PROFILE_OBJECTS_MAX: i64 = 1000;
/// How many expired profiles, and how many expired objects, are swept when something new is made.
const SWEPT_AT_ONCE: i64 = 5;

/// An object on its way in.
pub(crate) struct Intake<'a> {
    pub(crate) domain: &'a DomainRef,
    pub(crate) object_type: &'a str,
    pub(crate) definition: &'a Definition,
    pub(crate) object: &'a Map<String, Value>,
    /// The object as it is kept.
    pub(crate) text: &'a str,
    pub(crate) voucher: &'a Voucher,
    /// The customer of an identity provider whose claims the object holds.
    pub(crate) identity: Option<&'a str>,
    pub(crate) matching: Matching,
}

/// What became of an object.
pub(crate) struct Ingested {
    pub(crate) unique_key: String,
    /// The profile that it belongs to now; `None`: it belongs to none, its type makes none, and it
    /// was dropped.
    pub(crate) profile: Option<Profile>,
}

/// Takes an object in. Nothing is written when it is refused.
pub(crate) fn ingest(tx: &mut Tx<'_>, intake: &Intake<'_>) -> Result<Ingested, Refusal> {
    let mapped = mapping::map(intake.definition, intake.object, intake.voucher)?;
    if intake.identity.is_none() && mapped.finding().next().is_none() {
        return Err(Refusal::invalid(
            "Object",
            "the fields of a PROFILE key are required",
        ));
    }
    let identity = intake.identity.map(|value| Candidate {
        name: keys::IDENTITY.to_owned(),
        value: value.to_owned(),
        trust_min: Trust::Exact,
    });
    let candidates = candidates(&mapped, identity, intake.voucher, intake.matching);
    let unique_key = unique_key(intake, &mapped);

    let locked = locked(&candidates, &unique_key);
    key_rows::lock(tx, intake.domain, &locked)?;
    let profile = place(tx, intake, &mapped, &candidates, &unique_key);
    key_rows::unlock(tx, intake.domain, &locked)?;
    Ok(Ingested {
        unique_key,
        profile: profile?,
    })
}

/// What no other transaction may look up meanwhile, sorted: the values that find the profile, and
/// the object.
fn locked(candidates: &[Candidate], unique_key: &str) -> Vec<[u8; 32]> {
    let values = candidates
        .iter()
        .map(|each| format!("{}{SEPARATOR}{}", each.name, each.value));
    let object = std::iter::once(unique_key.to_owned());
    let mut digests: Vec<[u8; 32]> = values
        .chain(object)
        .map(|each| keys::digest(&each))
        .collect();
    digests.sort_unstable();
    digests.dedup();
    digests
}

/// Finds the object's profile or makes one, and stores the object on it.
fn place(
    tx: &mut Tx<'_>,
    intake: &Intake<'_>,
    mapped: &Mapped,
    candidates: &[Candidate],
    unique_key: &str,
) -> Result<Option<Profile>, Refusal> {
    let found = resolve(candidates, |candidate| {
        key_rows::holders(
            tx,
            intake.domain,
            &candidate.name,
            &candidate.value,
            candidate.trust_min,
        )
    })?;
    let found = match found {
        Some(id) => profiles::lock(tx, intake.domain, &id)?,
        None => None,
    };
    let created = found.is_none();
    let profile = match found {
        Some(profile) => profile,
        None if intake.definition.allow_profile_creation => {
            sweep(tx, intake.domain)?;
            new_profile(tx, intake.domain)
        }
        None => return Ok(None),
    };
    store(tx, intake, mapped, unique_key.to_owned(), profile, created).map(Some)
}

/// A profile without fields, not yet written.
pub(crate) fn new_profile(tx: &Tx<'_>, domain: &DomainRef) -> Profile {
    let id = ProfileId::new(tx.new_uuid().replace('-', ""));
    let now = tx.now();
    Profile::new(id, now, after_days(now, domain.expiration_days))
}

/// The moment this many days later.
pub(crate) fn after_days(now: Timestamp, days: u32) -> Timestamp {
    now.plus_seconds(i64::from(days) * 24 * 60 * 60)
}

/// Removes a few profiles and a few objects whose time is over. No profile may be at hand yet.
pub(crate) fn sweep(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<(), Error> {
    for id in profiles::expired(tx, domain, SWEPT_AT_ONCE)? {
        profiles::delete(tx, domain, &id)?;
    }
    for object in objects::expired(tx, domain, SWEPT_AT_ONCE)? {
        take_from(tx, domain, &object)?;
    }
    Ok(())
}

/// Writes a profile and the keys of its standard fields.
pub(crate) fn save(tx: &mut Tx<'_>, domain: &DomainRef, profile: &Profile) -> Result<(), Error> {
    profiles::save(tx, domain, profile)?;
    key_rows::replace(
        tx,
        domain,
        &profile.id,
        key_rows::Source::Fields,
        &profile.standard_keys(),
    )
}

fn store(
    tx: &mut Tx<'_>,
    intake: &Intake<'_>,
    mapped: &Mapped,
    unique_key: String,
    mut profile: Profile,
    created: bool,
) -> Result<Profile, Refusal> {
    let now = tx.now();
    let days = intake
        .definition
        .expiration_days
        .unwrap_or(intake.domain.expiration_days);
    let object = ObjectRow {
        unique_key,
        profile: profile.id.clone(),
        object_type: intake.object_type.to_owned(),
        object: intake.text.to_owned(),
        ingested_at: now,
        expires_at: after_days(now, days),
    };
    let previous = objects::find(tx, intake.domain, &object.unique_key)?;
    let replaced = previous
        .as_ref()
        .filter(|previous| previous.profile == profile.id);
    profile.object_bytes += object.bytes() - replaced.map_or(0, ObjectRow::bytes);
    profile.object_count += i64::from(replaced.is_none());
    if profile.object_bytes > PROFILE_OBJECTS_BYTES_MAX {
        return Err(Refusal::invalid(
            "Object",
            "the profile's objects would exceed 50 MB",
        ));
    }
    let stays_new = match replaced {
        Some(_) if has_new_only(intake.definition) => {
            let source = key_rows::Source::Object(&object.unique_key);
            key_rows::names(tx, intake.domain, &profile.id, source)?
        }
        _ => Vec::new(),
    };
    if let Some(elsewhere) = previous
        .as_ref()
        .filter(|other| other.profile != profile.id)
    {
        take_from(tx, intake.domain, elsewhere)?;
    }
    if replaced.is_none() && !created {
        for expired in objects::expired_of(tx, intake.domain, &profile.id, SWEPT_AT_ONCE)? {
            drop_from(tx, intake.domain, &mut profile, &expired)?;
        }
    }
    fill(&mut profile, intake, mapped, now, created);
    profile.updated_at = now;
    profile.expires_at = profile
        .expires_at
        .max(object.expires_at)
        .max(after_days(now, intake.domain.expiration_days));
    objects::put(tx, intake.domain, &object)?;
    if profile.object_count > PROFILE_OBJECTS_MAX {
        evict(tx, intake, &mut profile, &object.unique_key)?;
    }
    save(tx, intake.domain, &profile)?;
    let stored = stored_keys(mapped, |name| {
        created || stays_new.iter().any(|each| each == name)
    });
    let source = key_rows::Source::Object(&object.unique_key);
    key_rows::replace(tx, intake.domain, &profile.id, source, &stored)?;
    if let Some(identity) = intake.identity {
        let key = StoredKey {
            name: keys::IDENTITY.to_owned(),
            value: identity.to_owned(),
            trust: Trust::Exact,
        };
        key_rows::tie_identity(tx, intake.domain, &profile.id, &key)?;
    }
    Ok(profile)
}

/// The service's id of an object: the same for the same value of its UNIQUE key. A value that
/// nobody vouches for is a customer's own, so that it cannot replace another's object.
fn unique_key(intake: &Intake<'_>, mapped: &Mapped) -> String {
    let unique = mapped
        .unique()
        .expect("mapping refuses an object without it");
    let owner = match (intake.voucher, unique.trust) {
        (Voucher::SignIn(_), Trust::Claimed) => intake.identity.unwrap_or("unverified"),
        _ => "",
    };
    let mut digest = Sha256::new();
    for part in [&intake.domain.id, intake.object_type, &unique.value, owner] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// Fills the standard fields; nothing is ever blanked.
fn fill(
    profile: &mut Profile,
    intake: &Intake<'_>,
    mapped: &Mapped,
    now: Timestamp,
    created: bool,
) {
    let origin = |vouched: bool| Origin {
        object_type: Some(intake.object_type.to_owned()),
        priority: intake.definition.source_priority,
        at: mapped.source_updated_at.unwrap_or(now),
        unverified: !vouched,
    };
    for (target, field) in mapped.targeted() {
        profile.set(target, &field.text, &origin(field.vouched));
    }
    if !created {
        return;
    }
    for (content_type, target) in [
        (ContentType::EmailAddress, Target::Scalar("EmailAddress")),
        (ContentType::PhoneNumber, Target::Scalar("PhoneNumber")),
    ] {
        if let Some(field) = mapped.first_of(content_type)
            && profile.get(&target).is_none()
            && target.holds(&field.text)
        {
            profile.set(&target, &field.text, &origin(field.vouched));
        }
    }
}

/// The keys that an object leaves on its profile.
fn stored_keys(mapped: &Mapped, is_new: impl Fn(&str) -> bool) -> Vec<StoredKey> {
    let mut stored: BTreeMap<(&str, &str), Trust> = BTreeMap::new();
    for key in &mapped.keys {
        let stays = !key.key.is(StandardIdentifier::LookupOnly)
            && (!key.key.is(StandardIdentifier::NewOnly) || is_new(&key.name));
        if stays {
            let best = stored.entry((&key.name, &key.value)).or_insert(key.trust);
            *best = (*best).max(key.trust);
        }
    }
    stored
        .into_iter()
        .map(|((name, value), trust)| StoredKey {
            name: name.to_owned(),
            value: value.to_owned(),
            trust,
        })
        .collect()
}

fn has_new_only(definition: &Definition) -> bool {
    definition
        .all_keys()
        .any(|(_, key)| key.is(StandardIdentifier::NewOnly))
}

/// Removes an object from the profile that it no longer belongs to.
pub(crate) fn take_from(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    object: &ObjectRow,
) -> Result<(), Error> {
    match profiles::lock(tx, domain, &object.profile)? {
        Some(mut profile) => {
            drop_from(tx, domain, &mut profile, object)?;
            profiles::save(tx, domain, &profile)
        }
        None => objects::delete(tx, domain, object).map(drop),
    }
}

/// Removes an object from a profile that is locked and is saved afterwards.
pub(crate) fn drop_from(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &mut Profile,
    object: &ObjectRow,
) -> Result<(), Error> {
    // Somebody else may have removed it before the profile was locked.
    if objects::delete(tx, domain, object)? {
        profile.object_count -= 1;
        profile.object_bytes -= object.bytes();
    }
    Ok(())
}

/// Makes room on a full profile: the oldest object of the type that is furthest over its number,
/// else of the type that just came in.
fn evict(
    tx: &mut Tx<'_>,
    intake: &Intake<'_>,
    profile: &mut Profile,
    but: &str,
) -> Result<(), Error> {
    let mut worst: Option<(i64, String)> = None;
    for objects::TypeCount { object_type, count } in
        objects::counts(tx, intake.domain, &profile.id)?
    {
        let definition = domains::definition(tx, intake.domain, &object_type)?;
        let Some(max) = definition.and_then(|definition| definition.max_profile_object_count)
        else {
            continue;
        };
        let over = count - i64::from(max);
        if over > 0 && worst.as_ref().is_none_or(|(most, _)| over > *most) {
            worst = Some((over, object_type));
        }
    }
    let object_type = worst.map_or_else(|| intake.object_type.to_owned(), |(_, name)| name);
    if let Some(oldest) = objects::oldest(tx, intake.domain, &profile.id, &object_type, but)? {
        drop_from(tx, intake.domain, profile, &oldest)?;
    }
    Ok(())
}
