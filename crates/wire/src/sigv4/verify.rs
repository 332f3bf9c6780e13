//! Verifying signatures.

use std::fmt;

use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use subtle::ConstantTimeEq;

use super::{
    ALGORITHM, Covered, PRESIGNED_SECONDS_MAX, TERMINATOR, UNSIGNED_PAYLOAD, canonical,
    parse_stamp, payload_hash, signature, stamp,
};

/// The query parameter that holds the signature of a signed address.
const SIGNATURE: &str = "X-Amz-Signature";

/// A signature as a request presents it, not yet verified.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    access_key_id: String,
    date: String,
    region: String,
    service: String,
    signed_headers: Vec<String>,
    signature: [u8; 32],
    time: i64,
    /// For signed addresses, how long they are valid.
    valid_seconds: Option<u64>,
    session_token: Option<String>,
}

/// Why a request is not verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unverified {
    /// There is no signature.
    #[error("the request is not signed")]
    Missing,
    /// The signature is not in the form that it must have.
    #[error("the signature cannot be read: {0}")]
    Malformed(&'static str),
    /// A header that must be signed is not.
    #[error("the header '{0}' must be signed")]
    UnsignedHeader(String),
    /// The request was signed too long ago.
    #[error("the signature has expired")]
    Expired,
    /// The request was signed in the future.
    #[error("the signature is not yet valid")]
    NotYetValid,
    /// The signature is for another service, region or day.
    #[error("the signature's scope has another {0}")]
    Scope(&'static str),
    /// The body is not the one that was signed.
    #[error("the body does not match its signed hash")]
    Payload,
    /// The signature is not the one that the key would make.
    #[error("the signature does not match")]
    Signature,
}

/// What a signature is held against.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'c> {
    /// The time in epoch seconds.
    pub now: i64,
    /// How far the time of signing may be off, in seconds.
    pub skew_seconds: i64,
    /// The service that the signature must be for.
    pub service: &'c str,
    /// The region that the signature must be for; any, if none.
    pub region: Option<&'c str>,
    /// Whether the body may be left out of the signature.
    pub unsigned_payload: bool,
}

impl fmt::Debug for Presented {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Presented")
            .field("access_key_id", &self.access_key_id)
            .field("region", &self.region)
            .field("service", &self.service)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

impl Presented {
    /// Reads the signature from the `authorization` header or the query string.
    pub fn read(headers: &HeaderMap, query: &str) -> Result<Presented, Unverified> {
        match headers.get(header::AUTHORIZATION) {
            Some(value) => {
                let text = value
                    .to_str()
                    .map_err(|_| Unverified::Malformed("the header is not text"))?;
                Presented::from_header(headers, text)
            }
            None if query.contains(SIGNATURE) => Presented::from_query(query),
            None => Err(Unverified::Missing),
        }
    }

    fn from_header(headers: &HeaderMap, text: &str) -> Result<Presented, Unverified> {
        let parts = text
            .strip_prefix(ALGORITHM)
            .filter(|rest| rest.starts_with([' ', '\t']));
        let parts = parts.ok_or(Unverified::Malformed(
            "the algorithm is not AWS4-HMAC-SHA256",
        ))?;
        let (mut credential, mut signed, mut signature) = (None, None, None);
        for part in parts
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (name, value) = part
                .split_once('=')
                .ok_or(Unverified::Malformed("a part has no '='"))?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed,
                "Signature" => &mut signature,
                _ => return Err(Unverified::Malformed("an unknown part")),
            };
            if place.replace(value).is_some() {
                return Err(Unverified::Malformed("a part stands twice"));
            }
        }
        let credential = credential.ok_or(Unverified::Malformed("no Credential"))?;
        let signed = signed.ok_or(Unverified::Malformed("no SignedHeaders"))?;
        let signature = signature.ok_or(Unverified::Malformed("no Signature"))?;
        let token = headers
            .get("x-amz-security-token")
            .and_then(|token| token.to_str().ok());
        Presented::assembled(
            credential,
            signed,
            signature,
            header_time(headers)?,
            None,
            token.map(str::to_owned),
        )
    }

    fn from_query(query: &str) -> Result<Presented, Unverified> {
        let parameter = |name: &str| {
            let mut given = query
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .filter(|(key, _)| *key == name);
            let (_, value) = given.next()?;
            // The same parameter twice could be read in two ways.
            let decoded = percent_decode_str(value)
                .decode_utf8()
                .ok()
                .filter(|_| given.next().is_none())?;
            Some(decoded.into_owned())
        };
        let required = |name, problem| parameter(name).ok_or(Unverified::Malformed(problem));
        if parameter("X-Amz-Algorithm").as_deref() != Some(ALGORITHM) {
            return Err(Unverified::Malformed(
                "the algorithm is not AWS4-HMAC-SHA256",
            ));
        }
        let time = parse_stamp(&required("X-Amz-Date", "no X-Amz-Date")?)
            .ok_or(Unverified::Malformed("X-Amz-Date is no time"))?;
        let seconds = required("X-Amz-Expires", "no X-Amz-Expires")?
            .parse::<u64>()
            .ok();
        let seconds = seconds.filter(|seconds| *seconds <= PRESIGNED_SECONDS_MAX);
        Presented::assembled(
            &required("X-Amz-Credential", "no X-Amz-Credential")?,
            &required("X-Amz-SignedHeaders", "no X-Amz-SignedHeaders")?,
            &required(SIGNATURE, "no X-Amz-Signature")?,
            time,
            Some(seconds.ok_or(Unverified::Malformed(
                "X-Amz-Expires is no number up to 604800",
            ))?),
            parameter("X-Amz-Security-Token"),
        )
    }

    fn assembled(
        credential: &str,
        signed: &str,
        signature: &str,
        time: i64,
        valid_seconds: Option<u64>,
        session_token: Option<String>,
    ) -> Result<Presented, Unverified> {
        // Read from the end: the scope's parts hold no slash, an access key id might.
        let mut parts = credential.rsplitn(5, '/');
        let terminator = parts.next();
        let (Some(service), Some(region), Some(date), Some(access_key_id)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unverified::Malformed("the credential has not five parts"));
        };
        if terminator != Some(TERMINATOR) {
            return Err(Unverified::Malformed(
                "the credential does not end in aws4_request",
            ));
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(signature, &mut bytes)
            .map_err(|_| Unverified::Malformed("the signature is not 64 hexadecimal digits"))?;
        let signed_headers: Vec<String> = signed.split(';').map(str::to_ascii_lowercase).collect();
        if !signed_headers.is_sorted() {
            return Err(Unverified::Malformed("the signed headers are not sorted"));
        }
        Ok(Presented {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            signed_headers,
            signature: bytes,
            time,
            valid_seconds,
            session_token,
        })
    }

    /// The id of the access key that the request claims.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The region of the scope.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The signing name of the service of the scope.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The time of signing in epoch seconds.
    #[must_use]
    pub fn time(&self) -> i64 {
        self.time
    }

    /// The token of a temporary access key.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Checks what can be told without the key: that what must be signed is, the scope, the time.
    pub fn check(&self, headers: &HeaderMap, checks: &Checks<'_>) -> Result<(), Unverified> {
        self.verify_headers(headers)?;
        self.verify_scope(checks)?;
        self.verify_time(checks)
    }

    /// Verifies the signature with the secret of the claimed access key.
    pub fn verify(
        &self,
        covered: &Covered<'_>,
        body: &[u8],
        secret_access_key: &str,
        checks: &Checks<'_>,
    ) -> Result<(), Unverified> {
        self.check(covered.headers, checks)?;
        let payload = payload(covered.headers, body, checks)?;
        let left_out = self.valid_seconds.map(|_| SIGNATURE);
        let request = canonical::request(covered, &self.signed_headers, &payload, left_out);
        let expected = signature(
            secret_access_key,
            &stamp(self.time),
            &self.region,
            &self.service,
            &request,
        );
        let matches: bool = expected.ct_eq(&self.signature).into();
        if matches {
            Ok(())
        } else {
            Err(Unverified::Signature)
        }
    }

    /// What decides what a request means has to be signed: the host, and every `x-amz-` header.
    fn verify_headers(&self, headers: &HeaderMap) -> Result<(), Unverified> {
        // Some SDKs count this one among the headers that proxies may change.
        let names = headers
            .keys()
            .map(header::HeaderName::as_str)
            .filter(|name| *name != "x-amz-user-agent");
        let required =
            std::iter::once("host").chain(names.filter(|name| name.starts_with("x-amz-")));
        let mut unsigned =
            required.filter(|name| !self.signed_headers.iter().any(|signed| signed == name));
        unsigned.next().map_or(Ok(()), |name| {
            Err(Unverified::UnsignedHeader(name.to_owned()))
        })
    }

    fn verify_scope(&self, checks: &Checks<'_>) -> Result<(), Unverified> {
        if self.service != checks.service {
            return Err(Unverified::Scope("service"));
        }
        if checks.region.is_some_and(|region| region != self.region) {
            return Err(Unverified::Scope("region"));
        }
        if stamp(self.time)[..8] != self.date {
            return Err(Unverified::Scope("date"));
        }
        Ok(())
    }

    fn verify_time(&self, checks: &Checks<'_>) -> Result<(), Unverified> {
        let valid = self
            .valid_seconds
            .map_or(0, |seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
        let skew = if self.valid_seconds.is_some() {
            0
        } else {
            checks.skew_seconds
        };
        if checks.now > self.time.saturating_add(valid).saturating_add(skew) {
            return Err(Unverified::Expired);
        }
        if self.time > checks.now.saturating_add(checks.skew_seconds) {
            return Err(Unverified::NotYetValid);
        }
        Ok(())
    }
}

/// The text that stands for the body in the canonical request.
fn payload(headers: &HeaderMap, body: &[u8], checks: &Checks<'_>) -> Result<String, Unverified> {
    let hash = payload_hash(body);
    match headers
        .get("x-amz-content-sha256")
        .map(http::HeaderValue::as_bytes)
    {
        None => Ok(hash),
        Some(given) if given == UNSIGNED_PAYLOAD.as_bytes() && checks.unsigned_payload => {
            Ok(UNSIGNED_PAYLOAD.to_owned())
        }
        Some(given) if given.eq_ignore_ascii_case(hash.as_bytes()) => {
            Ok(String::from_utf8_lossy(given).into_owned())
        }
        Some(_) => Err(Unverified::Payload),
    }
}

/// The time of signing: `x-amz-date`, or `date` where that is missing.
fn header_time(headers: &HeaderMap) -> Result<i64, Unverified> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(stamp) = text("x-amz-date") {
        return parse_stamp(stamp).ok_or(Unverified::Malformed("x-amz-date is no time"));
    }
    let date = text("date").ok_or(Unverified::Malformed("no x-amz-date"))?;
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(date)
        .ok()
        .map(jiff::Timestamp::as_second);
    parsed
        .or_else(|| parse_stamp(date))
        .ok_or(Unverified::Malformed("date is no time"))
}
