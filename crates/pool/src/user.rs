//! A user of a pool: names, state and attributes.

use serde_json::{Value, json};

use super::pool::Pool;
use super::refusal::Refusal;
use super::schema::{self, Attributes};
use signback_platform::clock::Timestamp;
use signback_platform::words;

/// A user.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) pool: String,
    pub(crate) sub: String,
    pub(crate) username: String,
    pub(crate) attributes: Attributes,
    pub(crate) status: Status,
    pub(crate) enabled: bool,
    /// The password's slow hash.
    pub(crate) password: Option<String>,
    pub(crate) password_expires_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) modified_at: Timestamp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User")
            .field("sub", &self.sub)
            .finish_non_exhaustive()
    }
}

words! {
    /// The states that this service puts a user into.
    pub(crate) enum Status {
        /// The password is the user's own.
        Confirmed = "CONFIRMED",
        /// The password is a temporary one.
        ForceChangePassword = "FORCE_CHANGE_PASSWORD",
    }
}

/// A name that signs a user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) key: String,
    pub(crate) kind: &'static str,
}

impl User {
    /// Every name that signs this user in. A name given as an alias counts once it is verified;
    /// where the pool's user names are addresses, an address counts at once.
    pub(crate) fn names(&self, pool: &Pool) -> Vec<Name> {
        let mut names = vec![Name {
            key: pool.name_key(&self.username),
            kind: "username",
        }];
        let mut add = |kind: &'static str| {
            if let Some(value) = self.attributes.get(kind) {
                let key = pool.name_key(value);
                if names.iter().all(|name| name.key != key) {
                    names.push(Name { key, kind });
                }
            }
        };
        for kind in ["email", "phone_number"] {
            let is_name = pool
                .settings
                .username_attributes
                .iter()
                .any(|name| name == kind);
            let is_alias = pool
                .settings
                .alias_attributes
                .iter()
                .any(|name| name == kind);
            if is_name || (is_alias && self.is_verified(kind)) {
                add(kind);
            }
        }
        if pool
            .settings
            .alias_attributes
            .iter()
            .any(|name| name == "preferred_username")
        {
            add("preferred_username");
        }
        names
    }

    /// Whether the address is verified.
    pub(crate) fn is_verified(&self, kind: &str) -> bool {
        let proof = format!("{kind}_verified");
        self.attributes
            .get(&proof)
            .is_some_and(|proof| proof == "true")
    }

    /// Lays changes over the attributes.
    pub(crate) fn change(
        &mut self,
        pool: &Pool,
        changes: &[(String, String)],
        creating: bool,
    ) -> Result<(), Refusal> {
        schema::change(
            &pool.settings.schema_attributes,
            &mut self.attributes,
            changes,
            creating,
        )
    }

    /// The required attributes that the user does not have yet.
    pub(crate) fn missing_attributes(&self, pool: &Pool) -> Vec<String> {
        let schema = pool.settings.schema_attributes.iter();
        let missing = schema.filter(|attribute| {
            attribute.required
                && attribute.name != "sub"
                && !self.attributes.contains_key(&attribute.name)
        });
        missing.map(|attribute| attribute.name.clone()).collect()
    }

    /// The attributes as the interface lists them, `sub` first; only those in `wanted` if given.
    pub(crate) fn listed_attributes(&self, wanted: Option<&[String]>) -> Vec<Value> {
        let is_wanted = |name: &str| wanted.is_none_or(|names| names.iter().any(|n| n == name));
        let own = self
            .attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        std::iter::once(("sub", self.sub.as_str()))
            .chain(own)
            .filter(|(name, _)| is_wanted(name))
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect()
    }

    /// The user as `AdminCreateUser` and `ListUsers` show it.
    pub(crate) fn document(&self, wanted: Option<&[String]>) -> Value {
        let mut document = json!({
            "Username": self.username,
            "Attributes": self.listed_attributes(wanted),
        });
        document["UserCreateDate"] = json!(self.created_at.epoch_seconds());
        document["UserLastModifiedDate"] = json!(self.modified_at.epoch_seconds());
        document["Enabled"] = json!(self.enabled);
        document["UserStatus"] = json!(self.status.name());
        document
    }
}

/// What a new user's name makes of the user: the stored name and the attributes that follow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NewName {
    pub(crate) username: String,
    pub(crate) implied: Option<(&'static str, String)>,
}

/// Reads the user name of a new user by the pool's rules. `sub` is the name where names are
/// addresses.
pub(crate) fn new_name(pool: &Pool, given: &str, sub: &str) -> Result<NewName, Refusal> {
    let kinds = &pool.settings.username_attributes;
    if kinds.is_empty() {
        let aliases = &pool.settings.alias_attributes;
        let is_alias = |kind: &str| aliases.iter().any(|alias| alias == kind);
        if is_alias("email") && schema::is_email(given) {
            return Err(Refusal::parameter(
                "Username cannot be of email format, since user pool is configured for email alias.",
            ));
        }
        if is_alias("phone_number") && schema::is_phone_number(given) {
            return Err(Refusal::parameter(
                "Username cannot be of phone number format, since user pool is configured for \
                 phone number alias.",
            ));
        }
        return Ok(NewName {
            username: given.to_owned(),
            implied: None,
        });
    }
    let is_kind = |kind: &str| kinds.iter().any(|name| name == kind);
    let kind = if is_kind("email") && schema::is_email(given) {
        "email"
    } else if is_kind("phone_number") && schema::is_phone_number(given) {
        "phone_number"
    } else {
        return Err(Refusal::parameter(
            match (is_kind("email"), is_kind("phone_number")) {
                (true, false) => "Username should be an email.",
                (false, true) => "Username should be a phone number.",
                _ => "Username should be either an email or a phone number.",
            },
        ));
    };
    Ok(NewName {
        username: sub.to_owned(),
        implied: Some((kind, given.to_owned())),
    })
}
