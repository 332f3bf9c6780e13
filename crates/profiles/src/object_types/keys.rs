//! The keys that every domain knows, and the one form in which key values are compared.

use sha2::{Digest, Sha256};

use super::content::ContentType;

/// The reserved key that ties a customer of an identity provider to a profile. It cannot be named
/// by object types or callers.
pub(crate) const IDENTITY: &str = "_identity";
/// The key that ties a contact to a profile.
pub(crate) const CONTACT: &str = "_ctrContactId";
/// The key over a profile's own id.
pub(crate) const PROFILE_ID: &str = "_profileId";

/// Separates the parts of a key's value: "a" and "bc" must not equal "ab" and "c".
pub(crate) const SEPARATOR: char = '\u{1f}';

/// The key names with a leading underscore that object types and searches may use.
pub(crate) const PREDEFINED: &[&str] = &[
    "_account",
    "_profileId",
    "_assetId",
    "_caseId",
    "_orderId",
    "_fullName",
    "_phone",
    "_email",
    "_ctrContactId",
    "_marketoLeadId",
    "_salesforceAccountId",
    "_salesforceContactId",
    "_salesforceAssetId",
    "_zendeskUserId",
    "_zendeskExternalId",
    "_zendeskTicketId",
    "_serviceNowSystemId",
    "_serviceNowIncidentId",
    "_segmentUserId",
    "_shopifyCustomerId",
    "_shopifyOrderId",
];
/// The predefined keys that an object type may only look up.
pub(crate) const LOOKUP_ONLY: &[&str] = &["_profileId", "_orderId", "_caseId", "_assetId"];

/// How the values of a predefined key compare; `None` for the names of object types.
pub(crate) fn predefined_content_type(name: &str) -> Option<ContentType> {
    match name {
        "_phone" => Some(ContentType::PhoneNumber),
        "_email" => Some(ContentType::EmailAddress),
        "_fullName" => Some(ContentType::Name),
        other => PREDEFINED.contains(&other).then_some(ContentType::String),
    }
}

/// The normal form of a key's value from the values of its parts; `None` if one is empty or
/// could pass for two.
pub(crate) fn joined<'a>(parts: impl Iterator<Item = (ContentType, &'a str)>) -> Option<String> {
    let normal: Option<Vec<String>> = parts
        .map(|(content_type, value)| content_type.normalised(value))
        .collect();
    let normal = normal?;
    // A part that brings its own separator could pass for two.
    if normal.len() > 1 && normal.iter().any(|part| part.contains(SEPARATOR)) {
        return None;
    }
    Some(normal.join(&SEPARATOR.to_string()))
}

/// The normal form of a value that is searched for. The parts of a key over several fields stand
/// in one text, with the separator between them.
pub(crate) fn searched(content_types: &[ContentType], value: &str) -> Option<String> {
    if let [only] = content_types {
        return only.normalised(value);
    }
    let parts: Vec<&str> = value.split(SEPARATOR).collect();
    if parts.len() != content_types.len() {
        return None;
    }
    joined(content_types.iter().copied().zip(parts))
}

/// What the index keeps of a key's value: any length becomes 32 bytes.
pub(crate) fn digest(value: &str) -> [u8; 32] {
    Sha256::digest(value).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_with_an_empty_part_has_no_value() {
        let parts = [
            (ContentType::String, "a"),
            (ContentType::PhoneNumber, "none"),
        ];
        assert_eq!(joined(parts.into_iter()), None);
    }

    #[test]
    fn a_part_cannot_pass_for_two() {
        let parts = [
            (ContentType::String, "a\u{1f}b"),
            (ContentType::String, "c"),
        ];
        assert_eq!(joined(parts.into_iter()), None);
    }

    proptest! {
        #[test]
        fn parts_do_not_run_into_each_other(a in "[a-c]{1,3}", b in "[a-c]{1,3}", c in "[a-c]{1,3}", d in "[a-c]{1,3}") {
            let value = |x: &str, y: &str| {
                joined([(ContentType::String, x), (ContentType::String, y)].into_iter()).unwrap()
            };
            prop_assert_eq!(value(&a, &b) == value(&c, &d), a == c && b == d);
        }

        #[test]
        fn what_is_indexed_is_found(a in "[a-z]{1,8}", b in "\\+[1-9][0-9]{6,9}") {
            let types = [ContentType::Name, ContentType::PhoneNumber];
            let indexed = joined(types.into_iter().zip([a.as_str(), b.as_str()])).unwrap();
            let asked = format!("{}{SEPARATOR}{b}", a.to_uppercase());
            prop_assert_eq!(searched(&types, &asked), Some(indexed));
        }
    }
}
