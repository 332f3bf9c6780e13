//! Places in a PostgreSQL server for tests: each made for one test and gone after it.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Error;
use super::postgres::Link;
use crate::secret::Secret;

/// A fresh schema of a test database, dropped with this value. To a store it is a database: all
/// its tables are in the first schema of its path.
pub struct Scratch {
    name: String,
    url: Secret,
}

impl Scratch {
    /// Makes a schema; the URL names a role that may, and has no options of its own.
    pub fn create(server: &Secret) -> Result<Self, Error> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("signback_{}_{number}", std::process::id());
        let url = Secret::new(format!(
            "{}?application_name={name}&options=-csearch_path%3D{name}",
            server.expose()
        ));
        run(url.clone(), format!("CREATE SCHEMA {name}"))?;
        Ok(Self { name, url })
    }

    /// Where the schema is.
    #[must_use]
    pub fn url(&self) -> super::Url {
        super::Url::Postgres(self.url.clone())
    }

    /// Where the schema is when the server is reached at another address.
    #[must_use]
    pub fn url_through(&self, address: &str) -> super::Url {
        let url = self.url.expose();
        let (before, host) = url.split_once('@').unwrap_or(("postgres://", url));
        let after = host.split_once('/').map_or("", |(_, after)| after);
        super::Url::Postgres(Secret::new(format!("{before}@{address}/{after}")))
    }

    /// Runs statements there, beside any store.
    pub fn script(&self, sql: &str) -> Result<(), Error> {
        run(self.url.clone(), sql.to_owned())
    }

    /// Ends the connections of every store that is open there.
    pub fn end_connections(&self) -> Result<(), Error> {
        self.script(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = current_setting('application_name')
             AND pid <> pg_backend_pid()",
        )
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let drop = format!("DROP SCHEMA {} CASCADE", self.name);
        if let Err(error) = self.end_connections().and_then(|()| self.script(&drop)) {
            tracing::warn!(%error, name = self.name, "a test schema is left behind");
        }
    }
}

fn run(url: Secret, sql: String) -> Result<(), Error> {
    on_a_thread(async move {
        let link = Link::connect(&url, false).await?;
        link.client()
            .batch_execute(&sql)
            .await
            .map_err(Error::database)
    })
}

/// Tests call from inside a runtime, which must not block on another one.
fn on_a_thread<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.map_err(Error::unavailable)?.block_on(work)
    };
    std::thread::spawn(run)
        .join()
        .map_err(|_| Error::Panicked)?
}
