//! A customer's profile: the standard fields, who set each of them, and the keys they give.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::object_types::content::{ContentType, is_international};
use super::object_types::keys;
use super::object_types::target::{ADDRESSES, Target};
use signback_platform::clock::Timestamp;
use signback_platform::ids::ProfileId;

/// A customer's profile in one domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Its id: 32 hexadecimal digits, time-ordered.
    pub id: ProfileId,
    pub(super) fields: Map<String, Value>,
    pub(super) origins: BTreeMap<String, Origin>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) object_count: i64,
    pub(super) object_bytes: i64,
}

/// Who set a field, which decides who may set it next and whether it may attach anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    /// The object type that it came from; absent: a call of the interface set it.
    #[serde(default, rename = "t", skip_serializing_if = "Option::is_none")]
    pub(super) object_type: Option<String>,
    /// That type's priority, the lower the stronger; absent is the weakest.
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub(super) priority: Option<u32>,
    /// When the source last changed it.
    #[serde(rename = "a")]
    pub(super) at: Timestamp,
    /// A claim that nobody has verified.
    #[serde(default, rename = "u", skip_serializing_if = "std::ops::Not::not")]
    pub(super) unverified: bool,
}

/// How far a key's value may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// A customer says so: it is found by searching and attaches nobody.
    Claimed = 0,
    /// A caller of the interface says so, or it was verified: ingested objects attach by it.
    Stated = 1,
    /// As stated, and without a guess in comparing it: customers who sign in attach by it too.
    Exact = 2,
}

/// A value under which a profile can be found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StoredKey {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) trust: Trust,
}

impl Origin {
    /// A call of the interface, now.
    pub(super) const fn call(now: Timestamp) -> Self {
        Self {
            object_type: None,
            priority: None,
            at: now,
            unverified: false,
        }
    }

    /// Whether a value from here replaces one from `present`.
    fn replaces(&self, present: &Self) -> bool {
        if self.object_type.is_none() {
            return true;
        }
        if present.object_type.is_none() {
            // What an agent or a call has set stays, unless the type was given a priority.
            return self.priority.is_some();
        }
        let rank = |origin: &Self| origin.priority.unwrap_or(u32::MAX);
        match rank(self).cmp(&rank(present)) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => self.at >= present.at,
            std::cmp::Ordering::Greater => false,
        }
    }
}

impl Trust {
    /// The trust in a value of this content type that somebody with the right to has stated.
    pub(super) fn of_stated(content_type: ContentType, raw: &str) -> Self {
        if content_type == ContentType::PhoneNumber && !is_international(raw) {
            Self::Stated
        } else {
            Self::Exact
        }
    }
}

impl Profile {
    /// A profile without fields.
    pub(super) fn new(id: ProfileId, now: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            id,
            fields: Map::new(),
            origins: BTreeMap::new(),
            created_at: now,
            updated_at: now,
            expires_at,
            object_count: 0,
            object_bytes: 0,
        }
    }

    /// The value of a field, if it has one.
    #[must_use]
    pub fn get(&self, target: &Target) -> Option<&str> {
        match target {
            Target::Scalar(name) => self.fields.get(*name),
            Target::Address(address, part) => self.fields.get(*address)?.get(*part),
            Target::Attribute(name) => self.fields.get("Attributes")?.get(name),
        }?
        .as_str()
    }

    /// The first name, which becomes the customer's display name.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.get(&Target::Scalar("FirstName"))
    }

    /// The profile as the interface shows it: absent fields are left out.
    #[must_use]
    pub fn document(&self) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("ProfileId".to_owned(), self.id.as_str().into());
        document.extend(self.fields.clone());
        document
    }

    /// Sets a field if whoever set it last does not come first; tells whether it did.
    pub(super) fn set(&mut self, target: &Target, value: &str, origin: &Origin) -> bool {
        let path = target.to_string();
        if let Some(present) = self.origins.get(&path)
            && self.get(target).is_some()
            && !origin.replaces(present)
        {
            return false;
        }
        let value = Value::String(value.to_owned());
        match target {
            Target::Scalar(name) => self.fields.insert((*name).to_owned(), value),
            Target::Address(group, name) => self.group(group).insert((*name).to_owned(), value),
            Target::Attribute(name) => self.group("Attributes").insert(name.clone(), value),
        };
        self.origins.insert(path, origin.clone());
        true
    }

    /// Removes a field.
    pub(super) fn remove(&mut self, target: &Target) {
        match target {
            Target::Scalar(name) => {
                self.fields.shift_remove(*name);
            }
            Target::Address(group, name) => self.remove_from(group, name),
            Target::Attribute(name) => self.remove_from("Attributes", name),
        }
        self.origins.remove(&target.to_string());
    }

    /// Removes every field that an object type has filled.
    pub(super) fn scrub(&mut self, object_type: &str) {
        let filled: Vec<Target> = self
            .origins
            .iter()
            .filter(|(_, origin)| origin.object_type.as_deref() == Some(object_type))
            .filter_map(|(path, _)| Target::parse(path))
            .collect();
        for target in filled {
            self.remove(&target);
        }
    }

    /// The keys that the standard fields give, each value once.
    pub(super) fn standard_keys(&self) -> Vec<StoredKey> {
        let mut found: BTreeMap<(&str, String), Trust> = BTreeMap::new();
        let mut add = |name, value: Option<String>, trust: Trust| {
            if let Some(value) = value {
                let best = found.entry((name, value)).or_insert(trust);
                *best = (*best).max(trust);
            }
        };
        let id = self.id.as_str().to_owned();
        add(keys::PROFILE_ID, Some(id), Trust::Exact);
        for (name, content_type, fields) in STANDARD_KEYS {
            for field in *fields {
                let target = Target::Scalar(field);
                if let Some(value) = self.get(&target) {
                    let trust = self.trust(&target, *content_type, value);
                    add(name, content_type.normalised(value), trust);
                }
            }
        }
        let parts: Vec<(&str, Trust)> = ["FirstName", "MiddleName", "LastName"]
            .into_iter()
            .filter_map(|field| {
                let target = Target::Scalar(field);
                let value = self.get(&target)?;
                Some((value, self.trust(&target, ContentType::Name, value)))
            })
            .collect();
        let name = parts
            .iter()
            .map(|(part, _)| *part)
            .collect::<Vec<_>>()
            .join(" ");
        let trust = parts
            .iter()
            .map(|(_, trust)| *trust)
            .min()
            .unwrap_or(Trust::Claimed);
        add("_fullName", ContentType::Name.normalised(&name), trust);

        let stored = |((name, value), trust): ((&str, String), Trust)| StoredKey {
            name: name.to_owned(),
            value,
            trust,
        };
        found.into_iter().map(stored).collect()
    }

    fn trust(&self, target: &Target, content_type: ContentType, value: &str) -> Trust {
        match self.origins.get(&target.to_string()) {
            Some(origin) if !origin.unverified => Trust::of_stated(content_type, value),
            _ => Trust::Claimed,
        }
    }

    fn group(&mut self, name: &str) -> &mut Map<String, Value> {
        let group = self
            .fields
            .entry(name)
            .or_insert_with(|| Value::Object(Map::new()));
        if !group.is_object() {
            *group = Value::Object(Map::new());
        }
        group
            .as_object_mut()
            .expect("the line above made it an object")
    }

    fn remove_from(&mut self, group: &str, name: &str) {
        let Some(Value::Object(members)) = self.fields.get_mut(group) else {
            return;
        };
        members.shift_remove(name);
        if members.is_empty() {
            self.fields.shift_remove(group);
        }
    }
}

/// The predefined keys over standard fields, with how they compare.
const STANDARD_KEYS: &[(&str, ContentType, &[&str])] = &[
    (
        "_phone",
        ContentType::PhoneNumber,
        &[
            "PhoneNumber",
            "MobilePhoneNumber",
            "HomePhoneNumber",
            "BusinessPhoneNumber",
        ],
    ),
    (
        "_email",
        ContentType::EmailAddress,
        &[
            "EmailAddress",
            "PersonalEmailAddress",
            "BusinessEmailAddress",
        ],
    ),
    ("_account", ContentType::String, &["AccountNumber"]),
];

/// Whether `name` is a member of the standard profile that holds members of its own.
pub(super) fn is_group(name: &str) -> bool {
    name == "Attributes" || ADDRESSES.contains(&name)
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
