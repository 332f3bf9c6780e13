//! What an object says under its type: field values, and the keys that they give.

use serde_json::{Map, Value};

use super::voucher::Voucher;
use crate::object_types::content::ContentType;
use crate::object_types::definition::{Definition, Key, StandardIdentifier};
use crate::object_types::keys;
use crate::object_types::source::Source;
use crate::object_types::target::{Destination, Target};
use crate::object_types::timestamp_format::TimestampFormat;
use crate::profile::Trust;
use crate::refusal::Refusal;
use signback_platform::clock::Timestamp;

/// An object that has been read under its type.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    pub(crate) fields: Vec<MappedField>,
    pub(crate) keys: Vec<MappedKey>,
    /// When the source last changed the object, if it says so.
    pub(crate) source_updated_at: Option<Timestamp>,
}

/// A field that has a value.
#[derive(Clone, Debug)]
pub(crate) struct MappedField {
    name: String,
    pub(crate) text: String,
    pub(crate) content_type: ContentType,
    pub(crate) destination: Option<Destination>,
    /// Whether somebody with the right to vouches for the value.
    pub(crate) vouched: bool,
    claims: Option<Vec<String>>,
}

/// A key whose fields all have a value.
#[derive(Clone, Debug)]
pub(crate) struct MappedKey {
    pub(crate) name: String,
    /// In the form in which values compare.
    pub(crate) value: String,
    pub(crate) trust: Trust,
    pub(crate) key: Key,
}

/// Reads an object under its type.
pub(crate) fn map(
    definition: &Definition,
    object: &Map<String, Value>,
    voucher: &Voucher,
) -> Result<Mapped, Refusal> {
    let root = Value::Object(Map::from_iter([(
        "_source".to_owned(),
        Value::Object(object.clone()),
    )]));
    let mut fields = Vec::new();
    for (name, field) in &definition.fields {
        // A definition was checked when it was put; one that no longer reads gives no value.
        let Some(Ok(source)) = field.source.as_deref().map(Source::parse) else {
            continue;
        };
        let text = source.text(&root);
        if text.trim().is_empty() {
            continue;
        }
        let claims = source.claims();
        fields.push(MappedField {
            name: name.to_owned(),
            text,
            content_type: field.content_type.unwrap_or_default(),
            destination: field
                .target
                .as_deref()
                .and_then(|t| Destination::parse(t).ok()),
            vouched: voucher.vouches_for_value(claims.as_deref()),
            claims,
        });
    }
    let keys = definition
        .all_keys()
        .filter_map(|(name, key)| mapped_key(name, key, &fields, voucher))
        .collect();
    let mapped = Mapped {
        source_updated_at: source_updated_at(definition, &fields),
        fields,
        keys,
    };
    if mapped.unique().is_none() {
        return Err(Refusal::invalid(
            "Object",
            "the fields of the type's UNIQUE key are required",
        ));
    }
    Ok(mapped)
}

impl Mapped {
    /// The key that tells the object apart from others of its type.
    pub(crate) fn unique(&self) -> Option<&MappedKey> {
        self.keys
            .iter()
            .find(|key| key.key.is(StandardIdentifier::Unique))
    }

    /// The keys that find the object's profile, in the order in which they are tried.
    pub(crate) fn finding(&self) -> impl Iterator<Item = &MappedKey> {
        let profile = |secondary| {
            self.keys.iter().filter(move |key| {
                key.key.is(StandardIdentifier::Profile)
                    && key.key.is(StandardIdentifier::Secondary) == secondary
            })
        };
        profile(false).chain(profile(true))
    }

    /// The values for fields of the standard profile that it can hold.
    pub(crate) fn targeted(&self) -> impl Iterator<Item = (&Target, &MappedField)> {
        self.fields
            .iter()
            .filter_map(|field| match &field.destination {
                Some(Destination::Field(target)) if target.holds(&field.text) => {
                    Some((target, field))
                }
                _ => None,
            })
    }

    /// The first value of a content type, which a new profile takes even without a target.
    pub(crate) fn first_of(&self, content_type: ContentType) -> Option<&MappedField> {
        self.fields
            .iter()
            .find(|field| field.content_type == content_type)
    }
}

fn mapped_key(
    name: &str,
    key: &Key,
    fields: &[MappedField],
    voucher: &Voucher,
) -> Option<MappedKey> {
    let parts: Option<Vec<&MappedField>> = key
        .field_names
        .iter()
        .map(|wanted| fields.iter().find(|field| field.name == *wanted))
        .collect();
    let parts = parts.filter(|parts| !parts.is_empty())?;
    let predefined = keys::predefined_content_type(name).filter(|_| parts.len() == 1);
    let content_type = |part: &MappedField| predefined.unwrap_or(part.content_type);
    let value = keys::joined(
        parts
            .iter()
            .map(|part| (content_type(part), part.text.as_str())),
    )?;
    let claims: Option<Vec<String>> = parts
        .iter()
        .map(|part| part.claims.clone())
        .collect::<Option<Vec<_>>>()
        .map(|claims| claims.concat());
    let trust = if voucher.vouches_for_key(claims.as_deref()) {
        let each = parts
            .iter()
            .map(|part| Trust::of_stated(content_type(part), &part.text));
        each.min().unwrap_or(Trust::Claimed)
    } else {
        Trust::Claimed
    };
    Some(MappedKey {
        name: name.to_owned(),
        value,
        trust,
        key: key.clone(),
    })
}

fn source_updated_at(definition: &Definition, fields: &[MappedField]) -> Option<Timestamp> {
    let format = definition.source_last_updated_timestamp_format.as_deref()?;
    let field = fields
        .iter()
        .find(|field| field.destination == Some(Destination::SourceLastUpdated))?;
    TimestampFormat::parse(format).ok()?.read(&field.text)
}
