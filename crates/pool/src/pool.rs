//! A user pool and its settings.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::password::Policy;
use super::refusal::Refusal;
use super::schema::{self, SchemaAttribute};
use signback_platform::clock::Timestamp;
use signback_platform::ids::Scope;

/// How long a temporary password lasts where nothing is said.
const TEMPORARY_PASSWORD_DAYS: i64 = 7;
const SECONDS_A_DAY: i64 = 86_400;

/// A user pool.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) id: String,
    pub(crate) scope: Scope,
    pub(crate) name: String,
    pub(crate) settings: Settings,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

/// The settings of a pool, as stored and as described. Those that only shape messages which an
/// outside mailer would send are kept as they came.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Settings {
    pub(crate) policies: Policies,
    pub(crate) deletion_protection: String,
    pub(crate) schema_attributes: Vec<SchemaAttribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_verified_attributes: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) alias_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) username_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_verification_message: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verification_message: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verification_subject: Option<Value>,
    verification_message_template: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_authentication_message: Option<Value>,
    mfa_configuration: String,
    email_configuration: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    sms_configuration: Option<Value>,
    user_pool_tags: Value,
    pub(crate) admin_create_user_config: AdminCreateUserConfig,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_pool_add_ons: Option<Value>,
    pub(crate) username_configuration: UsernameConfiguration,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_recovery_setting: Option<Value>,
    user_pool_tier: String,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Policies {
    #[serde(default)]
    pub(crate) password_policy: Policy,
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_in_policy: Option<SignInPolicy>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SignInPolicy {
    #[serde(default)]
    allowed_first_auth_factors: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct AdminCreateUserConfig {
    #[serde(default)]
    allow_admin_create_user_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    unused_account_validity_days: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invite_message_template: Option<InviteMessage>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct InviteMessage {
    #[serde(rename = "SMSMessage", skip_serializing_if = "Option::is_none")]
    pub(crate) sms_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_subject: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct UsernameConfiguration {
    pub(crate) case_sensitive: bool,
}

/// What `CreateUserPool` is given. `LambdaConfig` and `DeviceConfiguration` are refused before.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct NewPool {
    pub(crate) pool_name: String,
    policies: Option<Policies>,
    deletion_protection: Option<String>,
    auto_verified_attributes: Option<Value>,
    #[serde(default)]
    alias_attributes: Vec<String>,
    #[serde(default)]
    username_attributes: Vec<String>,
    sms_verification_message: Option<Value>,
    email_verification_message: Option<Value>,
    email_verification_subject: Option<Value>,
    verification_message_template: Option<Value>,
    sms_authentication_message: Option<Value>,
    mfa_configuration: Option<String>,
    user_attribute_update_settings: Option<Value>,
    email_configuration: Option<Value>,
    sms_configuration: Option<Value>,
    user_pool_tags: Option<Value>,
    admin_create_user_config: Option<AdminCreateUserConfig>,
    #[serde(default)]
    schema: Vec<SchemaAttribute>,
    user_pool_add_ons: Option<Value>,
    username_configuration: Option<UsernameConfiguration>,
    account_recovery_setting: Option<Value>,
    user_pool_tier: Option<String>,
}

impl NewPool {
    /// Checks the request and fills in what it leaves open.
    pub(crate) fn into_settings(self) -> Result<Settings, Refusal> {
        self.check_what_is_built()?;
        if !self.alias_attributes.is_empty() && !self.username_attributes.is_empty() {
            return Err(Refusal::parameter(
                "Only one of AliasAttributes and UsernameAttributes can be set.",
            ));
        }
        let mut policies = self.policies.unwrap_or_default();
        let mut admin_create_user_config = self.admin_create_user_config.unwrap_or_default();
        let days = &mut policies.password_policy.temporary_password_validity_days;
        let legacy_days = admin_create_user_config.unused_account_validity_days;
        let wanted = days
            .filter(|days| *days > 0)
            .or(legacy_days.filter(|days| *days > 0));
        *days = Some(wanted.unwrap_or(TEMPORARY_PASSWORD_DAYS));
        admin_create_user_config.unused_account_validity_days = *days;
        Ok(Settings {
            policies,
            deletion_protection: or(self.deletion_protection, "INACTIVE"),
            schema_attributes: schema::complete(self.schema)?,
            auto_verified_attributes: self.auto_verified_attributes,
            alias_attributes: self.alias_attributes,
            username_attributes: self.username_attributes,
            sms_verification_message: self.sms_verification_message,
            email_verification_message: self.email_verification_message,
            email_verification_subject: self.email_verification_subject,
            verification_message_template: self
                .verification_message_template
                .unwrap_or_else(|| json!({ "DefaultEmailOption": "CONFIRM_WITH_CODE" })),
            sms_authentication_message: self.sms_authentication_message,
            mfa_configuration: "OFF".to_owned(),
            email_configuration: self
                .email_configuration
                .unwrap_or_else(|| json!({ "EmailSendingAccount": "COGNITO_DEFAULT" })),
            sms_configuration: self.sms_configuration,
            user_pool_tags: self.user_pool_tags.unwrap_or_else(|| json!({})),
            admin_create_user_config,
            user_pool_add_ons: self.user_pool_add_ons,
            username_configuration: self.username_configuration.unwrap_or_default(),
            account_recovery_setting: self.account_recovery_setting,
            user_pool_tier: or(self.user_pool_tier, "ESSENTIALS"),
        })
    }

    /// Refuses, by name, what would have to act and does not.
    fn check_what_is_built(&self) -> Result<(), Refusal> {
        let factors = self
            .policies
            .as_ref()
            .and_then(|policies| policies.sign_in_policy.as_ref());
        let other_factor = |factors: &SignInPolicy| {
            factors
                .allowed_first_auth_factors
                .iter()
                .any(|factor| factor != "PASSWORD")
        };
        let history = self
            .policies
            .as_ref()
            .and_then(|policies| policies.password_policy.password_history_size)
            .unwrap_or(0);
        let updates = self
            .user_attribute_update_settings
            .as_ref()
            .and_then(|settings| settings["AttributesRequireVerificationBeforeUpdate"].as_array());
        let security = self.user_pool_add_ons.as_ref();
        let not_off = |add_ons: &Value| {
            add_ons["AdvancedSecurityMode"] != "OFF"
                || add_ons.get("AdvancedSecurityAdditionalFlows").is_some()
        };
        if factors.is_some_and(other_factor) {
            Err(Refusal::NotBuilt(
                "SignInPolicy with another factor than PASSWORD",
            ))
        } else if history > 0 {
            Err(Refusal::NotBuilt("PasswordHistorySize"))
        } else if self
            .mfa_configuration
            .as_deref()
            .is_some_and(|mfa| mfa != "OFF")
        {
            Err(Refusal::NotBuilt("MfaConfiguration other than OFF"))
        } else if updates.is_some_and(|updates| !updates.is_empty()) {
            Err(Refusal::NotBuilt(
                "AttributesRequireVerificationBeforeUpdate",
            ))
        } else if security.is_some_and(not_off) {
            Err(Refusal::NotBuilt("UserPoolAddOns other than OFF"))
        } else {
            Ok(())
        }
    }
}

fn or(given: Option<String>, otherwise: &str) -> String {
    given.unwrap_or_else(|| otherwise.to_owned())
}

impl Pool {
    /// The pool's ARN.
    pub(crate) fn arn(&self) -> String {
        let Scope { account, region } = &self.scope;
        format!(
            "arn:aws:cognito-idp:{region}:{account}:userpool/{}",
            self.id
        )
    }

    /// The form in which a user name is looked up.
    pub(crate) fn name_key(&self, name: &str) -> String {
        if self.settings.username_configuration.case_sensitive {
            name.to_owned()
        } else {
            name.to_lowercase()
        }
    }

    /// The pool's password policy.
    pub(crate) fn password_policy(&self) -> &Policy {
        &self.settings.policies.password_policy
    }

    /// When a temporary password that is set now ends.
    pub(crate) fn temporary_password_end(&self, now: Timestamp) -> Timestamp {
        let days = self.password_policy().temporary_password_validity_days;
        now.plus_seconds(days.unwrap_or(TEMPORARY_PASSWORD_DAYS) * SECONDS_A_DAY)
    }

    /// An attribute of the schema.
    pub(crate) fn attribute(&self, name: &str) -> Option<&SchemaAttribute> {
        self.settings
            .schema_attributes
            .iter()
            .find(|attribute| attribute.name == name)
    }

    /// Whether the operation must not delete the pool.
    pub(crate) fn is_protected(&self) -> bool {
        self.settings.deletion_protection == "ACTIVE"
    }

    /// The pool as `DescribeUserPool` shows it.
    pub(crate) fn document(&self, users: i64, domain: Option<&str>) -> Value {
        let mut document = json!({ "Id": self.id, "Name": self.name });
        extend(&mut document, json!(self.settings));
        document["LambdaConfig"] = json!({});
        document["CreationDate"] = json!(self.created_at.epoch_seconds());
        document["LastModifiedDate"] = json!(self.modified_at.epoch_seconds());
        document["EstimatedNumberOfUsers"] = json!(users);
        document["Arn"] = json!(self.arn());
        if let Some(domain) = domain {
            document["Domain"] = json!(domain);
        }
        document
    }

    /// The pool as `ListUserPools` shows it.
    pub(crate) fn summary(&self) -> Value {
        json!({
            "Id": self.id,
            "Name": self.name,
            "LambdaConfig": {},
            "CreationDate": self.created_at.epoch_seconds(),
            "LastModifiedDate": self.modified_at.epoch_seconds(),
        })
    }
}

/// Adds the members of one document to another.
pub(crate) fn extend(document: &mut Value, members: Value) {
    if let (Value::Object(document), Value::Object(members)) = (document, members) {
        document.extend(members);
    }
}
