//! Signing requests.

use http::{HeaderMap, HeaderValue, header};

use super::{
    ALGORITHM, Covered, Credentials, Scope, TERMINATOR, UNSIGNED_PAYLOAD, canonical, payload_hash,
    signature, stamp,
};
use crate::encoding::percent_encode;

/// Headers that change on the way or belong to one connection; they are never signed.
const NEVER_SIGNED: [&str; 8] = [
    "authorization",
    "connection",
    "expect",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// What a signature says about the body.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'p> {
    /// It covers these bytes.
    Body(&'p [u8]),
    /// It does not cover the body.
    Unsigned,
}

/// A value that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credentials or the region hold characters that cannot be sent")]
pub struct Unsignable;

/// Signs a request: adds `x-amz-date`, the token if there is one, and `authorization`.
///
/// Every header that is there is signed, but for those that change on the way; what must not be
/// signed is added afterwards. `host` has to be there.
pub fn sign(
    method: &str,
    path: &str,
    query: &str,
    headers: &mut HeaderMap,
    payload: Payload<'_>,
    credentials: &Credentials<'_>,
    scope: &Scope<'_>,
) -> Result<(), Unsignable> {
    let stamp = stamp(scope.time);
    headers.insert("x-amz-date", value(&stamp)?);
    if let Some(token) = credentials.session_token.filter(|token| !token.is_empty()) {
        headers.insert("x-amz-security-token", value(token)?);
    }
    let signed = signed_headers(headers);
    let covered = Covered {
        method,
        path,
        query,
        headers,
    };
    let signature = signed_by(&covered, &signed, payload, credentials, scope);
    let authorization = format!(
        "{ALGORITHM} Credential={}, SignedHeaders={}, Signature={}",
        credential(credentials, scope, &stamp),
        signed.join(";"),
        signature,
    );
    headers.insert(header::AUTHORIZATION, value(&authorization)?);
    Ok(())
}

/// The signature of what is covered, in hexadecimal.
fn signed_by(
    covered: &Covered<'_>,
    signed: &[String],
    payload: Payload<'_>,
    credentials: &Credentials<'_>,
    scope: &Scope<'_>,
) -> String {
    let payload = match payload {
        Payload::Body(body) => payload_hash(body),
        Payload::Unsigned => UNSIGNED_PAYLOAD.to_owned(),
    };
    let request = canonical::request(covered, signed, &payload, None);
    let (secret, stamp) = (credentials.secret_access_key, stamp(scope.time));
    hex::encode(signature(
        secret,
        &stamp,
        scope.region,
        scope.service,
        &request,
    ))
}

/// Signs an address: the query string with the signature in it, valid for `seconds`.
pub fn presign(
    covered: &Covered<'_>,
    payload: Payload<'_>,
    credentials: &Credentials<'_>,
    scope: &Scope<'_>,
    seconds: u64,
) -> Result<String, Unsignable> {
    let stamp = stamp(scope.time);
    let signed = signed_headers(covered.headers);
    let mut query = covered.query.to_owned();
    let mut add = |name: &str, text: &str| {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend([name, "=", &percent_encode(text)]);
    };
    add("X-Amz-Algorithm", ALGORITHM);
    add("X-Amz-Credential", &credential(credentials, scope, &stamp));
    add("X-Amz-Date", &stamp);
    add("X-Amz-Expires", &seconds.to_string());
    if let Some(token) = credentials.session_token.filter(|token| !token.is_empty()) {
        add("X-Amz-Security-Token", token);
    }
    add("X-Amz-SignedHeaders", &signed.join(";"));
    let covered = Covered {
        query: &query,
        ..*covered
    };
    let signature = signed_by(&covered, &signed, payload, credentials, scope);
    Ok(format!("{query}&X-Amz-Signature={signature}"))
}

fn signed_headers(headers: &HeaderMap) -> Vec<String> {
    let names = headers.keys().map(|name| name.as_str().to_owned());
    let mut signed: Vec<String> = names
        .filter(|name| !NEVER_SIGNED.contains(&name.as_str()))
        .collect();
    signed.sort_unstable();
    signed
}

fn credential(credentials: &Credentials<'_>, scope: &Scope<'_>, stamp: &str) -> String {
    format!(
        "{}/{}/{}/{}/{TERMINATOR}",
        credentials.access_key_id,
        &stamp[..8],
        scope.region,
        scope.service
    )
}

fn value(text: &str) -> Result<HeaderValue, Unsignable> {
    HeaderValue::from_bytes(text.as_bytes()).map_err(|_| Unsignable)
}
