//! Rows of profiles.

use crate::domain::DomainRef;
use crate::profile::Profile;
use signback_platform::columns;
use signback_platform::ids::ProfileId;
use signback_platform::params;
use signback_platform::store::{Error, Tx, json};

columns! {
    impl Profile as select_profile {
        id,
        fields as Json,
        origins as Json,
        object_count,
        object_bytes,
        created_at,
        updated_at,
        expires_at,
    }
}

/// The profile, unless it has expired.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    id: &ProfileId,
) -> Result<Option<Profile>, Error> {
    let now = tx.now();
    tx.find(
        select_profile!("FROM profiles WHERE domain = $1 AND id = $2 AND expires_at > $3"),
        params![domain.id, id, now],
    )
}

/// The profile, unless it has expired, locked until the transaction ends.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    id: &ProfileId,
) -> Result<Option<Profile>, Error> {
    let now = tx.now();
    tx.find(
        select_profile!(
            "FROM profiles WHERE domain = $1 AND id = $2 AND expires_at > $3 /* FOR UPDATE */"
        ),
        params![domain.id, id, now],
    )
}

/// Writes a profile, new or changed. Its keys are written apart.
pub(crate) fn save(tx: &mut Tx<'_>, domain: &DomainRef, profile: &Profile) -> Result<(), Error> {
    tx.write(
        "INSERT INTO profiles
         (domain, id, fields, origins, object_count, object_bytes, created_at, updated_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (domain, id) DO UPDATE SET
             fields = excluded.fields, origins = excluded.origins,
             object_count = excluded.object_count, object_bytes = excluded.object_bytes,
             updated_at = excluded.updated_at, expires_at = excluded.expires_at",
        params![domain.id, profile.id, json(&profile.fields), json(&profile.origins), profile.object_count, profile.object_bytes, profile.created_at, profile.updated_at, profile.expires_at],
    )
}

/// Deletes a profile, its objects and its keys.
pub(crate) fn delete(tx: &mut Tx<'_>, domain: &DomainRef, id: &ProfileId) -> Result<(), Error> {
    for sql in [
        "DELETE FROM profile_keys WHERE domain = $1 AND profile = $2",
        "DELETE FROM profile_objects WHERE domain = $1 AND profile = $2",
        "DELETE FROM profiles WHERE domain = $1 AND id = $2",
    ] {
        tx.write(sql, params![domain.id, id])?;
    }
    Ok(())
}

/// A few profiles whose time is over and that nobody else is at.
pub(crate) fn expired(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    limit: i64,
) -> Result<Vec<ProfileId>, Error> {
    let now = tx.now();
    tx.list(
        "SELECT id FROM profiles WHERE domain = $1 AND expires_at <= $2
         ORDER BY expires_at LIMIT $3 /* FOR UPDATE SKIP LOCKED */",
        params![domain.id, now, limit],
    )
}
