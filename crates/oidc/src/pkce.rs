//! Proof Key for Code Exchange, RFC 7636, with the one method that is worth using: S256.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Secret;
use crate::encoding::{from_base64url, to_base64url};

/// The lengths that RFC 7636 §4.1 allows a verifier to have.
const VERIFIER_CHARS_MIN: usize = 43;
const VERIFIER_CHARS_MAX: usize = 128;

/// The secret that the client keeps between authorization and exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier(Secret);

impl Verifier {
    /// Makes a verifier of 43 characters out of 256 random bits.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(Secret::new(to_base64url(&bytes)))
    }

    /// Reads a verifier: 43 to 128 unreserved characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (VERIFIER_CHARS_MIN..=VERIFIER_CHARS_MAX).contains(&text.len());
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        (fits && text.bytes().all(unreserved)).then(|| Self(Secret::from(text)))
    }

    /// The verifier itself. Never log what this returns.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What the browser carries to the provider.
    #[must_use]
    pub fn challenge(&self) -> Challenge {
        Challenge(to_base64url(&Sha256::digest(self.expose().as_bytes())))
    }
}

/// The public half: base64url of the verifier's SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Reads a challenge: 43 characters that are 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = from_base64url(text)?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The text for the `code_challenge` parameter.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the verifier is the one that the challenge was made from.
    #[must_use]
    pub fn is_met_by(&self, verifier: &Verifier) -> bool {
        self.0
            .as_bytes()
            .ct_eq(verifier.challenge().0.as_bytes())
            .into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_rfc_7636_holds() {
        let verifier = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let challenge = Challenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert_eq!(verifier.challenge(), challenge);
        assert!(challenge.is_met_by(&verifier));
    }

    #[test]
    fn verifiers_of_a_wrong_form_are_refused() {
        for text in [
            "",
            &"a".repeat(42),
            &"a".repeat(129),
            &"a b".repeat(20),
            &"ä".repeat(30),
        ] {
            assert_eq!(Verifier::parse(text), None, "{text}");
        }
        assert!(Verifier::parse(&"a".repeat(128)).is_some());
    }

    #[test]
    fn a_verifier_does_not_show_itself() {
        let verifier = Verifier::from_random([7; 32]);
        assert!(!format!("{verifier:?}").contains(verifier.expose()));
    }

    proptest! {
        #[test]
        fn only_its_own_verifier_meets_a_challenge(one: [u8; 32], other: [u8; 32]) {
            let verifier = Verifier::from_random(one);
            let again = Verifier::parse(verifier.expose()).unwrap();
            prop_assert!(verifier.challenge().is_met_by(&again));
            let met = verifier.challenge().is_met_by(&Verifier::from_random(other));
            prop_assert_eq!(met, one == other);
        }

        #[test]
        fn garbage_never_panics(text in ".{0,200}") {
            let _ = Verifier::parse(&text);
            let _ = Challenge::parse(&text);
        }
    }
}
