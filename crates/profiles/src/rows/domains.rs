//! Rows of domains, integrations and object types.

use serde_json::{Map, Value};

use super::document::{json, parsed};
use crate::domain::{Domain, DomainRef, Integration, Settings};
use crate::object_types::definition::Definition;
use signback_platform::clock::Timestamp;
use signback_platform::ids::Scope;
use signback_platform::store::{Error, Row, Tx};

/// An object type that was put.
#[derive(Clone, Debug)]
pub(crate) struct TypeRow {
    pub(crate) name: String,
    pub(crate) definition: Definition,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// Numbers about a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stats {
    pub(crate) profiles: i64,
    pub(crate) metered_profiles: i64,
    pub(crate) objects: i64,
    pub(crate) bytes: i64,
}

fn domain_of(row: &Row) -> Result<Domain, Error> {
    let days = u32::try_from(row.integer(2)?).map_err(|_| Error::Corrupt {
        what: "expiration days",
    })?;
    Ok(Domain {
        reference: DomainRef {
            id: row.text(0)?,
            name: row.text(1)?,
            expiration_days: days,
        },
        settings: parsed::<Settings>(&row.text(3)?, "settings of a domain")?,
        created_at: row.timestamp(4)?,
        updated_at: row.timestamp(5)?,
    })
}

pub(crate) fn domain(tx: &mut Tx<'_>, scope: &Scope, name: &str) -> Result<Option<Domain>, Error> {
    tx.fetch_optional(
        "SELECT id, name, expiration_days, settings, created_at, updated_at FROM profile_domains
         WHERE account = $1 AND region = $2 AND name = $3",
        &[(&scope.account).into(), (&scope.region).into(), name.into()],
    )?
    .map(|row| domain_of(&row))
    .transpose()
}

pub(crate) fn domain_of_instance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    uri: &str,
) -> Result<Option<Domain>, Error> {
    tx.fetch_optional(
        "SELECT d.id, d.name, d.expiration_days, d.settings, d.created_at, d.updated_at
         FROM profile_integrations i JOIN profile_domains d ON d.id = i.domain
         WHERE i.account = $1 AND i.region = $2 AND i.uri = $3",
        &[(&scope.account).into(), (&scope.region).into(), uri.into()],
    )?
    .map(|row| domain_of(&row))
    .transpose()
}

pub(crate) fn domains_after(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: &str,
    limit: i64,
) -> Result<Vec<Domain>, Error> {
    tx.fetch_all(
        "SELECT id, name, expiration_days, settings, created_at, updated_at FROM profile_domains
         WHERE account = $1 AND region = $2 AND name > $3 ORDER BY name LIMIT $4",
        &[
            (&scope.account).into(),
            (&scope.region).into(),
            after.into(),
            limit.into(),
        ],
    )?
    .iter()
    .map(domain_of)
    .collect()
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
        &[
            (&domain.reference.id).into(),
            (&scope.account).into(),
            (&scope.region).into(),
            (&domain.reference.name).into(),
            domain.reference.expiration_days.into(),
            (&json(&domain.settings)).into(),
            domain.created_at.into(),
            domain.updated_at.into(),
        ],
    )?;
    Ok(inserted == 1)
}

pub(crate) fn update_domain(tx: &mut Tx<'_>, domain: &Domain) -> Result<(), Error> {
    tx.write(
        "UPDATE profile_domains SET expiration_days = $2, settings = $3, updated_at = $4 WHERE id = $1",
        &[
            (&domain.reference.id).into(),
            domain.reference.expiration_days.into(),
            (&json(&domain.settings)).into(),
            domain.updated_at.into(),
        ],
    )
}

/// Deletes a domain and everything in it.
pub(crate) fn delete_domain(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<(), Error> {
    for sql in [
        "DELETE FROM profile_domains WHERE id = $1",
        "DELETE FROM profile_integrations WHERE domain = $1",
        "DELETE FROM profile_object_types WHERE domain = $1",
        "DELETE FROM profile_keys WHERE domain = $1",
        "DELETE FROM profile_objects WHERE domain = $1",
        "DELETE FROM profiles WHERE domain = $1",
    ] {
        tx.write(sql, &[(&domain.id).into()])?;
    }
    Ok(())
}

pub(crate) fn domain_count(tx: &mut Tx<'_>, scope: &Scope) -> Result<i64, Error> {
    count(tx.fetch_optional(
        "SELECT COUNT(*) FROM profile_domains WHERE account = $1 AND region = $2",
        &[(&scope.account).into(), (&scope.region).into()],
    )?)
}

pub(crate) fn stats(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<Stats, Error> {
    let now = tx.now();
    let profiles = tx.fetch_optional(
        // A profile is metered once for every hundred objects begun.
        "SELECT COUNT(*), CAST(COALESCE(SUM(
             CASE WHEN object_count > 100 THEN (object_count + 99) / 100 ELSE 1 END), 0) AS BIGINT)
         FROM profiles WHERE domain = $1 AND expires_at > $2",
        &[(&domain.id).into(), now.into()],
    )?;
    let objects = tx.fetch_optional(
        "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT)
         FROM profile_objects WHERE domain = $1 AND expires_at > $2",
        &[(&domain.id).into(), now.into()],
    )?;
    let (Some(profiles), Some(objects)) = (profiles, objects) else {
        return Err(Error::Corrupt {
            what: "numbers of a domain",
        });
    };
    Ok(Stats {
        profiles: profiles.integer(0)?,
        metered_profiles: profiles.integer(1)?,
        objects: objects.integer(0)?,
        bytes: objects.integer(1)?,
    })
}

fn integration_of(row: &Row) -> Result<Integration, Error> {
    Ok(Integration {
        uri: row.text(0)?,
        object_type: row.text(1)?,
        tags: parsed::<Map<String, Value>>(&row.text(2)?, "tags of an integration")?,
        created_at: row.timestamp(3)?,
        updated_at: row.timestamp(4)?,
    })
}

pub(crate) fn integration(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    uri: &str,
) -> Result<Option<Integration>, Error> {
    tx.fetch_optional(
        "SELECT uri, object_type, tags, created_at, updated_at FROM profile_integrations
         WHERE domain = $1 AND uri = $2",
        &[(&domain.id).into(), uri.into()],
    )?
    .map(|row| integration_of(&row))
    .transpose()
}

pub(crate) fn integrations_after(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    after: &str,
    limit: i64,
) -> Result<Vec<Integration>, Error> {
    tx.fetch_all(
        "SELECT uri, object_type, tags, created_at, updated_at FROM profile_integrations
         WHERE domain = $1 AND uri > $2 ORDER BY uri LIMIT $3",
        &[(&domain.id).into(), after.into(), limit.into()],
    )?
    .iter()
    .map(integration_of)
    .collect()
}

/// Writes an integration; `None` when the URI belongs to another domain.
pub(crate) fn put_integration(
    tx: &mut Tx<'_>,
    scope: &Scope,
    domain: &DomainRef,
    new: &Integration,
) -> Result<Option<Integration>, Error> {
    tx.fetch_optional(
        "INSERT INTO profile_integrations
         (account, region, uri, domain, object_type, tags, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (account, region, uri) DO UPDATE SET
             object_type = excluded.object_type, tags = excluded.tags, updated_at = excluded.updated_at
         WHERE profile_integrations.domain = excluded.domain
         RETURNING uri, object_type, tags, created_at, updated_at",
        &[
            (&scope.account).into(),
            (&scope.region).into(),
            (&new.uri).into(),
            (&domain.id).into(),
            (&new.object_type).into(),
            (&json(&new.tags)).into(),
            new.created_at.into(),
            new.updated_at.into(),
        ],
    )?
    .map(|row| integration_of(&row))
    .transpose()
}

pub(crate) fn delete_integration(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    uri: &str,
) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM profile_integrations WHERE domain = $1 AND uri = $2",
        &[(&domain.id).into(), uri.into()],
    )?;
    Ok(deleted > 0)
}

/// Deletes an integration, whichever domain it belongs to.
pub(crate) fn forget_integration(tx: &mut Tx<'_>, scope: &Scope, uri: &str) -> Result<(), Error> {
    tx.write(
        "DELETE FROM profile_integrations WHERE account = $1 AND region = $2 AND uri = $3",
        &[(&scope.account).into(), (&scope.region).into(), uri.into()],
    )
}

pub(crate) fn integration_count(tx: &mut Tx<'_>, domain: &DomainRef) -> Result<i64, Error> {
    count(tx.fetch_optional(
        "SELECT COUNT(*) FROM profile_integrations WHERE domain = $1",
        &[(&domain.id).into()],
    )?)
}

fn count(row: Option<Row>) -> Result<i64, Error> {
    row.ok_or(Error::Corrupt { what: "count" })?.integer(0)
}

fn type_of(row: &Row) -> Result<TypeRow, Error> {
    Ok(TypeRow {
        name: row.text(0)?,
        definition: parsed(&row.text(1)?, "definition of an object type")?,
        created_at: row.timestamp(2)?,
        updated_at: row.timestamp(3)?,
    })
}

pub(crate) fn object_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
) -> Result<Option<TypeRow>, Error> {
    tx.fetch_optional(
        "SELECT name, definition, created_at, updated_at FROM profile_object_types
         WHERE domain = $1 AND name = $2",
        &[(&domain.id).into(), name.into()],
    )?
    .map(|row| type_of(&row))
    .transpose()
}

pub(crate) fn object_types_after(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    after: &str,
    limit: i64,
) -> Result<Vec<TypeRow>, Error> {
    tx.fetch_all(
        "SELECT name, definition, created_at, updated_at FROM profile_object_types
         WHERE domain = $1 AND name > $2 ORDER BY name LIMIT $3",
        &[(&domain.id).into(), after.into(), limit.into()],
    )?
    .iter()
    .map(type_of)
    .collect()
}

/// Writes an object type whole and gives it back with its times.
pub(crate) fn put_object_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
    definition: &Definition,
) -> Result<TypeRow, Error> {
    let now = tx.now();
    let row = tx.fetch_optional(
        "INSERT INTO profile_object_types (domain, name, definition, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (domain, name) DO UPDATE SET
             definition = excluded.definition, updated_at = excluded.updated_at
         RETURNING name, definition, created_at, updated_at",
        &[
            (&domain.id).into(),
            name.into(),
            (&json(definition)).into(),
            now.into(),
        ],
    )?;
    type_of(&row.ok_or(Error::Corrupt {
        what: "object type that was just written",
    })?)
}

pub(crate) fn delete_object_type(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM profile_object_types WHERE domain = $1 AND name = $2",
        &[(&domain.id).into(), name.into()],
    )?;
    Ok(deleted > 0)
}

/// Locks a domain's row, so that its types and integrations change one after the other.
pub(crate) fn lock_domain(
    tx: &mut Tx<'_>,
    scope: &Scope,
    name: &str,
) -> Result<Option<Domain>, Error> {
    tx.fetch_optional(
        "SELECT id, name, expiration_days, settings, created_at, updated_at FROM profile_domains
         WHERE account = $1 AND region = $2 AND name = $3 /* FOR UPDATE */",
        &[(&scope.account).into(), (&scope.region).into(), name.into()],
    )?
    .map(|row| domain_of(&row))
    .transpose()
}
