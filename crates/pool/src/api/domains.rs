//! Domains of pools.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::rows::{self, Domain};
use signback_platform::operation::Call;
use signback_platform::store::Tx;

/// Words that a domain must not have in it.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Create {
    domain: String,
    user_pool_id: String,
    managed_login_version: Option<i64>,
}

pub(super) fn create(tx: &mut Tx<'_>, call: &Call, input: &Create) -> Result<Value, Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    if let Some(word) = RESERVED.iter().find(|word| input.domain.contains(*word)) {
        let message = format!("Domain cannot contain reserved word: {word}");
        return Err(Refusal::Parameter(message));
    }
    let version = input.managed_login_version.unwrap_or(1);
    if !(1..=2).contains(&version) {
        return Err(Refusal::parameter("ManagedLoginVersion must be 1 or 2."));
    }
    if rows::domain_of_pool(tx, &pool.id)?.is_some() {
        return Err(Refusal::parameter(
            "The user pool already has a domain configured.",
        ));
    }
    let domain = Domain {
        name: input.domain.clone(),
        pool: pool.id,
        managed_login_version: version,
        created_at: tx.now(),
    };
    if !rows::insert_domain(tx, &domain)? {
        return Err(Refusal::parameter("Domain already exists."));
    }
    Ok(json!({ "ManagedLoginVersion": version }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    domain: String,
}

pub(super) fn describe(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Value, Refusal> {
    let nothing = json!({ "DomainDescription": {} });
    let Some(domain) = rows::domain(tx, &input.domain)? else {
        return Ok(nothing);
    };
    let pool = rows::pool(tx, &domain.pool)?.filter(|pool| pool.scope == call.scope);
    let Some(pool) = pool else {
        return Ok(nothing);
    };
    Ok(json!({ "DomainDescription": {
        "UserPoolId": pool.id,
        "AWSAccountId": pool.scope.account,
        "Domain": domain.name,
        "Version": domain.created_at.seconds().to_string(),
        "Status": "ACTIVE",
        "ManagedLoginVersion": domain.managed_login_version,
    } }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Delete {
    domain: String,
    user_pool_id: String,
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Delete) -> Result<(), Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    match rows::domain(tx, &input.domain)? {
        Some(domain) if domain.pool == pool.id => Ok(rows::delete_domain(tx, &input.domain)?),
        _ => Err(Refusal::parameter("No such domain or user pool exists.")),
    }
}
