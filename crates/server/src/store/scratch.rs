//! PostgreSQL databases for tests: each made for one test and dropped after it.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Error;
use super::postgres::{Link, config};
use crate::secret::Secret;

/// A fresh database on a test server, dropped with this value.
pub struct Scratch {
    server: Secret,
    name: String,
    url: Secret,
}

impl Scratch {
    /// Makes a database on the server; its URL names a role that may.
    pub fn create(server: &Secret) -> Result<Self, Error> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("signback_{}_{number}", std::process::id());
        let (base, options) = match server.expose().split_once('?') {
            Some((base, options)) => (base, format!("?{options}")),
            None => (server.expose(), String::new()),
        };
        let base = base.rsplit_once('/').map_or(base, |(base, _)| base);
        let url = Secret::new(format!("{base}/{name}{options}"));
        config(&url)?;
        run(
            server.clone(),
            format!("CREATE DATABASE {name} TEMPLATE template0"),
        )?;
        Ok(Self {
            server: server.clone(),
            name,
            url,
        })
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> super::Url {
        super::Url::Postgres(self.url.clone())
    }

    /// Runs statements in the database, beside any store.
    pub fn script(&self, sql: &str) -> Result<(), Error> {
        run(self.url.clone(), sql.to_owned())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let dropped = run(
            self.server.clone(),
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
        if let Err(error) = dropped {
            tracing::warn!(%error, name = self.name, "a test database is left behind");
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
