//! Rows of ingested objects.

use crate::domain::DomainRef;
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::ProfileId;
use signback_platform::params;
use signback_platform::store::{Error, Tx};

columns! {
    /// An ingested object.
    #[derive(Clone, Debug)]
    pub(crate) struct ObjectRow as select_objects {
        unique_key: String,
        profile: ProfileId,
        object_type: String,
        object: String,
        ingested_at: Timestamp,
        expires_at: Timestamp,
    }
}

impl ObjectRow {
    /// What the object counts towards its profile's size.
    pub(crate) fn bytes(&self) -> i64 {
        i64::try_from(self.object.len()).unwrap_or(i64::MAX)
    }
}

pub(crate) fn find(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    unique_key: &str,
) -> Result<Option<ObjectRow>, Error> {
    tx.find(
        select_objects!("FROM profile_objects WHERE domain = $1 AND unique_key = $2"),
        params![domain.id, unique_key],
    )
}

pub(crate) fn put(tx: &mut Tx<'_>, domain: &DomainRef, object: &ObjectRow) -> Result<(), Error> {
    tx.write(
        "INSERT INTO profile_objects
         (domain, unique_key, profile, object_type, object, bytes, ingested_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (domain, unique_key) DO UPDATE SET
             profile = excluded.profile, object = excluded.object, bytes = excluded.bytes,
             ingested_at = excluded.ingested_at, expires_at = excluded.expires_at",
        params![
            domain.id,
            object.unique_key,
            object.profile,
            object.object_type,
            object.object,
            object.bytes(),
            object.ingested_at,
            object.expires_at
        ],
    )
}

/// Deletes an object and the keys that it gave; tells whether it was there.
pub(crate) fn delete(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    object: &ObjectRow,
) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM profile_objects WHERE domain = $1 AND unique_key = $2 AND profile = $3",
        params![domain.id, object.unique_key, object.profile],
    )?;
    tx.write(
        "DELETE FROM profile_keys WHERE domain = $1 AND profile = $2 AND origin = $3",
        params![domain.id, object.profile, object.unique_key],
    )?;
    Ok(deleted > 0)
}

/// A profile's objects of a type, in the order of their keys.
pub(crate) fn of_profile_after(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    object_type: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<ObjectRow>, Error> {
    let now = tx.now();
    tx.list(
        select_objects!(
            "FROM profile_objects
         WHERE domain = $1 AND profile = $2 AND object_type = $3 AND unique_key > $4
             AND expires_at > $5
         ORDER BY unique_key LIMIT $6"
        ),
        params![domain.id, profile, object_type, after, now, limit],
    )
}

/// Every object of a type in the domain.
pub(crate) fn of_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    object_type: &str,
    limit: i64,
) -> Result<Vec<ObjectRow>, Error> {
    tx.list(
        select_objects!("FROM profile_objects WHERE domain = $1 AND object_type = $2 LIMIT $3"),
        params![domain.id, object_type, limit],
    )
}

columns! {
    /// How many objects of a type there are.
    pub(crate) struct TypeCount as select_counts {
        object_type: String,
        count: i64 = "COUNT(*)",
    }
}

/// How many objects of each type a profile has.
pub(crate) fn counts(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
) -> Result<Vec<TypeCount>, Error> {
    tx.list(
        select_counts!(
            "FROM profile_objects WHERE domain = $1 AND profile = $2
             GROUP BY object_type ORDER BY object_type"
        ),
        params![domain.id, profile],
    )
}

/// A profile's oldest object of a type.
pub(crate) fn oldest(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    object_type: &str,
    but: &str,
) -> Result<Option<ObjectRow>, Error> {
    tx.find(
        select_objects!(
            "FROM profile_objects
         WHERE domain = $1 AND profile = $2 AND object_type = $3 AND unique_key <> $4
         ORDER BY ingested_at, unique_key LIMIT 1"
        ),
        params![domain.id, profile, object_type, but],
    )
}

/// A few objects of a profile whose time is over.
pub(crate) fn expired_of(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    limit: i64,
) -> Result<Vec<ObjectRow>, Error> {
    let now = tx.now();
    tx.list(
        select_objects!(
            "FROM profile_objects WHERE domain = $1 AND profile = $2 AND expires_at <= $3 LIMIT $4"
        ),
        params![domain.id, profile, now, limit],
    )
}

/// A few objects of the domain whose time is over and that nobody else is at.
pub(crate) fn expired(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    limit: i64,
) -> Result<Vec<ObjectRow>, Error> {
    let now = tx.now();
    tx.list(
        select_objects!(
            "FROM profile_objects WHERE domain = $1 AND expires_at <= $2
         ORDER BY expires_at LIMIT $3 /* FOR UPDATE SKIP LOCKED */"
        ),
        params![domain.id, now, limit],
    )
}
