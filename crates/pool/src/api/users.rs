//! Users.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Pools;
use crate::lockout::Counters;
use crate::pool::Pool;
use crate::refusal::Refusal;
use crate::rows::{self, Taken};
use crate::schema::Attributes;
use crate::user::{Status, User, new_name};
use signback_platform::answer::Answer;
use signback_platform::ids::Scope;
use signback_platform::operation::Call;
use signback_platform::secret::Secret;
use signback_platform::store::Tx;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}

fn pairs(attributes: &[Attribute]) -> Vec<(String, String)> {
    attributes
        .iter()
        .map(|each| (each.name.clone(), each.value.clone()))
        .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Create {
    user_pool_id: String,
    username: String,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
    temporary_password: Option<Secret>,
    #[serde(default)]
    force_alias_creation: bool,
    message_action: Option<String>,
    desired_delivery_mediums: Option<Vec<String>>,
    // Both only reach triggers, and a pool here has none.
    #[serde(rename = "ValidationData")]
    _validation_data: Option<Value>,
    #[serde(rename = "ClientMetadata")]
    _client_metadata: Option<Value>,
}

pub(super) async fn create(pools: &Pools, call: &Call, input: Create) -> Result<Value, Answer> {
    let scope = call.scope.clone();
    let (pool_id, reading) = (input.user_pool_id.clone(), scope.clone());
    let pool = pools
        .platform
        .store
        .read(move |tx| rows::pool_in(tx, &reading, &pool_id))
        .await?;
    let password = match &input.temporary_password {
        Some(password) => password.clone(),
        None => pool.password_policy().temporary(&*pools.platform.random),
    };
    pool.password_policy()
        .check(password.expose())
        .map_err(Refusal::WeakPassword)?;
    let hash = pools
        .hasher
        .hash(&pool.id, &*pools.platform.random, &password)
        .await?;
    let work = move |tx: &mut Tx<'_>| {
        let pool = rows::pool_in(tx, &scope, &input.user_pool_id)?;
        let user = if input.message_action.as_deref() == Some("RESEND") {
            invite_again(tx, &pool, &input, &hash)?
        } else {
            add(tx, &pool, &input, &hash)?
        };
        if input.message_action.as_deref() != Some("SUPPRESS") {
            invite(tx, &pool, &user, &input, &password)?;
        }
        Ok::<_, Refusal>(user.document(None))
    };
    Ok(json!({ "User": pools.platform.store.transact(work).await? }))
}

fn add(tx: &mut Tx<'_>, pool: &Pool, input: &Create, hash: &str) -> Result<User, Refusal> {
    let attributes = pairs(&input.user_attributes);
    let user = new_user(tx, pool, &input.username, attributes, hash)?;
    save_new(tx, pool, &user, input.force_alias_creation)?;
    Ok(user)
}

/// A user with a temporary password, yet to be saved.
pub(super) fn new_user(
    tx: &mut Tx<'_>,
    pool: &Pool,
    username: &str,
    mut changes: Vec<(String, String)>,
    hash: &str,
) -> Result<User, Refusal> {
    let now = tx.now();
    let sub = tx.new_uuid();
    let name = new_name(pool, username, &sub)?;
    if let Some((kind, value)) = name.implied {
        match changes.iter().find(|(name, _)| name == kind) {
            Some((_, other)) if pool.name_key(other) != pool.name_key(&value) => {
                return Err(Refusal::parameter(format!(
                    "Username and the attribute {kind} differ."
                )));
            }
            Some(_) => {}
            None => changes.push((kind.to_owned(), value)),
        }
    }
    let mut user = User {
        pool: pool.id.clone(),
        sub,
        username: name.username,
        attributes: Attributes::new(),
        status: Status::ForceChangePassword,
        enabled: true,
        password: Some(hash.to_owned()),
        password_expires_at: Some(pool.temporary_password_end(now)),
        created_at: now,
        modified_at: now,
    };
    user.change(pool, &changes, true)?;
    Ok(user)
}

/// Saves a new user; with `force`, an address that is somebody else's alias becomes this user's.
pub(super) fn save_new(
    tx: &mut Tx<'_>,
    pool: &Pool,
    user: &User,
    force: bool,
) -> Result<(), Refusal> {
    // One round for each kind of alias that can be taken over.
    for _ in 0..3 {
        let Err(Taken { kind, owner }) = rows::save_user(tx, pool, user)? else {
            return Ok(());
        };
        let is_alias = pool
            .settings
            .alias_attributes
            .iter()
            .any(|alias| alias == kind);
        if !is_alias || !force || kind == "preferred_username" {
            return Err(Refusal::UsernameExists(match kind {
                "email" => "An account with the given email already exists.",
                "phone_number" => "An account with the given phone_number already exists.",
                _ => "User account already exists",
            }));
        }
        if let Some(mut loser) = rows::locked_user(tx, &pool.id, &owner)? {
            loser
                .attributes
                .insert(format!("{kind}_verified"), "false".to_owned());
            loser.modified_at = tx.now();
            // Without the proof the address is no name of theirs any more.
            let _ = rows::save_user(tx, pool, &loser)?;
        }
    }
    Err(Refusal::UsernameExists("User account already exists"))
}

fn invite_again(tx: &mut Tx<'_>, pool: &Pool, input: &Create, hash: &str) -> Result<User, Refusal> {
    let mut user = find(tx, pool, &input.username)?;
    if user.status != Status::ForceChangePassword {
        return Err(Refusal::UserState(
            "Resend not possible. The user's password is their own.",
        ));
    }
    let now = tx.now();
    user.password = Some(hash.to_owned());
    user.password_expires_at = Some(pool.temporary_password_end(now));
    user.modified_at = now;
    save(tx, pool, &user)?;
    Ok(user)
}

/// Writes the invitation down for the operator: this service sends nothing by itself.
fn invite(
    tx: &mut Tx<'_>,
    pool: &Pool,
    user: &User,
    input: &Create,
    password: &Secret,
) -> Result<(), Refusal> {
    let template = pool
        .settings
        .admin_create_user_config
        .invite_message_template
        .as_ref();
    let plain = "Your username is {username} and temporary password is {####}.";
    let wanted = |medium: &str| match &input.desired_delivery_mediums {
        Some(mediums) => mediums.iter().any(|each| each == medium),
        None => medium == "SMS",
    };
    let mediums = [
        (
            "SMS",
            "phone_number",
            template.and_then(|each| each.sms_message.as_deref()),
        ),
        (
            "EMAIL",
            "email",
            template.and_then(|each| each.email_message.as_deref()),
        ),
    ];
    for (medium, attribute, text) in mediums {
        if let Some(destination) = user.attributes.get(attribute).filter(|_| wanted(medium)) {
            let subject = template.and_then(|each| each.email_subject.as_deref());
            let text = text.unwrap_or(plain).replace("{username}", &input.username);
            let mut body = text.replace("{####}", password.expose());
            if let Some(subject) = subject.filter(|_| medium == "EMAIL") {
                body = format!("{subject}\n\n{body}");
            }
            rows::insert_message(tx, (&pool.id, &user.sub), medium, destination, &body)?;
        }
    }
    Ok(())
}

fn find(tx: &mut Tx<'_>, pool: &Pool, name: &str) -> Result<User, Refusal> {
    let user = rows::user_by_name(tx, pool, name)?.ok_or(Refusal::UnknownUser)?;
    Ok(user)
}

fn find_for_change(tx: &mut Tx<'_>, pool: &Pool, name: &str) -> Result<User, Refusal> {
    let user = find(tx, pool, name)?;
    rows::locked_user(tx, &pool.id, &user.sub)?.ok_or(Refusal::UnknownUser)
}

fn save(tx: &mut Tx<'_>, pool: &Pool, user: &User) -> Result<(), Refusal> {
    rows::save_user(tx, pool, user)?.map_err(|taken| {
        Refusal::AliasExists(match taken.kind {
            "email" => "An account with the given email already exists.",
            "phone_number" => "An account with the given phone_number already exists.",
            _ => "Already found an entry for the preferred_username.",
        })
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct SetPassword {
    user_pool_id: String,
    username: String,
    password: Secret,
    #[serde(default)]
    permanent: bool,
}

pub(super) async fn set_password(
    pools: &Pools,
    call: &Call,
    input: SetPassword,
) -> Result<(), Answer> {
    let scope = call.scope.clone();
    let (pool_id, name, reading) = (
        input.user_pool_id.clone(),
        input.username.clone(),
        scope.clone(),
    );
    let check = move |tx: &mut Tx<'_>| {
        let pool = rows::pool_in(tx, &reading, &pool_id)?;
        find(tx, &pool, &name)?;
        Ok::<_, Refusal>(pool)
    };
    let pool = pools.platform.store.read(check).await?;
    pool.password_policy()
        .check(input.password.expose())
        .map_err(Refusal::WeakPassword)?;
    let hash = pools
        .hasher
        .hash(&pool.id, &*pools.platform.random, &input.password)
        .await?;
    let work = move |tx: &mut Tx<'_>| {
        let pool = rows::pool_in(tx, &scope, &input.user_pool_id)?;
        let user = find_for_change(tx, &pool, &input.username)?;
        take_password(tx, &pool, user, &hash, input.permanent)
    };
    Ok(pools.platform.store.transact(work).await?)
}

/// Gives a user, who is locked, another password; it ends sessions and lifts locks.
pub(super) fn take_password(
    tx: &mut Tx<'_>,
    pool: &Pool,
    mut user: User,
    hash: &str,
    is_permanent: bool,
) -> Result<(), Refusal> {
    let now = tx.now();
    user.password = Some(hash.to_owned());
    user.modified_at = now;
    if is_permanent {
        user.status = Status::Confirmed;
        user.password_expires_at = None;
    } else {
        user.status = Status::ForceChangePassword;
        user.password_expires_at = Some(pool.temporary_password_end(now));
    }
    save(tx, pool, &user)?;
    rows::delete_sessions_of(tx, &pool.id, &user.sub)?;
    for counter in Counters::of_user(pool, &user) {
        rows::forget_attempts(tx, &pool.id, &counter)?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    user_pool_id: String,
    username: String,
}

impl Named {
    fn user(&self, tx: &mut Tx<'_>, scope: &Scope) -> Result<User, Refusal> {
        let pool = rows::pool_in(tx, scope, &self.user_pool_id)?;
        find(tx, &pool, &self.username)
    }
}

pub(super) fn get(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Value, Refusal> {
    let mut document = input.user(tx, &call.scope)?.document(None);
    document["UserAttributes"] = document["Attributes"].take();
    if let Some(members) = document.as_object_mut() {
        members.remove("Attributes");
    }
    Ok(document)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Update {
    user_pool_id: String,
    username: String,
    user_attributes: Vec<Attribute>,
    // Only reaches triggers, and a pool here has none.
    #[serde(rename = "ClientMetadata")]
    _client_metadata: Option<Value>,
}

pub(super) fn update(tx: &mut Tx<'_>, call: &Call, input: &Update) -> Result<(), Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    let mut user = find_for_change(tx, &pool, &input.username)?;
    user.change(&pool, &pairs(&input.user_attributes), false)?;
    user.modified_at = tx.now();
    save(tx, &pool, &user)
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<(), Refusal> {
    let user = input.user(tx, &call.scope)?;
    Ok(rows::delete_user(tx, &user.pool, &user.sub)?)
}
