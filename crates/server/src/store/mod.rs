//! The database: transactions as plain functions, one set of SQL for SQLite and PostgreSQL.
//!
//! ```ignore
//! let accepted = store.transact(move |tx| accept(tx, &answer)).await?;
//! ```
//!
//! The function given to [`Store::transact`] is synchronous, touches nothing but its [`Tx`] and
//! its own input, and may run more than once. What it returns reaches the caller after the commit,
//! a refusal (an `Err`) after its changes were undone. [`Store::read`] gives a snapshot.
//!
//! Statements are written once, for both databases:
//! - types are `TEXT`, `BIGINT` and `BYTEA`; a time is in milliseconds, a flag 0 or 1, a document
//!   JSON text; a `SUM` needs `CAST(… AS BIGINT)`;
//! - placeholders are `$1`, `$2`, …; `ON CONFLICT`, `RETURNING` and partial indexes are there;
//! - `/* FOR UPDATE */` and `/* FOR UPDATE SKIP LOCKED */` stand where PostgreSQL locks; what a
//!   write relies on is locked first or backed by a unique constraint, in the order of the keys;
//! - no foreign keys: a feature's own functions keep its tables together.
//!
//! The module's parts: `queue` (what waits), `worker` (the loop: group commit), `tx`, `value`,
//! `seal` (secrets at rest), `migrate`, and a driver for each database.

mod error;
mod migrate;
mod queue;
mod seal;
mod sqlite;
mod tx;
mod value;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use error::Error;
pub use seal::{Keyring, Place};
pub use tx::Tx;
pub use value::{Param, Row};

use crate::clock::Clock;
use crate::config::Config;
use crate::ids::ContactId;
use crate::random::Random;
use queue::Queue;
use sqlite::{Role, Sqlite, Written};
use worker::{Context, Listeners, Worker};

/// Which database to open, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database.
    pub url: Url,
    /// How many threads answer reads.
    pub readers: usize,
}

impl Settings {
    /// The usual settings for a database.
    #[must_use]
    pub const fn new(url: Url) -> Self {
        Self { url, readers: 2 }
    }
}

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Url {
    /// A SQLite file; it and its folder are made if absent.
    Sqlite(PathBuf),
    /// A SQLite file in a folder of its own below the system's temporary one, gone once the store
    /// is: for tests and the demo.
    Temporary,
    /// A PostgreSQL database, `postgres://…`.
    Postgres(String),
}

impl std::str::FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            Ok(Self::Sqlite(path.into()))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else {
            Err(Error::Settings {
                what: "write sqlite:PATH or postgres://…".to_owned(),
            })
        }
    }
}

/// Time, randomness and settings for the functions that run in transactions.
#[derive(Clone)]
pub struct Env {
    /// The service's clock.
    pub clock: Clock,
    /// The source of keys and secrets.
    pub random: Arc<dyn Random>,
    /// The settings.
    pub config: Arc<Config>,
}

/// The database. Clones are the same database.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    writes: Arc<Queue>,
    apart: Arc<Queue>,
    reads: Arc<Queue>,
    alone: bool,
    written: Arc<Written>,
    listeners: Arc<Listeners>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database, brings its schema up to date, checks that the master keys fit it, and
    /// starts the store's threads.
    pub fn open(settings: &Settings, env: Env, keyring: Keyring) -> Result<Self, Error> {
        let context = Context {
            env,
            keyring,
            listeners: Arc::default(),
        };
        match &settings.url {
            Url::Sqlite(path) => {
                if let Some(folder) = path
                    .parent()
                    .filter(|folder| !folder.as_os_str().is_empty())
                {
                    create_folder(folder).map_err(Error::unavailable)?;
                }
                Self::open_sqlite(path, true, settings.readers, &context, None)
            }
            Url::Temporary => {
                let folder = TemporaryFolder::create().map_err(Error::unavailable)?;
                let path = folder.0.join("signback.db");
                Self::open_sqlite(
                    &path,
                    false,
                    settings.readers,
                    &context,
                    Some(Arc::new(folder)),
                )
            }
            Url::Postgres(_) => Err(Error::Settings {
                what: "PostgreSQL is not built yet".to_owned(),
            }),
        }
    }

    fn open_sqlite(
        path: &Path,
        durable: bool,
        readers: usize,
        context: &Context,
        folder: Option<Arc<TemporaryFolder>>,
    ) -> Result<Self, Error> {
        let written = Arc::new(Written::default());
        let open = |role| Sqlite::open(path, role, Arc::clone(&written));
        let mut writer = open(Role::Writer { durable })?;
        migrate::prepare(&mut writer, context)?;
        let checkpoints = open(Role::Writer { durable })?;
        let readers = (0..readers.max(1))
            .map(|_| open(Role::Reader))
            .collect::<Result<Vec<_>, _>>()?;

        let writes = Arc::new(Queue::new());
        let store = Self(Arc::new(Inner {
            apart: Arc::clone(&writes),
            writes,
            alone: true,
            reads: Arc::new(Queue::new()),
            written,
            listeners: Arc::clone(&context.listeners),
            threads: Mutex::default(),
        }));
        let inner = &store.0;
        let kept = folder.clone();
        let worker = Worker {
            driver: writer,
            queue: Arc::clone(&inner.writes),
            context: context.clone(),
            batch_max: sqlite::BATCH_MAX,
        };
        inner.spawn("store-write", move || {
            worker.run_writes();
            drop(kept);
        })?;
        for reader in readers {
            let kept = folder.clone();
            let worker = Worker {
                driver: reader,
                queue: Arc::clone(&inner.reads),
                context: context.clone(),
                batch_max: sqlite::READ_BATCH_MAX,
            };
            inner.spawn("store-read", move || {
                worker.run_reads();
                drop(kept);
            })?;
        }
        inner.spawn("store-checkpoint", move || {
            sqlite::run_checkpoints(&checkpoints);
            drop((checkpoints, folder));
        })?;
        Ok(store)
    }

    /// Runs `work` in a transaction, isolated from all others, and gives its result once it is
    /// durable. `work` may run more than once and touches nothing but its [`Tx`]. An `Err` undoes
    /// its changes; a failed statement does too, whatever `work` returns.
    pub async fn transact<T, E>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0.writes.call(work).await
    }

    /// Like [`Store::transact`], but never in one transaction with others': for work that skips
    /// what others hold locked, such as leasing.
    pub(crate) async fn transact_apart<T, E>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0.apart.call(work).await
    }

    /// Whether no other process can use the database.
    pub(crate) fn is_alone(&self) -> bool {
        self.0.alone
    }

    /// Runs `work` on a snapshot that holds everything acknowledged before the call. Statements
    /// that write fail, wake-ups are dropped.
    pub async fn read<T, E>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.0.reads.call(work).await
    }

    /// Has `listener` called after each commit whose transactions woke somebody: with the
    /// contacts, and with whether jobs were woken. It runs on a store thread and must not wait.
    pub fn on_commit(&self, listener: impl Fn(&[ContactId], bool) + Send + Sync + 'static) {
        self.0.listeners.add(Box::new(listener));
    }

    /// Deletes the rows of every table except those in `keep` (and the store's own).
    pub async fn reset(&self, keep: &'static [&'static str]) -> Result<(), Error> {
        self.transact(|tx| tx.forget_all_but(keep)).await
    }

    /// Finishes what waits, takes nothing new, and ends the store's threads.
    pub async fn close(self) {
        self.0.end();
        let threads = std::mem::take(
            &mut *self
                .0
                .threads
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                if thread.join().is_err() {
                    tracing::error!("a store thread had panicked");
                }
            }
        });
        drop(joined.await);
    }
}

impl Inner {
    fn spawn(&self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(run)
            .map_err(Error::unavailable)?;
        self.threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(thread);
        Ok(())
    }

    fn end(&self) {
        self.writes.close();
        self.apart.close();
        self.reads.close();
        self.written.close();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

/// Makes a folder that only its owner may enter, unless it is there.
fn create_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// A folder that is deleted with its last holder.
struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    fn create() -> std::io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("signback-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            match std::fs::DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => return made.map(|()| Self(path)),
            }
        }
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, path = %self.0.display(), "cannot delete a temporary folder");
        }
    }
}
