//! Object types: how the objects of one source become fields and keys of profiles.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::content::ContentType;

/// What an object type says; also the document that is stored and answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Definition {
    /// What it is for.
    pub description: String,
    /// The template that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
    /// How many days an object lives; the domain's number if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_days: Option<u32>,
    /// A key for encryption outside; kept and answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_key: Option<String>,
    /// Whether an object that belongs to no profile makes one.
    pub allow_profile_creation: bool,
    /// How the source writes the time of its last update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_last_updated_timestamp_format: Option<String>,
    /// How many objects of a profile are this type's before they are the first to be evicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_profile_object_count: Option<u32>,
    /// Whose value a standard field has: the lower number's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_priority: Option<u32>,
    /// The fields by name.
    pub fields: IndexMap<String, Field>,
    /// The keys by name; one name may have several.
    pub keys: IndexMap<String, Vec<Key>>,
    /// Tags.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub tags: Map<String, Value>,
}

/// Where a field's value comes from, where it goes, and how it compares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Field {
    /// A path below `_source`, or a Handlebars expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The field of the standard profile that it fills.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// How its values compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<ContentType>,
}

/// One key: fields whose values together find a profile or an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Key {
    /// What the key is used for; nothing: it is only searched for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standard_identifiers: Vec<StandardIdentifier>,
    /// The fields, in order.
    #[serde(default)]
    pub field_names: Vec<String>,
}

/// What a key is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StandardIdentifier {
    /// Finds the profile that the object belongs to.
    Profile,
    Asset,
    Case,
    Device,
    WebAnalytics,
    Order,
    CommunicationRecord,
    AirPreference,
    HotelPreference,
    AirBooking,
    AirSegment,
    HotelReservation,
    HotelStayRevenue,
    Loyalty,
    LoyaltyTransaction,
    LoyaltyPromotion,
    /// Tells the objects of the type apart.
    Unique,
    /// Is tried after all other keys have failed.
    Secondary,
    /// Is tried, but not stored on the profile.
    LookupOnly,
    /// Is stored only if the object makes the profile.
    NewOnly,
}

impl Key {
    /// Whether the key has this use.
    #[must_use]
    pub fn is(&self, identifier: StandardIdentifier) -> bool {
        self.standard_identifiers.contains(&identifier)
    }

    /// Whether the key finds profiles, is stored on them, and is tried first: what every type needs.
    #[must_use]
    pub fn is_plain_profile_key(&self) -> bool {
        use StandardIdentifier::{LookupOnly, NewOnly, Profile, Secondary};
        self.is(Profile) && !self.is(Secondary) && !self.is(LookupOnly) && !self.is(NewOnly)
    }
}

impl Definition {
    /// Every key with its name, in the order in which they are tried.
    pub fn all_keys(&self) -> impl Iterator<Item = (&str, &Key)> {
        self.keys
            .iter()
            .flat_map(|(name, keys)| keys.iter().map(move |key| (name.as_str(), key)))
    }

    /// How a field's values compare.
    #[must_use]
    pub fn content_type(&self, field: &str) -> ContentType {
        self.fields
            .get(field)
            .and_then(|field| field.content_type)
            .unwrap_or_default()
    }

    /// How the parts of a key compare, for its first entry under `name`.
    #[must_use]
    pub fn key_content_types(&self, name: &str) -> Option<Vec<ContentType>> {
        let key = self.keys.get(name)?.first()?;
        Some(
            key.field_names
                .iter()
                .map(|field| self.content_type(field))
                .collect(),
        )
    }
}
