//! Applies a plan through the service's own operations.

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Map, Value, json};

use super::plan::{AccessKey, Flow, Instance, Plan, ProfilesDomain, UserPool};
use crate::api;
use crate::app::App;
use signback_connect::flows;
use signback_platform::answer::Answer;
use signback_platform::ids::Scope;
use signback_platform::operation::Call;

/// Pages of a list that are looked through for a name.
const PAGES_MAX: usize = 100;

/// Makes everything in `plan` be there; gives the ready file's entries.
pub(super) async fn apply(app: &App, plan: &Plan) -> anyhow::Result<Map<String, Value>> {
    let scope = Scope {
        account: plan.account_id.clone(),
        region: plan.region.clone(),
    };
    let call = Call {
        scope,
        access_key_id: None,
        request_id: "bootstrap".to_owned(),
    };
    let mut applying = Applying {
        app,
        plan,
        call,
        ready: Map::new(),
    };
    applying.note("region", plan.region.as_str());
    applying.note("account_id", plan.account_id.as_str());
    for key in &plan.access_keys {
        applying
            .access_key(key)
            .await
            .with_context(|| format!("access_key {}", key.id))?;
    }
    for domain in &plan.profiles_domains {
        applying
            .profiles_domain(domain)
            .await
            .with_context(|| format!("profiles_domain {}", domain.name))?;
    }
    for pool in &plan.user_pools {
        applying
            .user_pool(pool)
            .await
            .with_context(|| format!("user_pool {}", pool.name))?;
    }
    for instance in &plan.instances {
        applying
            .instance(instance)
            .await
            .with_context(|| format!("instance {}", instance.alias))?;
    }
    Ok(applying.ready)
}

struct Applying<'a> {
    app: &'a App,
    plan: &'a Plan,
    call: Call,
    ready: Map<String, Value>,
}

impl Applying<'_> {
    /// Notes an entry of the ready file; the first of a kind stays.
    fn note(&mut self, name: &str, value: impl Into<Value>) {
        self.ready.entry(name).or_insert_with(|| value.into());
    }

    async fn invoke(&self, service: &str, operation: &str, input: Value) -> anyhow::Result<Value> {
        api::invoke(self.app, &self.call, service, operation, input)
            .await
            .map_err(|answer| said(operation, answer))
    }

    /// Looks a list operation through for the entry that `fits`.
    async fn look_for(
        &self,
        (service, operation): (&str, &str),
        mut input: Value,
        list: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Option<Value>> {
        for _ in 0..PAGES_MAX {
            let mut page = self.invoke(service, operation, input.clone()).await?;
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

    async fn access_key(&mut self, key: &AccessKey) -> anyhow::Result<()> {
        let account = key.account_id.as_deref().unwrap_or(&self.plan.account_id);
        let keys = &self.app.keys;
        keys.put(&key.id, account, &key.secret, key.policy.as_deref())
            .await?;
        self.note("access_key_id", key.id.as_str());
        self.note("secret_access_key", key.secret.expose());
        Ok(())
    }

    async fn profiles_domain(&mut self, domain: &ProfilesDomain) -> anyhow::Result<()> {
        let there = self
            .look_for(
                ("customer-profiles", "ListDomains"),
                json!({}),
                "Items",
                |item| item["DomainName"] == domain.name.as_str(),
            )
            .await?;
        if there.is_none() {
            let input =
                json!({"DomainName": domain.name, "DefaultExpirationDays": domain.expiration_days});
            self.invoke("customer-profiles", "CreateDomain", input)
                .await?;
        }
        self.note("profiles_domain", domain.name.as_str());
        Ok(())
    }

    async fn user_pool(&mut self, pool: &UserPool) -> anyhow::Result<()> {
        let described = self
            .invoke(
                "cognito-idp",
                "DescribeUserPoolDomain",
                json!({"Domain": pool.domain}),
            )
            .await?;
        let pool_id = match described["DomainDescription"]["UserPoolId"].as_str() {
            Some(pool_id) => pool_id.to_owned(),
            None => self.create_pool(pool).await?,
        };
        for client in &pool.clients {
            let client_id = self.client(&pool_id, client).await?;
            self.note("user_pool_client_id", client_id);
            self.note("redirect_uris", client.callback_urls.clone());
        }
        for user in &pool.users {
            self.user(&pool_id, user)
                .await
                .with_context(|| format!("user {}", user.username))?;
            self.note("username", user.username.as_str());
            self.note("password", user.password.expose());
        }
        self.note("user_pool_id", pool_id.as_str());
        self.note("user_pool_arn", self.pool_arn(&pool_id));
        self.note("user_pool_domain", pool.domain.as_str());
        self.note(
            "issuer",
            format!("{}/{pool_id}", self.app.platform.settings.public_url),
        );
        Ok(())
    }

    fn pool_arn(&self, pool_id: &str) -> String {
        let Scope { account, region } = &self.call.scope;
        format!("arn:aws:cognito-idp:{region}:{account}:userpool/{pool_id}")
    }

    async fn create_pool(&self, pool: &UserPool) -> anyhow::Result<String> {
        let created = self
            .invoke(
                "cognito-idp",
                "CreateUserPool",
                json!({"PoolName": pool.name}),
            )
            .await?;
        let pool_id = text(&created["UserPool"], "Id")?;
        let input = json!({"Domain": pool.domain, "UserPoolId": pool_id});
        self.invoke("cognito-idp", "CreateUserPoolDomain", input)
            .await?;
        Ok(pool_id)
    }

    async fn client(&self, pool_id: &str, client: &super::plan::Client) -> anyhow::Result<String> {
        let input = json!({"UserPoolId": pool_id, "MaxResults": 60});
        let there = self
            .look_for(
                ("cognito-idp", "ListUserPoolClients"),
                input,
                "UserPoolClients",
                |item| item["ClientName"] == client.name.as_str(),
            )
            .await?;
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
            self.invoke("cognito-idp", "UpdateUserPoolClient", settings)
                .await?;
            return Ok(client_id);
        }
        settings["GenerateSecret"] = false.into();
        let created = self
            .invoke("cognito-idp", "CreateUserPoolClient", settings)
            .await?;
        text(&created["UserPoolClient"], "ClientId")
    }

    async fn user(&self, pool_id: &str, user: &super::plan::User) -> anyhow::Result<()> {
        let attributes: Vec<Value> = user
            .attributes
            .iter()
            .map(|(name, value)| json!({"Name": name, "Value": value}))
            .collect();
        let input = json!({
            "UserPoolId": pool_id,
            "Username": user.username,
            "UserAttributes": attributes,
            "MessageAction": "SUPPRESS",
        });
        match api::invoke(
            self.app,
            &self.call,
            "cognito-idp",
            "AdminCreateUser",
            input,
        )
        .await
        {
            Ok(_) => {}
            Err(Answer::Refused {
                code: "UsernameExistsException",
                ..
            }) => return Ok(()),
            Err(answer) => return Err(said("AdminCreateUser", answer)),
        }
        let input = json!({
            "UserPoolId": pool_id,
            "Username": user.username,
            "Password": user.password.expose(),
            "Permanent": true,
        });
        self.invoke("cognito-idp", "AdminSetUserPassword", input)
            .await
            .map(drop)
    }

    async fn instance(&mut self, instance: &Instance) -> anyhow::Result<()> {
        let there = self
            .look_for(
                ("connect", "ListInstances"),
                json!({}),
                "InstanceSummaryList",
                |item| item["InstanceAlias"] == instance.alias.as_str(),
            )
            .await?;
        let there = if let Some(there) = there {
            there
        } else {
            let input = json!({
                "IdentityManagementType": "CONNECT_MANAGED",
                "InstanceAlias": instance.alias,
                "InboundCallsEnabled": false,
                "OutboundCallsEnabled": false,
            });
            self.invoke("connect", "CreateInstance", input).await?
        };
        let (id, arn) = (text(&there, "Id")?, text(&there, "Arn")?);
        self.note("instance_id", id.as_str());
        self.note("instance_arn", arn.as_str());
        if let Some(domain) = &instance.profiles_domain {
            let input = json!({"DomainName": domain, "Uri": arn, "ObjectTypeName": "CTR"});
            self.invoke("customer-profiles", "PutIntegration", input)
                .await?;
        }
        for name in &instance.user_pools {
            self.associate(&id, name).await?;
        }
        for flow in &instance.flows {
            let flow_id = self
                .flow(&id, flow)
                .await
                .with_context(|| format!("flow {}", flow.name))?;
            self.note("contact_flow_id", flow_id);
        }
        Ok(())
    }

    async fn pool_and_client(&self, pool: &str, client: &str) -> anyhow::Result<(String, String)> {
        let pool_id = self.pool_id(pool).await?;
        let input = json!({"UserPoolId": pool_id, "MaxResults": 60});
        let found = self
            .look_for(
                ("cognito-idp", "ListUserPoolClients"),
                input,
                "UserPoolClients",
                |item| item["ClientName"] == client,
            )
            .await?
            .with_context(|| format!("user pool {pool} has no client {client}"))?;
        Ok((self.pool_arn(&pool_id), text(&found, "ClientId")?))
    }

    async fn pool_id(&self, name: &str) -> anyhow::Result<String> {
        let pool = self.plan.user_pools.iter().find(|pool| pool.name == name);
        let pool = pool.with_context(|| format!("no user_pool is named {name}"))?;
        let input = json!({"Domain": pool.domain});
        let described = self
            .invoke("cognito-idp", "DescribeUserPoolDomain", input)
            .await?;
        text(&described["DomainDescription"], "UserPoolId")
    }

    async fn associate(&self, instance: &str, pool: &str) -> anyhow::Result<()> {
        let input = json!({
            "InstanceId": instance,
            "IntegrationType": "COGNITO_USER_POOL",
            "IntegrationArn": self.pool_arn(&self.pool_id(pool).await?),
        });
        let associated = api::invoke(
            self.app,
            &self.call,
            "connect",
            "CreateIntegrationAssociation",
            input,
        );
        match associated.await {
            Ok(_)
            | Err(Answer::Refused {
                code: "DuplicateResourceException",
                ..
            }) => Ok(()),
            Err(answer) => Err(said("CreateIntegrationAssociation", answer)),
        }
    }

    async fn flow(&self, instance: &str, flow: &Flow) -> anyhow::Result<String> {
        let content = match (&flow.content, &flow.sign_in) {
            (Some(content), _) => content.clone(),
            (None, Some(sign_in)) => {
                let (arn, client) = self
                    .pool_and_client(&sign_in.user_pool, &sign_in.client)
                    .await?;
                flows::demo(&arn, &client)
            }
            (None, None) => bail!("it has neither content nor sign_in"),
        };
        let there = self
            .look_for(
                ("connect", "ListContactFlows"),
                json!({"InstanceId": instance}),
                "ContactFlowSummaryList",
                |item| item["Name"] == flow.name.as_str(),
            )
            .await?;
        if let Some(there) = there {
            let id = text(&there, "Id")?;
            let input = json!({"InstanceId": instance, "ContactFlowId": id, "Content": content});
            self.invoke("connect", "UpdateContactFlowContent", input)
                .await?;
            return Ok(id);
        }
        let input = json!({
            "InstanceId": instance,
            "Name": flow.name,
            "Type": "CONTACT_FLOW",
            "Content": content,
        });
        let created = self.invoke("connect", "CreateContactFlow", input).await?;
        text(&created, "ContactFlowId")
    }
}

fn text(document: &Value, member: &str) -> anyhow::Result<String> {
    let text = document[member]
        .as_str()
        .with_context(|| format!("the answer has no {member}"))?;
    Ok(text.to_owned())
}

fn said(operation: &str, answer: Answer) -> anyhow::Error {
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
