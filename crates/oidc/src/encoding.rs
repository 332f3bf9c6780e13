//! base64url without padding, in its one canonical form.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};

/// Reads the numbers of published keys, which some providers pad.
const PADDED_OR_NOT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(crate) fn to_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes; padding, other alphabets and stray trailing bits are refused, so that no two texts
/// mean the same bytes.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Decodes the number of a key, padded or not (RFC 7518 §2 asks for no padding).
pub(crate) fn from_padded_base64url(text: &str) -> Option<Vec<u8>> {
    PADDED_OR_NOT.decode(text).ok()
}
