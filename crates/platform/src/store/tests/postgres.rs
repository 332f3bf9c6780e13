//! What only a database server can do to a store.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::{env, number, put};
use crate::ids::ContactId;
use crate::params;
use crate::store::scratch::Scratch;
use crate::store::{Error, Keyring, Options, Store};
use crate::testing::Database;

fn scratch(database: &Database) -> &Scratch {
    match database {
        Database::Postgres(scratch) => scratch,
        Database::Sqlite(_) => unreachable!("these tests make PostgreSQL databases"),
    }
}

#[tokio::test]
async fn lost_connections_are_made_anew() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let store = database.with_things().await;
    for round in 0..5 {
        scratch(&database).end_connections().unwrap();
        store
            .transact(move |tx| {
                tx.write(
                    "INSERT INTO things (name, number) VALUES ('one', $1)
                     ON CONFLICT (name) DO UPDATE SET number = excluded.number",
                    params![round],
                )
            })
            .await
            .unwrap_or_else(|error: Error| panic!("round {round}: {error:?}"));
        scratch(&database).end_connections().unwrap();
        assert_eq!(number(&store, "one").await, Some(i64::from(round)));
    }
}

#[tokio::test]
async fn a_connection_lost_while_committing_is_answered_as_unknown() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let store = database.with_things().await;
    scratch(&database)
        .script(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER die AFTER INSERT ON things DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW WHEN (NEW.number = 13) EXECUTE FUNCTION die()",
        )
        .unwrap();
    let unknown = store.transact(|tx| put(tx, "one", 13)).await;
    assert!(matches!(unknown, Err(Error::Unknown)), "{unknown:?}");
    store.transact(|tx| put(tx, "one", 1)).await.unwrap();
    assert_eq!(number(&store, "one").await, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_away_is_said_to_be_and_used_again_when_it_is_back() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.with_things().await.close().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let line = tokio::spawn(relay(listener));
    let url = scratch(&database).url_through(&address.to_string());
    let store = Store::open(&Options::new(url), env(), Keyring::new(&[7; 32], &[])).unwrap();
    store.transact(|tx| put(tx, "before", 1)).await.unwrap();

    // The task's end drops its listener and every connection.
    line.abort();
    assert!(line.await.is_err());
    let away = store.transact(|tx| put(tx, "meanwhile", 1)).await;
    assert!(matches!(away, Err(Error::Unavailable(_))), "{away:?}");
    let away = store.read(|tx| tx.list::<i64>("SELECT 1", &[])).await;
    assert!(matches!(away, Err(Error::Unavailable(_))), "{away:?}");

    let _line = tokio::spawn(relay(TcpListener::bind(address).await.unwrap()));
    // It is left alone for a moment before it is tried again.
    while let Err(error) = store.transact(|tx| put(tx, "after", 1)).await {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    }
    let store = database.open();
    assert_eq!(number(&store, "before").await, Some(1));
    assert_eq!(number(&store, "meanwhile").await, None);
    assert_eq!(number(&store, "after").await, Some(1));
}

/// A line to the test server that can be cut.
async fn relay(listener: TcpListener) {
    let server = std::env::var("SIGNBACK_TEST_POSTGRES").unwrap();
    let server: tokio_postgres::Config = server.parse().unwrap();
    let tokio_postgres::config::Host::Unix(folder) = &server.get_hosts()[0] else {
        panic!("this test needs a server on a local socket");
    };
    let port = server.get_ports().first().copied().unwrap_or(5432);
    let socket = folder.join(format!(".s.PGSQL.{port}"));
    let mut calls = tokio::task::JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = UnixStream::connect(&socket).await.unwrap();
        calls.spawn(async move { copy_bidirectional(&mut near, &mut far).await });
    }
}

#[tokio::test]
async fn other_processes_hear_of_commits() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let (here, there) = (database.open(), database.open());
    let (mut near, mut far) = (heard(&here), heard(&there));
    // They may not be listening yet: what they miss they find by polling.
    let [first, second, once, last] = ["1", "2", "3", "4"].map(ContactId::new);
    until_heard(&here, &first, &mut far).await;
    until_heard(&there, &second, &mut near).await;

    wake(&here, &once).await;
    while far.recv().await.unwrap() != once {}
    // The process itself heard at the commit, and not again from the server, which tells what was
    // committed in the order of the commits.
    let told = until_heard(&there, &last, &mut near).await;
    assert_eq!(told.iter().filter(|told| **told == once).count(), 1);
}

/// The contacts that a process hears of.
fn heard(store: &Store) -> UnboundedReceiver<ContactId> {
    let (told, heard) = unbounded_channel();
    store.on_commit(move |contacts, _| {
        for contact in contacts {
            // The test may have ended.
            let _ = told.send(contact.clone());
        }
    });
    heard
}

async fn wake(store: &Store, contact: &ContactId) {
    let contact = contact.clone();
    store
        .transact(move |tx| {
            tx.wake_contact(&contact);
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

/// Wakes a contact again and again until the other process hears of it; gives all that it heard.
async fn until_heard(
    store: &Store,
    contact: &ContactId,
    heard: &mut UnboundedReceiver<ContactId>,
) -> Vec<ContactId> {
    let mut all = Vec::new();
    while all.last() != Some(contact) {
        wake(store, contact).await;
        while let Ok(told) = heard.try_recv() {
            all.push(told);
            if all.last() == Some(contact) {
                break;
            }
        }
    }
    all
}

#[tokio::test]
async fn rows_locked_elsewhere_are_skipped_by_leases() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "a", 1)).await.unwrap();
    store.transact(|tx| put(tx, "b", 2)).await.unwrap();
    let (locked, is_locked) = tokio::sync::oneshot::channel();
    let locked = std::sync::Mutex::new(Some(locked));
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let holder = store.clone();
    let holding = tokio::spawn(async move {
        holder
            .transact(move |tx| {
                tx.list::<String>(
                    "SELECT name FROM things WHERE name = 'a' /* FOR UPDATE */",
                    &[],
                )?;
                if let Some(locked) = locked.lock().unwrap().take() {
                    locked.send(()).unwrap();
                }
                may_go_on.lock().unwrap().recv().unwrap();
                Ok::<_, Error>(())
            })
            .await
    });
    is_locked.await.unwrap();
    let free = store
        .transact_apart(|tx| {
            tx.list::<String>(
                "SELECT name FROM things ORDER BY name /* FOR UPDATE SKIP LOCKED */",
                &[],
            )
        })
        .await
        .unwrap();
    assert_eq!(free, ["b"]);
    go_on.send(()).unwrap();
    holding.await.unwrap().unwrap();
}
