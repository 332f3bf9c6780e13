//! Passwords: what a pool asks of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use signback_platform::random::Random;
use signback_platform::secret::Secret;

/// The greatest password, in bytes of UTF-8 (256 characters in the model).
pub(crate) const PASSWORD_BYTES_MAX: usize = 1024;
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";
const TEMPORARY_LENGTH: usize = 14;

/// What a pool asks of a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the interface's members")]
pub(crate) struct Policy {
    #[serde(default = "minimum_length")]
    pub(crate) minimum_length: usize,
    #[serde(default)]
    pub(crate) require_uppercase: bool,
    #[serde(default)]
    pub(crate) require_lowercase: bool,
    #[serde(default)]
    pub(crate) require_numbers: bool,
    #[serde(default)]
    pub(crate) require_symbols: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_history_size: Option<i64>,
    pub(crate) temporary_password_validity_days: Option<i64>,
}

const fn minimum_length() -> usize {
    8
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            minimum_length: minimum_length(),
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            password_history_size: None,
            temporary_password_validity_days: Some(7),
        }
    }
}

/// What a password lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    Short,
    NoUppercase,
    NoLowercase,
    NoNumber,
    NoSymbol,
    OuterSpace,
    Long,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Short => "Password not long enough",
            Self::NoUppercase => "Password must have uppercase characters",
            Self::NoLowercase => "Password must have lowercase characters",
            Self::NoNumber => "Password must have numeric characters",
            Self::NoSymbol => "Password must have symbol characters",
            Self::OuterSpace => "Password must not begin or end with a space",
            Self::Long => "Password too long",
        })
    }
}

impl Policy {
    /// Says what the password lacks, if anything.
    pub(crate) fn check(&self, password: &str) -> Result<(), Weakness> {
        let has = |kind: fn(char) -> bool| password.chars().any(kind);
        if password.len() > PASSWORD_BYTES_MAX {
            Err(Weakness::Long)
        } else if password.trim() != password {
            Err(Weakness::OuterSpace)
        } else if password.chars().count() < self.minimum_length {
            Err(Weakness::Short)
        } else if self.require_uppercase && !has(|c| c.is_ascii_uppercase()) {
            Err(Weakness::NoUppercase)
        } else if self.require_lowercase && !has(|c| c.is_ascii_lowercase()) {
            Err(Weakness::NoLowercase)
        } else if self.require_numbers && !has(|c| c.is_ascii_digit()) {
            Err(Weakness::NoNumber)
        } else if self.require_symbols && !has(|c| SYMBOLS.contains(c)) {
            Err(Weakness::NoSymbol)
        } else {
            Ok(())
        }
    }

    /// A password that any policy accepts, for a person to use once.
    pub(crate) fn temporary(&self, random: &dyn Random) -> Secret {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let length = self.minimum_length.max(TEMPORARY_LENGTH);
        Secret::new(format!("Aa1-{}", random.text(length - 4, LETTERS).expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signback_platform::random::SeededRandom;

    #[test]
    fn the_default_policy_names_what_is_missing() {
        let policy = Policy::default();
        for (password, weakness) in [
            ("Short-1", Weakness::Short),
            ("lower-case-1", Weakness::NoUppercase),
            ("UPPER-CASE-1", Weakness::NoLowercase),
            ("No-number-here", Weakness::NoNumber),
            ("NoSymbol1", Weakness::NoSymbol),
            (" Outer-space-1", Weakness::OuterSpace),
        ] {
            assert_eq!(policy.check(password), Err(weakness), "{password}");
        }
        assert_eq!(policy.check("Inner space 1"), Ok(()));
    }

    #[test]
    fn a_temporary_password_fits_the_strictest_policy() {
        let policy = Policy {
            minimum_length: 99,
            ..Policy::default()
        };
        let password = policy.temporary(&SeededRandom::new(1));
        assert_eq!(policy.check(password.expose()), Ok(()));
    }
}
