//! Randomness as an input: the system's, or a seeded sequence for tests.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::secret::Secret;

/// A source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// 16 random bytes below a time, in the shape of a UUID version 7 (RFC 9562 §5.7): keys made
    /// later sort later, to the millisecond.
    fn time_ordered_key(&self, now: Timestamp) -> [u8; 16] {
        let mut key = [0; 16];
        self.fill(&mut key);
        let millis = now.millis().to_be_bytes();
        key[..6].copy_from_slice(&millis[2..]);
        key[6] = 0x70 | (key[6] & 0x0f);
        key[8] = 0x80 | (key[8] & 0x3f);
        key
    }

    /// A time-ordered key as 36 characters with dashes.
    fn uuid(&self, now: Timestamp) -> String {
        let digits = hex::encode(self.time_ordered_key(now));
        format!(
            "{}-{}-{}-{}-{}",
            &digits[..8],
            &digits[8..12],
            &digits[12..16],
            &digits[16..20],
            &digits[20..]
        )
    }

    /// 256 random bits.
    fn secret_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// `length` characters drawn evenly from `alphabet`.
    fn text(&self, length: usize, alphabet: &[u8]) -> Secret {
        let limit = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(length);
        let mut byte = [0];
        while text.len() < length {
            self.fill(&mut byte);
            let drawn = usize::from(byte[0]);
            if drawn < limit {
                text.push(char::from(alphabet[drawn % alphabet.len()]));
            }
        }
        Secret::new(text)
    }
}

/// The operating system's randomness.
#[derive(Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the system's randomness"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// A repeatable sequence for tests: SHA-256 over a seed and a counter.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: AtomicU64,
}

impl SeededRandom {
    /// The sequence that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
            let mut digest = Sha256::new();
            digest.update(self.seed.to_be_bytes());
            digest.update(drawn.to_be_bytes());
            chunk.copy_from_slice(&digest.finalize()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_keys_sort_later_and_look_like_uuids() {
        let random = SeededRandom::new(1);
        let earlier = random.uuid(Timestamp::from_millis(1_000));
        let later = random.uuid(Timestamp::from_millis(1_001));
        assert!(earlier < later);
        assert_eq!(earlier.len(), 36);
        assert_eq!(&earlier[14..15], "7");
    }

    #[test]
    fn a_seed_repeats_its_sequence() {
        let bytes = |seed| SeededRandom::new(seed).secret_bytes();
        assert_eq!(bytes(7), bytes(7));
        assert_ne!(bytes(7), bytes(8));
    }
}
