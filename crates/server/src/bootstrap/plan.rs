//! The bootstrap file: TOML, documented in `docs/bootstrap.md`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use crate::access::{Policy, is_key_id};
use signback_platform::secret::Secret;

/// What must be there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The account, 12 digits.
    #[serde(default = "default_account")]
    pub account_id: String,
    /// The region.
    #[serde(default = "default_region")]
    pub region: String,
    /// Access keys.
    #[serde(default, rename = "access_key")]
    pub access_keys: Vec<AccessKey>,
    /// Customer Profiles domains.
    #[serde(default, rename = "profiles_domain")]
    pub profiles_domains: Vec<ProfilesDomain>,
    /// User pools.
    #[serde(default, rename = "user_pool")]
    pub user_pools: Vec<UserPool>,
    /// Connect instances.
    #[serde(default, rename = "instance")]
    pub instances: Vec<Instance>,
}

/// An access key and what it may do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    /// The key's id, 16 to 128 letters and digits.
    pub id: String,
    /// The key's secret.
    pub secret: Secret,
    /// A policy document; without one the key may do everything in its account.
    pub policy: Option<String>,
    /// The key's account when it is not the plan's.
    pub account_id: Option<String>,
}

/// A Customer Profiles domain.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfilesDomain {
    /// The domain's name.
    pub name: String,
    /// Days until objects expire.
    #[serde(default = "default_expiration_days")]
    pub expiration_days: u32,
}

/// A user pool with its clients and users.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserPool {
    /// The pool's name.
    pub name: String,
    /// The prefix of its domain, by which the pool is found again.
    pub domain: String,
    /// Its clients.
    #[serde(default, rename = "client")]
    pub clients: Vec<Client>,
    /// Its users.
    #[serde(default, rename = "user")]
    pub users: Vec<User>,
}

/// An app client without a secret.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The client's name.
    pub name: String,
    /// Addresses that sign-ins may return to.
    pub callback_urls: Vec<String>,
}

/// A user who can sign in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The user's name.
    pub username: String,
    /// The password, set for good.
    pub password: Secret,
    /// Standard and custom attributes; booleans are the texts `true` and `false`.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// A Connect instance with its flows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// The alias, by which the instance is found again.
    pub alias: String,
    /// The Customer Profiles domain to be tied to the instance.
    pub profiles_domain: Option<String>,
    /// Names of user pools to be associated.
    #[serde(default)]
    pub user_pools: Vec<String>,
    /// Its flows.
    #[serde(default, rename = "flow")]
    pub flows: Vec<Flow>,
}

/// A contact flow: either its content, or the ready-made sign-in flow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The flow's name, by which it is found again.
    pub name: String,
    /// The flow language document.
    pub content: Option<String>,
    /// A file with the document, relative to the bootstrap file.
    pub content_file: Option<String>,
    /// The ready-made flow over a pool of this plan.
    pub sign_in: Option<SignIn>,
}

/// What the ready-made sign-in flow signs in to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The pool's name.
    pub user_pool: String,
    /// The client's name.
    pub client: String,
}

fn default_account() -> String {
    crate::access::DEFAULT_ACCOUNT.to_owned()
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

const fn default_expiration_days() -> u32 {
    366
}

impl Plan {
    /// Reads a plan; `file` gives the text of a file that the plan names.
    ///
    /// # Errors
    ///
    /// When the text is not a plan, or names what it does not define.
    pub fn parse(
        text: &str,
        file: &dyn Fn(&str) -> Result<String, String>,
    ) -> anyhow::Result<Self> {
        let mut plan: Self = toml::from_str(text)?;
        for flow in plan
            .instances
            .iter_mut()
            .flat_map(|instance| &mut instance.flows)
        {
            if let Some(name) = flow.content_file.take() {
                ensure!(
                    flow.content.is_none(),
                    "flow {}: content or content_file, not both",
                    flow.name
                );
                let content = file(&name).map_err(anyhow::Error::msg);
                flow.content = Some(content.with_context(|| format!("cannot read {name}"))?);
            }
        }
        plan.check()?;
        Ok(plan)
    }

    fn check(&self) -> anyhow::Result<()> {
        let twelve_digits =
            |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
        ensure!(
            twelve_digits(&self.account_id),
            "account_id must be 12 digits"
        );
        for key in &self.access_keys {
            ensure!(
                is_key_id(&key.id),
                "access_key {}: an id has 16 to 128 letters and digits",
                key.id
            );
            ensure!(
                !key.secret.expose().is_empty(),
                "access_key {}: the secret is empty",
                key.id
            );
            ensure!(
                key.account_id.as_deref().is_none_or(twelve_digits),
                "access_key {}: account_id must be 12 digits",
                key.id
            );
            Policy::parse(key.policy.as_deref())
                .with_context(|| format!("access_key {}", key.id))?;
        }
        for pool in &self.user_pools {
            let mut names = BTreeSet::new();
            for user in &pool.users {
                ensure!(
                    names.insert(user.username.as_str()),
                    "user_pool {}: user {} is there twice",
                    pool.name,
                    user.username
                );
            }
        }
        for instance in &self.instances {
            for name in &instance.user_pools {
                self.pool(name)?;
            }
            for flow in &instance.flows {
                ensure!(
                    flow.content.is_some() != flow.sign_in.is_some(),
                    "flow {}: give content, content_file or sign_in",
                    flow.name
                );
                if let Some(sign_in) = &flow.sign_in {
                    let pool = self.pool(&sign_in.user_pool)?;
                    ensure!(
                        pool.clients
                            .iter()
                            .any(|client| client.name == sign_in.client),
                        "flow {}: user pool {} has no client {}",
                        flow.name,
                        pool.name,
                        sign_in.client
                    );
                }
            }
        }
        Ok(())
    }

    fn pool(&self, name: &str) -> anyhow::Result<&UserPool> {
        self.user_pools
            .iter()
            .find(|pool| pool.name == name)
            .with_context(|| format!("no [[user_pool]] is named {name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> anyhow::Result<Plan> {
        Plan::parse(text, &|name| Ok(format!("content of {name}")))
    }

    #[test]
    fn a_plan_names_what_it_needs() {
        let plan = parsed(
            r#"
            [[user_pool]]
            name = "customers"
            domain = "customers"
            [[user_pool.client]]
            name = "chat"
            callback_urls = ["http://localhost:3999/callback"]
            [[instance]]
            alias = "support"
            user_pools = ["customers"]
            [[instance.flow]]
            name = "Sign in"
            sign_in = { user_pool = "customers", client = "chat" }
            [[instance.flow]]
            name = "Own"
            content_file = "own.json"
            "#,
        )
        .unwrap();
        assert_eq!(plan.account_id, "123456789012");
        assert_eq!(
            plan.instances[0].flows[1].content.as_deref(),
            Some("content of own.json")
        );
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (text, word) in [
            ("surprise = 1", "surprise"),
            ("account_id = \"12\"", "12 digits"),
            (
                "[[instance]]\nalias = \"a\"\nuser_pools = [\"p\"]",
                "named p",
            ),
            (
                "[[instance]]\nalias = \"a\"\n[[instance.flow]]\nname = \"f\"",
                "flow f",
            ),
            (
                "[[user_pool]]\nname = \"p\"\ndomain = \"d\"\n\
                 [[user_pool.user]]\nusername = \"u\"\npassword = \"1\"\n\
                 [[user_pool.user]]\nusername = \"u\"\npassword = \"2\"",
                "user u",
            ),
            ("[[access_key]]\nid = \"short\"\nsecret = \"s\"", "short"),
            (
                "[[access_key]]\nid = \"ABCDEFGHIJKLMNOP\"\nsecret = \"s\"\npolicy = \"{}\"",
                "ABCDEFGHIJKLMNOP",
            ),
        ] {
            let error = format!("{:#}", parsed(text).unwrap_err());
            assert!(error.contains(word), "{error}");
        }
    }
}
