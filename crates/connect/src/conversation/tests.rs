//! Ends and names of a chat.

use super::*;
use crate::contacts::{EndReason, mark_connected};
use crate::testing::{Chat, admitted, holder};
use signback_platform::params;
use signback_platform::store::Tx;

async fn contents(chat: &Chat) -> Vec<String> {
    let contact = chat.contact.clone();
    let read = move |tx: &mut Tx<'_>| {
        tx.list::<String>(
            "SELECT content_type FROM items WHERE contact = $1 ORDER BY sequence",
            params![contact],
        )
    };
    let types = chat.connect.platform.store.read(read).await.unwrap();
    types
        .iter()
        .map(|name| name.rsplit("event.").next().unwrap().to_owned())
        .collect()
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
