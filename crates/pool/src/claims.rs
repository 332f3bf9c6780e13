//! What the pool's tokens say.

use serde_json::{Map, Value, json};
use signback_oidc::{Algorithm, KeyError, Secret as Text, TokenResponse, at_hash};

use super::client::Client;
use super::keys::PoolKeys;
use super::user::User;
use signback_platform::clock::Timestamp;

/// One issue of tokens.
pub(crate) struct Issue<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client: &'a Client,
    pub(crate) user: &'a User,
    /// Scopes, separated by spaces.
    pub(crate) scope: &'a str,
    pub(crate) resource: Option<&'a str>,
    pub(crate) nonce: Option<&'a str>,
    /// The sign-in that the tokens belong to and end with.
    pub(crate) grant: &'a str,
    pub(crate) signed_in_at: Timestamp,
    pub(crate) now: Timestamp,
    /// Ids for this event, the ID token and the access token.
    pub(crate) ids: [String; 3],
}

impl Issue<'_> {
    /// Issues an access token and, with the scope `openid`, an ID token.
    pub(crate) fn tokens(&self, keys: &PoolKeys) -> Result<TokenResponse, KeyError> {
        let access_token = keys.access.issue(&self.access_claims())?;
        let id_token = if has_scope(self.scope, "openid") {
            Some(keys.id.issue(&self.id_claims(&access_token))?)
        } else {
            None
        };
        Ok(TokenResponse {
            id_token: id_token.map(Text::from),
            access_token: Some(access_token.into()),
            refresh_token: None,
            expires_in: Some(self.client.settings.access_token_seconds()),
        })
    }

    fn id_claims(&self, access_token: &str) -> Map<String, Value> {
        let [event_id, id, _] = &self.ids;
        let mut claims = attribute_claims(self.client, self.user, self.scope);
        claims.insert(
            "at_hash".into(),
            json!(at_hash(Algorithm::Rs256, access_token)),
        );
        claims.insert("cognito:username".into(), json!(self.user.username));
        if let Some(nonce) = self.nonce {
            claims.insert("nonce".into(), json!(nonce));
        }
        claims.insert("aud".into(), json!(self.client.id));
        claims.insert("token_use".into(), json!("id"));
        self.common(
            &mut claims,
            event_id,
            id,
            self.client.settings.id_token_seconds(),
        );
        claims
    }

    fn access_claims(&self) -> Map<String, Value> {
        let [event_id, _, id] = &self.ids;
        let mut claims = Map::new();
        claims.insert("sub".into(), json!(self.user.sub));
        claims.insert("client_id".into(), json!(self.client.id));
        if let Some(resource) = self.resource {
            claims.insert("aud".into(), json!(resource));
        }
        claims.insert("version".into(), json!(2));
        claims.insert("token_use".into(), json!("access"));
        claims.insert("scope".into(), json!(self.scope));
        claims.insert("username".into(), json!(self.user.username));
        self.common(
            &mut claims,
            event_id,
            id,
            self.client.settings.access_token_seconds(),
        );
        claims
    }

    fn common(&self, claims: &mut Map<String, Value>, event_id: &str, id: &str, seconds: i64) {
        let now = self.now.seconds();
        claims.insert("iss".into(), json!(self.issuer));
        claims.insert("event_id".into(), json!(event_id));
        claims.insert("auth_time".into(), json!(self.signed_in_at.seconds()));
        claims.insert("iat".into(), json!(now));
        claims.insert("exp".into(), json!(now + seconds));
        // Without revocation there is nothing to tell tokens apart by.
        if self.client.settings.enable_token_revocation {
            claims.insert("jti".into(), json!(id));
            claims.insert("origin_jti".into(), json!(self.grant));
        }
    }
}

/// Whether a scope is among those separated by spaces.
pub(crate) fn has_scope(scopes: &str, scope: &str) -> bool {
    scopes.split(' ').any(|word| word == scope)
}

/// The claims about a person that the scopes and the client's permission open. `openid` alone and
/// `profile` open everything readable.
fn attribute_claims(client: &Client, user: &User, scope: &str) -> Map<String, Value> {
    let narrow = ["email", "phone"]
        .iter()
        .any(|narrow| has_scope(scope, narrow));
    let all = has_scope(scope, "profile") || !narrow;
    let opened = |name: &str| {
        all || match name {
            "email" | "email_verified" => has_scope(scope, "email"),
            "phone_number" | "phone_number_verified" => has_scope(scope, "phone"),
            _ => false,
        }
    };
    let mut claims = Map::new();
    claims.insert("sub".into(), json!(user.sub));
    for (name, value) in &user.attributes {
        if opened(name) && client.settings.may_read(name) {
            claims.insert(name.clone(), claim(name, value));
        }
    }
    claims
}

fn claim(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        "address" => json!({ "formatted": value }),
        "updated_at" => value
            .parse::<i64>()
            .map_or_else(|_| json!(value), |time| json!(time)),
        _ => json!(value),
    }
}

/// What `/oauth2/userInfo` answers: the same claims, with the user name and with texts for
/// booleans.
pub(crate) fn user_info(client: &Client, user: &User, scope: &str) -> Map<String, Value> {
    let mut claims = attribute_claims(client, user, scope);
    for value in claims.values_mut() {
        if let Value::Bool(flag) = value {
            *value = json!(flag.to_string());
        }
    }
    claims.insert("username".into(), json!(user.username));
    claims
}
