//! The rows of instances and their associations.

use super::{Association, Instance};
use signback_platform::columns;
use signback_platform::ids::{InstanceId, Scope};
use signback_platform::params;
use signback_platform::store::{Error, Tx, json};

columns! {
    impl Instance as select_instance {
        id,
        scope = "account, region",
        alias,
        identity_management,
        inbound_calls,
        outbound_calls,
        tags as Json,
        created_at,
    }
}

columns! {
    impl Association as select_association {
        id,
        integration_type,
        integration_arn,
        source_application_url,
        source_application_name,
        source_type,
    }
}

/// The instance of that id, if it belongs to the account and region.
pub fn by_id(tx: &mut Tx<'_>, scope: &Scope, id: &InstanceId) -> Result<Option<Instance>, Error> {
    tx.find(
        select_instance!("FROM instances WHERE id = $1 AND account = $2 AND region = $3"),
        params![id, scope.account, scope.region],
    )
}

/// Writes an instance; `false` if its id or its alias is taken.
pub(super) fn insert(tx: &mut Tx<'_>, instance: &Instance) -> Result<bool, Error> {
    let alias_key = instance.alias.as_deref().map(str::to_ascii_lowercase);
    let inserted = tx.execute(
        "INSERT INTO instances (id, account, region, alias, alias_key, identity_management,
                                inbound_calls, outbound_calls, tags, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        params![
            instance.id,
            instance.scope.account,
            instance.scope.region,
            instance.alias,
            alias_key,
            instance.identity_management,
            instance.inbound_calls,
            instance.outbound_calls,
            json(&instance.tags),
            instance.created_at
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
    tx.list(
        select_instance!(
            "FROM instances WHERE account = $1 AND region = $2 AND id > $3 ORDER BY id LIMIT $4"
        ),
        params![scope.account, scope.region, after, limit],
    )
}

/// How many instances an account has in a region, counted up to `limit`.
pub(super) fn count(tx: &mut Tx<'_>, scope: &Scope, limit: u32) -> Result<i64, Error> {
    tx.count(
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM instances WHERE account = $1 AND region = $2 LIMIT $3) present",
        params![scope.account, scope.region, limit],
    )
}

/// Takes an instance and its associations away.
pub(crate) fn delete(tx: &mut Tx<'_>, id: &InstanceId) -> Result<(), Error> {
    tx.write(
        "DELETE FROM integration_associations WHERE instance = $1",
        params![id],
    )?;
    tx.write("DELETE FROM instances WHERE id = $1", params![id])
}

/// Whether something is associated with an instance, for example the ARN of a user pool as
/// `COGNITO_USER_POOL`.
pub fn is_associated(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    integration_type: &str,
    arn: &str,
) -> Result<bool, Error> {
    let present = tx.find::<i64>(
        "SELECT 1 FROM integration_associations
         WHERE instance = $1 AND integration_type = $2 AND integration_arn = $3",
        params![instance, integration_type, arn],
    )?;
    Ok(present.is_some())
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
        params![
            instance,
            association.id,
            association.integration_type,
            association.integration_arn,
            association.source_application_url,
            association.source_application_name,
            association.source_type,
            now
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
    tx.list(
        select_association!(
            "FROM integration_associations
             WHERE instance = $1 AND id > $2
               AND ($3 = '' OR integration_type = $3) AND ($4 = '' OR integration_arn = $4)
             ORDER BY id LIMIT $5"
        ),
        params![
            instance,
            listed.after,
            listed.integration_type.unwrap_or_default(),
            listed.integration_arn.unwrap_or_default(),
            listed.limit
        ],
    )
}

/// Takes an association away; `false` if there is none of that id.
pub(super) fn dissociate(tx: &mut Tx<'_>, instance: &InstanceId, id: &str) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM integration_associations WHERE instance = $1 AND id = $2",
        params![instance, id],
    )?;
    Ok(deleted == 1)
}
