//! One connection, its prepared statements, and requests that are sent before they are waited for.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::TryStreamExt;
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

/// Reads a connection URL.
pub(super) fn config(url: &Secret) -> Result<tokio_postgres::Config, Error> {
    let mut config: tokio_postgres::Config = url.expose().parse().map_err(|_| Error::Settings {
        what: "the PostgreSQL URL cannot be read".to_owned(),
    })?;
    if config.get_application_name().is_none() {
        config.application_name("signback");
    }
    config.tcp_user_timeout(SILENCE_MAX);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    Ok(config)
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
                .map_err(|e| value::unreachable(&e))?;
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
