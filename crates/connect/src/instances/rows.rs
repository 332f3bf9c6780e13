//! The rows of instances and their associations.

use super::{Association, Instance};
use signback_platform::columns;
use signback_platform::ids::{InstanceId, Scope};
use signback_platform::store::{Error, Row, Tx};

columns! {
    struct InstanceRow as instance_columns {
        id: text,
        account: text,
        region: text,
        alias: optional_text,
        identity_management: text,
        inbound_calls: flag,
        outbound_calls: flag,
        tags: text,
        created_at: timestamp,
    }
}

columns! {
    struct AssociationRow as association_columns {
        id: text,
        integration_type: text,
        integration_arn: text,
        source_application_url: optional_text,
        source_application_name: optional_text,
        source_type: optional_text,
    }
}

/// The instance of that id, if it belongs to the account and region.
pub fn by_id(tx: &mut Tx<'_>, scope: &Scope, id: &InstanceId) -> Result<Option<Instance>, Error> {
    let row = tx.fetch_optional(
        concat!(
            "SELECT ",
            instance_columns!(),
            " FROM instances WHERE id = $1 AND account = $2 AND region = $3"
        ),
        &[id.into(), (&scope.account).into(), (&scope.region).into()],
    )?;
    row.as_ref().map(instance).transpose()
}

fn instance(row: &Row) -> Result<Instance, Error> {
    let row = InstanceRow::read(row)?;
    Ok(Instance {
        id: InstanceId::new(row.id),
        scope: Scope {
            account: row.account,
            region: row.region,
        },
        alias: row.alias,
        identity_management: row.identity_management,
        inbound_calls: row.inbound_calls,
        outbound_calls: row.outbound_calls,
        tags: serde_json::from_str(&row.tags).map_err(|_| Error::Corrupt {
            what: "tags of an instance",
        })?,
        created_at: row.created_at,
    })
}

/// Writes an instance; `false` if its id or its alias is taken.
pub(super) fn insert(tx: &mut Tx<'_>, instance: &Instance) -> Result<bool, Error> {
    let alias_key = instance.alias.as_deref().map(str::to_ascii_lowercase);
    let tags = serde_json::to_string(&instance.tags).expect("maps of text are JSON");
    let inserted = tx.execute(
        "INSERT INTO instances (id, account, region, alias, alias_key, identity_management,
                                inbound_calls, outbound_calls, tags, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        &[
            (&instance.id).into(),
            (&instance.scope.account).into(),
            (&instance.scope.region).into(),
            (&instance.alias).into(),
            (&alias_key).into(),
            (&instance.identity_management).into(),
            instance.inbound_calls.into(),
            instance.outbound_calls.into(),
            (&tags).into(),
            instance.created_at.into(),
        ],
    )?;
    Ok(inserted == 1)
}

/// The instances of an account and region after an id, in the order of their ids.
pub(super) fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    after: &str,
    limit: u32,
) -> Result<Vec<Instance>, Error> {
    let rows = tx.fetch_all(
        concat!(
            "SELECT ",
            instance_columns!(),
            " FROM instances WHERE account = $1 AND region = $2 AND id > $3 ORDER BY id LIMIT $4"
        ),
        &[
            (&scope.account).into(),
            (&scope.region).into(),
            after.into(),
            limit.into(),
        ],
    )?;
    rows.iter().map(instance).collect()
}

/// How many instances an account has in a region, counted up to `limit`.
pub(super) fn count(tx: &mut Tx<'_>, scope: &Scope, limit: u32) -> Result<i64, Error> {
    let row = tx.fetch_optional(
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM instances WHERE account = $1 AND region = $2 LIMIT $3) present",
        &[
            (&scope.account).into(),
            (&scope.region).into(),
            limit.into(),
        ],
    )?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// Takes an instance and its associations away.
pub(crate) fn delete(tx: &mut Tx<'_>, id: &InstanceId) -> Result<(), Error> {
    tx.write(
        "DELETE FROM integration_associations WHERE instance = $1",
        &[id.into()],
    )?;
    tx.write("DELETE FROM instances WHERE id = $1", &[id.into()])
}

/// Whether something is associated with an instance, for example the ARN of a user pool as
/// `COGNITO_USER_POOL`.
pub fn is_associated(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    integration_type: &str,
    arn: &str,
) -> Result<bool, Error> {
    let row = tx.fetch_optional(
        "SELECT 1 FROM integration_associations
         WHERE instance = $1 AND integration_type = $2 AND integration_arn = $3",
        &[instance.into(), integration_type.into(), arn.into()],
    )?;
    Ok(row.is_some())
}

/// Writes an association; `false` if the same thing is associated for the same purpose already.
pub(super) fn associate(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    association: &Association,
) -> Result<bool, Error> {
    let now = tx.now();
    let inserted = tx.execute(
        "INSERT INTO integration_associations (instance, id, integration_type, integration_arn,
            source_application_url, source_application_name, source_type, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        &[
            instance.into(),
            (&association.id).into(),
            (&association.integration_type).into(),
            (&association.integration_arn).into(),
            (&association.source_application_url).into(),
            (&association.source_application_name).into(),
            (&association.source_type).into(),
            now.into(),
        ],
    )?;
    Ok(inserted == 1)
}

/// What to list of an instance's associations; what is absent matches all.
pub(super) struct Listed<'a> {
    pub(super) integration_type: Option<&'a str>,
    pub(super) integration_arn: Option<&'a str>,
    pub(super) after: &'a str,
    pub(super) limit: u32,
}

/// The associations of an instance after an id, in the order of their ids.
pub(super) fn associations(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    listed: &Listed<'_>,
) -> Result<Vec<Association>, Error> {
    let rows = tx.fetch_all(
        concat!(
            "SELECT ",
            association_columns!(),
            " FROM integration_associations
             WHERE instance = $1 AND id > $2
               AND ($3 = '' OR integration_type = $3) AND ($4 = '' OR integration_arn = $4)
             ORDER BY id LIMIT $5"
        ),
        &[
            instance.into(),
            listed.after.into(),
            listed.integration_type.unwrap_or_default().into(),
            listed.integration_arn.unwrap_or_default().into(),
            listed.limit.into(),
        ],
    )?;
    let association = |row| {
        let row = AssociationRow::read(row)?;
        Ok(Association {
            id: row.id,
            integration_type: row.integration_type,
            integration_arn: row.integration_arn,
            source_application_url: row.source_application_url,
            source_application_name: row.source_application_name,
            source_type: row.source_type,
        })
    };
    rows.iter().map(association).collect()
}

/// Takes an association away; `false` if there is none of that id.
pub(super) fn dissociate(tx: &mut Tx<'_>, instance: &InstanceId, id: &str) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM integration_associations WHERE instance = $1 AND id = $2",
        &[instance.into(), id.into()],
    )?;
    Ok(deleted == 1)
}
