//! Applies a plan through the service's own operations, in one transaction.

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Map, Value, json};

use super::passwords::Hashes;
use super::plan::{AccessKey, Client, Flow, Instance, Plan, ProfilesDomain, UserPool};
use crate::access;
use crate::api;
use signback_connect::flows;
use signback_platform::answer::Answer;
use signback_platform::ids::Scope;
use signback_platform::operation::Call;
use signback_platform::params;
use signback_platform::store::{Error, Tx};
use signback_pool::Declared;

/// Pages of a list that are looked through for a name.
const PAGES_MAX: usize = 100;

/// Makes everything in `plan` be there; gives the ready file's entries, or nothing if there is a user
/// whose password is not among the hashes.
pub(super) fn apply(
    tx: &mut Tx<'_>,
    plan: &Plan,
    hashes: &Hashes,
) -> anyhow::Result<Option<Map<String, Value>>> {
    take_turn(tx)?;
    let mut applying = Applying {
        tx,
        plan,
        call: call(plan),
        ready: Map::new(),
    };
    applying.note("region", plan.region.as_str());
    applying.note("account_id", plan.account_id.as_str());
    for key in &plan.access_keys {
        applying
            .access_key(key)
            .with_context(|| format!("access_key {}", key.id))?;
    }
    for domain in &plan.profiles_domains {
        applying
            .profiles_domain(domain)
            .with_context(|| format!("profiles_domain {}", domain.name))?;
    }
    for pool in &plan.user_pools {
        let is_complete = applying
            .user_pool(pool, hashes)
            .with_context(|| format!("user_pool {}", pool.name))?;
        if !is_complete {
            return Ok(None);
        }
    }
    for instance in &plan.instances {
        applying
            .instance(instance)
            .with_context(|| format!("instance {}", instance.alias))?;
    }
    Ok(Some(applying.ready))
}

/// The call that a plan's operations are parts of.
pub(super) fn call(plan: &Plan) -> Call {
    Call {
        scope: Scope {
            account: plan.account_id.clone(),
            region: plan.region.clone(),
        },
        access_key_id: None,
        request_id: "bootstrap".to_owned(),
    }
}

/// One replica at a time applies start data: the others wait for this row until it is committed.
fn take_turn(tx: &mut Tx<'_>) -> Result<(), Error> {
    let nothing: &[u8] = &[];
    tx.execute(
        "INSERT INTO generated_texts (name, content) VALUES ('start data', $1)
            ON CONFLICT (name) DO UPDATE SET content = excluded.content",
        params![nothing],
    )
    .map(drop)
}

/// The pool that has a domain already.
pub(super) fn pool_with(
    tx: &mut Tx<'_>,
    call: &Call,
    domain: &str,
) -> anyhow::Result<Option<String>> {
    let (operation, input) = ("DescribeUserPoolDomain", json!({"Domain": domain}));
    let described = api::invoke_within(tx, call, "cognito-idp", operation, input)
        .map_err(|answer| said(operation, answer))?;
    let pool_id = described["DomainDescription"]["UserPoolId"].as_str();
    Ok(pool_id.map(str::to_owned))
}

struct Applying<'p, 't, 'd> {
    tx: &'t mut Tx<'d>,
    plan: &'p Plan,
    call: Call,
    ready: Map<String, Value>,
}

impl Applying<'_, '_, '_> {
    /// Notes an entry of the ready file; the first of a kind stays.
    fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.ready.entry(name).or_insert_with(|| value.into());
    }

    fn invoke(&mut self, service: &str, operation: &str, input: Value) -> anyhow::Result<Value> {
        api::invoke_within(self.tx, &self.call, service, operation, input)
            .map_err(|answer| said(operation, answer))
    }

    /// Looks a list operation through for the entry that `fits`.
    fn look_for(
        &mut self,
        (service, operation): (&str, &str),
        mut input: Value,
        list: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Option<Value>> {
        for _ in 0..PAGES_MAX {
            let mut page = self.invoke(service, operation, input.clone())?;
            if let Some(entries) = page[list].as_array_mut()
                && let Some(found) = entries.iter().position(&fits)
            {
                return Ok(Some(entries.swap_remove(found)));
            }
            match page["NextToken"].take() {
                Value::Null => return Ok(None),
                token => input["NextToken"] = token,
            }
        }
        bail!("{operation} has more than {PAGES_MAX} pages")
    }

    fn access_key(&mut self, key: &AccessKey) -> anyhow::Result<()> {
        let account = key.account_id.as_deref().unwrap_or(&self.plan.account_id);
        access::put_key(
            self.tx,
            &key.id,
            account,
            &key.secret,
            key.policy.as_deref(),
        )?;
        self.note("access_key_id", key.id.as_str());
        self.note("secret_access_key", key.secret.expose());
        Ok(())
    }

    fn profiles_domain(&mut self, domain: &ProfilesDomain) -> anyhow::Result<()> {
        let there = self.look_for(
            ("customer-profiles", "ListDomains"),
            json!({}),
            "Items",
            |item| item["DomainName"] == domain.name.as_str(),
        )?;
        if there.is_none() {
            let input =
                json!({"DomainName": domain.name, "DefaultExpirationDays": domain.expiration_days});
            self.invoke("customer-profiles", "CreateDomain", input)?;
        }
        self.note("profiles_domain", domain.name.as_str());
        Ok(())
    }

    /// False if there is a user whose password is not among the hashes.
    fn user_pool(&mut self, pool: &UserPool, hashes: &Hashes) -> anyhow::Result<bool> {
        let pool_id = match pool_with(self.tx, &self.call, &pool.domain)? {
            Some(pool_id) => pool_id,
            None => self.create_pool(pool)?,
        };
        for client in &pool.clients {
            let client_id = self.client(&pool_id, client)?;
            self.note("user_pool_client_id", client_id);
            self.note("redirect_uris", client.callback_urls.clone());
        }
        let declared = Declared::read(self.tx, &self.call.scope, &pool_id)
            .map_err(|answer| said("DescribeUserPool", answer))?;
        for user in &pool.users {
            let hash = hashes.of(pool, user);
            let is_there = declared
                .declare(self.tx, &user.declared(), hash)
                .map_err(|answer| said("AdminCreateUser", answer))
                .with_context(|| format!("user {}", user.username))?;
            if !is_there {
                return Ok(false);
            }
            self.note("username", user.username.as_str());
            self.note("password", user.password.expose());
        }
        self.note("user_pool_id", pool_id.as_str());
        self.note("user_pool_arn", self.pool_arn(&pool_id));
        self.note("user_pool_domain", pool.domain.as_str());
        let issuer = format!("{}/{pool_id}", self.tx.settings().public_url);
        self.note("issuer", issuer);
        Ok(true)
    }

    fn pool_arn(&self, pool_id: &str) -> String {
        let Scope { account, region } = &self.call.scope;
        format!("arn:aws:cognito-idp:{region}:{account}:userpool/{pool_id}")
    }

    fn create_pool(&mut self, pool: &UserPool) -> anyhow::Result<String> {
        let created = self.invoke(
            "cognito-idp",
            "CreateUserPool",
            json!({"PoolName": pool.name}),
        )?;
        let pool_id = text(&created["UserPool"], "Id")?;
        let input = json!({"Domain": pool.domain, "UserPoolId": pool_id});
        self.invoke("cognito-idp", "CreateUserPoolDomain", input)?;
        Ok(pool_id)
    }

    fn client(&mut self, pool_id: &str, client: &Client) -> anyhow::Result<String> {
        let input = json!({"UserPoolId": pool_id, "MaxResults": 60});
        let there = self.look_for(
            ("cognito-idp", "ListUserPoolClients"),
            input,
            "UserPoolClients",
            |item| item["ClientName"] == client.name.as_str(),
        )?;
        let mut settings = json!({
            "UserPoolId": pool_id,
            "ClientName": client.name,
            "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "phone", "profile"],
            "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": client.callback_urls,
        });
        if let Some(there) = there {
            let client_id = text(&there, "ClientId")?;
            settings["ClientId"] = client_id.clone().into();
            self.invoke("cognito-idp", "UpdateUserPoolClient", settings)?;
            return Ok(client_id);
        }
        settings["GenerateSecret"] = false.into();
        let created = self.invoke("cognito-idp", "CreateUserPoolClient", settings)?;
        text(&created["UserPoolClient"], "ClientId")
    }

    fn instance(&mut self, instance: &Instance) -> anyhow::Result<()> {
        let there = self.look_for(
            ("connect", "ListInstances"),
            json!({}),
            "InstanceSummaryList",
            |item| item["InstanceAlias"] == instance.alias.as_str(),
        )?;
        let there = if let Some(there) = there {
            there
        } else {
            let input = json!({
                "IdentityManagementType": "CONNECT_MANAGED",
                "InstanceAlias": instance.alias,
                "InboundCallsEnabled": false,
                "OutboundCallsEnabled": false,
            });
            self.invoke("connect", "CreateInstance", input)?
        };
        let (id, arn) = (text(&there, "Id")?, text(&there, "Arn")?);
        self.note("instance_id", id.as_str());
        self.note("instance_arn", arn.as_str());
        if let Some(domain) = &instance.profiles_domain {
            let input = json!({"DomainName": domain, "Uri": arn, "ObjectTypeName": "CTR"});
            self.invoke("customer-profiles", "PutIntegration", input)?;
        }
        for name in &instance.user_pools {
            self.associate(&id, name)?;
        }
        for flow in &instance.flows {
            let flow_id = self
                .flow(&id, flow)
                .with_context(|| format!("flow {}", flow.name))?;
            self.note("contact_flow_id", flow_id);
        }
        Ok(())
    }

    fn pool_and_client(&mut self, pool: &str, client: &str) -> anyhow::Result<(String, String)> {
        let pool_id = self.pool_id(pool)?;
        let input = json!({"UserPoolId": pool_id, "MaxResults": 60});
        let found = self
            .look_for(
                ("cognito-idp", "ListUserPoolClients"),
                input,
                "UserPoolClients",
                |item| item["ClientName"] == client,
            )?
            .with_context(|| format!("user pool {pool} has no client {client}"))?;
        Ok((self.pool_arn(&pool_id), text(&found, "ClientId")?))
    }

    fn pool_id(&mut self, name: &str) -> anyhow::Result<String> {
        let pool = self.plan.user_pools.iter().find(|pool| pool.name == name);
        let pool = pool.with_context(|| format!("no user_pool is named {name}"))?;
        pool_with(self.tx, &self.call, &pool.domain)?.context("the domain has no pool")
    }

    fn associate(&mut self, instance: &str, pool: &str) -> anyhow::Result<()> {
        let pool_id = self.pool_id(pool)?;
        let input = json!({
            "InstanceId": instance,
            "IntegrationType": "COGNITO_USER_POOL",
            "IntegrationArn": self.pool_arn(&pool_id),
        });
        let operation = "CreateIntegrationAssociation";
        match api::invoke_within(self.tx, &self.call, "connect", operation, input) {
            Ok(_)
            | Err(Answer::Refused {
                code: "DuplicateResourceException",
                ..
            }) => Ok(()),
            Err(answer) => Err(said(operation, answer)),
        }
    }

    fn flow(&mut self, instance: &str, flow: &Flow) -> anyhow::Result<String> {
        let content = match (&flow.content, &flow.sign_in) {
            (Some(content), _) => content.clone(),
            (None, Some(sign_in)) => {
                let (arn, client) = self.pool_and_client(&sign_in.user_pool, &sign_in.client)?;
                flows::demo(&arn, &client)
            }
            (None, None) => bail!("it has neither content nor sign_in"),
        };
        let there = self.look_for(
            ("connect", "ListContactFlows"),
            json!({"InstanceId": instance}),
            "ContactFlowSummaryList",
            |item| item["Name"] == flow.name.as_str(),
        )?;
        if let Some(there) = there {
            let id = text(&there, "Id")?;
            let input = json!({"InstanceId": instance, "ContactFlowId": id, "Content": content});
            self.invoke("connect", "UpdateContactFlowContent", input)?;
            return Ok(id);
        }
        let input = json!({
            "InstanceId": instance,
            "Name": flow.name,
            "Type": "CONTACT_FLOW",
            "Content": content,
        });
        let created = self.invoke("connect", "CreateContactFlow", input)?;
        text(&created, "ContactFlowId")
    }
}

fn text(document: &Value, member: &str) -> anyhow::Result<String> {
    let text = document[member]
        .as_str()
        .with_context(|| format!("the answer has no {member}"))?;
    Ok(text.to_owned())
}

pub(super) fn said(operation: &str, answer: Answer) -> anyhow::Error {
    match answer {
        Answer::Refused {
            code,
            message,
            members,
        } if members.is_empty() => {
            anyhow!("{operation} answered {code}: {message}")
        }
        Answer::Refused {
            code,
            message,
            members,
        } => {
            anyhow!(
                "{operation} answered {code}: {message} {}",
                Value::Object(members)
            )
        }
        Answer::Busy => anyhow!("{operation}: the database is busy"),
        Answer::Fault(error) => error.context(operation.to_owned()),
    }
}
