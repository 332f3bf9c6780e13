//! An app client and its settings.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::pool::{Pool, extend};
use super::refusal::Refusal;
use super::schema;
use signback_platform::clock::Timestamp;
use signback_platform::secret::Secret;

/// The scopes that exist without a resource server.
pub(crate) const SCOPES: [&str; 5] = [
    "openid",
    "email",
    "phone",
    "profile",
    "aws.cognito.signin.user.admin",
];
/// The one identity provider that is built: the pool itself.
pub(crate) const OWN_PROVIDER: &str = "COGNITO";

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEARS_10: i64 = 3650 * DAY;
/// Schemes that run or show something in the browser itself (design §4.8).
const DANGEROUS_SCHEMES: [&str; 6] = ["javascript", "data", "vbscript", "blob", "file", "about"];

/// An app client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) pool: String,
    pub(crate) secret: Option<Secret>,
    pub(crate) settings: Settings,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

/// The settings of a client, as given, as stored and as described.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(default)]
    pub(crate) client_name: String,
    #[serde(default = "default_refresh_validity")]
    refresh_token_validity: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token_validity: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_validity: Option<i64>,
    #[serde(default)]
    token_validity_units: Units,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) read_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write_attributes: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit_auth_flows: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) supported_identity_providers: Option<Vec<String>>,
    #[serde(
        rename = "CallbackURLs",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub(crate) callback_urls: Vec<String>,
    #[serde(rename = "LogoutURLs", default, skip_serializing_if = "Vec::is_empty")]
    logout_urls: Vec<String>,
    #[serde(rename = "DefaultRedirectURI", skip_serializing_if = "Option::is_none")]
    pub(crate) default_redirect_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_o_auth_flows: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_o_auth_scopes: Vec<String>,
    #[serde(default)]
    pub(crate) allowed_o_auth_flows_user_pool_client: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    prevent_user_existence_errors: Option<String>,
    #[serde(default = "yes")]
    pub(crate) enable_token_revocation: bool,
    #[serde(default)]
    enable_propagate_additional_user_context_data: bool,
    #[serde(default = "default_session_validity")]
    auth_session_validity: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token_rotation: Option<Rotation>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the interface's member names")]
struct Units {
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<Unit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<Unit>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Rotation {
    feature: String,
    #[serde(default)]
    retry_grace_period_seconds: i64,
}

const fn default_refresh_validity() -> i64 {
    30
}

const fn default_session_validity() -> i64 {
    3
}

const fn yes() -> bool {
    true
}

impl Unit {
    const fn seconds(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => MINUTE,
            Self::Hours => HOUR,
            Self::Days => DAY,
        }
    }
}

impl Settings {
    /// Seconds that an access token lasts.
    pub(crate) fn access_token_seconds(&self) -> i64 {
        let unit = self
            .token_validity_units
            .access_token
            .unwrap_or(Unit::Hours);
        self.access_token_validity
            .map_or(HOUR, |number| number.saturating_mul(unit.seconds()))
    }

    /// Seconds that an ID token lasts.
    pub(crate) fn id_token_seconds(&self) -> i64 {
        let unit = self.token_validity_units.id_token.unwrap_or(Unit::Hours);
        self.id_token_validity
            .map_or(HOUR, |number| number.saturating_mul(unit.seconds()))
    }

    /// Seconds that a refresh token lasts.
    pub(crate) fn refresh_token_seconds(&self) -> i64 {
        let unit = self
            .token_validity_units
            .refresh_token
            .unwrap_or(Unit::Days);
        self.refresh_token_validity.saturating_mul(unit.seconds())
    }

    /// With rotation on: the seconds for which a replaced refresh token still works.
    pub(crate) fn rotation_grace_seconds(&self) -> Option<i64> {
        let rotation = self.refresh_token_rotation.as_ref()?;
        (rotation.feature == "ENABLED").then_some(rotation.retry_grace_period_seconds)
    }

    /// Whether the client lets the pool's own users in.
    pub(crate) fn has_local_users(&self) -> bool {
        self.supported_identity_providers
            .as_ref()
            .is_some_and(|names| names.iter().any(|name| name == OWN_PROVIDER))
    }

    /// Whether the client may see an attribute.
    pub(crate) fn may_read(&self, name: &str) -> bool {
        match &self.read_attributes {
            Some(names) => names.iter().any(|readable| readable == name),
            None => schema::is_standard(name) || name.starts_with("custom:"),
        }
    }

    /// Checks the settings against the pool.
    pub(crate) fn check(&mut self, pool: &Pool) -> Result<(), Refusal> {
        if self.refresh_token_validity == 0 {
            self.refresh_token_validity = default_refresh_validity();
            self.token_validity_units.refresh_token = None;
        }
        self.check_lifetimes()?;
        self.check_attributes(pool)?;
        self.check_sign_in_flows()?;
        self.check_providers(pool)?;
        self.check_addresses()?;
        self.check_oauth()?;
        if self.enable_propagate_additional_user_context_data {
            return Err(Refusal::NotBuilt(
                "EnablePropagateAdditionalUserContextData",
            ));
        }
        Ok(())
    }

    fn check_lifetimes(&self) -> Result<(), Refusal> {
        let (access, id) = (self.access_token_seconds(), self.id_token_seconds());
        let refresh = self.refresh_token_seconds();
        let problem = |what| Err(Refusal::parameter(format!("Invalid range for {what}.")));
        if !(5 * MINUTE..=DAY).contains(&access) {
            problem("AccessTokenValidity")
        } else if !(5 * MINUTE..=DAY).contains(&id) {
            problem("IdTokenValidity")
        } else if !(HOUR..=YEARS_10).contains(&refresh) || refresh < access.max(id) {
            problem("RefreshTokenValidity")
        } else {
            Ok(())
        }
    }

    fn check_attributes(&self, pool: &Pool) -> Result<(), Refusal> {
        let unknown = |names: &Option<Vec<String>>| {
            names
                .iter()
                .flatten()
                .any(|name| pool.attribute(name).is_none())
        };
        if unknown(&self.read_attributes) {
            let message = "Invalid read attributes specified while creating a client";
            return Err(Refusal::parameter(message));
        }
        let proofs = ["email_verified", "phone_number_verified", "sub"];
        let fixed = |names: &Vec<String>| names.iter().any(|name| proofs.contains(&name.as_str()));
        if unknown(&self.write_attributes) || self.write_attributes.as_ref().is_some_and(fixed) {
            let message = "Invalid write attributes specified while creating a client";
            return Err(Refusal::parameter(message));
        }
        Ok(())
    }

    fn check_sign_in_flows(&self) -> Result<(), Refusal> {
        let Some(flows) = &self.explicit_auth_flows else {
            return Ok(());
        };
        let new = flows
            .iter()
            .filter(|flow| flow.starts_with("ALLOW_"))
            .count();
        if new != 0 && new != flows.len() {
            return Err(Refusal::parameter(
                "ExplicitAuthFlows cannot mix values with and without the prefix ALLOW_.",
            ));
        }
        Ok(())
    }

    fn check_providers(&self, pool: &Pool) -> Result<(), Refusal> {
        let names = self.supported_identity_providers.iter().flatten();
        match names.into_iter().find(|name| *name != OWN_PROVIDER) {
            None => Ok(()),
            Some(name) => Err(Refusal::parameter(format!(
                "The provider {name} does not exist for User Pool {}.",
                pool.id
            ))),
        }
    }

    fn check_addresses(&self) -> Result<(), Refusal> {
        for address in self.callback_urls.iter().chain(&self.logout_urls) {
            if !is_acceptable_address(address) {
                return Err(Refusal::parameter(format!(
                    "{address} is not a redirect address: an absolute https URL, an http URL of \
                     localhost, or an address of an app's own scheme, without a fragment."
                )));
            }
        }
        match &self.default_redirect_uri {
            Some(address) if !self.callback_urls.contains(address) => Err(Refusal::parameter(
                "DefaultRedirectURI must be one of the CallbackURLs.",
            )),
            _ => Ok(()),
        }
    }

    fn check_oauth(&self) -> Result<(), Refusal> {
        let flows = &self.allowed_o_auth_flows;
        if flows.iter().any(|flow| flow == "client_credentials") {
            if flows.len() > 1 {
                return Err(Refusal::Flow(
                    "client_credentials cannot be combined with code or implicit.",
                ));
            }
            // It hands out custom scopes only, and those need a resource server.
            return Err(Refusal::NotBuilt(
                "AllowedOAuthFlows with client_credentials",
            ));
        }
        let unknown = self
            .allowed_o_auth_scopes
            .iter()
            .find(|scope| !SCOPES.contains(&&***scope));
        if let Some(scope) = unknown {
            return Err(Refusal::UnknownScope(scope.clone()));
        }
        let open = self.allowed_o_auth_flows_user_pool_client;
        if open && (flows.is_empty() || self.allowed_o_auth_scopes.is_empty()) {
            return Err(Refusal::parameter(
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is \
                 allowed to use OAuth flows.",
            ));
        }
        Ok(())
    }
}

/// Whether people may be sent to an address with a code (design §4.8).
#[must_use]
pub fn is_acceptable_address(address: &str) -> bool {
    let Ok(url) = url::Url::parse(address) else {
        return false;
    };
    let plain = address
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if url.fragment().is_some() || !plain || !url.username().is_empty() || url.password().is_some()
    {
        return false;
    }
    match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")),
        scheme => !DANGEROUS_SCHEMES.contains(&scheme),
    }
}

impl Client {
    /// The client as `DescribeUserPoolClient` shows it.
    pub(crate) fn document(&self) -> Value {
        let mut document = json!({ "UserPoolId": self.pool, "ClientId": self.id });
        if let Some(secret) = &self.secret {
            document["ClientSecret"] = json!(secret.expose());
        }
        extend(&mut document, json!(self.settings));
        document["CreationDate"] = json!(self.created_at.epoch_seconds());
        document["LastModifiedDate"] = json!(self.modified_at.epoch_seconds());
        document
    }

    /// The client as `ListUserPoolClients` shows it.
    pub(crate) fn summary(&self) -> Value {
        json!({
            "ClientId": self.id,
            "UserPoolId": self.pool,
            "ClientName": self.settings.client_name,
        })
    }
}
