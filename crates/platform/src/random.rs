//! Randomness as an input: the system's, or a seeded sequence for tests.

use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::clock::Timestamp;
use crate::secret::Secret;

/// A source of random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);

    /// Where the last key stood in time, so that the next one follows it.
    fn last_key(&self) -> &AtomicU64;

    /// 16 random bytes below a time, in the shape of a UUID version 7 (RFC 9562 §5.7): keys made
    /// later sort later, those of one millisecond by a counter in place of 12 random bits (§6.2).
    fn time_ordered_key(&self, now: Timestamp) -> [u8; 16] {
        let mut key = [0; 16];
        self.fill(&mut key);
        let counter = u16::from_be_bytes([key[6] & 0x07, key[7]]);
        let step = step_after(self.last_key(), now, counter);
        key[..6].copy_from_slice(&(step >> 12).to_be_bytes()[2..]);
        key[6..8].copy_from_slice(&step.to_be_bytes()[6..]);
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

/// The milliseconds (48 bits) and counter (12 bits) of the next key: a fresh counter in a new
/// millisecond, else one step after the last key; 4,096 of them run into the next millisecond. A
/// clock that was put back is followed back.
fn step_after(last: &AtomicU64, now: Timestamp, counter: u16) -> u64 {
    let millis = now.millis().unsigned_abs() & 0xffff_ffff_ffff;
    let fresh = millis << 12 | u64::from(counter);
    let next = |last: u64| {
        let follows = (millis..=millis + AHEAD_MAX_MILLIS).contains(&(last >> 12));
        Some(if follows { last + 1 } else { fresh })
    };
    let previous = last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    previous.ok().and_then(next).unwrap_or(fresh)
}

/// How far keys may run ahead of the clock; more means that the clock was put back.
const AHEAD_MAX_MILLIS: u64 = 100;

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

    fn last_key(&self) -> &AtomicU64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        &LAST
    }
}

/// A repeatable sequence for tests: SHA-256 over a seed and a counter.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    drawn: AtomicU64,
    last_key: AtomicU64,
}

impl SeededRandom {
    /// The sequence that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
            last_key: AtomicU64::new(0),
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

    fn last_key(&self) -> &AtomicU64 {
        &self.last_key
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
    fn keys_of_one_moment_sort_as_they_were_made() {
        let random = SeededRandom::new(1);
        let now = Timestamp::from_millis(1_768_469_400_000);
        let keys: Vec<String> = (0..10_000).map(|_| random.uuid(now)).collect();
        assert!(keys.is_sorted_by(|earlier, later| earlier < later));
        assert!(keys.iter().all(|key| &key[14..15] == "7"));
        assert!(random.uuid(now.plus_millis(5)) > keys[9_999]);
        // A clock that was put back is followed.
        assert!(random.uuid(now.plus_seconds(-1)) < keys[0]);
    }

    #[test]
    fn a_seed_repeats_its_sequence() {
        let bytes = |seed| SeededRandom::new(seed).secret_bytes();
        assert_eq!(bytes(7), bytes(7));
        assert_ne!(bytes(7), bytes(8));
    }
}
