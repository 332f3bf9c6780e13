//! Removes an object type's traces from profiles.

use super::ingestion::{drop_from, save};
use crate::domain::DomainRef;
use crate::rows::{objects, profiles};
use signback_platform::store::{Error, Tx};

/// How many objects one transaction removes.
const OBJECTS_AT_ONCE: i64 = 50;

/// Removes some objects of a type, and from their profiles every field that the type filled;
/// tells whether there were any.
pub(crate) fn some(tx: &mut Tx<'_>, domain: &DomainRef, object_type: &str) -> Result<bool, Error> {
    let found = objects::of_type(tx, domain, object_type, OBJECTS_AT_ONCE)?;
    for object in &found {
        if let Some(mut profile) = profiles::lock(tx, domain, &object.profile)? {
            drop_from(tx, domain, &mut profile, object)?;
            profile.scrub(object_type);
            profile.updated_at = tx.now();
            save(tx, domain, &profile)?;
        } else {
            objects::delete(tx, domain, object)?;
        }
    }
    Ok(!found.is_empty())
}
