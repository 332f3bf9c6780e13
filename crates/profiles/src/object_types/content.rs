//! Content types of fields, and the one normal form that two spellings of a value share.
//!
//! The same function runs when a value is indexed and when it is searched for.

use serde::{Deserialize, Serialize};

/// Digits of a national number that is read as North American.
const NORTH_AMERICAN_DIGITS: usize = 10;
/// Digits of the longest international number (E.164).
const INTERNATIONAL_DIGITS_MAX: usize = 15;

/// What a field's values are, which decides how two of them compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContentType {
    /// Compared as it is.
    #[default]
    String,
    /// A decimal number: `7`, `07` and `7.0` are the same.
    Number,
    /// Compared without formatting.
    PhoneNumber,
    /// Compared without regard to the case of ASCII letters.
    EmailAddress,
    /// Compared without regard to case and runs of spaces.
    Name,
}

impl ContentType {
    /// The normal form of `value`; `None` when nothing is left to compare.
    #[must_use]
    pub fn normalised(self, value: &str) -> Option<String> {
        let normal = match self {
            Self::String => value.to_owned(),
            Self::Number => number(value.trim()),
            Self::PhoneNumber => phone(value),
            // Unicode case folding would let a look-alike letter fold onto another's address.
            Self::EmailAddress => value.trim().to_ascii_lowercase(),
            Self::Name => value
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase(),
        };
        (!normal.trim().is_empty()).then_some(normal)
    }
}

/// Whether `value` is an international number with nothing but formatting around its digits, so
/// that no country has to be guessed.
#[must_use]
pub fn is_international(value: &str) -> bool {
    let bare: String = value.chars().filter(|c| !" -().".contains(*c)).collect();
    bare.strip_prefix('+').is_some_and(|digits| {
        (2..=INTERNATIONAL_DIGITS_MAX).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

fn phone(value: &str) -> String {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return digits;
    }
    let leads_with_plus = value.chars().find(|c| *c == '+' || c.is_ascii_digit()) == Some('+');
    if leads_with_plus {
        format!("+{digits}")
    } else if let Some(international) = digits.strip_prefix("00") {
        // The prefix alone is no number.
        if international.is_empty() {
            String::new()
        } else {
            format!("+{international}")
        }
    } else if digits.len() == NORTH_AMERICAN_DIGITS {
        format!("+1{digits}")
    } else {
        digits
    }
}

/// The shortest spelling of a plain decimal number; any other text stays as it is.
fn number(value: &str) -> String {
    let (sign, unsigned) = match value.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", value.strip_prefix('+').unwrap_or(value)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return value.to_owned();
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let sign = if whole.is_empty() && fraction.is_empty() {
        ""
    } else {
        sign
    };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(content_type: ContentType, left: &str, right: &str) -> bool {
        content_type.normalised(left) == content_type.normalised(right)
    }

    #[test]
    fn phone_numbers_compare_without_formatting() {
        for other in [
            "(555)-123-4567",
            "555 123 4567",
            "0015551234567",
            "+1 (555) 123.4567",
        ] {
            assert!(
                same(ContentType::PhoneNumber, "+15551234567", other),
                "{other}"
            );
        }
        assert!(!same(ContentType::PhoneNumber, "+15551234567", "1234567"));
        assert!(!same(
            ContentType::PhoneNumber,
            "+445551234567",
            "5551234567"
        ));
        assert_eq!(ContentType::PhoneNumber.normalised("none"), None);
    }

    #[test]
    fn addresses_fold_ascii_letters_only() {
        assert!(same(
            ContentType::EmailAddress,
            " Ada@Example.COM",
            "ada@example.com"
        ));
        // The Kelvin sign lower-cases to an ASCII k in Unicode.
        assert!(!same(
            ContentType::EmailAddress,
            "\u{212a}im@example.com",
            "kim@example.com"
        ));
    }

    #[test]
    fn names_fold_case_and_spaces_and_strings_do_not() {
        assert!(same(ContentType::Name, "  Ada   LOVELACE ", "ada lovelace"));
        assert!(!same(ContentType::String, "Ada", "ada"));
        assert_eq!(ContentType::String.normalised("  "), None);
    }

    #[test]
    fn numbers_compare_by_value() {
        for (left, right) in [
            ("7", "07"),
            ("7", "7.00"),
            ("-0", "0"),
            (".5", "0.50"),
            ("+3", "3"),
        ] {
            assert!(same(ContentType::Number, left, right), "{left} {right}");
        }
        assert!(!same(ContentType::Number, "7", "-7"));
        assert_eq!(ContentType::Number.normalised("7a").as_deref(), Some("7a"));
    }

    #[test]
    fn only_a_number_with_its_country_is_international() {
        for yes in ["+15551234567", "+1 (555) 123-4567", "+4930123456"] {
            assert!(is_international(yes), "{yes}");
        }
        for no in [
            "5551234567",
            "0015551234567",
            "+0123456",
            "+1555x12",
            "+",
            "",
            "+1234567890123456",
        ] {
            assert!(!is_international(no), "{no}");
        }
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own_normal_form(value in "\\PC{0,40}", which in 0usize..5) {
            let content_type = [
                ContentType::String,
                ContentType::Number,
                ContentType::PhoneNumber,
                ContentType::EmailAddress,
                ContentType::Name,
            ][which];
            if let Some(normal) = content_type.normalised(&value) {
                let again = content_type.normalised(&normal);
                // A digit string of ten digits after 00 was stripped has its plus already.
                prop_assert_eq!(again, Some(normal));
            }
        }
    }
}
