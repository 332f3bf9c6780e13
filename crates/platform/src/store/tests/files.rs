//! The files of a SQLite database: whose they are, and what happens when they go.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::{number, put};
use crate::store::{Error, Store, Url};
use crate::testing::Database;

fn path(database: &Database) -> PathBuf {
    match database.url() {
        Url::Sqlite(path) => path,
        _ => unreachable!("these tests make files"),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

async fn write(store: &Store, name: &'static str) -> Result<(), Error> {
    store.transact(move |tx| put(tx, name, 1)).await
}

#[tokio::test]
async fn nothing_is_acknowledged_that_goes_to_a_file_without_a_name() {
    let database = Database::sqlite();
    let store = database.with_things().await;
    store.health().await.unwrap();
    for file in [path(&database), beside(&path(&database), "-wal")] {
        let away = file.with_extension("away");
        fs::rename(&file, &away).unwrap();
        let refused = write(&store, "removed").await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        store.health().await.unwrap_err();
        // Another file of that name is not the database.
        fs::write(&file, "").unwrap();
        let refused = write(&store, "replaced").await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        store.health().await.unwrap_err();
        fs::rename(&away, &file).unwrap();
        store.health().await.unwrap();
    }
    write(&store, "put back").await.unwrap();
    assert_eq!(number(&store, "removed").await, None);
    assert_eq!(number(&store, "replaced").await, None);
    assert_eq!(number(&store, "put back").await, Some(1));
}

#[tokio::test]
async fn a_file_that_goes_while_it_is_written_to_is_not_acknowledged_either() {
    let database = Database::sqlite();
    let store = database.with_things().await;
    let (file, away) = (path(&database), path(&database).with_extension("away"));
    let (from, to) = (file.clone(), away.clone());
    let answered = store.transact(move |tx| {
        put(tx, "one", 1)?;
        fs::rename(&from, &to).unwrap();
        Ok(())
    });
    let answered: Result<(), Error> = answered.await;
    assert!(matches!(answered, Err(Error::Unknown)), "{answered:?}");
    fs::rename(&away, &file).unwrap();
    store.health().await.unwrap();
}

#[tokio::test]
async fn only_its_owner_may_read_a_database() {
    let database = Database::sqlite();
    let file = path(&database);
    let modes = || {
        ["", "-wal", "-shm"].map(|suffix| {
            let mode = fs::metadata(beside(&file, suffix)).unwrap().mode();
            format!("{:o}", mode & 0o777)
        })
    };
    let store = database.with_things().await;
    assert_eq!(modes(), ["600"; 3]);
    store.close().await;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let store = database.open();
    write(&store, "one").await.unwrap();
    assert_eq!(modes(), ["600"; 3]);
}
