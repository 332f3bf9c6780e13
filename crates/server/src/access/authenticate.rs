//! Who signed a call, and whether its policy allows it.

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use serde_json::Value;
use signback_wire::Service;
use signback_wire::sigv4::{Checks, Covered, Presented, Unverified};

use super::Keys;
use super::{DEFAULT_ACCOUNT, Policy, resource};
use signback_platform::ids::Scope;
use signback_platform::store;

/// How far a signature's time may be from this machine's.
const SKEW_SECONDS: i64 = 300;
/// The longest name of a region that is taken.
const REGION_BYTES_MAX: usize = 32;
/// What a temporary key comes with.
const SECURITY_TOKEN: &str = "x-amz-security-token";

/// Who makes a call.
pub(crate) struct Caller {
    /// The key's account and the signature's region.
    pub scope: Scope,
    /// The key.
    pub access_key_id: String,
    policy: Policy,
}

/// Why a call is not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Denied {
    /// There is no signature.
    #[error("the call must be signed: it has no Authorization header")]
    Missing,
    /// The signature is not of the right form.
    #[error("the signature cannot be used: {0}")]
    Malformed(String),
    /// The key is not known.
    #[error("the access key is not known to this service")]
    UnknownKey,
    /// There is a session's token, and no key here is a session's.
    #[error(
        "the security token included in the request is invalid: no key of this service is a temporary one"
    )]
    Token,
    /// The signature was not made with the key's secret over this request.
    #[error(
        "the signature does not fit the request: check the secret access key, and that nothing on the way changes the request"
    )]
    Mismatch,
    /// The signature is too old, or from the future.
    #[error("the signature's time is more than five minutes away from this machine's clock")]
    Expired,
    /// The key's policy does not allow the call.
    #[error("the access key {key} is not allowed to perform {action} on {resource}")]
    NotAllowed {
        /// The key.
        key: String,
        /// The action.
        action: String,
        /// The resource.
        resource: String,
    },
    /// Any credentials do, and the call comes from a page that is not the service's own.
    #[error(
        "with --accept-any-credentials a call that needs a signature is held to its Host and Origin: {0}"
    )]
    Foreign(&'static str),
    /// The database did not answer.
    #[error("the access key could not be looked up")]
    Unavailable(#[from] store::Error),
}

impl From<Unverified> for Denied {
    fn from(unverified: Unverified) -> Self {
        match unverified {
            Unverified::Missing => Self::Missing,
            Unverified::Expired | Unverified::NotYetValid => Self::Expired,
            Unverified::Malformed(_) | Unverified::UnsignedHeader(_) | Unverified::Scope(_) => {
                Self::Malformed(unverified.to_string())
            }
            Unverified::Payload | Unverified::Signature => Self::Mismatch,
        }
    }
}

impl Denied {
    /// The error's code; sts has names of its own for some.
    pub(crate) fn code(&self, query_protocol: bool) -> &'static str {
        match (self, query_protocol) {
            (Self::Missing, false) => "MissingAuthenticationTokenException",
            (Self::Missing, true) => "MissingAuthenticationToken",
            (Self::Malformed(_), false) => "IncompleteSignatureException",
            (Self::Malformed(_), true) => "IncompleteSignature",
            (Self::UnknownKey | Self::Token, false) => "UnrecognizedClientException",
            (Self::UnknownKey | Self::Token, true) => "InvalidClientTokenId",
            (Self::Mismatch | Self::Expired, false) => "InvalidSignatureException",
            (Self::Mismatch | Self::Expired, true) => "SignatureDoesNotMatch",
            (Self::NotAllowed { .. } | Self::Foreign(_), false) => "AccessDeniedException",
            (Self::NotAllowed { .. } | Self::Foreign(_), true) => "AccessDenied",
            (Self::Unavailable(_), _) => "ServiceUnavailable",
        }
    }
}

impl Caller {
    /// Checks the policy for an operation and the resource that its input names.
    pub(crate) fn authorize(
        &self,
        service: &Service,
        operation: &str,
        input: &Value,
    ) -> Result<(), Denied> {
        let action = format!("{}:{operation}", service.metadata().signing_name);
        let resource = resource::of(service.name(), &self.scope, input);
        if self.policy.allows(&action, &resource) {
            return Ok(());
        }
        Err(Denied::NotAllowed {
            key: self.access_key_id.clone(),
            action,
            resource,
        })
    }
}

/// Checks a call's signature and gives who made it (design §4.7). What can be told without the key is
/// told before the key is looked up.
pub(crate) async fn authenticate(
    keys: &Keys,
    request: &Request<Bytes>,
    service: &Service,
) -> Result<Caller, Denied> {
    let query = request.uri().query().unwrap_or_default();
    if keys.platform.settings.accept_any_credentials {
        return accept_any(keys, request.headers()).await;
    }
    let presented = Presented::read(request.headers(), query)?;
    let id = presented.access_key_id();
    let checks = Checks {
        now: keys.platform.clock.machine_now().seconds(),
        skew_seconds: SKEW_SECONDS,
        service: &service.metadata().signing_name,
        region: None,
        unsigned_payload: false,
    };
    check_region(presented.region())?;
    presented.check(request.headers(), &checks)?;
    if has_token(request.headers(), &presented) {
        return Err(Denied::Token);
    }
    let key = keys.key(id).await?.ok_or(Denied::UnknownKey)?;
    let covered = Covered {
        method: request.method().as_str(),
        path: request.uri().path(),
        query,
        headers: request.headers(),
    };
    presented.verify(&covered, request.body(), key.secret.expose(), &checks)?;
    Ok(Caller {
        scope: Scope {
            account: key.account.clone(),
            region: presented.region().to_owned(),
        },
        access_key_id: id.to_owned(),
        policy: key.policy.clone(),
    })
}

/// A region becomes part of names and keys, so it has the form of one.
fn check_region(region: &str) -> Result<(), Denied> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=REGION_BYTES_MAX).contains(&region.len()) && region.bytes().all(plain) {
        return Ok(());
    }
    Err(Denied::Malformed(format!(
        "the region of its scope is not 1 to {REGION_BYTES_MAX} of a-z, 0-9 and -"
    )))
}

/// Whether the call says that its key is a temporary one. An empty token counts as none, as it does
/// where requests are signed.
fn has_token(headers: &HeaderMap, presented: &Presented) -> bool {
    let mut given = headers.get_all(SECURITY_TOKEN).iter();
    given.any(|token| !token.is_empty())
        || presented
            .session_token()
            .is_some_and(|token| !token.is_empty())
}

/// Takes a well-formed `Authorization` header at its word. A known key acts in its own account, any
/// other in the default one, both as root.
async fn accept_any(keys: &Keys, headers: &HeaderMap) -> Result<Caller, Denied> {
    let header = headers.get(header::AUTHORIZATION).ok_or(Denied::Missing)?;
    let text = header.to_str().unwrap_or_default();
    let has_form = text.starts_with("AWS4-HMAC-SHA256 ")
        && ["SignedHeaders=", "Signature="]
            .iter()
            .all(|part| text.contains(part));
    if !has_form {
        return Err(Denied::Malformed(
            "it is not AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".to_owned(),
        ));
    }
    let parts = scope_parts(text);
    let [id, _date, region, _service, "aws4_request"] = parts.as_deref().unwrap_or_default() else {
        return Err(Denied::Malformed(
            "Credential is not KEY/DATE/REGION/SERVICE/aws4_request".to_owned(),
        ));
    };
    check_region(region)?;
    let known = keys.key(id).await?;
    let account = known.map_or_else(|| DEFAULT_ACCOUNT.to_owned(), |key| key.account.clone());
    Ok(Caller {
        scope: Scope {
            account,
            region: (*region).to_owned(),
        },
        access_key_id: (*id).to_owned(),
        policy: Policy::Root,
    })
}

/// The parts of an `Authorization` header's credential scope, the key first.
fn scope_parts(authorization: &str) -> Option<Vec<&str>> {
    let (_, rest) = authorization.split_once("Credential=")?;
    Some(rest.split([',', ' ']).next()?.split('/').collect())
}

/// The service's name in the credential scope of an `Authorization` header.
pub(crate) fn signing_name(authorization: &str) -> Option<&str> {
    scope_parts(authorization)?.get(3).copied()
}
