//! What is said in a chat: messages, events, transcripts and sockets.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{TICKET, arrive, connection, contents, members, send, server};
use crate::support::{Answer, Customer, EVENT};

#[tokio::test]
async fn a_chat_is_the_same_pushed_answered_and_listed() {
    let (server, flow) = server().await;
    let first = json!({"InitialMessage": {"ContentType": "text/plain", "Content": "Hi"}});
    let mut chat = members(&flow);
    chat.as_object_mut()
        .unwrap()
        .extend(first.as_object().unwrap().clone());
    let mut customer = Customer::arrive_with(&server, chat).await;
    customer.message("Welcome, Ada.").await;
    let sent = send(&customer, "Hello").await.done();
    let hello = customer.message("Hello").await;
    assert_eq!(
        (&hello["Id"], &hello["AbsoluteTime"]),
        (&sent["Id"], &sent["AbsoluteTime"])
    );
    assert_eq!(
        contents(&customer.items),
        ["participant.joined", "Hi", "Welcome, Ada.", "Hello"]
    );
    assert_eq!(customer.items[1]["ParticipantRole"], "CUSTOMER");
    assert_eq!(customer.items[2]["DisplayName"], "SYSTEM_MESSAGE");
    let mut pushed = customer.items.clone();
    for item in &mut pushed {
        let initial = item.as_object_mut().unwrap().remove("InitialContactId");
        assert_eq!(initial, Some(json!(customer.contact)));
    }
    assert_eq!(customer.transcript().await, pushed);
}

#[tokio::test]
async fn messages_are_refused_by_type_and_length() {
    let (server, flow) = server().await;
    let chat = json!({
        "ContactFlowId": flow,
        "SupportedMessagingContentTypes": ["text/plain", "application/json"],
    });
    let customer = Customer::arrive_with(&server, chat).await;
    for (content_type, length, member) in [
        ("text/plain", 16_385, "Content"),
        ("application/json", 16_385, "Content"),
        ("text/markdown", 1, "ContentType"),
        (
            "application/vnd.amazonaws.connect.message.interactive",
            1,
            "ContentType",
        ),
        ("nonsense", 1, "ContentType"),
    ] {
        let input = json!({"ContentType": content_type, "Content": "x".repeat(length)});
        let answer = customer.participant_call("SendMessage", input).await;
        let message = answer.refused(400, "ValidationException");
        assert!(message.starts_with(member), "{message}");
    }
    let input = json!({"ContentType": "application/json", "Content": "[]".repeat(6000)});
    customer.participant_call("SendMessage", input).await.done();
    let said = customer.transcript().await;
    assert_eq!(said.last().unwrap()["ContentType"], "application/json");
}

#[tokio::test]
async fn a_message_sent_again_is_said_once() {
    let (server, flow) = server().await;
    let customer = arrive(&server, &flow).await;
    let again = |text: &str| {
        let input = json!({"ContentType": "text/plain", "Content": text, "ClientToken": "t"});
        customer.participant_call("SendMessage", input)
    };
    let answers = join_all([again("one"), again("one"), again("one")]).await;
    let answers: Vec<Value> = answers.into_iter().map(Answer::done).collect();
    assert!(
        answers.iter().all(|answer| answer == &answers[0]),
        "{answers:#?}"
    );
    again("other").await.refused(400, "ValidationException");
    let said = customer.transcript().await;
    assert_eq!(
        contents(&said),
        ["participant.joined", "Welcome, Ada.", "one"]
    );
}

#[tokio::test]
async fn events_are_pushed_and_only_the_lasting_ones_listed() {
    let (server, flow) = server().await;
    let mut customer = arrive(&server, &flow).await;
    let welcome = customer.message("Welcome, Ada.").await;
    let event = |name: &str, content: Option<String>| {
        let mut input = json!({"ContentType": format!("{EVENT}{name}")});
        if let Some(content) = content {
            input["Content"] = content.into();
        }
        customer.participant_call("SendEvent", input)
    };
    let typing = event("typing", None).await.done();
    event("connection.acknowledged", None).await.done();
    let about = |id: &Value| Some(json!({"messageId": id, "disableThrottle": true}).to_string());
    event("message.delivered", about(&welcome["Id"]))
        .await
        .done();
    let read = event("message.read", about(&welcome["Id"])).await.done();
    assert_eq!(read["Id"], welcome["Id"]);
    let own = send(&customer, "mine").await.done();
    let invalid = "ValidationException";
    event("message.read", about(&own["Id"]))
        .await
        .refused(400, invalid);
    event("message.read", about(&json!("nope")))
        .await
        .refused(400, invalid);
    event("message.read", Some("not JSON".to_owned()))
        .await
        .refused(400, invalid);
    event("message.read", None).await.refused(400, invalid);
    event("participant.joined", None)
        .await
        .refused(400, invalid);
    assert_eq!(customer.event("typing").await["Id"], typing["Id"]);
    customer.message("mine").await;
    let said = customer.transcript().await;
    assert_eq!(
        contents(&said),
        [
            "participant.joined",
            "Welcome, Ada.",
            "connection.acknowledged",
            "mine"
        ]
    );
    let receipt = &said[1]["MessageMetadata"]["Receipts"][0];
    assert_eq!(
        receipt["RecipientParticipantId"],
        customer.participant.as_str()
    );
    assert!(receipt["ReadTimestamp"].is_string());
}

#[tokio::test]
async fn a_transcript_is_read_page_by_page() {
    let (server, flow) = server().await;
    let customer = arrive(&server, &flow).await;
    for text in ["1", "2", "3"] {
        send(&customer, text).await.done();
    }
    // As ChatJS asks.
    let mut input = json!({
        "MaxResults": 2, "ScanDirection": "BACKWARD", "SortOrder": "ASCENDING", "StartPosition": {},
    });
    let mut pages = Vec::new();
    loop {
        let page = customer
            .participant_call("GetTranscript", input.clone())
            .await
            .done();
        assert_eq!(page["InitialContactId"], customer.contact.as_str());
        pages.push(contents(page["Transcript"].as_array().unwrap()).join(" "));
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(pages, ["2 3", "Welcome, Ada. 1", "participant.joined"]);
    let wrong = json!({"NextToken": "made-up"});
    let answer = customer.participant_call("GetTranscript", wrong).await;
    answer.refused(400, "ValidationException");
}

#[tokio::test]
async fn a_lost_socket_loses_no_item() {
    let (server, flow) = server().await;
    let mut customer = arrive(&server, &flow).await;
    customer.message("Welcome, Ada.").await;
    for round in 0..5 {
        send(&customer, &format!("a{round}")).await.done();
        customer.reconnect().await;
        send(&customer, &format!("b{round}")).await.done();
        customer.message(&format!("b{round}")).await;
        customer.message(&format!("a{round}")).await;
    }
    // An item that was under way may come twice; once each, they come in order.
    let mut seen: Vec<String> = Vec::new();
    for item in &customer.items {
        let id = item["Id"].as_str().unwrap().to_owned();
        if !seen.contains(&id) {
            seen.push(id);
        }
    }
    let said: Vec<Value> = customer.transcript().await;
    let listed: Vec<&str> = said
        .iter()
        .map(|item| item["Id"].as_str().unwrap())
        .collect();
    assert_eq!(seen, listed);
}

#[tokio::test]
async fn a_customer_leaves_and_the_chat_is_over() {
    let (server, flow) = server().await;
    let mut customer = arrive(&server, &flow).await;
    customer.message("Welcome, Ada.").await;
    let input = json!({"ClientToken": "bye"});
    for _ in 0..2 {
        // The second one repeats a request whose answer was lost.
        let left = customer
            .participant_call("DisconnectParticipant", input.clone())
            .await;
        assert_eq!(left.done(), json!({}));
    }
    customer.event("chat.ended").await;
    assert_eq!(
        contents(&customer.items)[2..],
        ["participant.left", "chat.ended"]
    );
    let denied = "AccessDeniedException";
    customer
        .participant_call("DisconnectParticipant", json!({}))
        .await
        .refused(403, denied);
    send(&customer, "anyone?").await.refused(403, denied);
    let typing = json!({"ContentType": format!("{EVENT}typing")});
    customer
        .participant_call("SendEvent", typing)
        .await
        .refused(403, denied);
    customer
        .participant_call("GetTranscript", json!({}))
        .await
        .refused(403, denied);
    let token = json!(customer.participant_token);
    connection(&server, &token, json!({"Type": TICKET}))
        .await
        .refused(403, denied);
    assert_eq!(
        customer.described().await["DisconnectReason"],
        "CUSTOMER_DISCONNECT"
    );
}
