//! What an object type must look like. Every problem is told, with the field and the rule.

use super::content::ContentType;
use super::definition::{Definition, Key, StandardIdentifier};
use super::keys;
use super::source::Source;
use super::target::{Destination, Target};
use super::timestamp_format::TimestampFormat;

/// Most fields of a type.
const FIELDS_MAX: usize = 250;
/// Most keys of a type, each entry of each name counted.
const KEYS_MAX: usize = 10;
/// Most problems that one answer names.
const PROBLEMS_MAX: usize = 10;

/// The pairs of fields of which a type may fill only one.
const EXCLUSIVE: &[(&str, &str)] = &[("Gender", "GenderString"), ("PartyType", "PartyTypeString")];

/// What is wrong with a definition by itself; empty if nothing is.
#[must_use]
pub fn problems(definition: &Definition) -> Vec<String> {
    let mut found = Vec::new();
    let format = definition.source_last_updated_timestamp_format.as_deref();
    if let Some(Err(problem)) = format.map(TimestampFormat::parse) {
        found.push(format!("SourceLastUpdatedTimestampFormat: {problem}"));
    }
    field_problems(definition, &mut found);
    key_problems(definition, &mut found);
    found.truncate(PROBLEMS_MAX);
    found
}

/// What is wrong with a definition beside the other types of its domain: key names are global.
#[must_use]
pub fn conflicts<'a>(
    definition: &Definition,
    others: impl Iterator<Item = (&'a str, &'a Definition)>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (other, theirs) in others {
        for (name, _) in &definition.keys {
            if let Some(content_types) = theirs.key_content_types(name)
                && definition
                    .key_content_types(name)
                    .is_some_and(|ours| ours != content_types)
            {
                found.push(format!(
                    "Keys.{name}: object type {other} has this key with other content types"
                ));
            }
        }
    }
    found.truncate(PROBLEMS_MAX);
    found
}

fn field_problems(definition: &Definition, found: &mut Vec<String>) {
    if definition.fields.is_empty() {
        found.push("Fields: at least one field is required".to_owned());
    }
    if definition.fields.len() > FIELDS_MAX {
        found.push(format!("Fields: at most {FIELDS_MAX} fields"));
    }
    let mut targets = Vec::new();
    for (name, field) in definition.fields.iter().take(FIELDS_MAX) {
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            found.push(format!("Fields.{name}: a field name starts with a letter"));
        }
        if name.eq_ignore_ascii_case("tags") {
            found.push(format!("Fields.{name}: this name is reserved"));
        }
        match field.source.as_deref().map(Source::parse) {
            None => found.push(format!("Fields.{name}.Source: is required")),
            Some(Err(problem)) => found.push(format!("Fields.{name}.Source: {problem}")),
            Some(Ok(_)) => {}
        }
        match field.target.as_deref().map(Destination::parse) {
            Some(Ok(target)) => targets.push((name, target)),
            Some(Err(problem)) => found.push(format!("Fields.{name}.Target: {problem}")),
            None => {}
        }
    }
    let fills = |scalar: &'static str| {
        targets
            .iter()
            .any(|(_, target)| *target == Destination::Field(Target::Scalar(scalar)))
    };
    for (one, other) in EXCLUSIVE {
        if fills(one) && fills(other) {
            found.push(format!(
                "Fields: only one of _profile.{one} and _profile.{other} can be filled"
            ));
        }
    }
    if definition.source_last_updated_timestamp_format.is_none() {
        for (name, _) in targets
            .iter()
            .filter(|(_, t)| *t == Destination::SourceLastUpdated)
        {
            found.push(format!(
                "Fields.{name}.Target: _profile.SourceLastUpdatedTimestamp needs SourceLastUpdatedTimestampFormat"
            ));
        }
    }
}

fn key_problems(definition: &Definition, found: &mut Vec<String>) {
    let entries: Vec<(&str, &Key)> = definition.all_keys().collect();
    if entries.len() > KEYS_MAX {
        found.push(format!("Keys: at most {KEYS_MAX} keys"));
    }
    for (name, entries) in &definition.keys {
        name_problems(name, found);
        let content_types = |key: &Key| -> Vec<ContentType> {
            key.field_names
                .iter()
                .map(|field| definition.content_type(field))
                .collect()
        };
        if entries
            .windows(2)
            .any(|pair| content_types(&pair[0]) != content_types(&pair[1]))
        {
            found.push(format!(
                "Keys.{name}: its entries have different content types"
            ));
        }
    }
    for (name, key) in entries.iter().take(KEYS_MAX) {
        for problem in entry_problems(name, key, definition) {
            found.push(format!("Keys.{name}: {problem}"));
        }
    }
    let unique = entries
        .iter()
        .filter(|(_, key)| key.is(StandardIdentifier::Unique))
        .count();
    if unique != 1 {
        found.push(format!("Keys: exactly one key is UNIQUE, not {unique}"));
    }
    let by_profile_id = |(name, key): &(&str, &Key)| {
        *name == keys::PROFILE_ID && key.is(StandardIdentifier::Profile)
    };
    if !entries
        .iter()
        .any(|entry| entry.1.is_plain_profile_key() || by_profile_id(entry))
    {
        found.push(
            "Keys: at least one key is PROFILE without SECONDARY, LOOKUP_ONLY or NEW_ONLY"
                .to_owned(),
        );
    }
}

fn name_problems(name: &str, found: &mut Vec<String>) {
    if name.eq_ignore_ascii_case("tags") {
        found.push(format!("Keys.{name}: this name is reserved"));
    }
    if name.starts_with('_') && !keys::PREDEFINED.contains(&name) {
        found.push(format!(
            "Keys.{name}: is not one of the predefined keys that start with `_`"
        ));
    }
}

fn entry_problems(name: &str, key: &Key, definition: &Definition) -> Vec<String> {
    use StandardIdentifier::{LookupOnly, NewOnly, Secondary, Unique};
    let mut found = Vec::new();
    if key.field_names.is_empty() {
        found.push("FieldNames: at least one field is required".to_owned());
    }
    for field in &key.field_names {
        if definition.fields.get(field).is_none() {
            found.push(format!("FieldNames: `{field}` is not a field of the type"));
        }
    }
    if let Some(expected) = keys::predefined_content_type(name)
        && matches!(
            expected,
            ContentType::EmailAddress | ContentType::PhoneNumber
        )
        && key
            .field_names
            .iter()
            .any(|field| definition.content_type(field) != expected)
    {
        found.push(format!(
            "its fields must have the content type {}",
            if expected == ContentType::PhoneNumber {
                "PHONE_NUMBER"
            } else {
                "EMAIL_ADDRESS"
            }
        ));
    }
    if key.is(Unique) && (key.is(LookupOnly) || key.is(NewOnly)) {
        found.push("UNIQUE excludes LOOKUP_ONLY and NEW_ONLY".to_owned());
    }
    if key.is(LookupOnly) && key.is(NewOnly) {
        found.push("LOOKUP_ONLY excludes NEW_ONLY".to_owned());
    }
    let refined = key.is(Secondary) || key.is(LookupOnly) || key.is(NewOnly);
    let base = key
        .standard_identifiers
        .iter()
        .any(|identifier| !matches!(identifier, Secondary | LookupOnly | NewOnly | Unique));
    if refined && !base {
        found.push(
            "SECONDARY, LOOKUP_ONLY and NEW_ONLY need PROFILE or another object beside them"
                .to_owned(),
        );
    }
    if keys::LOOKUP_ONLY.contains(&name) && !key.is(LookupOnly) {
        found.push("can only be used with LOOKUP_ONLY".to_owned());
    }
    found
}
