//! A domain, its settings and what feeds it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use signback_platform::clock::Timestamp;

/// A domain, as far as other features need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRef {
    /// Its key in every table.
    pub(crate) id: String,
    /// Its name within the account and region.
    pub name: String,
    pub(crate) expiration_days: u32,
}

/// A domain whole.
#[derive(Clone, Debug)]
pub(crate) struct Domain {
    pub(crate) reference: DomainRef,
    pub(crate) settings: Settings,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// Settings that are kept and answered; nothing here acts on them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Settings {
    /// A key for encryption outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_encryption_key: Option<String>,
    /// Where rejected objects would be reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue_url: Option<String>,
    /// The weekly matching by learning: it is not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching: Option<Value>,
    /// Matching by rules: it is not run, and stays pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_based_matching: Option<Value>,
    /// Tags.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub tags: Map<String, Value>,
}

/// What a domain is made from.
#[derive(Clone, Debug)]
pub(crate) struct NewDomain {
    /// Its name.
    pub name: String,
    /// How many days its data lives.
    pub expiration_days: u32,
    /// Settings that are kept.
    pub settings: Settings,
}

/// What feeds a domain.
#[derive(Clone, Debug)]
pub(crate) struct Integration {
    pub(crate) uri: String,
    pub(crate) object_type: String,
    pub(crate) tags: Map<String, Value>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}
