//! Why a block takes its Error branch.

use std::fmt;

use signback_oidc::TokenErrorCode;

/// How much of a provider's own words goes into the flow log.
const DETAIL_CHARS_MAX: usize = 256;

/// Why a block takes its Error branch: short words for the flow log and the stored sign-in, never
/// for the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The instance has no Customer Profiles domain.
    ProfilesNotEnabled,
    /// The contact is not a chat, or its chat subtype cannot sign in.
    SubtypeNotSupported,
    /// The user pool is not associated with the instance.
    PoolNotAssociated,
    /// The pool has no such app client, or no domain to sign in at.
    ClientNotFound,
    /// The app client has a secret, which the feature does not support.
    ClientHasSecret,
    /// The app client may not ask for `openid`, without which there is no ID token.
    OpenidNotAllowed,
    /// The profiles domain has no such object type.
    ObjectTypeNotFound,
    /// The provider sent an error instead of a code.
    ProviderError,
    /// The provider's metadata could not be had.
    DiscoveryFailed,
    /// The pool now belongs to another issuer than the customer was sent to.
    IssuerChanged,
    /// No connection to the token endpoint; the code was not sent.
    TokenEndpointUnreachable,
    /// The code was sent and no whole answer came back.
    TokenEndpointNoAnswer,
    /// The token endpoint answered with a status that it should not have.
    TokenEndpointStatus,
    /// The token endpoint answered `invalid_request`.
    TokenInvalidRequest,
    /// The token endpoint answered `invalid_client`.
    TokenInvalidClient,
    /// The token endpoint answered `invalid_grant`: the code is wrong, used or too old.
    TokenInvalidGrant,
    /// The token endpoint answered `unauthorized_client`.
    TokenUnauthorizedClient,
    /// The token endpoint answered `unsupported_grant_type`.
    TokenUnsupportedGrantType,
    /// The token endpoint answered `invalid_scope`.
    TokenInvalidScope,
    /// The token endpoint answered another error.
    TokenRefused,
    /// The token endpoint's answer has not the form of one, or has no ID token.
    TokenAnswerMalformed,
    /// The provider's keys could not be had.
    KeysUnavailable,
    /// The ID token did not stand up to a check.
    IdTokenRefused,
    /// The ID token says too little of the customer, and userinfo could not be had.
    UserinfoUnavailable,
    /// What userinfo says does not belong to the ID token.
    UserinfoRefused,
    /// The identity could not be made into a profile.
    ProfileRefused,
    /// The exchange took longer than it may.
    ExchangeTimeout,
    /// The exchange was begun, and stopped before its result was kept.
    Interrupted,
}

impl Cause {
    const ALL: [Self; 28] = [
        Self::ProfilesNotEnabled,
        Self::SubtypeNotSupported,
        Self::PoolNotAssociated,
        Self::ClientNotFound,
        Self::ClientHasSecret,
        Self::OpenidNotAllowed,
        Self::ObjectTypeNotFound,
        Self::ProviderError,
        Self::DiscoveryFailed,
        Self::IssuerChanged,
        Self::TokenEndpointUnreachable,
        Self::TokenEndpointNoAnswer,
        Self::TokenEndpointStatus,
        Self::TokenInvalidRequest,
        Self::TokenInvalidClient,
        Self::TokenInvalidGrant,
        Self::TokenUnauthorizedClient,
        Self::TokenUnsupportedGrantType,
        Self::TokenInvalidScope,
        Self::TokenRefused,
        Self::TokenAnswerMalformed,
        Self::KeysUnavailable,
        Self::IdTokenRefused,
        Self::UserinfoUnavailable,
        Self::UserinfoRefused,
        Self::ProfileRefused,
        Self::ExchangeTimeout,
        Self::Interrupted,
    ];

    /// The word for the flow log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProfilesNotEnabled => "customer_profiles_not_enabled",
            Self::SubtypeNotSupported => "chat_subtype_not_supported",
            Self::PoolNotAssociated => "user_pool_not_associated",
            Self::ClientNotFound => "app_client_not_found",
            Self::ClientHasSecret => "app_client_has_secret",
            Self::OpenidNotAllowed => "openid_not_allowed",
            Self::ObjectTypeNotFound => "object_type_not_found",
            Self::ProviderError => "provider_error",
            Self::DiscoveryFailed => "discovery_failed",
            Self::IssuerChanged => "issuer_changed",
            Self::TokenEndpointUnreachable => "token_endpoint_unreachable",
            Self::TokenEndpointNoAnswer => "token_endpoint_no_answer",
            Self::TokenEndpointStatus => "token_endpoint_status",
            Self::TokenInvalidRequest => "invalid_request",
            Self::TokenInvalidClient => "invalid_client",
            Self::TokenInvalidGrant => "invalid_grant",
            Self::TokenUnauthorizedClient => "unauthorized_client",
            Self::TokenUnsupportedGrantType => "unsupported_grant_type",
            Self::TokenInvalidScope => "invalid_scope",
            Self::TokenRefused => "token_refused",
            Self::TokenAnswerMalformed => "token_answer_malformed",
            Self::KeysUnavailable => "keys_unavailable",
            Self::IdTokenRefused => "id_token_refused",
            Self::UserinfoUnavailable => "userinfo_unavailable",
            Self::UserinfoRefused => "userinfo_refused",
            Self::ProfileRefused => "profile_refused",
            Self::ExchangeTimeout => "exchange_timeout",
            Self::Interrupted => "interrupted",
        }
    }

    /// The cause with that word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }

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
        f.write_str(self.cause.as_str())?;
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cause_has_a_word_of_its_own() {
        // `Interrupted` is the last one, so this fails when the list falls behind the enum.
        assert_eq!(Cause::ALL.len(), Cause::Interrupted as usize + 1);
        let words: BTreeSet<_> = Cause::ALL.map(Cause::as_str).into();
        assert_eq!(words.len(), Cause::ALL.len());
        for cause in Cause::ALL {
            assert_eq!(Cause::from_name(cause.as_str()), Some(cause));
        }
        assert_eq!(Cause::from_name("other"), None);
    }
}
