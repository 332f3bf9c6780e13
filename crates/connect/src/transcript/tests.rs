//! What `GetTranscript` reads, and how items are numbered and written.

use super::page::{Order, Page, Query, Refusal, StartPosition, read};
use super::range::Direction;
use super::rows::record_receipt;
use super::*;
use crate::contacts::Role;
use crate::testing::{Chat, announced, content, said};
use serde_json::{Value, json};
use signback_platform::ids::SignInId;
use signback_platform::store::Tx;

async fn page(chat: &Chat, query: Query) -> Result<Page, Refusal> {
    page_as(chat, Role::Customer, query, false).await
}

async fn page_as(chat: &Chat, role: Role, query: Query, pending: bool) -> Result<Page, Refusal> {
    let contact = chat.contact.clone();
    chat.connect
        .platform
        .store
        .read(move |tx| read(tx, &contact, role, &query, pending))
        .await
}

async fn texts(chat: &Chat, query: Query) -> String {
    let page = page(chat, query).await.unwrap();
    page.items.iter().map(content).collect::<Vec<_>>().join(" ")
}

fn start(position: Value) -> StartPosition {
    serde_json::from_value(position).unwrap()
}

async fn chat_of_five() -> (Chat, Vec<Item>) {
    let chat = Chat::open().await;
    let mut items = Vec::new();
    for text in ["1", "2", "3", "4", "5"] {
        chat.time.advance(1000);
        items.push(chat.say(said(text)).await);
    }
    (chat, items)
}

#[tokio::test]
async fn items_are_numbered_and_never_run_backwards_in_time() {
    let (chat, items) = chat_of_five().await;
    let numbers: Vec<i64> = items.iter().map(|item| item.sequence).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    chat.time.advance(-60_000);
    let late = chat.say(said("6")).await;
    assert_eq!((late.sequence, late.at), (6, items[4].at));
}

#[tokio::test]
async fn the_newest_ten_come_newest_first_unless_asked_otherwise() {
    let (chat, _) = chat_of_five().await;
    assert_eq!(texts(&chat, Query::default()).await, "5 4 3 2 1");
    let ascending = Query {
        order: Some(Order::Ascending),
        items_max: Some(2),
        ..Query::default()
    };
    assert_eq!(texts(&chat, ascending).await, "4 5");
    let forward = Query {
        direction: Some(Direction::Forward),
        items_max: Some(2),
        ..Query::default()
    };
    assert_eq!(texts(&chat, forward).await, "2 1");
    for _ in 0..7 {
        chat.say(said("x")).await;
    }
    for items_max in [None, Some(0)] {
        let page = page(
            &chat,
            Query {
                items_max,
                ..Query::default()
            },
        )
        .await
        .unwrap();
        assert_eq!(page.items.len(), 10);
    }
}

#[tokio::test]
async fn next_tokens_walk_the_whole_chat_both_ways() {
    let (chat, _) = chat_of_five().await;
    for (direction, expected) in [
        (Direction::Backward, ["4 5", "2 3", "1"]),
        (Direction::Forward, ["1 2", "3 4", "5"]),
    ] {
        let mut query = Query {
            direction: Some(direction),
            order: Some(Order::Ascending),
            items_max: Some(2),
            ..Query::default()
        };
        for (number, expected) in expected.into_iter().enumerate() {
            let page = page(&chat, query.clone()).await.unwrap();
            let texts: Vec<_> = page.items.iter().map(content).collect();
            assert_eq!(texts.join(" "), expected);
            assert_eq!(page.next_token.is_none(), number == 2);
            // Later pages may leave the direction out.
            query.direction = None;
            query.next_token = page.next_token;
        }
    }
}

#[tokio::test]
async fn a_start_position_is_included_and_reads_forward() {
    let (chat, items) = chat_of_five().await;
    let at = |position: Value, direction| Query {
        start: start(position),
        direction,
        order: Some(Order::Ascending),
        ..Query::default()
    };
    let back = Some(Direction::Backward);
    let id = json!({"Id": items[2].id});
    assert_eq!(texts(&chat, at(id.clone(), None)).await, "3 4 5");
    assert_eq!(texts(&chat, at(id, back)).await, "1 2 3");
    let time = json!({"AbsoluteTime": items[2].at.iso8601()});
    assert_eq!(texts(&chat, at(time.clone(), None)).await, "3 4 5");
    assert_eq!(texts(&chat, at(time, back)).await, "1 2 3");
    let between = json!({"AbsoluteTime": items[2].at.plus_millis(1).iso8601()});
    assert_eq!(texts(&chat, at(between.clone(), None)).await, "4 5");
    assert_eq!(texts(&chat, at(between, back)).await, "1 2 3");
    assert_eq!(
        texts(
            &chat,
            at(json!({"AbsoluteTime": "2100-01-01T00:00:00.000Z"}), None)
        )
        .await,
        ""
    );
    assert_eq!(
        texts(
            &chat,
            at(json!({"AbsoluteTime": "2000-01-01T00:00:00.000Z"}), back)
        )
        .await,
        ""
    );
    assert_eq!(
        texts(&chat, at(json!({"MostRecent": 2}), None)).await,
        "4 5"
    );
    assert_eq!(
        texts(&chat, at(json!({"MostRecent": 2}), back)).await,
        "1 2 3 4"
    );
    assert_eq!(
        texts(&chat, at(json!({"MostRecent": 50}), None)).await,
        "1 2 3 4 5"
    );
    assert_eq!(texts(&chat, at(json!({"MostRecent": 0}), None)).await, "");
}

#[tokio::test]
async fn wrong_places_are_refused_by_name() {
    let (chat, items) = chat_of_five().await;
    let other = Chat::open().await;
    other.say(said("x")).await;
    other.say(said("y")).await;
    let one = Query {
        items_max: Some(1),
        ..Query::default()
    };
    let foreign = page(&other, one.clone()).await.unwrap().next_token;
    let own = page(&chat, one).await.unwrap().next_token;
    let forward = Some(Direction::Forward);
    let cases = [
        (
            Query {
                next_token: foreign,
                ..Query::default()
            },
            "NextToken",
        ),
        (
            Query {
                next_token: Some("x".to_owned()),
                ..Query::default()
            },
            "NextToken",
        ),
        (
            Query {
                next_token: own,
                direction: forward,
                ..Query::default()
            },
            "ScanDirection",
        ),
        (
            Query {
                start: start(json!({"Id": "nope"})),
                ..Query::default()
            },
            "StartPosition.Id",
        ),
        (
            Query {
                start: start(json!({"AbsoluteTime": "noon"})),
                ..Query::default()
            },
            "StartPosition.AbsoluteTime",
        ),
        (
            Query {
                start: start(json!({"Id": items[0].id, "MostRecent": 1})),
                ..Query::default()
            },
            "StartPosition:",
        ),
    ];
    for (query, member) in cases {
        match page(&chat, query).await {
            Err(Refusal::Invalid(problem)) => assert!(problem.starts_with(member), "{problem}"),
            _ => panic!("{member} was taken"),
        }
    }
}

#[tokio::test]
async fn a_pending_sign_in_is_left_out_until_it_ends() {
    let chat = Chat::open().await;
    chat.say(said("before")).await;
    chat.say(announced).await;
    assert_eq!(texts(&chat, Query::default()).await, "before");
    let shown = page_as(&chat, Role::Agent, Query::default(), true)
        .await
        .unwrap();
    assert_eq!(shown.items.len(), 2);
    chat.change(|tx, _| reveal_sign_in(tx, &SignInId::new("s")))
        .await;
    assert_eq!(
        texts(&chat, Query::default()).await,
        r#"{"SessionId":"s"} before"#
    );
    // Others see that the customer signs in, but not with which session.
    let others = page_as(&chat, Role::Agent, Query::default(), false)
        .await
        .unwrap();
    assert_eq!(others.items.len(), 2);
    assert_eq!(others.items[0]["Content"], Value::Null);
}

#[tokio::test]
async fn typing_is_not_listed_and_does_not_pile_up() {
    let chat = Chat::open().await;
    for _ in 0..5 {
        chat.time.advance(31_000);
        chat.say(|contact| NewItem::typing(Author::customer(contact), None))
            .await;
    }
    assert_eq!(texts(&chat, Query::default()).await, "");
    let count = |tx: &mut Tx<'_>| tx.count("SELECT COUNT(*) FROM items", &[]);
    assert_eq!(chat.connect.platform.store.read(count).await.unwrap(), 1);
}

#[tokio::test]
async fn a_message_shows_who_got_and_read_it() {
    let chat = Chat::open().await;
    let agent = chat.join(Role::Agent, "Agent").await;
    let message = chat.say(said("hello")).await;
    let record = |read: bool| {
        let (message, agent) = (message.clone(), agent.id.clone());
        chat.change(move |tx, contact| record_receipt(tx, contact, &message, &agent, read))
    };
    let delivered = chat.connect.platform.clock.now().iso8601();
    assert!(record(false).await.is_some());
    assert!(record(false).await.is_none());
    chat.time.advance(1000);
    let read = record(true).await.unwrap();
    assert_eq!(read.delivered_timestamp, delivered);
    assert!(record(true).await.is_none());
    assert!(record(false).await.is_none());
    let page = page(&chat, Query::default()).await.unwrap();
    assert_eq!(
        page.items[0]["MessageMetadata"],
        json!({"MessageId": message.id, "Receipts": [{
            "DeliveredTimestamp": delivered,
            "ReadTimestamp": chat.connect.platform.clock.now().iso8601(),
            "RecipientParticipantId": agent.id,
        }]})
    );
}

#[tokio::test]
async fn an_item_reads_the_same_pushed_and_listed() {
    let chat = Chat::open().await;
    let item = chat.say(said("\"quoted\" ü")).await;
    let listed = page(&chat, Query::default()).await.unwrap().items.remove(0);
    let mut pushed: Value = serde_json::from_str(&item.pushed(Role::Customer)).unwrap();
    assert_eq!(
        pushed,
        json!({
            "Id": item.id, "AbsoluteTime": item.at.iso8601(), "Type": "MESSAGE",
            "ContentType": "text/plain", "Content": "\"quoted\" ü",
            "ParticipantId": chat.customer.id, "ParticipantRole": "CUSTOMER", "DisplayName": "Guest",
            "ContactId": chat.contact, "InitialContactId": chat.contact,
        })
    );
    pushed.as_object_mut().unwrap().remove("InitialContactId");
    assert_eq!(pushed, listed);
}
