//! Removes an object type's traces from profiles.

use super::domains::DomainRef;
use super::ingestion::save;
use super::store::{objects, profiles};
use crate::store::{Error, Tx};

/// How many objects one transaction removes.
const OBJECTS_AT_ONCE: i64 = 500;

/// Removes some objects of a type, and from their profiles every field that the type filled;
/// tells whether there were any.
pub(super) fn some(tx: &mut Tx<'_>, domain: &DomainRef, object_type: &str) -> Result<bool, Error> {
    let found = objects::of_type(tx, domain, object_type, OBJECTS_AT_ONCE)?;
    for object in &found {
        objects::delete(tx, domain, object)?;
        if let Some(mut profile) = profiles::lock(tx, domain, &object.profile)? {
            profile.object_count -= 1;
            profile.object_bytes -= object.bytes();
            profile.scrub(object_type);
            profile.updated_at = tx.now();
            save(tx, domain, &profile)?;
        }
    }
    Ok(!found.is_empty())
}
