//! The settings of `signback serve`, read once.

mod identity_source;
mod parse;
mod reach;
pub mod settings;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;

use signback_platform::settings::Settings;
use signback_platform::store;

pub use parse::parse;
pub use reach::Reach;
pub(crate) use reach::is_loopback_url;
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
    /// A second address, for metrics and controls apart.
    pub admin_listen: Option<SocketAddr>,
    /// Who can reach the service.
    pub reach: Reach,
    /// The database.
    pub database: store::Url,
    /// The start data.
    pub bootstrap: Option<Bootstrap>,
    /// Where to say that the service is up; by default `ready.json` in the data folder.
    pub ready_file: Option<PathBuf>,
    /// Certificate chain and private key, PEM files.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The key that seals secrets; without it one is kept in the data folder (SQLite only).
    pub master_key_file: Option<PathBuf>,
    /// How many connections of one address are held over which nothing was verified yet; `None`
    /// for any number.
    pub connections_per_address: Option<usize>,
    /// How many descriptors the process may have open; whoever starts it knows.
    pub descriptors: usize,
    /// The form of log lines.
    pub log_format: LogFormat,
    /// Which log lines are written: a level, or a filter by module.
    pub log_level: String,
    /// What services look at; its URLs are filled in once the address is bound.
    pub settings: Settings,
}
