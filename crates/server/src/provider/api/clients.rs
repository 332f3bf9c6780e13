//! App clients.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::listed;
use crate::answer::Answer;
use crate::ids::Scope;
use crate::operation::Call;
use crate::paging::Query;
use crate::provider::Pools;
use crate::provider::client::{Client, Settings};
use crate::provider::refusal::Refusal;
use crate::provider::store;
use crate::secret::Secret;
use crate::store::Tx;

const CLIENTS_MAX: i64 = 1000;
const LIST_MAX: u32 = 60;
const ID_LENGTH: usize = 26;
const SECRET_LENGTH: usize = 51;
const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The members of a request that are not settings are taken out of it first; the rest is checked
/// as settings.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub(super) struct Request(Map<String, Value>);

impl Request {
    fn take(&mut self, member: &str) -> Option<String> {
        match self.0.remove(member) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    fn take_flag(&mut self, member: &str) -> bool {
        self.0.remove(member) == Some(Value::Bool(true))
    }

    fn settings(self) -> Result<Settings, Answer> {
        serde_json::from_value(Value::Object(self.0)).map_err(|error| {
            let error = anyhow::Error::new(error);
            Answer::Fault(error.context("client settings do not fit the model"))
        })
    }
}

pub(super) async fn create(
    pools: &Pools,
    call: &Call,
    mut input: Request,
) -> Result<Value, Answer> {
    let pool_id = input.take("UserPoolId").unwrap_or_default();
    let generate = input.take_flag("GenerateSecret");
    let given = input.take("ClientSecret").map(Secret::new);
    if generate && given.is_some() {
        let refusal = Refusal::parameter("Only one of GenerateSecret and ClientSecret can be set.");
        return Err(refusal.into());
    }
    let settings = input.settings()?;
    let scope = call.scope.clone();
    let work = move |tx: &mut Tx<'_>| {
        let pool = store::pool_in(tx, &scope, &pool_id)?;
        let mut settings = settings.clone();
        settings.check(&pool)?;
        if store::count_clients(tx, &pool.id)? >= CLIENTS_MAX {
            return Err(Refusal::Limit("The user pool has too many clients."));
        }
        let now = tx.now();
        let generated = generate.then(|| tx.random().text(SECRET_LENGTH, ALPHABET));
        let client = Client {
            id: tx.random().text(ID_LENGTH, ALPHABET).expose().to_owned(),
            pool: pool.id,
            secret: generated.or_else(|| given.clone()),
            settings,
            created_at: now,
            modified_at: now,
        };
        store::insert_client(tx, &client)?;
        client.document()
    };
    Ok(json!({ "UserPoolClient": pools.platform.store.transact(work).await? }))
}

pub(super) async fn update(
    pools: &Pools,
    call: &Call,
    mut input: Request,
) -> Result<Value, Answer> {
    let named = Named {
        user_pool_id: input.take("UserPoolId").unwrap_or_default(),
        client_id: input.take("ClientId").unwrap_or_default(),
    };
    // What an update leaves out goes back to its default, but a client keeps its name.
    let renamed = input.0.contains_key("ClientName");
    input.0.entry("ClientName").or_insert_with(|| json!(""));
    let settings = input.settings()?;
    let scope = call.scope.clone();
    let work = move |tx: &mut Tx<'_>| {
        let mut client = named.client(tx, &scope)?;
        let pool = store::pool_in(tx, &scope, &named.user_pool_id)?;
        let name = std::mem::take(&mut client.settings.client_name);
        client.settings = settings.clone();
        if !renamed {
            client.settings.client_name = name;
        }
        client.settings.check(&pool)?;
        client.modified_at = tx.now();
        store::save_client(tx, &client)?;
        client.document()
    };
    Ok(json!({ "UserPoolClient": pools.platform.store.transact(work).await? }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    user_pool_id: String,
    client_id: String,
}

impl Named {
    fn client(&self, tx: &mut Tx<'_>, scope: &Scope) -> Result<Client, Refusal> {
        let pool = store::pool_in(tx, scope, &self.user_pool_id)?;
        store::client(tx, &pool.id, &self.client_id)?
            .ok_or_else(|| Refusal::UnknownClient(self.client_id.clone()))
    }
}

pub(super) async fn describe(pools: &Pools, call: &Call, input: Named) -> Result<Value, Answer> {
    let scope = call.scope.clone();
    let work = move |tx: &mut Tx<'_>| input.client(tx, &scope)?.document();
    Ok(json!({ "UserPoolClient": pools.platform.store.read(work).await? }))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct List {
    user_pool_id: String,
    max_results: Option<u32>,
    next_token: Option<String>,
}

pub(super) async fn list(pools: &Pools, call: &Call, input: List) -> Result<Value, Answer> {
    let scope = call.scope.clone();
    let work = move |tx: &mut Tx<'_>| {
        let pool = store::pool_in(tx, &scope, &input.user_pool_id)?;
        let query = Query::new(&["ListUserPoolClients", &pool.id]);
        let after = query.after(input.next_token.as_deref())?;
        let limit = input.max_results.unwrap_or(LIST_MAX).min(LIST_MAX);
        let clients = store::clients_after(tx, &pool.id, &after, i64::from(limit) + 1)?;
        let (clients, token) = query.page(clients, limit, |client| &client.id);
        let clients = clients.iter().map(Client::summary).collect();
        Ok::<_, Refusal>(listed("UserPoolClients", clients, "NextToken", token))
    };
    Ok(pools.platform.store.read(work).await?)
}

pub(super) async fn delete(pools: &Pools, call: &Call, input: Named) -> Result<(), Answer> {
    let scope = call.scope.clone();
    let work = move |tx: &mut Tx<'_>| {
        let client = input.client(tx, &scope)?;
        Ok::<_, Refusal>(store::delete_client(tx, &client.id)?)
    };
    Ok(pools.platform.store.transact(work).await?)
}
