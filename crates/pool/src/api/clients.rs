//! App clients.

use serde::Deserialize;
use serde_json::{Value, json};

use super::listed;
use crate::client::{Client, Settings};
use crate::refusal::Refusal;
use crate::retention::FORGET_CLIENT;
use crate::rows;
use signback_platform::ids::Scope;
use signback_platform::jobs;
use signback_platform::operation::Call;
use signback_platform::paging::Query;
use signback_platform::secret::Secret;
use signback_platform::store::Tx;

const CLIENTS_MAX: i64 = 1000;
const LIST_MAX: u32 = 60;
const ID_LENGTH: usize = 26;
const SECRET_LENGTH: usize = 51;
const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Create {
    user_pool_id: String,
    #[serde(default)]
    generate_secret: bool,
    client_secret: Option<Secret>,
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn create(tx: &mut Tx<'_>, call: &Call, input: &Create) -> Result<Value, Refusal> {
    if input.generate_secret && input.client_secret.is_some() {
        return Err(Refusal::parameter(
            "Only one of GenerateSecret and ClientSecret can be set.",
        ));
    }
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    let mut settings = input.settings.clone();
    settings.check(&pool)?;
    if rows::count_clients(tx, &pool.id)? >= CLIENTS_MAX {
        return Err(Refusal::Limit("The user pool has too many clients."));
    }
    let now = tx.now();
    let secret = if input.generate_secret {
        Some(tx.random().text(SECRET_LENGTH, ALPHABET))
    } else {
        input.client_secret.clone()
    };
    let client = Client {
        id: tx.random().text(ID_LENGTH, ALPHABET).expose().to_owned(),
        pool: pool.id,
        secret,
        settings,
        created_at: now,
        modified_at: now,
    };
    rows::insert_client(tx, &client)?;
    Ok(json!({ "UserPoolClient": client.document() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Update {
    #[serde(flatten)]
    named: Named,
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn update(tx: &mut Tx<'_>, call: &Call, input: &Update) -> Result<Value, Refusal> {
    let mut client = input.named.client(tx, &call.scope)?;
    let pool = rows::pool_in(tx, &call.scope, &input.named.user_pool_id)?;
    let before = std::mem::replace(&mut client.settings, input.settings.clone());
    // What an update leaves out goes back to its default, but a client keeps its name.
    if client.settings.client_name.is_empty() {
        client.settings.client_name = before.client_name;
    }
    client.settings.check(&pool)?;
    client.modified_at = tx.now();
    rows::save_client(tx, &client)?;
    Ok(json!({ "UserPoolClient": client.document() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    user_pool_id: String,
    client_id: String,
}

impl Named {
    fn client(&self, tx: &mut Tx<'_>, scope: &Scope) -> Result<Client, Refusal> {
        let pool = rows::pool_in(tx, scope, &self.user_pool_id)?;
        rows::client(tx, &pool.id, &self.client_id)?
            .ok_or_else(|| Refusal::UnknownClient(self.client_id.clone()))
    }
}

pub(super) fn describe(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Value, Refusal> {
    let client = input.client(tx, &call.scope)?;
    Ok(json!({ "UserPoolClient": client.document() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    user_pool_id: String,
    max_results: Option<u32>,
    next_token: Option<String>,
}

pub(super) fn list(tx: &mut Tx<'_>, call: &Call, input: &List) -> Result<Value, Refusal> {
    let pool = rows::pool_in(tx, &call.scope, &input.user_pool_id)?;
    let query = Query::new(&["ListUserPoolClients", &pool.id]);
    let after = query.after(input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(LIST_MAX).min(LIST_MAX);
    let clients = rows::clients_after(tx, &pool.id, &after, i64::from(limit) + 1)?;
    let (clients, token) = query.page(clients, limit, |client| &client.id);
    let clients = clients.iter().map(Client::summary).collect();
    Ok(listed("UserPoolClients", clients, "NextToken", token))
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<(), Refusal> {
    let client = input.client(tx, &call.scope)?;
    rows::delete_client(tx, &client.id)?;
    Ok(jobs::schedule_now(tx, &FORGET_CLIENT, &client.id)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Serde promises nothing about members beside flattened ones, so the types are held to it.
    #[test]
    fn members_that_are_unknown_are_refused_beside_the_settings() {
        let create = json!({"UserPoolId": "p", "ClientName": "c", "GenerateSecret": true});
        let update = json!({"UserPoolId": "p", "ClientId": "c", "ClientName": "c"});
        let with = |document: &Value, member: &str| {
            let mut document = document.clone();
            document[member] = json!("x");
            document
        };
        assert!(serde_json::from_value::<Create>(create.clone()).is_ok());
        assert!(serde_json::from_value::<Update>(update.clone()).is_ok());
        for member in ["Unheard", "settings", "Settings", "clientName"] {
            let created = serde_json::from_value::<Create>(with(&create, member));
            assert!(created.is_err(), "{member} of CreateUserPoolClient");
            let updated = serde_json::from_value::<Update>(with(&update, member));
            assert!(updated.is_err(), "{member} of UpdateUserPoolClient");
        }
    }
}
