//! Pools.

use serde::Deserialize;
use serde_json::{Value, json};

use super::listed;
use crate::pool::{NewPool, Pool};
use crate::refusal::Refusal;
use crate::retention::FORGET_POOL;
use crate::rows;
use signback_platform::jobs;
use signback_platform::operation::Call;
use signback_platform::paging::Query;
use signback_platform::store::Tx;

const POOLS_MAX: i64 = 1000;
const ID_LENGTH: usize = 9;
const ID_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Users are counted up to here for the estimate.
const COUNT_MAX: i64 = 100_000;

pub(super) fn create(tx: &mut Tx<'_>, call: &Call, input: &NewPool) -> Result<Value, Refusal> {
    let scope = &call.scope;
    if rows::count_pools(tx, scope)? >= POOLS_MAX {
        return Err(Refusal::Limit("There are too many user pools."));
    }
    let now = tx.now();
    let id = tx.random().text(ID_LENGTH, ID_ALPHABET);
    let pool = Pool {
        id: format!("{}_{}", scope.region, id.expose()),
        scope: scope.clone(),
        name: input.pool_name.clone(),
        settings: input.clone().into_settings()?,
        created_at: now,
        modified_at: now,
    };
    rows::insert_pool(tx, &pool)?;
    Ok(json!({ "UserPool": pool.document(0, None) }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    user_pool_id: String,
}

pub(super) fn describe(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Value, Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    let users = rows::count_users(tx, &pool.id, COUNT_MAX)?;
    let domain = rows::domain_of_pool(tx, &pool.id)?;
    let document = pool.document(users, domain.as_ref().map(|domain| &*domain.name));
    Ok(json!({ "UserPool": document }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    next_token: Option<String>,
    max_results: u32,
}

pub(super) fn list(tx: &mut Tx<'_>, call: &Call, input: &List) -> Result<Value, Refusal> {
    let scope = &call.scope;
    let query = Query::new(&["ListUserPools", &scope.account, &scope.region]);
    let after = query.after(input.next_token.as_deref())?;
    let rows = i64::from(input.max_results) + 1;
    let pools = rows::pools_after(tx, scope, &after, rows)?;
    let (pools, token) = query.page(pools, input.max_results, |pool| &pool.id);
    let pools = pools.iter().map(Pool::summary).collect();
    Ok(listed("UserPools", pools, "NextToken", token))
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<(), Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    if pool.is_protected() {
        return Err(Refusal::parameter(
            "The user pool cannot be deleted while its deletion protection is active.",
        ));
    }
    if rows::domain_of_pool(tx, &pool.id)?.is_some() {
        return Err(Refusal::parameter(
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        ));
    }
    rows::delete_pool(tx, &pool.id)?;
    Ok(jobs::schedule_now(tx, &FORGET_POOL, &pool.id)?)
}
