//! Opening: migrations, master keys, and forgetting everything.

use std::sync::Arc;

use super::{number, put};
use crate::on_both_databases;
use crate::store::folder::TemporaryFolder;
use crate::store::sqlite::{Role, Sqlite};
use crate::store::{Error, Keyring, Options, Place, Store, migrate};
use crate::testing::Database;

on_both_databases! {
    opening_again_keeps_what_is_there,
    a_database_of_a_newer_version_stays_closed,
    a_changed_migration_is_noticed,
    other_master_keys_do_not_open_the_database,
    a_new_master_key_takes_over_when_the_old_one_is_there_too,
    resetting_forgets_all_tables_but_those_to_keep,
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

async fn a_database_of_a_newer_version_stays_closed(database: Database) {
    let store = database.open();
    store
        .transact(|tx| tx.script("INSERT INTO store_migrations VALUES ('9999_future', '', 0)"))
        .await
        .unwrap();
    store.close().await;
    let problem = database
        .open_with(Keyring::new(&[7; 32], &[]))
        .err()
        .unwrap()
        .to_string();
    assert!(
        problem.contains("9999_future") && problem.contains("newer"),
        "{problem}"
    );
}

async fn a_changed_migration_is_noticed(database: Database) {
    let store = database.open();
    store
        .transact(|tx| {
            tx.script("UPDATE store_migrations SET digest = '' WHERE name = '0001_store'")
        })
        .await
        .unwrap();
    store.close().await;
    let problem = database
        .open_with(Keyring::new(&[7; 32], &[]))
        .err()
        .unwrap()
        .to_string();
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
                &[(&sealed).into()],
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

async fn resetting_forgets_all_tables_but_those_to_keep(database: Database) {
    let store = database.with_things().await;
    store
        .transact(|tx| tx.script("CREATE TABLE kept (name TEXT); INSERT INTO kept VALUES ('a')"))
        .await
        .unwrap();
    store.transact(|tx| put(tx, "one", 1)).await.unwrap();
    store.reset(&["kept"]).await.unwrap();
    assert_eq!(number(&store, "one").await, None);
    let kept = store
        .read(|tx| tx.list::<String>("SELECT name FROM kept", &[]))
        .await
        .unwrap_or_else(|error: Error| panic!("{error:?}"));
    assert_eq!(kept.len(), 1);
    store.close().await;
    database.open().close().await;
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
