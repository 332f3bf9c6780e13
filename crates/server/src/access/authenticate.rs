//! Who signed a call, and whether its policy allows it.

use bytes::Bytes;
use http::{Request, header};
use serde_json::Value;
use signback_wire::Service;

use super::{AccessKey, DEFAULT_ACCOUNT, Policy, resource};
use crate::app::App;
use crate::ids::Scope;
use crate::store as database;

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
    /// The database did not answer.
    #[error("the access key could not be looked up")]
    Unavailable(#[from] database::Error),
}

impl Denied {
    /// The error's code; sts has names of its own for some.
    pub(crate) fn code(&self, query_protocol: bool) -> &'static str {
        match (self, query_protocol) {
            (Self::Missing, false) => "MissingAuthenticationTokenException",
            (Self::Missing, true) => "MissingAuthenticationToken",
            (Self::Malformed(_), false) => "IncompleteSignatureException",
            (Self::Malformed(_), true) => "IncompleteSignature",
            (Self::UnknownKey, false) => "UnrecognizedClientException",
            (Self::UnknownKey, true) => "InvalidClientTokenId",
            (Self::Mismatch | Self::Expired, false) => "InvalidSignatureException",
            (Self::Mismatch | Self::Expired, true) => "SignatureDoesNotMatch",
            (Self::NotAllowed { .. }, false) => "AccessDeniedException",
            (Self::NotAllowed { .. }, true) => "AccessDenied",
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
        let resource = resource::arn(service.name(), &self.scope, input);
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

/// Checks a call's signature and gives who made it.
pub(crate) async fn authenticate(
    app: &App,
    request: &Request<Bytes>,
    service: &Service,
) -> Result<Caller, Denied> {
    let header = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or(Denied::Missing)?;
    let header = header
        .to_str()
        .map_err(|_| Denied::Malformed("not ASCII".to_owned()))?;
    let credential = header
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .and_then(|rest| {
            rest.split(',')
                .find_map(|part| part.trim().strip_prefix("Credential="))
        })
        .ok_or_else(|| Denied::Malformed("no Credential".to_owned()))?;
    let parts: Vec<&str> = credential.split('/').collect();
    let [id, _date, region, _service, "aws4_request"] = parts[..] else {
        return Err(Denied::Malformed(
            "Credential is not KEY/DATE/REGION/SERVICE/aws4_request".to_owned(),
        ));
    };
    let _ = service;
    let known = super::key(app, id).await?;
    let (account, policy) = match known.as_deref() {
        Some(AccessKey {
            account, policy, ..
        }) if app.config.accept_any_credentials => {
            let _ = policy;
            (account.clone(), Policy::Root)
        }
        None if app.config.accept_any_credentials => (DEFAULT_ACCOUNT.to_owned(), Policy::Root),
        _ => return Err(Denied::UnknownKey),
    };
    let scope = Scope {
        account,
        region: region.to_owned(),
    };
    Ok(Caller {
        scope,
        access_key_id: id.to_owned(),
        policy,
    })
}

/// The service's name in the credential scope of an `Authorization` header.
pub(crate) fn signing_name(authorization: &str) -> Option<&str> {
    let (_, rest) = authorization.split_once("Credential=")?;
    let credential = rest.split([',', ' ']).next()?;
    credential.rsplit('/').nth(1)
}
