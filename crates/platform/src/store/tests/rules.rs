//! What a single transaction or read may and may not do.

use std::sync::Arc;

use super::{NOW, Refusal, number, put};
use crate::clock::{HeldTime, Timestamp};
use crate::ids::ContactId;
use crate::on_both_databases;
use crate::params;
use crate::store::{Error, FromRow, Param, Store};
use crate::testing::Database;

on_both_databases! {
    what_is_acknowledged_is_read_at_once,
    a_refusal_undoes_its_changes,
    a_failed_statement_dooms_the_transaction_though_it_is_swallowed,
    a_failed_write_without_an_answer_fails_the_transaction,
    a_panic_undoes_everything_and_is_an_error,
    values_come_back_as_they_went_in,
    placeholders_are_bound_by_their_number,
    a_wrong_number_of_parameters_is_an_error,
    text_with_a_nul_is_refused,
    two_rows_are_not_one,
    a_read_sees_one_state,
    a_read_cannot_write,
    a_failed_read_does_not_spoil_others,
    rows_changed_are_counted,
    listeners_hear_of_commits_only,
    the_moment_stands_still_within_a_transaction,
}

async fn what_is_acknowledged_is_read_at_once(database: Database) {
    let store = database.with_things().await;
    for round in 0..20 {
        store
            .transact(move |tx| {
                tx.write(
                    "INSERT INTO things (name, number) VALUES ('one', $1)
                     ON CONFLICT (name) DO UPDATE SET number = excluded.number",
                    params![i64::from(round)],
                )
            })
            .await
            .unwrap();
        assert_eq!(number(&store, "one").await, Some(i64::from(round)));
    }
}

async fn a_refusal_undoes_its_changes(database: Database) {
    let store = database.with_things().await;
    let refused = store
        .transact(|tx| {
            put(tx, "one", 1)?;
            Err::<(), _>(Refusal::NotAllowed)
        })
        .await;
    assert!(matches!(refused, Err(Refusal::NotAllowed)));
    assert_eq!(number(&store, "one").await, None);
}

async fn a_failed_statement_dooms_the_transaction_though_it_is_swallowed(database: Database) {
    let store = database.with_things().await;
    let done = store
        .transact(|tx| {
            put(tx, "one", 1)?;
            assert!(matches!(put(tx, "one", 2), Err(Error::Database(_))));
            assert!(
                matches!(put(tx, "two", 2), Err(Error::Database(_))),
                "nothing more is done"
            );
            Ok::<_, Error>("done")
        })
        .await;
    assert!(matches!(done, Err(Error::Database(_))), "{done:?}");
    assert_eq!(number(&store, "one").await, None);
    assert_eq!(number(&store, "two").await, None);
}

async fn a_failed_write_without_an_answer_fails_the_transaction(database: Database) {
    let store = database.with_things().await;
    let done = store
        .transact(|tx| {
            for _ in 0..2 {
                tx.write("INSERT INTO things (name, number) VALUES ('one', 1)", &[])?;
            }
            Ok::<_, Error>(())
        })
        .await;
    assert!(matches!(done, Err(Error::Database(_))), "{done:?}");
    assert_eq!(number(&store, "one").await, None);
    store.transact(|tx| put(tx, "one", 3)).await.unwrap();
    assert_eq!(number(&store, "one").await, Some(3));
}

async fn a_panic_undoes_everything_and_is_an_error(database: Database) {
    let store = database.with_things().await;
    let done: Result<(), Error> = store
        .transact(|tx| {
            put(tx, "one", 1)?;
            panic!("asked to by a test")
        })
        .await;
    assert!(matches!(done, Err(Error::Panicked)));
    assert_eq!(number(&store, "one").await, None);
    store.transact(|tx| put(tx, "one", 2)).await.unwrap();
    assert_eq!(number(&store, "one").await, Some(2));
}

crate::columns! {
    #[derive(Debug, PartialEq)]
    struct Thing as select_thing {
        name: String,
        number: i64,
        note: Option<String>,
        data: Vec<u8>,
        nothing: Option<String> = "NULL",
        same: bool = "number = $2",
        count: i64 = "COUNT(*) OVER ()",
    }
}

crate::columns! {
    #[derive(Debug, PartialEq)]
    struct Nothing as select_nothing {
        number: Option<i64>,
        moment: Option<Timestamp> = "number",
        note: Option<String>,
        data: Option<Vec<u8>>,
    }
}

async fn values_come_back_as_they_went_in(database: Database) {
    let store = database.with_things().await;
    let texts = [
        "",
        "plain",
        "ünïcödé 🦀 \u{FFFF}",
        "'; DROP TABLE things; --",
        "a\r\nb\tc",
    ];
    let numbers = [0, 1, -1, i64::MAX, i64::MIN];
    let data: [&[u8]; 5] = [b"", b"\0", b"\xff\xfe", &[7; 9_000], b"text"];
    for index in 0..texts.len() {
        let (text, integer, bytes) = (texts[index], numbers[index], data[index]);
        let row = store
            .transact(move |tx| {
                tx.execute(
                    "INSERT INTO things (name, number, note, data) VALUES ($1, $2, $3, $4)",
                    params![text, integer, Some(text), bytes],
                )?;
                tx.find::<Thing>(
                    select_thing!("FROM things WHERE name = $1"),
                    params![text, integer],
                )
            })
            .await
            .unwrap_or_else(|error: Error| panic!("{error:?}"))
            .unwrap();
        let expected = Thing {
            name: text.to_owned(),
            number: integer,
            note: Some(text.to_owned()),
            data: bytes.to_vec(),
            nothing: None,
            same: true,
            count: 1,
        };
        assert_eq!(row, expected);
    }
    let row = store
        .transact(|tx| {
            tx.write(
                "INSERT INTO things (name, number, note, data) VALUES ('null', $1, $2, $3)",
                &[
                    Param::OptionalInteger(None),
                    Param::OptionalText(None),
                    Param::OptionalBytes(None),
                ],
            )?;
            tx.find::<Nothing>(select_nothing!("FROM things WHERE name = 'null'"), &[])
        })
        .await
        .unwrap_or_else(|error: Error| panic!("{error:?}"))
        .unwrap();
    let nothing = Nothing {
        number: None,
        moment: None,
        note: None,
        data: None,
    };
    assert_eq!(row, nothing);
    for read in [
        read_as::<i64>(&store, "SELECT name FROM things WHERE name = 'null'").await,
        read_as::<i64>(&store, "SELECT number FROM things WHERE name = 'null'").await,
        read_as::<String>(&store, "SELECT note FROM things WHERE name = 'null'").await,
        read_as::<i64>(&store, "SELECT 1, 2").await,
        read_as::<Nothing>(&store, "SELECT NULL").await,
    ] {
        assert!(matches!(read, Err(Error::Corrupt { .. })), "{read:?}");
    }
}

async fn read_as<T: FromRow>(store: &Store, sql: &'static str) -> Result<(), Error> {
    store.read(move |tx| tx.find::<T>(sql, &[]).map(drop)).await
}

async fn placeholders_are_bound_by_their_number(database: Database) {
    let store = database.with_things().await;
    store
        .transact(|tx| {
            tx.execute(
                "INSERT INTO things (note, number, name) VALUES ($3, $2, $1)",
                params!["name", 2, "note"],
            )?;
            let note = tx
                .find::<String>(
                    "SELECT note FROM things WHERE number = $2 AND name = $1 AND name = $1",
                    params!["name", 2],
                )?
                .unwrap();
            assert_eq!(note, "note");
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

async fn a_wrong_number_of_parameters_is_an_error(database: Database) {
    let store = database.with_things().await;
    let too_few = store
        .transact(|tx| {
            tx.execute(
                "DELETE FROM things WHERE name = $1 AND note = $2",
                params!["a"],
            )
        })
        .await;
    assert!(matches!(too_few, Err(Error::Database(_))), "{too_few:?}");
    let too_many = store
        .transact(|tx| tx.execute("DELETE FROM things", params!["a"]))
        .await;
    assert!(matches!(too_many, Err(Error::Database(_))), "{too_many:?}");
}

async fn text_with_a_nul_is_refused(database: Database) {
    let store = database.with_things().await;
    let put = store.transact(|tx| put(tx, "a\0b", 1)).await;
    assert!(matches!(put, Err(Error::Nul)), "{put:?}");
}

async fn two_rows_are_not_one(database: Database) {
    let store = database.with_things().await;
    let found = store
        .transact(|tx| {
            put(tx, "one", 1)?;
            put(tx, "two", 2)?;
            tx.find::<String>("SELECT name FROM things", &[])
        })
        .await;
    assert!(matches!(found, Err(Error::Database(_))), "{found:?}");
    assert_eq!(
        number(&store, "one").await,
        None,
        "it dooms like other failures"
    );
}

async fn a_read_sees_one_state(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "one", 1)).await.unwrap();
    let (first_read, has_read) = tokio::sync::oneshot::channel();
    let first_read = std::sync::Mutex::new(Some(first_read));
    let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
    let may_go_on = std::sync::Mutex::new(may_go_on);
    let reader = store.clone();
    let reading = tokio::spawn(async move {
        reader
            .read(move |tx| {
                let mut look =
                    || tx.find::<i64>("SELECT number FROM things WHERE name = 'one'", &[]);
                let before = look()?;
                if let Some(first_read) = first_read.lock().unwrap().take() {
                    first_read.send(()).unwrap();
                }
                may_go_on.lock().unwrap().recv().unwrap();
                Ok::<_, Error>((before, look()?))
            })
            .await
    });
    has_read.await.unwrap();
    store
        .transact(|tx| tx.execute("UPDATE things SET number = 2 WHERE name = 'one'", &[]))
        .await
        .unwrap();
    go_on.send(()).unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), (Some(1), Some(1)));
    assert_eq!(number(&store, "one").await, Some(2));
}

async fn a_read_cannot_write(database: Database) {
    let store = database.with_things().await;
    let written = store.read(|tx| put(tx, "one", 1)).await;
    assert!(matches!(written, Err(Error::Database(_))), "{written:?}");
    assert_eq!(number(&store, "one").await, None);
}

async fn a_failed_read_does_not_spoil_others(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "one", 1)).await.unwrap();
    let mut reads = tokio::task::JoinSet::new();
    for index in 0..60 {
        let store = store.clone();
        reads.spawn(async move {
            let read = store.read(move |tx| {
                let sql = match index % 3 {
                    0 => "SELECT nothing FROM things",
                    _ => "SELECT number FROM things /* FOR UPDATE */",
                };
                assert!(index % 3 != 1, "asked to by a test");
                tx.list::<i64>(sql, &[]).map(|rows| rows.len())
            });
            (index, read.await)
        });
    }
    while let Some(read) = reads.join_next().await {
        match read.unwrap() {
            (index, Err(Error::Database(_))) if index % 3 == 0 => {}
            (index, Err(Error::Panicked)) if index % 3 == 1 => {}
            (index, Ok(1)) if index % 3 == 2 => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn rows_changed_are_counted(database: Database) {
    let store = database.with_things().await;
    let counts = store
        .transact(|tx| {
            put(tx, "one", 1)?;
            put(tx, "two", 1)?;
            let all = tx.execute("UPDATE things SET number = 5 WHERE number = 1", &[])?;
            let none = tx.execute("UPDATE things SET number = 5 WHERE number = 1", &[])?;
            let kept = tx.execute(
                "INSERT INTO things (name) VALUES ('one') ON CONFLICT (name) DO NOTHING",
                &[],
            )?;
            let returned = tx
                .list::<String>("DELETE FROM things RETURNING name", &[])?
                .len();
            Ok::<_, Error>((all, none, kept, returned))
        })
        .await
        .unwrap();
    assert_eq!(counts, (2, 0, 0, 2));
}

async fn listeners_hear_of_commits_only(database: Database) {
    let store = database.with_things().await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    store.on_commit(move |contacts, jobs| told.send((contacts.to_vec(), jobs)).unwrap());
    let refused = store
        .transact(|tx| {
            tx.wake_contact(&ContactId::new("refused"));
            Err::<(), _>(Refusal::NotAllowed)
        })
        .await;
    assert!(refused.is_err());
    store.transact(|tx| put(tx, "silent", 1)).await.unwrap();
    store
        .transact(|tx| {
            put(tx, "one", 1)?;
            tx.wake_contact(&ContactId::new("a"));
            tx.wake_contact(&ContactId::new("a"));
            tx.wake_jobs();
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    assert_eq!(heard.recv().await, Some((vec![ContactId::new("a")], true)));
    assert!(heard.try_recv().is_err());
}

async fn the_moment_stands_still_within_a_transaction(database: Database) {
    let time = Arc::new(HeldTime::at(NOW));
    let store = database.open_at(Arc::<HeldTime>::clone(&time));
    let (first, second) = store
        .transact(move |tx| {
            let first = tx.now();
            time.advance(3);
            Ok::<_, Error>((first, tx.now()))
        })
        .await
        .unwrap();
    assert_eq!(first, second);
}
