//! Tokens of a chat, and what is kept of it.

use super::*;
use crate::testing::{Chat, admitted, holder};
use serde_json::json;
use signback_platform::secret::Secret;

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
