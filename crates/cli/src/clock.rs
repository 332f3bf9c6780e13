//! The machine's time and randomness, in one place.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// The time now.
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "the command's own clock")]
    let now = SystemTime::now();
    Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Fills bytes that nobody can guess.
///
/// # Panics
/// A system without randomness.
pub(crate) fn random(bytes: &mut [u8]) {
    #[expect(clippy::disallowed_methods, reason = "the command's own randomness")]
    let filled = getrandom::fill(bytes);
    filled.expect("the system has randomness");
}

/// A random identifier: a UUID of version 4.
pub(crate) fn uuid() -> String {
    let mut bytes = [0; 16];
    random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A random time between nothing and the given one.
pub(crate) fn up_to(longest: Duration) -> Duration {
    let mut bytes = [0; 4];
    random(&mut bytes);
    longest.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
