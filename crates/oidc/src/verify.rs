//! What a relying party checks before it believes a token (`OpenID` Connect Core §3.1.3.7, RFC 8725).

use std::fmt;

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::token::{Signed, at_hash, verify_signature};
use crate::{Algorithm, Jwks};

/// The greatest subject, in bytes (`OpenID` Connect Core §2).
const SUBJECT_BYTES_MAX: usize = 255;

/// What an ID token has to say to be accepted.
#[derive(Clone, Copy)]
pub struct Expectations<'a> {
    /// The issuer, compared byte for byte.
    pub issuer: &'a str,
    /// The client that the token must be for.
    pub client_id: &'a str,
    /// The nonce of the attempt; `None` only where no nonce was sent.
    pub nonce: Option<&'a str>,
    /// The time now, in seconds since 1970.
    pub now: i64,
    /// When the attempt began: a token that was issued earlier belongs to another one.
    pub issued_not_before: Option<i64>,
    /// The algorithms that the issuer is known to use.
    pub algorithms: &'a [Algorithm],
    /// Whether the issuer is a Cognito user pool, whose ID tokens say `token_use: id`.
    pub cognito: bool,
    /// The access token that came with it, for `at_hash`.
    pub access_token: Option<&'a str>,
    /// How far the two clocks may be apart, in seconds.
    pub leeway: i64,
    /// The age that was asked for with `max_age`, in seconds.
    pub max_age: Option<i64>,
}

impl fmt::Debug for Expectations<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expectations")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// What an access token of our own pool has to say to be accepted.
#[derive(Debug, Clone, Copy)]
pub struct AccessExpectations<'a> {
    /// The issuer, compared byte for byte.
    pub issuer: &'a str,
    /// The time now, in seconds since 1970.
    pub now: i64,
}

/// Why a token was refused. The texts never hold anything out of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum TokenRefusal {
    /// More than [`crate::TOKEN_BYTES_MAX`] bytes.
    #[error("the token is too long")]
    TooLong,
    /// Not `header.payload.signature`.
    #[error("the token does not have three parts")]
    NotThreeParts,
    /// A part is not base64url, or not a JSON object.
    #[error("the token is malformed")]
    Malformed,
    /// A member stands twice in the header or the payload.
    #[error("the token has a member twice")]
    DuplicateMember,
    /// `alg` is missing, unknown, or not one that the issuer uses.
    #[error("the token's algorithm is not allowed for this issuer")]
    Algorithm,
    /// The header asks for an extension.
    #[error("the token's header demands an extension")]
    Critical,
    /// `typ` says that this is another kind of token.
    #[error("the token's header names another type of token")]
    Type,
    /// The issuer has no key with that id: worth fetching its keys again.
    #[error("the token is signed with a key that the issuer does not publish")]
    UnknownKey,
    /// More than one key could be meant.
    #[error("the token does not say which of the issuer's keys it is signed with")]
    AmbiguousKey,
    /// The key is of another type than the algorithm needs.
    #[error("the key does not fit the token's algorithm")]
    KeyType,
    /// The key is not for signatures.
    #[error("the key is not meant for signatures")]
    KeyUse,
    /// The RSA key is too short or absurdly long.
    #[error("the key's size is not acceptable")]
    KeySize,
    /// The signature is not that key's over this text.
    #[error("the token's signature is wrong")]
    Signature,
    /// `iss` is missing or another.
    #[error("the token is from another issuer")]
    Issuer,
    /// `aud` does not name the client.
    #[error("the token is not for this client")]
    Audience,
    /// `azp` names another client, or is missing where there are several audiences.
    #[error("the token was issued to another party")]
    AuthorizedParty,
    /// `exp` is missing, not a time, or past.
    #[error("the token has expired")]
    Expired,
    /// `iat` is missing, or not a time.
    #[error("the token does not say when it was issued")]
    IssuedAt,
    /// `iat` lies in the future.
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// `iat` lies before the attempt.
    #[error("the token was issued before this sign-in began")]
    IssuedTooEarly,
    /// `nbf` is not a time, or lies in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `nonce` is missing or another.
    #[error("the token belongs to another sign-in")]
    Nonce,
    /// `sub` is missing, empty or too long.
    #[error("the token does not name its subject properly")]
    Subject,
    /// `at_hash` does not fit the access token.
    #[error("the access token is not the one that the token was issued with")]
    AccessTokenHash,
    /// `token_use` is missing or another.
    #[error("the token is not of the kind that is needed here")]
    TokenUse,
    /// `auth_time` is missing or too old for `max_age`.
    #[error("the person did not sign in recently enough")]
    AuthenticationAge,
}

/// Claims that have been verified; there is no other way to get them out of a token.
#[derive(Clone, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    /// The subject: who this is at the issuer.
    #[must_use]
    pub fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// A claim.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A claim that is a text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Whether a claim such as `email_verified` is true: the boolean or, as some providers write
    /// it, the text. Anything else is false.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(value)) => value == "true",
            _ => false,
        }
    }

    /// All claims.
    #[must_use]
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// All claims.
    #[must_use]
    pub fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims({} members)", self.0.len())
    }
}

/// Verifies an ID token completely.
///
/// # Errors
/// The first check that fails, in the order of [`TokenRefusal`]'s variants.
/// [`TokenRefusal::UnknownKey`] can mean that the issuer has new keys.
pub fn verify_id_token(
    token: &str,
    keys: &Jwks,
    expected: &Expectations<'_>,
) -> Result<Claims, TokenRefusal> {
    let Signed { algorithm, claims } = verify_signature(token, keys, expected.algorithms)?;
    check_issuer(&claims, expected.issuer)?;
    check_audience(&claims, expected.client_id)?;
    check_times(&claims, expected)?;
    check_nonce(&claims, expected.nonce)?;
    check_subject(&claims)?;
    check_access_token_hash(&claims, algorithm, expected.access_token)?;
    if expected.cognito && text(&claims, "token_use") != Some("id") {
        return Err(TokenRefusal::TokenUse);
    }
    check_authentication_age(&claims, expected)?;
    Ok(Claims(claims))
}

/// Verifies an access token that one of our own pools issued.
///
/// # Errors
/// The first check that fails. No leeway: issuer and reader share a clock.
pub fn verify_access_token(
    token: &str,
    keys: &Jwks,
    expected: &AccessExpectations<'_>,
) -> Result<Claims, TokenRefusal> {
    let Signed { claims, .. } = verify_signature(token, keys, &[Algorithm::Rs256])?;
    check_issuer(&claims, expected.issuer)?;
    if time(&claims, "exp").is_none_or(|expiry| expiry <= expected.now) {
        return Err(TokenRefusal::Expired);
    }
    check_subject(&claims)?;
    if text(&claims, "token_use") != Some("access") {
        return Err(TokenRefusal::TokenUse);
    }
    Ok(Claims(claims))
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// A `NumericDate` in whole seconds; fractions are allowed and cut off (RFC 7519 §2).
fn time(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let number = claims.get(name)?.as_number()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, as is wanted"
    )]
    number
        .as_i64()
        .or_else(|| number.as_f64().map(|seconds| seconds.floor() as i64))
}

fn check_issuer(claims: &Map<String, Value>, issuer: &str) -> Result<(), TokenRefusal> {
    if text(claims, "iss") == Some(issuer) {
        Ok(())
    } else {
        Err(TokenRefusal::Issuer)
    }
}

fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), TokenRefusal> {
    let several = match claims.get("aud") {
        Some(Value::String(audience)) if audience == client_id => false,
        Some(Value::Array(audiences))
            if audiences.iter().all(Value::is_string)
                && audiences.iter().any(|audience| audience == client_id) =>
        {
            audiences.len() > 1
        }
        _ => return Err(TokenRefusal::Audience),
    };
    match claims.get("azp") {
        None if several => Err(TokenRefusal::AuthorizedParty),
        Some(party) if party != client_id => Err(TokenRefusal::AuthorizedParty),
        _ => Ok(()),
    }
}

fn check_times(
    claims: &Map<String, Value>,
    expected: &Expectations<'_>,
) -> Result<(), TokenRefusal> {
    let latest_start = expected.now.saturating_add(expected.leeway);
    let earliest_end = expected.now.saturating_sub(expected.leeway);
    if time(claims, "exp").is_none_or(|expiry| expiry <= earliest_end) {
        return Err(TokenRefusal::Expired);
    }
    let issued_at = time(claims, "iat").ok_or(TokenRefusal::IssuedAt)?;
    if issued_at > latest_start {
        return Err(TokenRefusal::IssuedInFuture);
    }
    let began = expected
        .issued_not_before
        .map(|began| began.saturating_sub(expected.leeway));
    if began.is_some_and(|began| issued_at < began) {
        return Err(TokenRefusal::IssuedTooEarly);
    }
    if claims.contains_key("nbf") && time(claims, "nbf").is_none_or(|start| start > latest_start) {
        return Err(TokenRefusal::NotYetValid);
    }
    Ok(())
}

fn check_nonce(claims: &Map<String, Value>, nonce: Option<&str>) -> Result<(), TokenRefusal> {
    let Some(nonce) = nonce else {
        return Ok(());
    };
    let same = text(claims, "nonce")
        .is_some_and(|given| bool::from(given.as_bytes().ct_eq(nonce.as_bytes())));
    if same {
        Ok(())
    } else {
        Err(TokenRefusal::Nonce)
    }
}

fn check_subject(claims: &Map<String, Value>) -> Result<(), TokenRefusal> {
    match text(claims, "sub") {
        Some(subject) if (1..=SUBJECT_BYTES_MAX).contains(&subject.len()) => Ok(()),
        _ => Err(TokenRefusal::Subject),
    }
}

fn check_access_token_hash(
    claims: &Map<String, Value>,
    algorithm: Algorithm,
    access_token: Option<&str>,
) -> Result<(), TokenRefusal> {
    let (Some(hash), Some(access_token)) = (claims.get("at_hash"), access_token) else {
        return Ok(());
    };
    if *hash == at_hash(algorithm, access_token) {
        Ok(())
    } else {
        Err(TokenRefusal::AccessTokenHash)
    }
}

fn check_authentication_age(
    claims: &Map<String, Value>,
    expected: &Expectations<'_>,
) -> Result<(), TokenRefusal> {
    let Some(max_age) = expected.max_age else {
        return Ok(());
    };
    let oldest = expected
        .now
        .saturating_sub(max_age)
        .saturating_sub(expected.leeway);
    match time(claims, "auth_time") {
        Some(signed_in) if signed_in >= oldest => Ok(()),
        _ => Err(TokenRefusal::AuthenticationAge),
    }
}
