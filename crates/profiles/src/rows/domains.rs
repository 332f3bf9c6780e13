//! Rows of domains, integrations and object types.

use crate::domain::{Domain, DomainRef, Integration};
use crate::object_types::definition::Definition;
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::Scope;
use signback_platform::params;
use signback_platform::store::{Error, Slice, Tx, json};

columns! {
    impl DomainRef { id, name, expiration_days }
}

columns! {
    impl Domain as select_domain {
        reference = "d.id, d.name, d.expiration_days",
        settings as Json = "d.settings",
        created_at = "d.created_at",
        updated_at = "d.updated_at",
    }
}

columns! {
    impl Integration as select_integration {
        uri,
        object_type,
        tags as Json,
        created_at,
        updated_at,
    }
}

columns! {
    /// An object type that was put.
    #[derive(Clone, Debug)]
    pub(crate) struct TypeRow as select_object_type {
        name: String,
        definition: Definition as Json,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

/// Numbers about a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stats {
    pub(crate) profiles: i64,
    pub(crate) metered_profiles: i64,
    pub(crate) objects: i64,
    pub(crate) bytes: i64,
}

pub(crate) fn domain(tx: &mut Tx<'_>, scope: &Scope, name: &str) -> Result<Option<Domain>, Error> {
    tx.find(
        select_domain!("FROM profile_domains d WHERE account = $1 AND region = $2 AND name = $3"),
        params![scope.account, scope.region, name],
    )
}

pub(crate) fn domain_of_instance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    uri: &str,
) -> Result<Option<Domain>, Error> {
    tx.find(
        select_domain!(
            "FROM profile_integrations i JOIN profile_domains d ON d.id = i.domain
             WHERE i.account = $1 AND i.region = $2 AND i.uri = $3"
        ),
        params![scope.account, scope.region, uri],
    )
}

pub(crate) fn domains_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: &str,
    limit: i64,
) -> Result<Vec<Domain>, Error> {
    tx.list(
        select_domain!(
            "FROM profile_domains d
             WHERE account = $1 AND region = $2 AND name > $3 ORDER BY name LIMIT $4"
        ),
        params![scope.account, scope.region, after, limit],
    )
}

/// Inserts a domain unless its name is taken.
pub(crate) fn insert_domain(
    tx: &mut Tx<'_>,
    scope: &Scope,
    domain: &Domain,
) -> Result<bool, Error> {
    let inserted = tx.execute(
        "INSERT INTO profile_domains
         (id, account, region, name, expiration_days, settings, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        params![
            domain.reference.id,
            scope.account,
            scope.region,
            domain.reference.name,
            domain.reference.expiration_days,
            json(&domain.settings),
            domain.created_at,
            domain.updated_at
        ],
    )?;
    Ok(inserted == 1)
}

pub(crate) fn update_domain(tx: &mut Tx<'_>, domain: &Domain) -> Result<(), Error> {
    tx.write(
        "UPDATE profile_domains SET expiration_days = $2, settings = $3, updated_at = $4 WHERE id = $1",
        params![domain.reference.id, domain.reference.expiration_days, json(&domain.settings), domain.updated_at],
    )
}

/// Deletes a domain; its profiles go afterwards, see [`forget_domain`].
pub(crate) fn delete_domain(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<(), Error> {
    for sql in [
        "DELETE FROM profile_domains WHERE id = $1",
        "DELETE FROM profile_integrations WHERE domain = $1",
        "DELETE FROM profile_object_types WHERE domain = $1",
    ] {
        tx.write(sql, params![domain.id])?;
    }
    Ok(())
}

/// Takes the profiles of a domain that is gone away as far as there is room; gives whether none is left.
pub(crate) fn forget_domain(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    domain: &str,
) -> Result<bool, Error> {
    // An object and a profile may have a quarter of a megabyte.
    const WEIGHT: i64 = 10;
    let keys = "DELETE FROM profile_keys WHERE domain = $1
        AND (name, digest, profile, origin) IN
            (SELECT name, digest, profile, origin FROM profile_keys WHERE domain = $1 LIMIT $2)";
    let objects = "DELETE FROM profile_objects WHERE domain = $1 AND unique_key IN
        (SELECT unique_key FROM profile_objects WHERE domain = $1 LIMIT $2)";
    let profiles = "DELETE FROM profiles WHERE domain = $1 AND id IN
        (SELECT id FROM profiles WHERE domain = $1 LIMIT $2)";
    Ok(slice.delete(tx, keys, domain)?
        && slice.delete_heavy(tx, objects, domain, WEIGHT)?
        && slice.delete_heavy(tx, profiles, domain, WEIGHT)?)
}

pub(crate) fn domain_count(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    tx.count(
        "SELECT COUNT(*) FROM profile_domains WHERE account = $1 AND region = $2",
        params![scope.account, scope.region],
    )
}

columns! {
    struct ProfileNumbers as select_profile_numbers {
        count: i64 = "COUNT(*)",
        // A profile is metered once for every hundred objects begun.
        metered: i64 = "CAST(COALESCE(SUM(
            CASE WHEN object_count > 100 THEN (object_count + 99) / 100 ELSE 1 END), 0) AS BIGINT)",
    }
}

columns! {
    struct ObjectNumbers as select_object_numbers {
        count: i64 = "COUNT(*)",
        bytes: i64 = "CAST(COALESCE(SUM(bytes), 0) AS BIGINT)",
    }
}

pub(crate) fn stats(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<Stats, Error> {
    let now = tx.now();
    let params = params![domain.id, now];
    let profiles: Option<ProfileNumbers> = tx.find(
        select_profile_numbers!("FROM profiles WHERE domain = $1 AND expires_at > $2"),
        params,
    )?;
    let objects: Option<ObjectNumbers> = tx.find(
        select_object_numbers!("FROM profile_objects WHERE domain = $1 AND expires_at > $2"),
        params,
    )?;
    let (Some(profiles), Some(objects)) = (profiles, objects) else {
        return Err(Error::Corrupt {
            what: "numbers of a domain",
        });
    };
    Ok(Stats {
        profiles: profiles.count,
        metered_profiles: profiles.metered,
        objects: objects.count,
        bytes: objects.bytes,
    })
}

pub(crate) fn integration(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    uri: &str,
) -> Result<Option<Integration>, Error> {
    tx.find(
        select_integration!("FROM profile_integrations WHERE domain = $1 AND uri = $2"),
        params![domain.id, uri],
    )
}

pub(crate) fn integrations_after(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    after: &str,
    limit: i64,
) -> Result<Vec<Integration>, Error> {
    tx.list(
        select_integration!(
            "FROM profile_integrations WHERE domain = $1 AND uri > $2 ORDER BY uri LIMIT $3"
        ),
        params![domain.id, after, limit],
    )
}

/// Writes an integration; `None` when the URI belongs to another domain.
pub(crate) fn put_integration(
    tx: &mut Tx<'_>,
    scope: &Scope,
    domain: &DomainRef,
    new: &Integration,
) -> Result<Option<Integration>, Error> {
    tx.find(
        concat!(
            "INSERT INTO profile_integrations
             (account, region, uri, domain, object_type, tags, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (account, region, uri) DO UPDATE SET object_type = excluded.object_type,
                 tags = excluded.tags, updated_at = excluded.updated_at
             WHERE profile_integrations.domain = excluded.domain
             RETURNING ",
            select_integration!(columns)
        ),
        params![
            scope.account,
            scope.region,
            new.uri,
            domain.id,
            new.object_type,
            json(&new.tags),
            new.created_at,
            new.updated_at
        ],
    )
}

pub(crate) fn delete_integration(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    uri: &str,
) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM profile_integrations WHERE domain = $1 AND uri = $2",
        params![domain.id, uri],
    )?;
    Ok(deleted > 0)
}

/// Deletes an integration, whichever domain it belongs to.
pub(crate) fn forget_integration(tx: &mut Tx<'_>, scope: &Scope, uri: &str) -> Result<(), Error> {
    tx.write(
        "DELETE FROM profile_integrations WHERE account = $1 AND region = $2 AND uri = $3",
        params![scope.account, scope.region, uri],
    )
}

pub(crate) fn integration_count(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<i64, Error> {
    tx.count(
        "SELECT COUNT(*) FROM profile_integrations WHERE domain = $1",
        params![domain.id],
    )
}

pub(crate) fn object_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
) -> Result<Option<TypeRow>, Error> {
    tx.find(
        select_object_type!("FROM profile_object_types WHERE domain = $1 AND name = $2"),
        params![domain.id, name],
    )
}

pub(crate) fn object_types_after(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    after: &str,
    limit: i64,
) -> Result<Vec<TypeRow>, Error> {
    tx.list(
        select_object_type!(
            "FROM profile_object_types WHERE domain = $1 AND name > $2 ORDER BY name LIMIT $3"
        ),
        params![domain.id, after, limit],
    )
}

/// Writes an object type whole and gives it back with its times.
pub(crate) fn put_object_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
    definition: &Definition,
) -> Result<TypeRow, Error> {
    let now = tx.now();
    let written = tx.find(
        concat!(
            "INSERT INTO profile_object_types (domain, name, definition, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $4)
             ON CONFLICT (domain, name) DO UPDATE SET
                 definition = excluded.definition, updated_at = excluded.updated_at
             RETURNING ",
            select_object_type!(columns)
        ),
        params![domain.id, name, json(definition), now],
    )?;
    written.ok_or(Error::Corrupt {
        what: "object type that was just written",
    })
}

pub(crate) fn delete_object_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM profile_object_types WHERE domain = $1 AND name = $2",
        params![domain.id, name],
    )?;
    Ok(deleted > 0)
}

/// Locks a domain's row, so that its types and integrations change one after the other.
pub(crate) fn lock_domain(
    tx: &mut Tx<'_>,
    scope: &Scope,
    name: &str,
) -> Result<Option<Domain>, Error> {
    tx.find(
        select_domain!(
            "FROM profile_domains d
             WHERE account = $1 AND region = $2 AND name = $3 /* FOR UPDATE */"
        ),
        params![scope.account, scope.region, name],
    )
}
