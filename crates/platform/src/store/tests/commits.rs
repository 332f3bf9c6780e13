//! Many transactions at once: batches, limits, locks, and what survives.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use super::{Refusal, hold, number, put, until_waiting};
use crate::on_both_databases;
use crate::params;
use crate::store::queue::WAITING_MAX;
use crate::store::{Error, Store};
use crate::testing::Database;

on_both_databases! {
    functions_of_a_batch_do_not_touch_each_other,
    a_batch_runs_again_only_if_changes_are_to_be_undone,
    a_full_queue_is_busy_and_loses_nothing,
    closing_finishes_what_waits_and_takes_nothing_new,
    an_abandoned_call_is_not_run,
    upserts_at_once_are_all_counted,
    a_locked_row_is_read_by_one_at_a_time,
    locks_taken_crosswise_end_well,
}

async fn functions_of_a_batch_do_not_touch_each_other(database: Database) {
    let store = database.with_things().await;
    let held = hold(&store).await;
    let mut calls = JoinSet::new();
    for index in 0..100_i64 {
        let store = store.clone();
        calls.spawn(async move {
            let name = format!("thing {index}");
            let done = store.transact(move |tx| {
                put(tx, &name, index)?;
                match index % 5 {
                    0 => Err(Refusal::NotAllowed),
                    1 => Err(put(tx, &name, index).unwrap_err().into()),
                    2 => panic!("asked to by a test"),
                    3 => Ok(tx.write("UPDATE things SET number = 0 WHERE name = 'nobody'", &[])?),
                    _ => Ok(()),
                }
            });
            (index, done.await)
        });
    }
    until_waiting(&store, 100).await;
    drop(held);
    while let Some(call) = calls.join_next().await {
        match call.unwrap() {
            (index, Err(Refusal::NotAllowed)) if index % 5 == 0 => {}
            (index, Err(Refusal::Store(Error::Database(_)))) if index % 5 == 1 => {}
            (index, Err(Refusal::Store(Error::Panicked))) if index % 5 == 2 => {}
            (index, Ok(())) if index % 5 > 2 => {}
            other => panic!("{other:?}"),
        }
    }
    let kept = store
        .read(|tx| tx.list::<i64>("SELECT number FROM things ORDER BY number", &[]))
        .await
        .unwrap_or_else(|error: Error| panic!("{error:?}"));
    let expected: Vec<i64> = (0..100).filter(|index| index % 5 > 2).collect();
    assert_eq!(kept, expected);
}

async fn a_batch_runs_again_only_if_changes_are_to_be_undone(database: Database) {
    let store = database.with_things().await;
    for (changes_first, runs_expected) in [(false, 10..=10), (true, 11..=20)] {
        let runs = Arc::new(AtomicUsize::new(0));
        let held = hold(&store).await;
        let mut calls = JoinSet::new();
        for index in 0..10_i64 {
            let (store, runs) = (store.clone(), Arc::clone(&runs));
            calls.spawn(async move {
                let name = format!("thing {index} {changes_first}");
                let done = store.transact(move |tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    if index != 5 || changes_first {
                        put(tx, &name, index)?;
                    }
                    if index == 5 {
                        tx.list::<i64>("SELECT number FROM things", &[])?;
                        return Err(Refusal::NotAllowed);
                    }
                    Ok(())
                });
                (index, done.await)
            });
        }
        until_waiting(&store, 10).await;
        drop(held);
        while let Some(call) = calls.join_next().await {
            let (index, done) = call.unwrap();
            assert_eq!(done.is_err(), index == 5, "{index} {done:?}");
        }
        let kept = store
            .read(|tx| tx.list::<i64>("SELECT number FROM things WHERE number = 5", &[]))
            .await;
        assert_eq!(
            kept.unwrap_or_else(|error: Error| panic!("{error:?}"))
                .len(),
            0
        );
        let runs = runs.load(Ordering::Relaxed);
        assert!(runs_expected.contains(&runs), "{runs} runs");
    }
}

async fn a_full_queue_is_busy_and_loses_nothing(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "count", 0)).await.unwrap();
    let held = hold(&store).await;
    let mut calls = JoinSet::new();
    for _ in 0..WAITING_MAX {
        let store = store.clone();
        calls.spawn(async move { add_one(&store).await });
    }
    until_waiting(&store, WAITING_MAX).await;
    let refused = store.transact(|tx| put(tx, "too many", 1)).await;
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    drop(held);
    while let Some(call) = calls.join_next().await {
        call.unwrap().unwrap();
    }
    assert_eq!(
        number(&store, "count").await,
        Some(i64::try_from(WAITING_MAX).unwrap())
    );
}

async fn add_one(store: &Store) -> Result<(), Error> {
    store
        .transact(|tx| {
            tx.write(
                "UPDATE things SET number = number + 1 WHERE name = 'count'",
                &[],
            )
        })
        .await
}

async fn closing_finishes_what_waits_and_takes_nothing_new(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "count", 0)).await.unwrap();
    let held = hold(&store).await;
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let store = store.clone();
        calls.spawn(async move { add_one(&store).await });
    }
    until_waiting(&store, 10).await;
    let closing = tokio::spawn(store.clone().close());
    tokio::task::yield_now().await;
    assert!(matches!(add_one(&store).await, Err(Error::Closed)));
    drop(held);
    closing.await.unwrap();
    while let Some(call) = calls.join_next().await {
        call.unwrap().unwrap();
    }
    drop(store);
    assert_eq!(number(&database.open(), "count").await, Some(10));
}

async fn an_abandoned_call_is_not_run(database: Database) {
    let store = database.with_things().await;
    let held = hold(&store).await;
    let caller = store.clone();
    let call = tokio::spawn(async move { caller.transact(|tx| put(tx, "one", 1)).await });
    until_waiting(&store, 1).await;
    call.abort();
    assert!(call.await.is_err());
    drop(held);
    store.transact(|tx| put(tx, "two", 2)).await.unwrap();
    assert_eq!(number(&store, "one").await, None);
}

async fn upserts_at_once_are_all_counted(database: Database) {
    let store = database.with_things().await;
    let mut calls = JoinSet::new();
    for index in 0..200 {
        let store = store.clone();
        calls.spawn(async move {
            store
                .transact(move |tx| {
                    let name = if index % 2 == 0 { "even" } else { "odd" };
                    tx.execute(
                        "INSERT INTO things (name, number) VALUES ($1, 1)
                         ON CONFLICT (name) DO UPDATE SET number = things.number + 1",
                        params![name],
                    )
                })
                .await
        });
    }
    while let Some(call) = calls.join_next().await {
        assert_eq!(call.unwrap().unwrap(), 1);
    }
    assert_eq!(number(&store, "even").await, Some(100));
    assert_eq!(number(&store, "odd").await, Some(100));
}

async fn a_locked_row_is_read_by_one_at_a_time(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "count", 0)).await.unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..200 {
        let store = store.clone();
        calls.spawn(async move {
            store
                .transact(|tx| {
                    let number = tx.find::<i64>(
                        "SELECT number FROM things WHERE name = 'count' /* FOR UPDATE */",
                        &[],
                    )?;
                    let next = number.unwrap() + 1;
                    tx.write(
                        "UPDATE things SET number = $1 WHERE name = 'count'",
                        params![next],
                    )
                })
                .await
        });
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap()
            .unwrap_or_else(|error: Error| panic!("{error:?}"));
    }
    assert_eq!(number(&store, "count").await, Some(200));
}

async fn locks_taken_crosswise_end_well(database: Database) {
    let store = database.with_things().await;
    store.transact(|tx| put(tx, "a", 0)).await.unwrap();
    store.transact(|tx| put(tx, "b", 0)).await.unwrap();
    let mut calls = JoinSet::new();
    for index in 0..40 {
        let store = store.clone();
        calls.spawn(async move {
            let names = if index % 2 == 0 {
                ["a", "b"]
            } else {
                ["b", "a"]
            };
            store
                .transact(move |tx| {
                    for name in names {
                        tx.execute(
                            "UPDATE things SET number = number + 1 WHERE name = $1",
                            params![name],
                        )?;
                    }
                    Ok::<_, Error>(())
                })
                .await
        });
        if index % 4 == 3 {
            tokio::task::yield_now().await;
        }
    }
    while let Some(call) = calls.join_next().await {
        call.unwrap().unwrap();
    }
    assert_eq!(number(&store, "a").await, Some(40));
    assert_eq!(number(&store, "b").await, Some(40));
}
