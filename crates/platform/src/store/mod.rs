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
//! The module's parts: `queue` (what waits), `worker` (the loop: group commit), `tx`, `value` (what
//! goes into a statement), `row` and `columns` (what comes out), `seal` (secrets at rest),
//! `migrate`, and a driver for each database.

mod columns;
mod context;
mod driver;
mod error;
mod files;
pub(crate) mod folder;
mod listeners;
mod migrate;
mod postgres;
mod pulse;
mod queue;
mod row;
#[doc(hidden)]
pub mod scratch;
mod seal;
mod slice;
mod sqlite;
mod start_state;
mod tx;
mod value;
mod worker;

#[cfg(test)]
pub mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::watch;

pub use error::Error;
use row::Row;
pub use row::{Cells, FromRow, Json, json};
pub use seal::{Keyring, Place};
pub use slice::Slice;
pub use tx::Tx;
#[cfg(test)]
use value::Value;
pub use value::{Bind, Param};

use crate::clock::Clock;
use crate::ids::ContactId;
use crate::random::Random;
use crate::secret::Secret;
use crate::settings::Settings;
use context::Context;
use files::Files;
use folder::TemporaryFolder;
pub use folder::create_folder;
use postgres::{Entry, Notifier, Postgres};
use queue::Queue;
use sqlite::{Role, Sqlite, Written};
use worker::Worker;

/// Which database to open, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The database.
    pub url: Url,
    /// How many threads answer reads.
    pub readers: usize,
}

impl Options {
    /// The usual settings for a database.
    #[must_use]
    pub const fn new(url: Url) -> Self {
        Self { url, readers: 2 }
    }
}

/// Where the database is.
#[derive(Clone, Debug)]
pub enum Url {
    /// A SQLite file; it and its folder are made if absent.
    Sqlite(PathBuf),
    /// A SQLite file in a folder of its own below the system's temporary one, gone once the store
    /// is: for tests and the demo.
    Temporary,
    /// A PostgreSQL database, `postgres://…`; the URL may hold a password.
    Postgres(Secret),
}

impl std::str::FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            Ok(Self::Sqlite(path.into()))
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(Secret::new(text)))
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
    pub settings: Arc<Settings>,
}

/// The database. Clones are the same database.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    writes: Arc<Queue>,
    apart: Arc<Queue>,
    reads: Arc<Queue>,
    context: Context,
    /// No other process can use the database.
    alone: bool,
    written: Arc<Written>,
    /// Those of a SQLite database.
    files: Option<Arc<Files>>,
    /// Handed to the threads of a SQLite file, so that it is held until the last of them ends.
    lock: Option<Arc<std::fs::File>>,
    /// The folder of a SQLite file.
    place: Option<PathBuf>,
    /// Deleted with the store; the threads may still have its files open.
    folder: Option<TemporaryFolder>,
    stop: watch::Sender<bool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Store {
    /// Opens the database, brings its schema up to date, checks that the master keys fit it, and
    /// starts the store's threads.
    pub fn open(options: &Options, env: Env, keyring: Keyring) -> Result<Self, Error> {
        match &options.url {
            Url::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    create_folder(folder).map_err(Error::unavailable)?;
                }
                let mut inner = Inner::new(env, keyring, true);
                inner.lock = Some(Arc::new(folder::lock(path)?));
                inner.start_sqlite(path, Role::Writer, options.readers)
            }
            Url::Temporary => {
                let folder = TemporaryFolder::create().map_err(Error::unavailable)?;
                let path = folder.path().join("signback.db");
                let mut inner = Inner::new(env, keyring, true);
                inner.folder = Some(folder);
                inner.start_sqlite(&path, Role::Volatile, options.readers)
            }
            Url::Postgres(url) => {
                let exclusive = env.settings.test_controls;
                let inner = Inner::new(env, keyring, false);
                let (url, readers) = (url.clone(), options.readers);
                // The driver's runtime must not start inside another one.
                std::thread::spawn(move || inner.start_postgres(&url, readers, exclusive))
                    .join()
                    .map_err(|_| Error::Panicked)?
            }
        }
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
    pub async fn transact_apart<T, E>(
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
    #[must_use]
    pub fn is_alone(&self) -> bool {
        self.0.alone
    }

    /// The folder of a SQLite file, empty for the present one; PostgreSQL has none.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.0.place.as_deref()
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
        self.0.context.listeners.add(Box::new(listener));
    }

    /// Whether what is written now would be kept and can be read: something is written to see,
    /// once a second at most while commits work.
    pub async fn health(&self) -> Result<(), Error> {
        if let Some(files) = &self.0.files {
            files.check()?;
        }
        let now = self.0.context.env.clock.machine_now();
        if !self.0.context.pulse.is_fresh(now) {
            // The one row that is always there, and that nobody else changes.
            let beat = "UPDATE store_keys SET name = name WHERE name = 'master key'";
            self.transact(move |tx| tx.execute(beat, &[])).await?;
            self.0.context.pulse.beat(now);
        }
        self.read(|tx| tx.find::<i64>("SELECT 1", &[]))
            .await
            .map(drop)
    }

    /// Notes the rows that are there before a start applies its data, for [`Store::keep_start`].
    pub async fn begin_start(&self) -> Result<(), Error> {
        self.transact(|tx| tx.change(start_state::begin)).await
    }

    /// Keeps the state after a start, for [`Tx::go_back_to_start`]: on a database that is new every
    /// row, on one that was used what an earlier start had kept and this one has made or changed.
    pub async fn keep_start(&self) -> Result<(), Error> {
        self.transact(|tx| tx.change(start_state::keep)).await
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
    fn new(env: Env, keyring: Keyring, alone: bool) -> Self {
        let writes = Arc::new(Queue::new());
        let apart = if alone {
            Arc::clone(&writes)
        } else {
            Arc::new(Queue::new())
        };
        let notifier = (!alone).then(Arc::<Notifier>::default);
        Self {
            writes,
            apart,
            reads: Arc::new(Queue::new()),
            context: Context {
                env,
                keyring,
                listeners: Arc::default(),
                notifier,
                pulse: Arc::default(),
            },
            alone,
            written: Arc::default(),
            files: None,
            lock: None,
            place: None,
            folder: None,
            stop: watch::Sender::new(false),
            threads: Mutex::default(),
        }
    }

    /// Starts the threads of a SQLite file.
    fn start_sqlite(mut self, path: &Path, role: Role, readers: usize) -> Result<Store, Error> {
        self.place = path.parent().map(Path::to_owned);
        files::make_private(path).map_err(Error::unavailable)?;
        let files = Arc::new(Files::new(path, self.context.env.clock.clone()));
        self.files = Some(Arc::clone(&files));
        let open = |role| Sqlite::open(path, role, Arc::clone(&self.written));
        let mut first = open(role)?;
        first.watch(files);
        // The first commit after this waits for the disk, with everything before it.
        migrate::prepare(&mut first, &self.context)?;
        if role == Role::Writer {
            first.wait_for_disk()?;
        }
        if !first.has_build_settings() {
            tracing::warn!(
                "SQLite was built without LIBSQLITE3_FLAGS of .cargo/config.toml: it works, and \
                 more slowly (docs/decisions/build-settings.md)"
            );
        }
        let checkpoints = open(role)?;
        let worker = self.worker(first, &self.writes, sqlite::BATCH_MAX);
        self.spawn("store-write", move || worker.run_writes())?;
        for _ in 0..readers.max(1) {
            let worker = self.worker(open(Role::Reader)?, &self.reads, sqlite::READ_BATCH_MAX);
            self.spawn("store-read", move || worker.run_reads())?;
        }
        self.spawn("store-checkpoint", move || {
            sqlite::run_checkpoints(&checkpoints);
        })?;
        // Only the threads keep it.
        self.lock = None;
        Ok(Store(Arc::new(self)))
    }

    /// Starts the threads of a PostgreSQL database.
    fn start_postgres(self, url: &Secret, readers: usize, alone: bool) -> Result<Store, Error> {
        let open = |role| Postgres::new(url.clone(), role);
        let mut first = open(postgres::Role::Writer)?;
        migrate::prepare(&mut first, &self.context)?;
        drop(first);
        for _ in 0..postgres::WRITERS {
            let driver = open(postgres::Role::Writer)?;
            let worker = self.worker(driver, &self.writes, postgres::BATCH_MAX);
            self.spawn("store-write", move || worker.run_writes())?;
        }
        let worker = self.worker(open(postgres::Role::Writer)?, &self.apart, 1);
        self.spawn("store-lease", move || worker.run_writes())?;
        for _ in 0..readers.max(1) {
            let driver = open(postgres::Role::Reader)?;
            let worker = self.worker(driver, &self.reads, postgres::READ_BATCH_MAX);
            self.spawn("store-read", move || worker.run_reads())?;
        }
        if let Some(notifier) = self.context.notifier.clone() {
            let (url, listeners) = (url.clone(), Arc::clone(&self.context.listeners));
            let stopped = self.stop.subscribe();
            let (told, admitted) = std::sync::mpsc::channel();
            let entry = Entry::new(alone, told);
            self.spawn("store-notify", move || {
                notifier.run(&url, &listeners, stopped, &entry);
            })?;
            // A thread that ended without a word had no runtime, and said so.
            admitted.recv().map_err(Error::unavailable)??;
        }
        Ok(Store(Arc::new(self)))
    }

    fn worker<D>(&self, driver: D, queue: &Arc<Queue>, batch_max: usize) -> Worker<D> {
        Worker {
            driver,
            queue: Arc::clone(queue),
            context: self.context.clone(),
            batch_max,
        }
    }

    fn spawn(&self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), Error> {
        let lock = self.lock.clone();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                run();
                drop(lock);
            })
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
        self.stop.send_replace(true);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}
