//! The fields of the standard profile, and how object types name them.

use std::fmt;

/// Scalar fields of the standard profile, in the order of its definition.
pub const SCALARS: &[&str] = &[
    "AccountNumber",
    "AdditionalInformation",
    "PartyType",
    "BusinessName",
    "FirstName",
    "MiddleName",
    "LastName",
    "BirthDate",
    "Gender",
    "PhoneNumber",
    "MobilePhoneNumber",
    "HomePhoneNumber",
    "BusinessPhoneNumber",
    "EmailAddress",
    "PersonalEmailAddress",
    "BusinessEmailAddress",
    "PartyTypeString",
    "GenderString",
    "ProfileType",
];
/// The four addresses.
pub const ADDRESSES: &[&str] = &[
    "Address",
    "ShippingAddress",
    "MailingAddress",
    "BillingAddress",
];
/// The parts of an address.
pub const ADDRESS_PARTS: &[&str] = &[
    "Address1",
    "Address2",
    "Address3",
    "Address4",
    "City",
    "County",
    "State",
    "Province",
    "Country",
    "PostalCode",
];

/// Longest value of most fields, in characters.
const VALUE_LENGTH_MAX: usize = 255;
/// Longest additional information, in characters.
const INFORMATION_LENGTH_MAX: usize = 1000;

/// One field of the standard profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A field of its own.
    Scalar(&'static str),
    /// A part of an address.
    Address(&'static str, &'static str),
    /// A custom attribute.
    Attribute(String),
}

/// What a field of an object type may fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    Field(Target),
    /// When the source last changed the object.
    SourceLastUpdated,
}

impl Target {
    /// Reads `EmailAddress`, `Address.City` or `Attributes.tier`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("Attributes.") {
            let fits = (1..=VALUE_LENGTH_MAX).contains(&name.chars().count());
            return fits.then(|| Self::Attribute(name.to_owned()));
        }
        if let Some((address, part)) = text.split_once('.') {
            return Some(Self::Address(
                listed(ADDRESSES, address)?,
                listed(ADDRESS_PARTS, part)?,
            ));
        }
        listed(SCALARS, text).map(Self::Scalar)
    }

    /// Whether the field can hold `value`: an ingested value that it cannot is left out.
    #[must_use]
    pub fn holds(&self, value: &str) -> bool {
        let length_max = match self {
            Self::Scalar("AdditionalInformation") => INFORMATION_LENGTH_MAX,
            _ => VALUE_LENGTH_MAX,
        };
        let allowed: Option<&[&str]> = match self {
            Self::Scalar("Gender") => Some(&["MALE", "FEMALE", "UNSPECIFIED"]),
            Self::Scalar("PartyType") => Some(&["INDIVIDUAL", "BUSINESS", "OTHER"]),
            Self::Scalar("ProfileType") => Some(&["ACCOUNT_PROFILE", "PROFILE"]),
            _ => None,
        };
        let length = value.chars().count();
        length > 0 && length <= length_max && allowed.is_none_or(|allowed| allowed.contains(&value))
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(name) => f.write_str(name),
            Self::Address(address, part) => write!(f, "{address}.{part}"),
            Self::Attribute(name) => write!(f, "Attributes.{name}"),
        }
    }
}

impl Destination {
    /// Reads an object type's target; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let Some(field) = text.strip_prefix("_profile.") else {
            return Err("only the fields of `_profile` can be filled here".to_owned());
        };
        if field == "SourceLastUpdatedTimestamp" {
            return Ok(Self::SourceLastUpdated);
        }
        Target::parse(field).map(Self::Field).ok_or_else(|| {
            format!("`{text}` is not a field of the standard profile that can be filled")
        })
    }
}

fn listed(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().find(|each| **each == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_read_and_print_alike() {
        for text in [
            "FirstName",
            "Address.City",
            "BillingAddress.PostalCode",
            "Attributes.a.b",
        ] {
            assert_eq!(Target::parse(text).unwrap().to_string(), text);
        }
        for wrong in [
            "ProfileId",
            "FoundByItems",
            "Address",
            "Address.Planet",
            "Attributes.",
            "_x",
        ] {
            assert_eq!(Target::parse(wrong), None, "{wrong}");
        }
        assert!(Destination::parse("_asset.Name").is_err());
        assert!(Destination::parse("_profile.ProfileId").is_err());
        assert_eq!(
            Destination::parse("_profile.SourceLastUpdatedTimestamp"),
            Ok(Destination::SourceLastUpdated)
        );
    }

    #[test]
    fn fields_hold_only_what_answers_may_show() {
        assert!(Target::Scalar("Gender").holds("FEMALE"));
        assert!(!Target::Scalar("Gender").holds("female"));
        assert!(Target::Scalar("GenderString").holds("female"));
        assert!(!Target::Scalar("FirstName").holds(&"x".repeat(256)));
        assert!(Target::Scalar("AdditionalInformation").holds(&"x".repeat(256)));
        assert!(!Target::Scalar("FirstName").holds(""));
    }
}
