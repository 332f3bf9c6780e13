//! What goes, when, and how much of it at once.

use serde_json::json;

use super::*;
use crate::contacts::{EndReason, Role};
use crate::conversation::end;
use crate::flows::Entry;
use crate::testing::{Chat, said};
use crate::transcript::record_receipt;
use signback_platform::client_token::{Repeatable, remember_in};
use signback_platform::columns;
use signback_platform::ids::FlowId;
use signback_platform::params;

const DAY_MILLIS: i64 = 86_400_000;
/// Everything that belongs to a chat.
const OF_A_CHAT: [&str; 8] = [
    "SELECT COUNT(*) FROM contacts",
    "SELECT COUNT(*) FROM participants",
    "SELECT COUNT(*) FROM connections",
    "SELECT COUNT(*) FROM items",
    "SELECT COUNT(*) FROM receipts",
    "SELECT COUNT(*) FROM client_tokens",
    "SELECT COUNT(*) FROM flow_log",
    "SELECT COUNT(*) FROM flow_runs",
];

async fn counts(chat: &Chat) -> [i64; 8] {
    let count = |tx: &mut Tx<'_>| {
        let mut counts = [0; 8];
        for (count, sql) in counts.iter_mut().zip(OF_A_CHAT) {
            *count = tx.count(sql, &[])?;
        }
        Ok::<_, Error>(counts)
    };
    chat.connect.platform.store.read(count).await.unwrap()
}

/// A chat that left more behind than one transaction takes away.
async fn rich_chat(messages: usize) -> Chat {
    let chat = Chat::open().await;
    let agent = chat.join(Role::Agent, "Agent").await;
    for _ in 0..3 {
        chat.connect(&chat.customer).await;
    }
    chat.change(move |tx, contact| {
        for number in 0..messages {
            let item = said("hello")(contact);
            let item = transcript::append(tx, contact, item)?;
            record_receipt(tx, contact, &item, &agent.id, true)?;
            let token = number.to_string();
            let asker = contact.customer.id.as_str();
            let request = Repeatable::new(
                &contact.instance,
                asker,
                "SendMessage",
                Some(&token),
                &json!({}),
            );
            remember_in(tx, request.as_ref(), &(), Some(&contact.id))?;
        }
        for _ in 0..30 {
            let flow = FlowId::new("flow");
            flows::log(tx, &contact.id, &contact.instance, &flow, Entry::default())?;
        }
        end(tx, contact, EndReason::Stopped)
    })
    .await;
    chat
}

/// Sweeps until nothing is left to do; gives how many rows each transaction took away.
async fn swept(chat: &Chat) -> Vec<i64> {
    let mut taken = Vec::new();
    loop {
        let before: i64 = counts(chat).await.iter().sum();
        sweep(&chat.connect, "").await.unwrap();
        taken.push(before - counts(chat).await.iter().sum::<i64>());
        let waits = |tx: &mut Tx<'_>| {
            let now = tx.now();
            tx.count(
                "SELECT COUNT(*) FROM jobs WHERE kind = 'sweep_chats' AND due_at > $1",
                params![now],
            )
        };
        let store = &chat.connect.platform.store;
        if store.read::<_, Error>(waits).await.unwrap() == 1 {
            return taken;
        }
    }
}

#[tokio::test]
async fn an_ended_chat_goes_after_its_time_a_part_at_a_time() {
    let chat = rich_chat(400).await;
    let full = counts(&chat).await;
    assert_eq!(full, [1, 2, 3, 402 + 1, 400, 400, 30, 0]);

    // Until the connection tokens expire and the answers are no longer repeated, nothing goes.
    chat.time.advance(DAY_MILLIS);
    assert_eq!(swept(&chat).await, [0]);
    chat.time.advance(1);
    let taken = swept(&chat).await;
    assert_eq!(taken.iter().sum::<i64>(), 403, "{taken:?}");
    assert!(
        taken.iter().all(|rows| *rows <= SLICE_ROWS_MAX),
        "{taken:?}"
    );
    let kept = [1, 2, 0, 403, 400, 0, 30, 0];
    assert_eq!(counts(&chat).await, kept);

    chat.time.advance(729 * DAY_MILLIS - 1);
    assert_eq!(swept(&chat).await, [0]);
    assert_eq!(counts(&chat).await, kept);
    chat.time.advance(1);
    let taken = swept(&chat).await;
    assert_eq!(counts(&chat).await, [0; 8]);
    assert_eq!(taken.iter().sum::<i64>(), 836, "{taken:?}");
    assert!(taken.len() > 3, "{taken:?}");
    assert!(
        taken.iter().all(|rows| *rows <= SLICE_ROWS_MAX),
        "{taken:?}"
    );
}

#[tokio::test]
async fn a_chat_that_goes_on_stays() {
    let chat = Chat::open().await;
    chat.say(said("hello")).await;
    chat.time.advance(10_000 * DAY_MILLIS);
    assert_eq!(swept(&chat).await, [0]);
    assert_eq!(counts(&chat).await[3], 1);
}

#[tokio::test]
async fn the_rows_of_an_instance_that_is_gone_go_a_part_at_a_time() {
    let chat = rich_chat(300).await;
    let instance = chat.now().await.instance;
    let mut transactions = 0;
    while counts(&chat).await != [0; 8] {
        let before: i64 = counts(&chat).await.iter().sum();
        forget_instance(&chat.connect, &instance).await.unwrap();
        let taken = before - counts(&chat).await.iter().sum::<i64>();
        assert!((1..=SLICE_ROWS_MAX).contains(&taken), "{taken}");
        transactions += 1;
    }
    assert!(transactions > 3);
}

/// A line of SQLite's plan of a statement.
#[expect(dead_code, reason = "a row has these columns")]
struct Line {
    id: i64,
    parent: i64,
    unused: i64,
    detail: String,
}

columns! { impl Line { id, parent, unused, detail } }

/// What finds the next rows to take away walks an index, not the table.
#[tokio::test]
async fn what_is_to_go_is_found_by_an_index() {
    let chat = Chat::open().await;
    if !chat.connect.platform.store.is_alone() {
        // PostgreSQL chooses by the size of the table.
        return;
    }
    for (sql, index) in [
        (
            "EXPLAIN QUERY PLAN SELECT id FROM contacts WHERE ended_at < $1
             ORDER BY ended_at LIMIT $2",
            "contacts_ended ",
        ),
        (
            "EXPLAIN QUERY PLAN SELECT id FROM contacts WHERE tokens_kept = 1 AND ended_at < $1
             ORDER BY ended_at LIMIT $2",
            "contacts_with_tokens ",
        ),
        (
            "EXPLAIN QUERY PLAN DELETE FROM connections WHERE id IN
                (SELECT id FROM connections WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
            "connections_by_time ",
        ),
        (
            "EXPLAIN QUERY PLAN DELETE FROM client_tokens WHERE (asker, operation, client_token) IN
                (SELECT asker, operation, client_token FROM client_tokens
                 WHERE contact = CAST($1 AS TEXT) LIMIT $2)",
            "client_tokens_of_contact ",
        ),
    ] {
        let explain = move |tx: &mut Tx<'_>| tx.list::<Line>(sql, params![0_i64, 1_i64]);
        let plan: Result<_, Error> = chat.connect.platform.store.transact(explain).await;
        let lines: Vec<String> = plan.unwrap().into_iter().map(|line| line.detail).collect();
        let plan = lines.join("; ") + " ";
        assert!(plan.contains(index), "{plan}");
        assert!(!plan.contains("SCAN contacts "), "{plan}");
    }
}
