//! What only a database server can do to a store.

use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};

use super::{Database, env, number, put};
use crate::ids::ContactId;
use crate::store::scratch::Scratch;
use crate::store::{Error, Keyring, Options, Store};

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
                    &[round.into()],
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
    let away = store
        .read(|tx| tx.fetch_all("SELECT 1", &[]).map(|rows| rows.len()))
        .await;
    assert!(matches!(away, Err(Error::Unavailable(_))), "{away:?}");

    let _line = tokio::spawn(relay(TcpListener::bind(address).await.unwrap()));
    let back = async {
        while let Err(error) = store.transact(|tx| put(tx, "after", 1)).await {
            assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), back)
        .await
        .unwrap();
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
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    there.on_commit(move |contacts, _| told.send(contacts.to_vec()).unwrap());
    let (told_here, mut heard_here) = tokio::sync::mpsc::unbounded_channel();
    here.on_commit(move |contacts, _| told_here.send(contacts.to_vec()).unwrap());
    // The other process may not be listening yet: what it misses it finds by polling.
    let contact = ContactId::new("018f0000-0000-7000-8000-000000000001");
    let hearing = async {
        loop {
            let contact = contact.clone();
            here.transact(move |tx| {
                tx.wake_contact(&contact);
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
            if let Ok(Some(contacts)) =
                tokio::time::timeout(Duration::from_millis(100), heard.recv()).await
            {
                return contacts;
            }
        }
    };
    let contacts = tokio::time::timeout(Duration::from_secs(20), hearing)
        .await
        .unwrap();
    assert_eq!(contacts, [contact]);
    // The process itself heard at the commit, and not again from the server.
    let mut own = 0;
    while heard_here.try_recv().is_ok() {
        own += 1;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(own > 0 && heard_here.try_recv().is_err());
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
                tx.fetch_all(
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
            let rows = tx.fetch_all(
                "SELECT name FROM things ORDER BY name /* FOR UPDATE SKIP LOCKED */",
                &[],
            )?;
            rows.iter()
                .map(|row| row.text(0))
                .collect::<Result<Vec<_>, Error>>()
        })
        .await
        .unwrap();
    assert_eq!(free, ["b"]);
    go_on.send(()).unwrap();
    holding.await.unwrap().unwrap();
}
