//! The passwords of a plan's users, hashed before its transaction: that takes long, and others wait for
//! a transaction.

use std::collections::HashMap;

use anyhow::Context as _;
use serde_json::json;

use super::apply::{call, pool_with, said};
use super::plan::{Plan, User, UserPool};
use crate::api;
use crate::app::App;
use signback_platform::secret::Secret;
use signback_platform::store::Tx;
use signback_pool::{Declared, DeclaredUser};

/// Hashed passwords, by the domain of the pool and the user's name.
#[derive(Default)]
pub(super) struct Hashes(HashMap<(String, String), String>);

impl Hashes {
    /// The hash of a user's password, if it was needed.
    pub(super) fn of(&self, pool: &UserPool, user: &User) -> Option<&str> {
        let key = (pool.domain.clone(), user.username.clone());
        self.0.get(&key).map(String::as_str)
    }

    /// Hashes what has to be hashed: the passwords of users who are not there, or who had another one
    /// in the file before.
    pub(super) async fn of_plan(app: &App, plan: &std::sync::Arc<Plan>) -> anyhow::Result<Self> {
        let looked_at = std::sync::Arc::clone(plan);
        let look = move |tx: &mut Tx<'_>| unhashed(tx, &looked_at);
        let unhashed = app.platform.store.read(look).await?;
        let (keys, passwords): (Vec<_>, Vec<_>) = unhashed.into_iter().unzip();
        let hashes = signback_pool::hash_passwords(&app.pools, passwords).await?;
        Ok(Self(keys.into_iter().zip(hashes).collect()))
    }
}

/// A password, and whose it is.
type Unhashed = ((String, String), Secret);

fn unhashed(tx: &mut Tx<'_>, plan: &Plan) -> anyhow::Result<Vec<Unhashed>> {
    let call = call(plan);
    let mut unhashed = Vec::new();
    for pool in plan.user_pools.iter().filter(|pool| !pool.users.is_empty()) {
        let declared = match pool_with(tx, &call, &pool.domain)? {
            None => None,
            Some(pool_id) => Some(
                Declared::read(tx, &call.scope, &pool_id)
                    .map_err(|answer| said("DescribeUserPool", answer))?,
            ),
        };
        for user in &pool.users {
            let named = || format!("user_pool {}: user {}", pool.name, user.username);
            if needs_hash(tx, declared.as_ref(), user).with_context(named)? {
                let key = (pool.domain.clone(), user.username.clone());
                unhashed.push((key, user.password.clone()));
            }
        }
    }
    Ok(unhashed)
}

/// Whether a user's password has to be hashed; what is wrong with the user is told before it is.
fn needs_hash(tx: &mut Tx<'_>, declared: Option<&Declared>, user: &User) -> anyhow::Result<bool> {
    let needs = match declared {
        Some(declared) => declared.needs_hash(tx, &user.declared()),
        None => signback_pool::check_first_password(&user.password).map(|()| true),
    };
    if !needs.map_err(|answer| said("AdminSetUserPassword", answer))? {
        return Ok(false);
    }
    let attributes = user.attributes.iter();
    let attributes: Vec<_> = attributes
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect();
    let (pool, name) = ("us-east-1_any", user.username.as_str());
    for (operation, input) in [
        (
            "AdminCreateUser",
            json!({"UserPoolId": pool, "Username": name, "UserAttributes": attributes}),
        ),
        (
            "AdminSetUserPassword",
            json!({"UserPoolId": pool, "Username": name, "Password": user.password.expose()}),
        ),
    ] {
        api::checked("cognito-idp", operation, &input).map_err(|answer| said(operation, answer))?;
    }
    Ok(true)
}

impl User {
    /// The user as the pool takes one.
    pub(super) fn declared(&self) -> DeclaredUser<'_> {
        DeclaredUser {
            username: &self.username,
            password: &self.password,
            attributes: &self.attributes,
        }
    }
}
