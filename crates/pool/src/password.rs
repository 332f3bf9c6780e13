//! Passwords: the policy, and the slow hash.

use std::fmt;
use std::sync::Arc;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use signback_platform::random::Random;
use signback_platform::secret::Secret;
use signback_platform::store::Error;

/// How many passwords may be hashed at once; each takes 19 MiB and about 16 ms of CPU.
const HASHES_AT_ONCE: usize = 4;
/// How many may wait for their turn.
const WAITING_MAX: usize = 512;
/// The greatest password, in bytes of UTF-8 (256 characters in the model).
const PASSWORD_BYTES_MAX: usize = 1024;
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ";
const TEMPORARY_LENGTH: usize = 14;
const SALT_LENGTH: usize = 16;

/// A hash that no password has, of the same cost as real ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2lnbmJhY2svbm9ib2R5$\
    VwOB0t3V2ZMJn0RHDb0aU9y2ROhpnXOIDdfVmNrOQ4U";

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

/// The slow hash, a few at a time and never on a thread that serves.
#[derive(Clone, Debug)]
pub(crate) struct Hasher {
    /// Places in the queue, those at work included.
    places: Arc<Semaphore>,
    permits: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(HASHES_AT_ONCE + WAITING_MAX)),
            permits: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
        }
    }
}

impl Hasher {
    /// Hashes a password (argon2id, the library's default cost) in the PHC form.
    pub(crate) async fn hash(
        &self,
        random: &dyn Random,
        password: &Secret,
    ) -> Result<String, Error> {
        let mut salt = [0; SALT_LENGTH];
        random.fill(&mut salt);
        let password = password.clone();
        self.run(move || {
            Argon2::default()
                .hash_password_with_salt(password.expose().as_bytes(), &salt)
                .expect("the default cost, a password far below 4 GiB and a salt of 16 bytes fit")
                .to_string()
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it takes as long and is
    /// false, so that the time tells nobody which users there are.
    pub(crate) async fn verify(
        &self,
        password: &Secret,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        let password = password.clone();
        self.run(move || {
            if password.expose().len() > PASSWORD_BYTES_MAX {
                return false;
            }
            let verify = |hash: &str| {
                Argon2::default()
                    .verify_password(password.expose().as_bytes(), hash)
                    .is_ok()
            };
            if let Some(hash) = hash {
                return verify(&hash);
            }
            let _ = verify(NOBODY);
            false
        })
        .await
    }

    /// Runs `work` when its turn comes; busy if too many are waiting already.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Error::Busy)?;
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let done = spawn_blocking(move || {
            let done = work();
            drop((permit, place));
            done
        });
        done.await.map_err(|_| Error::Panicked)
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

    #[tokio::test]
    async fn a_hash_knows_its_password_and_nobody_has_one() {
        let hasher = Hasher::default();
        let (right, wrong) = (
            Secret::new("Right-1-password"),
            Secret::new("Wrong-1-password"),
        );
        let hash = hasher.hash(&SeededRandom::new(1), &right).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(hasher.verify(&right, Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify(&wrong, Some(hash)).await.unwrap());
        assert!(!hasher.verify(&right, None).await.unwrap());
    }

    #[tokio::test]
    async fn too_many_at_once_are_told_so() {
        let hasher = Hasher {
            places: Arc::new(Semaphore::new(0)),
            ..Hasher::default()
        };
        let refused = hasher.verify(&Secret::new("x"), None).await;
        assert!(matches!(refused, Err(Error::Busy)));
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_a_real_one() {
        let started = |hash: &str| {
            // A malformed hash would be refused before any work is done.
            matches!(
                Argon2::default().verify_password(b"x", hash),
                Err(argon2::password_hash::Error::PasswordInvalid)
            )
        };
        assert!(started(NOBODY));
        assert!(!started("$argon2id$broken"));
    }
}
