//! The rules of the store, each on both databases: SQLite always, PostgreSQL when
//! `SIGNBACK_TEST_POSTGRES` names a server (`scripts/with-postgres` makes one).

mod commits;
mod crash;
mod files;
mod postgres;
mod rules;
mod schema;
mod statements;

use std::sync::Arc;
use std::sync::mpsc;

use crate::clock::{Clock, HeldTime, Timestamp};
use crate::params;
use crate::random::SystemRandom;
use crate::store::{Env, Error, Keyring, Options, Store, Tx};
use crate::testing::Database;

impl Database {
    pub(crate) fn open(&self) -> Store {
        self.open_with(Keyring::new(&[7; 32], &[])).unwrap()
    }

    fn open_with(&self, keyring: Keyring) -> Result<Store, Error> {
        Store::open(&Options::new(self.url()), env(), keyring)
    }

    /// Opens the database with a clock that the test moves.
    fn open_at(&self, time: Arc<HeldTime>) -> Store {
        let env = Env {
            clock: Clock::new(time),
            ..env()
        };
        Store::open(&Options::new(self.url()), env, Keyring::new(&[7; 32], &[])).unwrap()
    }

    /// Opens the database and gives it a table to play with.
    async fn with_things(&self) -> Store {
        let store = self.open();
        store
            .transact(|tx| {
                tx.script(
                    "CREATE TABLE things (name TEXT PRIMARY KEY, number BIGINT, note TEXT, data BYTEA)",
                )
            })
            .await
            .unwrap();
        store
    }
}

/// When the tests' clocks stand at first.
const NOW: Timestamp = Timestamp::from_millis(1_768_469_400_000);

fn env() -> Env {
    Env {
        clock: Clock::new(Arc::new(HeldTime::at(NOW))),
        random: Arc::new(SystemRandom),
        settings: Arc::default(),
    }
}

/// What a function can refuse.
#[derive(Debug)]
enum Refusal {
    NotAllowed,
    Store(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

fn put(tx: &mut Tx<'_>, name: &str, number: i64) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO things (name, number) VALUES ($1, $2)",
        params![name, number],
    )
    .map(drop)
}

/// The number of a thing, read apart.
async fn number(store: &Store, name: &'static str) -> Option<i64> {
    store
        .read(move |tx| tx.find("SELECT number FROM things WHERE name = $1", params![name]))
        .await
        .unwrap_or_else(|error: Error| panic!("cannot read: {error:?}"))
}

/// Keeps every writer busy until the value is dropped, so that what is sent meanwhile waits and
/// forms one batch.
struct Held {
    _release: Vec<mpsc::Sender<()>>,
}

async fn hold(store: &Store) -> Held {
    let writers = if store.is_alone() { 1 } else { 2 };
    let mut release = Vec::new();
    for _ in 0..writers {
        let (send, receive) = mpsc::channel::<()>();
        let receive = std::sync::Mutex::new(receive);
        let (started, has_started) = tokio::sync::oneshot::channel();
        let started = std::sync::Mutex::new(Some(started));
        let store = store.clone();
        tokio::spawn(async move {
            let held = store.transact(move |_| {
                if let Some(started) = started.lock().unwrap().take() {
                    started.send(()).unwrap();
                }
                // The sender is dropped to go on.
                assert!(receive.lock().unwrap().recv().is_err());
                Ok::<(), Error>(())
            });
            held.await.unwrap();
        });
        has_started.await.unwrap();
        release.push(send);
    }
    Held { _release: release }
}

/// Waits until so many calls wait for the writers.
async fn until_waiting(store: &Store, count: usize) {
    while store.0.writes.waiting() < count {
        tokio::task::yield_now().await;
    }
}
