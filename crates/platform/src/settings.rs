//! The settings that services look at while they run, as data; whoever starts the service fills
//! them in.

use serde::Deserialize;

use crate::secret::Secret;

/// Which profile matching runs at a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Matching {
    /// E-mail and phone attach only when both sides are verified (the default).
    #[default]
    Verified,
    /// AWS's documented matching.
    Aws,
}

/// How long ended chats are kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention(pub u32);

impl Default for Retention {
    /// Two years, as AWS has it for contact records.
    fn default() -> Self {
        Self(730)
    }
}

/// The settings that features look at while the service runs.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The URL that clients reach the service by, without a slash at its end; sign-in URLs,
    /// issuers and callback checks are made from it, never from request headers.
    pub public_url: String,
    /// The public URL with the websocket's scheme, `ws://127.0.0.1:PORT` or `wss://HOST`, no slash
    /// at its end.
    pub websocket_url: String,
    /// Whether this machine alone reaches the service.
    pub loopback: bool,
    /// Origins of pages that may call the Connect APIs from a browser, as browsers write them.
    pub allowed_origins: Vec<String>,
    /// Any well-formed `Authorization` header is accepted.
    pub accept_any_credentials: bool,
    /// The test controls below `/_signback/` are served.
    pub test_controls: bool,
    /// AWS's request rates are enforced.
    pub throttles: bool,
    /// The most chats that an instance may have at once.
    pub concurrent_chats_max: Option<u32>,
    /// Which profile matching runs at a sign-in.
    pub matching: Matching,
    /// `authentication.initiated` is listed by GetTranscript while its sign-in is pending.
    pub list_pending_sign_in: bool,
    /// How long ended chats are kept.
    pub retention: Retention,
    /// Identity sources outside: pools of the real Cognito or other providers.
    pub identity_sources: Vec<IdentitySource>,
    /// Private hosts that outgoing calls may reach although they are not public, also over http, as
    /// `host` or `host:port`.
    pub outbound_allowed: Vec<String>,
}

/// An identity provider outside that stands behind a user pool's ARN.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentitySource {
    /// The ARN that flows and associations name.
    pub user_pool_arn: String,
    /// The issuer, byte for byte as in its tokens.
    pub issuer: String,
    /// Where its discovery document is, if not below the issuer.
    pub discovery_url: Option<String>,
    /// Instead of the discovered endpoint; with all of authorization, token and keys given, no
    /// discovery document is asked for.
    pub authorization_endpoint: Option<String>,
    /// See `authorization_endpoint`.
    pub token_endpoint: Option<String>,
    /// See `authorization_endpoint`.
    pub jwks_uri: Option<String>,
    /// Instead of the discovered one.
    pub userinfo_endpoint: Option<String>,
    /// The client's secret, for providers that ask for one.
    pub client_secret: Option<Secret>,
    /// The scopes to ask for, `openid` always; without them those of the discovery document.
    pub scopes: Option<Vec<String>>,
    /// Whether userinfo is asked when an ID token says too little.
    #[serde(default)]
    pub userinfo: Userinfo,
}

/// When a provider's userinfo endpoint is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Userinfo {
    /// When the ID token has no address or no name (the default).
    #[default]
    Auto,
    /// Never.
    Never,
}
