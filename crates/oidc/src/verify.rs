//! What a relying party checks before it believes a token (`OpenID` Connect Core §3.1.3.7, RFC 8725).

use std::fmt;

use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use thiserror::Error;

use crate::token::{Signed, at_hash, verify_signature};
use crate::{Algorithm, Jwks};

/// The greatest subject, in bytes (`OpenID` Connect Core §2).
const SUBJECT_BYTES_MAX: usize = 255;
/// How much of an issuer is shown.
const ISSUER_CHARS_SHOWN_MAX: usize = 100;

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

/// Why a token was refused: the member and the rule. The issuer is the only thing out of a token
/// that a text holds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenRefusal {
    /// More than [`crate::TOKEN_BYTES_MAX`] bytes.
    #[error("it is longer than {} bytes", crate::TOKEN_BYTES_MAX)]
    TooLong,
    /// Not `header.payload.signature`.
    #[error("it is not three parts with dots between them")]
    NotThreeParts,
    /// A part is not base64url, or not a JSON object.
    #[error("a part of it is not base64url, or not a JSON object")]
    Malformed,
    /// A member stands twice in the header or the payload.
    #[error("a member stands twice")]
    DuplicateMember,
    /// `alg` is missing, unknown, or not one that the issuer uses.
    #[error("alg: not one that the issuer announces and that can be verified")]
    Algorithm,
    /// The header asks for an extension.
    #[error("crit: no extension is understood")]
    Critical,
    /// `typ` says that this is another kind of token.
    #[error("typ: another type of token")]
    Type,
    /// The issuer has no key with that id: worth fetching its keys again.
    #[error("kid: the issuer publishes no such key")]
    UnknownKey,
    /// More than one key could be meant.
    #[error("kid: more than one of the issuer's keys could be meant")]
    AmbiguousKey,
    /// The key is of another type than the algorithm needs.
    #[error("alg: the key is of another type")]
    KeyType,
    /// The key is not for signatures.
    #[error("kid: the key is not meant for signatures")]
    KeyUse,
    /// The RSA key is too short or absurdly long.
    #[error("kid: the RSA key has not 2048 to 8192 bits")]
    KeySize,
    /// The signature is not that key's over this text.
    #[error("signature: not that key's over this token")]
    Signature,
    /// `iss` is missing or another.
    #[error("{0}")]
    Issuer(OtherIssuer),
    /// `aud` does not name the client.
    #[error("aud: does not name the app client")]
    Audience,
    /// `azp` names another client, or is missing where there are several audiences.
    #[error("azp: does not name the app client")]
    AuthorizedParty,
    /// `exp` is missing, not a time, or past.
    #[error("exp: missing or over")]
    Expired,
    /// `iat` is missing, or not a time.
    #[error("iat: missing or not a time")]
    IssuedAt,
    /// `iat` lies in the future.
    #[error("iat: lies in the future; compare the two clocks")]
    IssuedInFuture,
    /// `iat` lies before the attempt.
    #[error("iat: lies before the sign-in began; compare the two clocks")]
    IssuedTooEarly,
    /// `nbf` is not a time, or lies in the future.
    #[error("nbf: lies in the future or is not a time")]
    NotYetValid,
    /// `nonce` is missing: the provider does not return it, and cannot be used.
    #[error("nonce is missing: the provider has to return the one it was sent")]
    NonceMissing,
    /// `nonce` is another.
    #[error("nonce does not match: the token belongs to another sign-in")]
    Nonce,
    /// `sub` is missing, empty or too long.
    #[error("sub: missing, empty or longer than 255 bytes")]
    Subject,
    /// `at_hash` does not fit the access token.
    #[error("at_hash: not that of the access token")]
    AccessTokenHash,
    /// `token_use` is missing or another.
    #[error("token_use: missing or of another kind of token")]
    TokenUse,
    /// `auth_time` is missing or too old for `max_age`.
    #[error("auth_time: missing, or longer ago than asked for")]
    AuthenticationAge,
}

/// Two issuers that are not the same, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherIssuer {
    found: Option<String>,
    expected: String,
}

impl OtherIssuer {
    /// An issuer that is not the one expected; `None` if there is none at all.
    #[must_use]
    pub fn new(found: Option<&str>, expected: &str) -> Self {
        let shown = |text: &str| -> String {
            text.chars()
                .filter(|character| !character.is_control())
                .take(ISSUER_CHARS_SHOWN_MAX)
                .collect()
        };
        Self {
            found: found.map(shown),
            expected: shown(expected),
        }
    }
}

impl fmt::Display for OtherIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.found {
            Some(found) => write!(f, "issuer: {found} is not {}", self.expected),
            None => write!(f, "issuer: missing, expected {}", self.expected),
        }
    }
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

/// A member that is there and not `null`, which some providers write for one that they leave out.
fn present<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).filter(|value| !value.is_null())
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
    match text(claims, "iss") {
        Some(found) if found == issuer => Ok(()),
        found => Err(TokenRefusal::Issuer(OtherIssuer::new(found, issuer))),
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
    match present(claims, "azp") {
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
    if present(claims, "nbf").is_some()
        && time(claims, "nbf").is_none_or(|start| start > latest_start)
    {
        return Err(TokenRefusal::NotYetValid);
    }
    Ok(())
}

fn check_nonce(claims: &Map<String, Value>, nonce: Option<&str>) -> Result<(), TokenRefusal> {
    let Some(nonce) = nonce else {
        return Ok(());
    };
    match present(claims, "nonce") {
        None => Err(TokenRefusal::NonceMissing),
        Some(Value::String(given)) if given.as_bytes().ct_eq(nonce.as_bytes()).into() => Ok(()),
        Some(_) => Err(TokenRefusal::Nonce),
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
    let (Some(hash), Some(access_token)) = (present(claims, "at_hash"), access_token) else {
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
