//! Tokens, ends and names of a chat.

use super::testing::Chat;
use super::*;
use crate::secret::Secret;
use crate::token::Token;
use serde_json::json;

async fn holder(chat: &Chat, token: &Secret) -> Option<Participant> {
    let token = token.clone();
    chat.connect
        .platform
        .store
        .transact(move |tx| by_connection_token(tx, &token))
        .await
        .unwrap()
}

async fn admitted(chat: &Chat, ticket: &Secret) -> Option<Participant> {
    let ticket = Token::parse(ticket.expose()).unwrap();
    chat.connect
        .platform
        .store
        .transact(move |tx| redeem_ticket(tx, &ticket))
        .await
        .unwrap()
}

async fn contents(chat: &Chat) -> Vec<String> {
    let contact = chat.contact.clone();
    let read = move |tx: &mut Tx<'_>| {
        let rows = tx.fetch_all(
            "SELECT content_type FROM items WHERE contact = $1 ORDER BY sequence",
            &[(&contact).into()],
        )?;
        rows.iter()
            .map(|row| row.text(0))
            .collect::<Result<Vec<_>, Error>>()
    };
    let types = chat.connect.platform.store.read(read).await.unwrap();
    types
        .iter()
        .map(|name| name.rsplit("event.").next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn each_token_opens_its_own_door_only() {
    let chat = Chat::open().await;
    let (token, ticket) = chat.connect(&chat.customer).await;
    assert_eq!(holder(&chat, &token).await, Some(chat.customer.clone()));
    assert_eq!(holder(&chat, &ticket).await, None);
    assert_eq!(admitted(&chat, &token).await, None);
    assert_eq!(admitted(&chat, &ticket).await, Some(chat.customer.clone()));
    for wrong in ["", "x", &"A".repeat(64)] {
        assert_eq!(holder(&chat, &Secret::new(wrong)).await, None);
    }
}

#[tokio::test]
async fn a_ticket_is_used_once_and_within_100_seconds() {
    let chat = Chat::open().await;
    let (_, ticket) = chat.connect(&chat.customer).await;
    assert!(admitted(&chat, &ticket).await.is_some());
    assert_eq!(admitted(&chat, &ticket).await, None);
    let (_, ticket) = chat.connect(&chat.customer).await;
    chat.time.advance(100_000);
    assert_eq!(admitted(&chat, &ticket).await, None);
}

#[tokio::test]
async fn older_connection_tokens_stay_valid_for_a_day() {
    let chat = Chat::open().await;
    let (older, _) = chat.connect(&chat.customer).await;
    chat.time.advance(3_600_000);
    let (newer, _) = chat.connect(&chat.customer).await;
    assert!(holder(&chat, &older).await.is_some());
    chat.time.advance(23 * 3_600_000);
    assert_eq!(holder(&chat, &older).await, None);
    assert!(holder(&chat, &newer).await.is_some());
}

#[tokio::test]
async fn a_client_that_connects_endlessly_keeps_its_newest_hundred() {
    let chat = Chat::open().await;
    let mut tokens = Vec::new();
    for _ in 0..105 {
        chat.time.advance(1);
        tokens.push(chat.connect(&chat.customer).await.0);
    }
    assert_eq!(holder(&chat, &tokens[4]).await, None);
    assert!(holder(&chat, &tokens[5]).await.is_some());
}

#[tokio::test]
async fn an_end_happens_once_and_shuts_every_door() {
    let chat = Chat::open().await;
    let (token, ticket) = chat.connect(&chat.customer).await;
    for reason in [EndReason::Stopped, EndReason::Expired] {
        chat.change(move |tx, contact| end(tx, contact, reason))
            .await;
    }
    assert_eq!(contents(&chat).await, ["participant.left", "chat.ended"]);
    let ended = chat.now().await.ended.unwrap();
    assert_eq!(ended.reason, EndReason::Stopped);
    assert_eq!(holder(&chat, &token).await, None);
    assert_eq!(admitted(&chat, &ticket).await, None);
}

#[tokio::test]
async fn a_chat_that_nobody_connects_to_ends_after_five_minutes() {
    let chat = Chat::open().await;
    chat.time.advance(299_999);
    expire_connect(&chat.connect, &chat.contact).await.unwrap();
    assert!(chat.now().await.is_active());
    chat.time.advance(1);
    for _ in 0..2 {
        expire_connect(&chat.connect, &chat.contact).await.unwrap();
    }
    assert_eq!(
        chat.now().await.ended.unwrap().reason,
        EndReason::NotConnected
    );
    assert_eq!(contents(&chat).await, ["participant.left", "chat.ended"]);
}

#[tokio::test]
async fn a_connected_chat_lives_until_its_duration_is_over() {
    let chat = Chat::open().await;
    chat.change(mark_connected).await;
    chat.time.advance(3_599_999);
    expire_connect(&chat.connect, &chat.contact).await.unwrap();
    expire_chat(&chat.connect, &chat.contact).await.unwrap();
    assert!(chat.now().await.is_active());
    chat.time.advance(1);
    expire_chat(&chat.connect, &chat.contact).await.unwrap();
    assert_eq!(chat.now().await.ended.unwrap().reason, EndReason::Expired);
}

#[tokio::test]
async fn a_customer_with_a_new_name_is_known_by_it_from_then_on() {
    let chat = Chat::open().await;
    chat.change(|tx, contact| rename_customer(tx, contact, "Ada"))
        .await;
    assert_eq!(chat.now().await.customer.display_name, "Ada");
    let (token, _) = chat.connect(&chat.customer).await;
    assert_eq!(holder(&chat, &token).await.unwrap().display_name, "Ada");
    assert_eq!(contents(&chat).await, ["participant.displayname.updated"]);
}

#[tokio::test]
async fn a_long_name_is_cut_to_what_an_item_may_hold() {
    let chat = Chat::open().await;
    chat.change(|tx, contact| rename_customer(tx, contact, &"é".repeat(300)))
        .await;
    let name = chat.now().await.customer.display_name;
    assert_eq!(name, "é".repeat(256));
}

#[tokio::test]
async fn what_was_saved_is_read_again() {
    let chat = Chat::open().await;
    let changed = chat
        .change(|tx, contact| {
            contact.attributes.insert("a".to_owned(), "ü".to_owned());
            contact
                .segment_attributes
                .insert("b".to_owned(), json!({"ValueString": "c"}));
            contact.customer_id = Some("d".to_owned());
            save(tx, contact).map(|()| contact.clone())
        })
        .await;
    let read = chat.now().await;
    assert_eq!(read.attributes, changed.attributes);
    assert_eq!(read.segment_attributes, changed.segment_attributes);
    assert_eq!(
        (read.customer_id, read.scope),
        (changed.customer_id, changed.scope)
    );
}

#[tokio::test]
async fn a_request_is_remembered_with_its_answer() {
    let chat = Chat::open().await;
    let asked = |payload: &'static str| {
        move || {
            Request::new(
                &InstanceId::new("i"),
                "p",
                "SendMessage",
                Some("t"),
                &json!(payload),
            )
        }
    };
    let request = asked("hello");
    let remembered = chat
        .connect
        .platform
        .store
        .transact(move |tx| {
            let first = remember(tx, request().as_ref(), &"answer")?;
            let second = remember(tx, request().as_ref(), &"other")?;
            Ok::<_, Error>((first, second))
        })
        .await;
    assert_eq!(remembered.unwrap(), (true, false));
    let (same, other) = (asked("hello"), asked("goodbye"));
    let recalled = chat
        .connect
        .platform
        .store
        .transact(move |tx| {
            let same = recall::<String>(tx, same().as_ref())?;
            let other = recall::<String>(tx, other().as_ref())?;
            Ok::<_, Error>((same, other))
        })
        .await
        .unwrap();
    assert!(
        matches!(recalled, (Recalled::Answer(answer), Recalled::OtherRequest) if answer == "answer")
    );
}
