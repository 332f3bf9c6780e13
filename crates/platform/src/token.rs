//! Bearer tokens: the key of a row and a random part of 256 bits in one text.
//!
//! The row is found by its key (an index look-up on a time-ordered value) and holds only the
//! SHA-256 of the random part, which is compared in constant time. So a stolen database opens
//! nothing, and a guessed key opens nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::secret::Secret;

const KEY_LENGTH: usize = 16;
const RANDOM_LENGTH: usize = 32;

/// A bearer token taken apart.
#[derive(Clone)]
pub struct Token {
    key: [u8; KEY_LENGTH],
    random: [u8; RANDOM_LENGTH],
}

impl Token {
    /// A token for the row `key`.
    #[must_use]
    pub const fn new(key: [u8; KEY_LENGTH], random: [u8; RANDOM_LENGTH]) -> Self {
        Self { key, random }
    }

    /// Reads the text of [`Token::text`]; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (key, random) = bytes.split_at_checked(KEY_LENGTH)?;
        Some(Self {
            key: key.try_into().ok()?,
            random: random.try_into().ok()?,
        })
    }

    /// 64 characters of base64url, safe in URLs, headers and JSON.
    #[must_use]
    pub fn text(&self) -> Secret {
        Secret::new(URL_SAFE_NO_PAD.encode([&self.key[..], &self.random[..]].concat()))
    }

    /// The row's key as 32 hexadecimal digits.
    #[must_use]
    pub fn key(&self) -> String {
        hex::encode(self.key)
    }

    /// What the row keeps of the random part.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.random).to_vec()
    }

    /// Whether the stored hash belongs to this token, compared in constant time.
    #[must_use]
    pub fn matches(&self, stored_hash: &[u8]) -> bool {
        self.hash().ct_eq(stored_hash).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({}, hidden)", self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_and_matches_only_its_own_hash() {
        let token = Token::new([1; 16], [2; 32]);
        let read = Token::parse(token.text().expose()).unwrap();
        assert_eq!(read.key(), token.key());
        assert!(read.matches(&token.hash()));
        assert!(!Token::new([1; 16], [3; 32]).matches(&token.hash()));
    }

    #[test]
    fn other_texts_are_not_tokens() {
        for text in [
            "",
            "a",
            "%%",
            &"A".repeat(63),
            &"A".repeat(65),
            &"A".repeat(4000),
        ] {
            assert!(Token::parse(text).is_none(), "{text:.10}");
        }
    }
}
