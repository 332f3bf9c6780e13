//! One connection, its prepared statements, and requests that are sent before they are waited for.

use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::TryStreamExt;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Statement};

use super::{tls, value};
use crate::secret::Secret;
use crate::store::{Error, Param};

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long sent data may stay unacknowledged before the connection counts as lost.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// A session's settings: short waits for locks (see the module), no endless statement, and locks
/// of a process that froze are let go. A commit is acknowledged once it is on the disk, whatever
/// the database's default is.
const SESSION: &str = "
    SET lock_timeout = '100ms';
    SET statement_timeout = '30s';
    SET idle_in_transaction_session_timeout = '30s';
    SET client_min_messages = 'warning';
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') = 'off';
";

/// A request on the wire; it gives how many rows it changed.
pub(super) type Sent = Pin<Box<dyn Future<Output = Result<u64, tokio_postgres::Error>> + Send>>;

/// Puts a request on the wire by polling it once.
pub(super) fn started(mut request: Sent) -> Sent {
    match request
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(answer) => Box::pin(std::future::ready(answer)),
        Poll::Pending => request,
    }
}

/// Sends a query and collects its rows.
pub(super) async fn rows(
    client: Arc<Client>,
    statement: Statement,
    params: &[Param<'_>],
) -> Result<Vec<tokio_postgres::Row>, tokio_postgres::Error> {
    client
        .query_raw(&statement, params)
        .await?
        .try_collect()
        .await
}

/// The text for PostgreSQL: its locking clauses are comments to SQLite.
pub(super) fn dialect(sql: &str, locks: bool) -> String {
    if locks {
        sql.replace("/* FOR UPDATE */", "FOR UPDATE")
            .replace("/* FOR UPDATE SKIP LOCKED */", "FOR UPDATE SKIP LOCKED")
    } else {
        sql.to_owned()
    }
}

/// Reads a connection URL. A server that is not on this machine is only spoken to over TLS, unless
/// the URL's own `sslmode` says otherwise.
pub(super) fn config(url: &Secret) -> Result<tokio_postgres::Config, Error> {
    let mut config: tokio_postgres::Config = url.expose().parse().map_err(|_| Error::Settings {
        what: "the PostgreSQL URL cannot be read".to_owned(),
    })?;
    if config.get_application_name().is_none() {
        config.application_name("signback");
    }
    if !names_ssl_mode(url) && !is_on_this_machine(&config) {
        config.ssl_mode(SslMode::Require);
    }
    config.tcp_user_timeout(SILENCE_MAX);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    Ok(config)
}

fn names_ssl_mode(url: &Secret) -> bool {
    let (_, query) = url.expose().split_once('?').unwrap_or_default();
    let mut names = query.split('&').map(|pair| pair.split('=').next());
    names.any(|name| name == Some("sslmode"))
}

/// Whether every host is reached by a socket file or a loopback address.
fn is_on_this_machine(config: &tokio_postgres::Config) -> bool {
    let is_local = |host: &Host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
            name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
        }
    };
    // A host is only a name for the certificate where addresses are given.
    let addresses = config.get_hostaddrs();
    if addresses.is_empty() {
        config.get_hosts().iter().all(is_local)
    } else {
        addresses.iter().all(IpAddr::is_loopback)
    }
}

/// A connection that cannot be made; the reason why TLS was asked for goes with a failure of TLS.
fn unreachable(error: &tokio_postgres::Error, url: &Secret) -> Error {
    let failed = value::without_values(error).to_string();
    if !names_ssl_mode(url) && failed.contains("TLS") {
        return Error::unavailable(std::io::Error::other(format!(
            "{failed} (a database that is not on this machine is asked for TLS and a certificate for \
             its name; sslmode=disable in its URL does without)"
        )));
    }
    value::unreachable(error)
}

/// A connection and the statements prepared on it.
pub(in crate::store) struct Link {
    client: Arc<Client>,
    statements: HashMap<&'static str, Statement>,
}

impl Link {
    pub(in crate::store) async fn connect(url: &Secret, writes: bool) -> Result<Self, Error> {
        let connecting = async {
            let (client, connection) = config(url)?
                .connect(tls::connector()?)
                .await
                .map_err(|error| unreachable(&error, url))?;
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::warn!(error = %value::without_values(&error), "a connection to the database was lost");
                }
            });
            client
                .batch_execute(SESSION)
                .await
                .map_err(|error| value::unreachable(&error))?;
            if writes {
                // Only some roles may; others find deadlocks after the server's own pause.
                let shortened = client.batch_execute("SET deadlock_timeout = '50ms'").await;
                drop(shortened);
            }
            Ok(Self {
                client: Arc::new(client),
                statements: HashMap::new(),
            })
        };
        tokio::time::timeout(CONNECT_TIMEOUT * 2, connecting)
            .await
            .unwrap_or_else(|elapsed| Err(Error::unavailable(elapsed)))
    }

    pub(super) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    pub(in crate::store) fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    pub(super) fn statement(&self, sql: &'static str) -> Option<Statement> {
        self.statements.get(sql).cloned()
    }

    pub(super) fn keep(&mut self, sql: &'static str, statement: Statement) {
        self.statements.insert(sql, statement);
    }

    pub(super) fn forget_statements(&mut self) {
        self.statements.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_asked_for_off_this_machine_unless_the_url_says_otherwise() {
        for (url, mode) in [
            ("postgres://u@127.0.0.1/d", SslMode::Prefer),
            ("postgres://u@127.3.2.1:5433/d", SslMode::Prefer),
            ("postgres://u@[::1]/d", SslMode::Prefer),
            ("postgres://u@LocalHost/d", SslMode::Prefer),
            ("postgres://u@%2Fvar%2Frun%2Fpostgresql/d", SslMode::Prefer),
            ("postgres://u@db.example/d", SslMode::Require),
            ("postgres://u@10.0.0.7/d", SslMode::Require),
            ("postgres://u@127.0.0.1,db.example/d", SslMode::Require),
            (
                "postgres://u@localhost/d?hostaddr=10.0.0.7",
                SslMode::Require,
            ),
            (
                "postgres://u@db.example/d?hostaddr=127.0.0.1",
                SslMode::Prefer,
            ),
            (
                "postgres://u@db.example/d?application_name=sslmode",
                SslMode::Require,
            ),
            (
                "postgres://u@db.example/d?connect_timeout=1&sslmode=disable",
                SslMode::Disable,
            ),
            ("postgres://u@db.example/d?sslmode=prefer", SslMode::Prefer),
            ("postgres://u@127.0.0.1/d?sslmode=require", SslMode::Require),
        ] {
            let config = config(&Secret::new(url)).unwrap();
            assert_eq!(config.get_ssl_mode(), mode, "{url}");
        }
    }
}
