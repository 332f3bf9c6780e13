//! The demo's start data: one of each, with a key and a password of its own for each data folder.

use std::collections::BTreeMap;

use super::Plan;
use super::plan::{AccessKey, Client, Flow, Instance, ProfilesDomain, SignIn, User, UserPool};
use crate::access;
use crate::app::App;

const KEY_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const TEXT_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const USERNAME: &str = "ada@example.com";

/// The demo's plan.
pub(super) async fn plan(app: &App) -> anyhow::Result<Plan> {
    let key_id = access::generated(&app.platform, "demo access key id", |random| {
        format!("AKIA{}", random.text(16, KEY_ALPHABET).expose())
    });
    let secret = access::generated(&app.platform, "demo access key secret", |random| {
        random.text(40, TEXT_ALPHABET).expose().to_owned()
    });
    // A letter of each kind in front, because the pool's password policy asks for them.
    let password = access::generated(&app.platform, "demo password", |random| {
        format!("Aa1-{}", random.text(16, TEXT_ALPHABET).expose())
    });
    let (key_id, secret, password) = (key_id.await?, secret.await?, password.await?);
    let attributes = [
        ("email", USERNAME),
        ("email_verified", "true"),
        ("given_name", "Ada"),
        ("family_name", "Lovelace"),
    ];
    Ok(Plan {
        account_id: access::DEFAULT_ACCOUNT.to_owned(),
        region: "us-east-1".to_owned(),
        access_keys: vec![AccessKey {
            id: key_id.expose().to_owned(),
            secret,
            policy: None,
            account_id: None,
        }],
        profiles_domains: vec![ProfilesDomain {
            name: "signback-demo".to_owned(),
            expiration_days: 366,
        }],
        user_pools: vec![UserPool {
            name: "signback-demo".to_owned(),
            domain: "signback-demo".to_owned(),
            clients: vec![Client {
                name: "Demo chat".to_owned(),
                callback_urls: callbacks(app),
            }],
            users: vec![User {
                username: USERNAME.to_owned(),
                password,
                attributes: attributes
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into_iter()
                    .collect::<BTreeMap<_, _>>(),
            }],
        }],
        instances: vec![Instance {
            alias: "signback-demo".to_owned(),
            profiles_domain: Some("signback-demo".to_owned()),
            user_pools: vec!["signback-demo".to_owned()],
            flows: vec![Flow {
                name: "Sign in".to_owned(),
                content: None,
                content_file: None,
                sign_in: Some(SignIn {
                    user_pool: "signback-demo".to_owned(),
                    client: "Demo chat".to_owned(),
                }),
            }],
        }],
    })
}

fn callbacks(app: &App) -> Vec<String> {
    let mut urls = vec![
        "http://localhost:18910/callback".to_owned(),
        "http://localhost:3999/callback".to_owned(),
    ];
    let own = format!("{}/demo/callback", app.platform.settings.public_url);
    if signback_pool::is_acceptable_address(&own) {
        urls.push(own);
    } else {
        tracing::warn!(
            address = own,
            "no sign-in returns to the demo page: a user pool sends people to https, or to http on \
             localhost; give a --public-url of that kind"
        );
    }
    urls
}
