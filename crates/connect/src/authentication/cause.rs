//! Why a block takes its Error branch.

use std::fmt;

use signback_oidc::TokenErrorCode;
use signback_platform::words;

/// How much of a provider's own words goes into the flow log.
const DETAIL_CHARS_MAX: usize = 256;

words! {
    /// Why a block takes its Error branch: short words for the flow log and the stored sign-in, never
    /// for the chat.
    pub enum Cause {
        /// The instance has no Customer Profiles domain.
        ProfilesNotEnabled = "customer_profiles_not_enabled",
        /// The contact is not a chat, or its chat subtype cannot sign in.
        SubtypeNotSupported = "chat_subtype_not_supported",
        /// The user pool is another account's or region's, and no source of the settings.
        PoolNotYours = "user_pool_not_yours",
        /// The user pool is not associated with the instance.
        PoolNotAssociated = "user_pool_not_associated",
        /// The pool has no such app client, or no domain to sign in at.
        ClientNotFound = "app_client_not_found",
        /// The app client has a secret, which the feature does not support.
        ClientHasSecret = "app_client_has_secret",
        /// The app client may not ask for `openid`, without which there is no ID token.
        OpenidNotAllowed = "openid_not_allowed",
        /// The profiles domain has no such object type.
        ObjectTypeNotFound = "object_type_not_found",
        /// The provider sent an error instead of a code.
        ProviderError = "provider_error",
        /// The provider's metadata could not be had.
        DiscoveryFailed = "discovery_failed",
        /// The pool now belongs to another issuer than the customer was sent to.
        IssuerChanged = "issuer_changed",
        /// No connection to the token endpoint; the code was not sent.
        TokenEndpointUnreachable = "token_endpoint_unreachable",
        /// The code was sent and no whole answer came back.
        TokenEndpointNoAnswer = "token_endpoint_no_answer",
        /// The token endpoint answered with a status that it should not have.
        TokenEndpointStatus = "token_endpoint_status",
        /// The token endpoint answered `invalid_request`.
        TokenInvalidRequest = "invalid_request",
        /// The token endpoint answered `invalid_client`.
        TokenInvalidClient = "invalid_client",
        /// The token endpoint answered `invalid_grant`: the code is wrong, used or too old.
        TokenInvalidGrant = "invalid_grant",
        /// The token endpoint answered `unauthorized_client`.
        TokenUnauthorizedClient = "unauthorized_client",
        /// The token endpoint answered `unsupported_grant_type`.
        TokenUnsupportedGrantType = "unsupported_grant_type",
        /// The token endpoint answered `invalid_scope`.
        TokenInvalidScope = "invalid_scope",
        /// The token endpoint answered another error.
        TokenRefused = "token_refused",
        /// The token endpoint's answer has not the form of one, or has no ID token.
        TokenAnswerMalformed = "token_answer_malformed",
        /// The provider's keys could not be had.
        KeysUnavailable = "keys_unavailable",
        /// The ID token did not stand up to a check.
        IdTokenRefused = "id_token_refused",
        /// The ID token says too little of the customer, and userinfo could not be had.
        UserinfoUnavailable = "userinfo_unavailable",
        /// What userinfo says does not belong to the ID token.
        UserinfoRefused = "userinfo_refused",
        /// The identity could not be made into a profile.
        ProfileRefused = "profile_refused",
        /// The exchange took longer than it may.
        ExchangeTimeout = "exchange_timeout",
        /// The exchange was begun, and stopped before its result was kept.
        Interrupted = "interrupted",
    }
}

impl Cause {
    /// The cause for an error of the token endpoint (RFC 6749 §5.2).
    #[must_use]
    pub const fn of_token_error(code: TokenErrorCode) -> Self {
        match code {
            TokenErrorCode::InvalidRequest => Self::TokenInvalidRequest,
            TokenErrorCode::InvalidClient => Self::TokenInvalidClient,
            TokenErrorCode::InvalidGrant => Self::TokenInvalidGrant,
            TokenErrorCode::UnauthorizedClient => Self::TokenUnauthorizedClient,
            TokenErrorCode::UnsupportedGrantType => Self::TokenUnsupportedGrantType,
            TokenErrorCode::InvalidScope => Self::TokenInvalidScope,
            TokenErrorCode::Other => Self::TokenRefused,
        }
    }
}

/// A cause with what is known beyond it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The cause.
    pub cause: Cause,
    /// A few words more for the flow log; nothing out of a code, a token or a claim.
    pub detail: Option<String>,
}

impl Failure {
    /// The cause with a few words more; a provider's words are cut at `DETAIL_CHARS_MAX`.
    #[must_use]
    pub fn new(cause: Cause, detail: impl AsRef<str>) -> Self {
        let shown = |character: &char| !character.is_control();
        let detail = detail.as_ref().chars().filter(shown);
        let detail = detail.take(DETAIL_CHARS_MAX).collect();
        Self {
            cause,
            detail: Some(detail),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cause.name())?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Self {
            cause,
            detail: None,
        }
    }
}
