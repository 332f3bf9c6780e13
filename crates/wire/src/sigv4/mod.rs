//! Signatures, version 4: signing and verifying over one canonical form.
//!
//! The command signs what it sends and the service verifies what it gets with the same code, so
//! the two cannot drift apart. Time is an input, in epoch seconds.

mod canonical;
mod date;
mod sign;
mod verify;

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::{Digest, Sha256};

pub use date::{parse_stamp, stamp};
pub use sign::{Payload, Unsignable, presign, sign};
pub use verify::{Checks, Presented, Unverified};

/// The name of the algorithm.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last part of every scope.
const TERMINATOR: &str = "aws4_request";
/// What stands for the hash of a body that is not part of the signature.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// The longest that a signed address may be valid.
pub const PRESIGNED_SECONDS_MAX: u64 = 7 * 24 * 60 * 60;

/// The parts of a request that a signature covers, as they travel.
#[derive(Clone, Copy, Debug)]
pub struct Covered<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, percent-encoded.
    pub path: &'r str,
    /// The query string without its question mark, percent-encoded.
    pub query: &'r str,
    /// The headers, `host` among them.
    pub headers: &'r HeaderMap,
}

/// What a caller signs with.
#[derive(Clone, Copy)]
pub struct Credentials<'c> {
    /// The id of the access key.
    pub access_key_id: &'c str,
    /// The secret of the access key.
    pub secret_access_key: &'c str,
    /// The token of a temporary access key; an empty one counts as none.
    pub session_token: Option<&'c str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// When and for what a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'s> {
    /// The region.
    pub region: &'s str,
    /// The service's signing name.
    pub service: &'s str,
    /// The time in epoch seconds.
    pub time: i64,
}

/// The signature of a canonical request.
fn signature(
    secret: &str,
    stamp: &str,
    region: &str,
    service: &str,
    canonical_request: &str,
) -> [u8; 32] {
    let date = &stamp[..8];
    let digest = hex::encode(Sha256::digest(canonical_request));
    let to_sign = format!("{ALGORITHM}\n{stamp}\n{date}/{region}/{service}/{TERMINATOR}\n{digest}");
    let key = mac(format!("AWS4{secret}").as_bytes(), date);
    [region, service, TERMINATOR, &to_sign]
        .iter()
        .fold(key, |key, part| mac(&key, part))
}

fn mac(key: &[u8], text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// The hash of a body, as it stands in signatures.
#[must_use]
pub fn payload_hash(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

#[cfg(test)]
mod tests;
