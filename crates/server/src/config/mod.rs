//! The settings of `signback serve`, read once.

mod parse;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::secret::Secret;
use crate::store;

pub(crate) use parse::is_loopback_url;
pub use parse::parse;
pub use settings::usage;

/// What the service starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bootstrap {
    /// The demo's account, instance, flow, pool and user.
    Demo,
    /// A bootstrap file.
    File(PathBuf),
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Everything that `signback serve` is told.
#[derive(Clone)]
pub struct Serve {
    /// The address to serve on.
    pub listen: SocketAddr,
    /// `--public-url`; without it the URL follows from the address that was bound.
    pub public_url: Option<String>,
    /// A second address for health and metrics.
    pub admin_listen: Option<SocketAddr>,
    /// The database.
    pub database: store::Url,
    /// The start data.
    pub bootstrap: Option<Bootstrap>,
    /// Where to say that the service is up.
    pub ready_file: Option<PathBuf>,
    /// Certificate chain and private key, PEM files.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The key that seals secrets; without it one is kept in the data folder (SQLite only).
    pub master_key_file: Option<PathBuf>,
    /// The form of log lines.
    pub log_format: LogFormat,
    /// Which log lines are written: a level, or a filter by module.
    pub log_level: String,
    /// What features look at; its URLs are filled in once the address is bound.
    pub config: Config,
}

/// Which profile matching runs at a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Matching {
    /// E-mail and phone attach only when both sides are verified (the default).
    #[default]
    Verified,
    /// AWS's documented matching.
    Aws,
}

/// The settings that features look at while the service runs.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Config {
    /// The URL that clients reach the service by, without a slash at its end; sign-in URLs,
    /// issuers and callback checks are made from it, never from request headers.
    pub public_url: String,
    /// The URL of the websocket's authority, `ws://127.0.0.1:PORT` or `wss://HOST`, no slash at
    /// its end.
    pub websocket_url: String,
    /// Whether the server listens on a loopback address only.
    pub loopback: bool,
    /// Any well-formed `Authorization` header is accepted.
    pub accept_any_credentials: bool,
    /// `/_signback/clock` and `/_signback/reset` are served.
    pub test_controls: bool,
    /// AWS's request rates are enforced.
    pub throttles: bool,
    /// The most chats that an instance may have at once.
    pub concurrent_chats_max: Option<u32>,
    /// Which profile matching runs at a sign-in.
    pub matching: Matching,
    /// `authentication.initiated` is listed by GetTranscript while its sign-in is pending.
    pub list_pending_sign_in: bool,
    /// Identity sources outside: pools of the real Cognito or other providers.
    pub identity_sources: Vec<IdentitySource>,
    /// Private addresses that outgoing calls may reach although they are not public, as
    /// `host` or `host:port`.
    pub outbound_allowed: Vec<String>,
}

/// An identity provider outside that stands behind a user pool's ARN.
#[derive(Clone, Debug)]
pub struct IdentitySource {
    /// The ARN that flows and associations name.
    pub user_pool_arn: String,
    /// The issuer; endpoints and keys come from its discovery document unless overridden.
    pub issuer: String,
    /// Overrides of the discovered endpoints.
    pub authorization_endpoint: Option<String>,
    /// See `authorization_endpoint`.
    pub token_endpoint: Option<String>,
    /// See `authorization_endpoint`.
    pub jwks_uri: Option<String>,
    /// The client's secret, for providers that ask for one.
    pub client_secret: Option<Secret>,
}
