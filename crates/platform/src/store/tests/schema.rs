//! Opening: migrations, master keys, and forgetting everything.

use std::sync::Arc;

use super::{number, put};
use crate::on_both_databases;
use crate::params;
use crate::settings::Settings;
use crate::store::folder::TemporaryFolder;
use crate::store::sqlite::{Role, Sqlite};
use crate::store::{Env, Error, Keyring, Options, Place, Store, Tx, migrate};
use crate::testing::Database;

on_both_databases! {
    opening_again_keeps_what_is_there,
    a_database_of_a_newer_version_stays_closed,
    a_changed_migration_is_noticed,
    other_master_keys_do_not_open_the_database,
    a_new_master_key_takes_over_when_the_old_one_is_there_too,
    the_state_after_the_start_comes_back,
    a_later_start_keeps_what_it_makes_and_not_what_others_made,
    test_controls_open_what_was_made_under_them,
    test_controls_open_no_database_of_anybody,
    a_process_with_test_controls_has_the_database_to_itself,
    two_processes_start_at_once,
}

#[test]
fn the_repository_builds_sqlite_with_its_settings() {
    let folder = TemporaryFolder::create().unwrap();
    let path = folder.path().join("test.db");
    let sqlite = Sqlite::open(&path, Role::Writer, Arc::default()).unwrap();
    assert!(sqlite.has_build_settings());
}

async fn opening_again_keeps_what_is_there(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "one", 1)).await.unwrap();
    store.close().await;
    let store = database.open();
    assert_eq!(number(&store, "one").await, Some(1));
    store.close().await;
}

/// Why a database stays closed that was changed so.
async fn problem_after(database: &Database, change: &'static str) -> String {
    let store = database.open();
    store.transact(move |tx| tx.script(change)).await.unwrap();
    store.close().await;
    let opened = database.open_with(Keyring::new(&[7; 32], &[]));
    opened.err().unwrap().to_string()
}

async fn a_database_of_a_newer_version_stays_closed(database: Database) {
    let future = "INSERT INTO store_migrations VALUES ('9999_future', '', 0)";
    let problem = problem_after(&database, future).await;
    assert!(
        problem.contains("9999_future") && problem.contains("newer"),
        "{problem}"
    );
}

async fn a_changed_migration_is_noticed(database: Database) {
    let changed = "UPDATE store_migrations SET digest = '' WHERE name = '0001_store'";
    let problem = problem_after(&database, changed).await;
    assert!(problem.contains("0001_store"), "{problem}");
}

async fn other_master_keys_do_not_open_the_database(database: Database) {
    database.open().close().await;
    let opened = database.open_with(Keyring::new(&[8; 32], &[]));
    let problem = opened.err().unwrap().to_string();
    assert!(problem.contains("master key"), "{problem}");
    database.open().close().await;
}

async fn a_new_master_key_takes_over_when_the_old_one_is_there_too(database: Database) {
    const PLACE: Place<'static> = Place {
        table: "things",
        column: "data",
        row: "one",
    };
    let store = database.with_things().await;
    store
        .transact(|tx| {
            let sealed = tx.seal(PLACE, b"kept");
            tx.execute(
                "INSERT INTO things (name, data) VALUES ('one', $1)",
                params![sealed],
            )
        })
        .await
        .unwrap();
    store.close().await;
    let store = database
        .open_with(Keyring::new(&[8; 32], &[[7; 32]]))
        .unwrap();
    let kept = store
        .read(|tx| {
            let data = tx.find::<Vec<u8>>("SELECT data FROM things WHERE name = 'one'", &[])?;
            tx.unseal(PLACE, &data.unwrap()).map(|plain| plain.to_vec())
        })
        .await
        .unwrap();
    assert_eq!(kept, b"kept");
    store.close().await;
    // From now on the new key is the database's.
    let opened = database.open_with(Keyring::new(&[7; 32], &[]));
    assert!(matches!(opened, Err(Error::Settings { .. })));
    database
        .open_with(Keyring::new(&[8; 32], &[]))
        .unwrap()
        .close()
        .await;
}

crate::columns! {
    #[derive(Debug, PartialEq, Eq)]
    struct Thing as select_thing {
        name: String,
        number: i64,
    }
}

fn thing((name, number): (&str, i64)) -> Thing {
    Thing {
        name: name.to_owned(),
        number,
    }
}

/// The things that are there.
async fn things(store: &Store) -> Vec<Thing> {
    let read = |tx: &mut Tx<'_>| {
        let listed: Result<Vec<Thing>, Error> =
            tx.list(select_thing!("FROM things ORDER BY name"), &[]);
        listed
    };
    store.read(read).await.unwrap()
}

async fn change(store: &Store, sql: &'static str) {
    store.transact(|tx| tx.script(sql)).await.unwrap();
}

async fn go_back(
    store: &Store,
    spared: &'static [&'static str],
    only: Option<&'static [&'static str]>,
) {
    let back = store.transact(move |tx| tx.go_back_to_start(spared, only));
    back.await
        .unwrap_or_else(|error: Error| panic!("{error:?}"));
}

async fn the_state_after_the_start_comes_back(database: Database) {
    let store = database.with_things().await;
    store.begin_start().await.unwrap();
    change(
        &store,
        "CREATE TABLE others (name TEXT PRIMARY KEY); INSERT INTO others VALUES ('a');
         INSERT INTO things (name, number) VALUES ('one', 1), ('two', 2)",
    )
    .await;
    store.keep_start().await.unwrap();
    change(
        &store,
        "DELETE FROM things WHERE name = 'one'; UPDATE things SET number = 7;
         INSERT INTO things (name, number) VALUES ('three', 3); INSERT INTO others VALUES ('b')",
    )
    .await;
    go_back(&store, &["others"], None).await;
    let start = [("one", 1), ("two", 2)].map(thing);
    assert_eq!(things(&store).await, start);
    let others = "SELECT name FROM others";
    let others = |store: Store| async move {
        let rows = store.read(move |tx| tx.list::<String>(others, &[])).await;
        rows.unwrap_or_else(|error: Error| panic!("{error:?}"))
            .len()
    };
    assert_eq!(others(store.clone()).await, 2, "it was to be spared");
    go_back(&store, &[], Some(&["others"])).await;
    assert_eq!(things(&store).await, []);
    assert_eq!(others(store.clone()).await, 1);
    go_back(&store, &[], None).await;
    assert_eq!(things(&store).await, start);
    store.close().await;
    database.open().close().await;
}

async fn a_later_start_keeps_what_it_makes_and_not_what_others_made(database: Database) {
    let store = database.with_things().await;
    store.begin_start().await.unwrap();
    change(
        &store,
        "INSERT INTO things (name, number) VALUES ('kept', 1), ('lost', 2), ('new', 3)",
    )
    .await;
    store.keep_start().await.unwrap();
    change(
        &store,
        "UPDATE things SET number = 10 WHERE name = 'kept'; DELETE FROM things WHERE name = 'lost';
         INSERT INTO things (name, number) VALUES ('account', 4)",
    )
    .await;
    store.close().await;

    let store = database.open();
    store.begin_start().await.unwrap();
    change(
        &store,
        "UPDATE things SET number = 30 WHERE name = 'new'; INSERT INTO things (name, number) VALUES ('made', 5)",
    )
    .await;
    store.keep_start().await.unwrap();
    go_back(&store, &[], None).await;
    let start = [("kept", 1), ("made", 5), ("new", 30)].map(thing);
    assert_eq!(things(&store).await, start);
    store.close().await;
    database.open().close().await;
}

#[tokio::test]
async fn every_table_has_a_key() {
    let database = Database::sqlite();
    let store = database.open();
    let count = |tx: &mut Tx<'_>| Ok::<_, Error>(tx.without_key()?.join(", "));
    assert_eq!(store.transact(count).await.unwrap(), "");
}

/// Opens a database for a service with test controls.
fn open_for_tests(database: &Database) -> Result<Store, Error> {
    let settings = Settings {
        test_controls: true,
        ..Settings::default()
    };
    let env = Env {
        settings: Arc::new(settings),
        ..super::env()
    };
    Store::open(
        &Options::new(database.url()),
        env,
        Keyring::new(&[7; 32], &[]),
    )
}

async fn test_controls_open_what_was_made_under_them(database: Database) {
    open_for_tests(&database).unwrap().close().await;
    // Without them it opens as well, and is none the less theirs.
    database.open().close().await;
    open_for_tests(&database).unwrap().close().await;
}

async fn test_controls_open_no_database_of_anybody(database: Database) {
    database.open().close().await;
    let problem = open_for_tests(&database).err().unwrap().to_string();
    assert!(
        problem.contains("--test-controls") && problem.contains("--ephemeral"),
        "{problem}"
    );
    database.open().close().await;
}

async fn a_process_with_test_controls_has_the_database_to_itself(database: Database) {
    let store = open_for_tests(&database).unwrap();
    for other in [
        open_for_tests(&database),
        database.open_with(Keyring::new(&[7; 32], &[])),
    ] {
        let problem = other.err().unwrap().to_string();
        assert!(problem.contains("process"), "{problem}");
    }
    store.close().await;
    if matches!(database, Database::Postgres(_)) {
        let store = database.open();
        assert!(open_for_tests(&database).is_err());
        store.close().await;
    }
    open_for_tests(&database).unwrap().close().await;
}

async fn two_processes_start_at_once(database: Database) {
    let open = |url| {
        std::thread::spawn(move || {
            Store::open(
                &Options::new(url),
                super::env(),
                Keyring::new(&[7; 32], &[]),
            )
        })
    };
    let stores =
        [open(database.url()), open(database.url())].map(|opening| opening.join().unwrap());
    if matches!(database, Database::Postgres(_)) {
        for store in stores {
            store.unwrap().close().await;
        }
    } else {
        // Whichever came second was told so, unless the first was gone already.
        let opened = stores.iter().filter(|store| store.is_ok()).count();
        assert_eq!(opened, 1);
        assert!(
            stores
                .iter()
                .any(|store| matches!(store, Err(Error::Settings { .. })))
        );
    }
}

#[test]
fn migrations_keep_to_the_portable_subset() {
    for (name, text) in migrate::MIGRATIONS {
        let code: String = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default().to_uppercase() + "\n")
            .collect();
        for word in [
            "REFERENCES",
            "AUTOINCREMENT",
            "SERIAL",
            "INTEGER",
            "BLOB",
            "BOOLEAN",
            "JSONB",
            "TIMESTAMP ",
            "VARCHAR",
            "REAL",
            "WITHOUT ROWID",
            "PRAGMA",
        ] {
            assert!(!code.contains(word), "{name} uses {word}");
        }
    }
}
