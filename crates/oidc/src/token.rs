//! The compact form of a signed token: taken apart, and its signature judged.

use serde_json::{Map, Value};

use crate::encoding::{from_base64url, to_base64url};
use crate::jwk::{Jwk, Unfit};
use crate::{Algorithm, Jwks, TokenRefusal, json};

/// The greatest token that is looked at.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// What `typ` may say of an ID token: a JWT, any JOSE object (RFC 7515 §4.1.9), or what it is.
const TYPES: [&str; 3] = ["JWT", "JOSE", "id_token+jwt"];

/// The `at_hash` of an access token: the left half of its digest (`OpenID` Connect Core §3.1.3.6).
#[must_use]
pub fn at_hash(algorithm: Algorithm, access_token: &str) -> String {
    let digest = algorithm.digest(access_token.as_bytes());
    to_base64url(&digest[..digest.len() / 2])
}

/// A token whose signature has been found good; nothing is said yet about its claims.
pub(crate) struct Signed {
    pub(crate) algorithm: Algorithm,
    pub(crate) claims: Map<String, Value>,
}

/// Takes the token apart and checks its form, algorithm, key and signature, in this order.
pub(crate) fn verify_signature(
    token: &str,
    keys: &Jwks,
    allowed: &[Algorithm],
) -> Result<Signed, TokenRefusal> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenRefusal::TooLong);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenRefusal::NotThreeParts);
    };
    let signed_text = &token[..header.len() + 1 + payload.len()];
    let header = object(header)?;
    let claims = object(payload)?;
    let signature = from_base64url(signature).ok_or(TokenRefusal::Malformed)?;

    let algorithm = algorithm(&header, allowed)?;
    check_header(&header)?;
    let key = select_key(&header, keys, algorithm)?;
    if !algorithm.verify(&key.material, signed_text.as_bytes(), &signature) {
        return Err(TokenRefusal::Signature);
    }
    Ok(Signed { algorithm, claims })
}

fn object(part: &str) -> Result<Map<String, Value>, TokenRefusal> {
    let bytes = from_base64url(part).ok_or(TokenRefusal::Malformed)?;
    json::object(&bytes).map_err(|reason| match reason {
        json::Malformed::NotAnObject => TokenRefusal::Malformed,
        json::Malformed::DuplicateMember => TokenRefusal::DuplicateMember,
    })
}

fn algorithm(
    header: &Map<String, Value>,
    allowed: &[Algorithm],
) -> Result<Algorithm, TokenRefusal> {
    header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(Algorithm::from_name)
        .filter(|algorithm| allowed.contains(algorithm))
        .ok_or(TokenRefusal::Algorithm)
}

fn check_header(header: &Map<String, Value>) -> Result<(), TokenRefusal> {
    // Extensions that must be understood: none is.
    if header.contains_key("crit") {
        return Err(TokenRefusal::Critical);
    }
    match header.get("typ") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::String(typ)) if TYPES.iter().any(|it| typ.eq_ignore_ascii_case(it)) => Ok(()),
        Some(_) => Err(TokenRefusal::Type),
    }
}

/// The one key of the provider that the token may be signed with. A provider with a single key that
/// has no id can mean no other, whatever the token calls it. Keys that a header brings (`jwk`, `jku`,
/// `x5u`, `x5c`) are never looked at.
fn select_key<'a>(
    header: &Map<String, Value>,
    keys: &'a Jwks,
    algorithm: Algorithm,
) -> Result<&'a Jwk, TokenRefusal> {
    let named: Vec<&Jwk> = match header.get("kid") {
        None | Some(Value::Null) => keys.keys.iter().collect(),
        Some(Value::String(_)) if keys.keys.len() == 1 && keys.keys[0].kid().is_none() => {
            vec![&keys.keys[0]]
        }
        Some(Value::String(kid)) => keys
            .keys
            .iter()
            .filter(|key| key.kid() == Some(kid))
            .collect(),
        Some(_) => return Err(TokenRefusal::Malformed),
    };
    if named.is_empty() {
        return Err(TokenRefusal::UnknownKey);
    }
    let mut fitting = named.iter().filter(|key| key.fitness(algorithm).is_ok());
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        (Some(_), Some(_)) => Err(TokenRefusal::AmbiguousKey),
        (None, _) => Err(unfit(&named, algorithm)),
    }
}

/// The reason that comes closest to a fitting key.
fn unfit(named: &[&Jwk], algorithm: Algorithm) -> TokenRefusal {
    let reasons: Vec<Unfit> = named
        .iter()
        .filter_map(|key| key.fitness(algorithm).err())
        .collect();
    if reasons.contains(&Unfit::Size) {
        TokenRefusal::KeySize
    } else if reasons.contains(&Unfit::Use) {
        TokenRefusal::KeyUse
    } else {
        TokenRefusal::KeyType
    }
}
