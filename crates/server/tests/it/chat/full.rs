//! A chat that holds as much as it may.

use serde_json::json;
use signback_connect::transcript::{BYTES_MAX, ITEMS_MAX};
use signback_platform::store::{Error, Tx};
use signback_platform::{columns, params};

use super::*;

columns! {
    struct Held as select_held {
        items: i64 = "items_kept",
        bytes: i64 = "items_bytes",
    }
}

/// Has a chat look as if it held as many items and bytes as that, and gives what it did hold.
async fn holding(server: &Server, contact: &str, items: i64, bytes: i64) -> (i64, i64) {
    let contact = contact.to_owned();
    let change = move |tx: &mut Tx<'_>| {
        let held: Option<Held> = tx.find(
            select_held!("FROM contacts WHERE id = $1"),
            params![contact],
        )?;
        let held = held.unwrap();
        tx.write(
            "UPDATE contacts SET items_kept = $2, items_bytes = $3 WHERE id = $1",
            params![contact, items, bytes],
        )?;
        Ok::<_, Error>((held.items, held.bytes))
    };
    let store = &server.running.app.platform.store;
    store.transact(change).await.unwrap()
}

async fn event(customer: &Customer<'_>, name: &str) -> Answer {
    let input = json!({"ContentType": format!("{EVENT}{name}")});
    customer.participant_call("SendEvent", input).await
}

#[tokio::test]
async fn a_full_chat_takes_nothing_more_from_its_participants() {
    let (server, flow) = server().await;
    let customer = arrive(&server, &flow).await;
    send(&customer, "12345").await.done();
    event(&customer, "typing").await.done();
    let listed = customer.transcript().await;
    let bytes: usize = listed
        .iter()
        .filter_map(|item| item["Content"].as_str())
        .map(str::len)
        .sum();
    let (items, said) = holding(&server, &customer.contact, ITEMS_MAX - 1, 0).await;
    assert_eq!(usize::try_from(items).unwrap(), listed.len());
    assert_eq!(usize::try_from(said).unwrap(), bytes);

    let last = json!({"ContentType": "text/plain", "Content": "last", "ClientToken": "t"});
    let sent = customer.participant_call("SendMessage", last.clone()).await;
    let sent = sent.done();
    for refused in [
        send(&customer, "more").await,
        event(&customer, "typing").await,
        event(&customer, "connection.acknowledged").await,
    ] {
        let message = refused.refused(400, "ValidationException");
        assert!(
            message.contains("the chat is full: it holds 10000 items or 16 MiB"),
            "{message}"
        );
    }
    // What was done is answered again, and nothing was half done.
    let again = customer.participant_call("SendMessage", last).await;
    assert_eq!(again.done(), sent);
    let items = customer.transcript().await;
    assert_eq!(items.len(), listed.len() + 1);
}

#[tokio::test]
async fn a_chat_is_full_by_its_bytes_too_and_still_ends() {
    let (server, flow) = server().await;
    let mut customer = arrive(&server, &flow).await;
    holding(&server, &customer.contact, 10, BYTES_MAX - 5).await;
    send(&customer, "123456")
        .await
        .refused(400, "ValidationException");
    send(&customer, "12345").await.done();
    send(&customer, "1")
        .await
        .refused(400, "ValidationException");
    customer
        .participant_call("DisconnectParticipant", json!({}))
        .await
        .done();
    customer.event("chat.ended").await;
}

#[tokio::test]
async fn a_flow_ends_in_a_chat_that_is_full() {
    let server = Server::start().await;
    let to = |next: &str| {
        json!({"Conditions": [{
            "NextAction": next, "Condition": {"Operator": "Equals", "Operands": ["WaitCompleted"]},
        }]})
    };
    for (name, parameters, transitions) in [
        (
            "MessageParticipant",
            json!({"Text": "more"}),
            json!({"NextAction": "a"}),
        ),
        (
            "AuthenticateParticipant",
            json!({"CognitoConfiguration": {
                "UserPoolArn": server.ready("user_pool_arn"),
                "AppClientId": server.ready("user_pool_client_id"),
            }}),
            json!({
                "NextAction": "a",
                "Conditions": [{"NextAction": "a", "Condition": {"Operator": "Equals", "Operands": ["OptedOut"]}}],
                "Errors": [
                    {"NextAction": "a", "ErrorType": "TimeLimitExceeded"},
                    {"NextAction": "a", "ErrorType": "NoMatchingError"},
                ],
            }),
        ),
    ] {
        let content = json!({"Version": "2019-10-30", "StartAction": "a", "Actions": [
            {"Identifier": "a", "Type": "Wait", "Parameters": {"TimeoutSeconds": 60}, "Transitions": to("b")},
            {"Identifier": "b", "Type": name, "Parameters": parameters, "Transitions": transitions},
        ]});
        let input = json!({
            "InstanceId": server.ready("instance_id"), "Name": name, "Type": "CONTACT_FLOW",
            "Content": content.to_string(),
        });
        let made = server
            .call("connect", "CreateContactFlow", input)
            .await
            .done();
        let flow = made["ContactFlowId"].as_str().unwrap();
        let mut customer = arrive(&server, flow).await;
        holding(&server, &customer.contact, ITEMS_MAX, 0).await;
        server.advance(60).await;
        customer.event("chat.ended").await;
        let log = crate::flows::log(&server, &customer.contact).await;
        assert_eq!(
            log.last().unwrap(),
            " fatal flow error: chat_full: it holds as much as a chat may",
            "{name}"
        );
    }
}
