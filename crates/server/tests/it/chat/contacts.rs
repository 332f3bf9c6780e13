//! How chats start, are described and end, and what their tokens open.

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{TICKET, arrive, connection, send, server, server_with, start};
use crate::support::{Answer, Customer, open_socket};

#[tokio::test]
async fn a_chat_is_described_with_what_it_was_started_with() {
    let (server, flow) = server().await;
    let related = start(&server, &flow, json!({})).await.done()["ContactId"].clone();
    let more = json!({
        "RelatedContactId": related,
        "CustomerId": "crm-7",
        "SegmentAttributes": {"connect:CustomerAuthentication": {"ValueMap": {
            "Status": {"ValueString": "AUTHENTICATED"},
        }}},
    });
    let started = start(&server, &flow, more).await.done();
    let (instance, contact) = (
        server.ready("instance_id"),
        started["ContactId"].as_str().unwrap(),
    );
    let input = json!({"InstanceId": instance, "ContactId": contact});
    let described = server
        .call("connect", "DescribeContact", input.clone())
        .await
        .done()["Contact"]
        .clone();
    let expected = json!({
        "Arn": format!("{}/contact/{contact}", server.ready("instance_arn")),
        "Id": contact,
        "InitialContactId": contact,
        "RelatedContactId": related,
        "InitiationMethod": "API",
        "Channel": "CHAT",
        "CustomerId": "crm-7",
        "Attributes": {"name": "Ada"},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&described[name], value, "{name}");
    }
    let segment = &described["SegmentAttributes"];
    assert_eq!(segment["connect:Subtype"]["ValueString"], "connect:Chat");
    assert_eq!(
        segment["connect:CustomerAuthentication"]["ValueMap"]["Status"]["ValueString"],
        "AUTHENTICATED"
    );
    assert!(described["DisconnectTimestamp"].is_null());
    server
        .call("connect", "StopContact", input.clone())
        .await
        .done();
    server
        .call("connect", "StopContact", input.clone())
        .await
        .done();
    let described = server
        .call("connect", "DescribeContact", input)
        .await
        .done()["Contact"]
        .clone();
    assert_eq!(described["DisconnectReason"], "API");
    assert!(!described["DisconnectTimestamp"].is_null());
}

#[tokio::test]
async fn a_client_token_starts_one_chat() {
    let (server, flow) = server().await;
    let token = json!({"ClientToken": "t-1"});
    let answers = join_all((0..8).map(|_| start(&server, &flow, token.clone()))).await;
    let answers: Vec<Value> = answers.into_iter().map(Answer::done).collect();
    assert!(
        answers.iter().all(|answer| answer == &answers[0]),
        "{answers:#?}"
    );
    let other = json!({"ClientToken": "t-1", "CustomerId": "other"});
    let message = start(&server, &flow, other)
        .await
        .refused(400, "InvalidRequestException");
    assert!(message.starts_with("ClientToken"), "{message}");
    let another = start(&server, &flow, json!({"ClientToken": "t-2"}))
        .await
        .done();
    assert_ne!(another["ContactId"], answers[0]["ContactId"]);
}

#[tokio::test]
async fn a_chat_that_breaks_a_rule_does_not_start() {
    let (server, flow) = server().await;
    let text = |length| json!({"ContentType": "text/plain", "Content": "x".repeat(length)});
    let parameter = "InvalidParameterException";
    let missing = "ResourceNotFoundException";
    let cases = [
        (
            json!({"Attributes": {"a b": "c"}}),
            400,
            parameter,
            "Attributes",
        ),
        (
            json!({"Attributes": {"a": "b".repeat(32_768 - 1), "c": ""}}),
            400,
            parameter,
            "Attributes",
        ),
        (
            json!({"SupportedMessagingContentTypes": ["text/markdown"]}),
            400,
            parameter,
            "SupportedMessagingContentTypes",
        ),
        (
            json!({"InitialMessage": text(16_385)}),
            400,
            parameter,
            "InitialMessage.Content",
        ),
        (
            json!({"InitialMessage": {"ContentType": "text/markdown", "Content": "x"}}),
            400,
            parameter,
            "InitialMessage.ContentType",
        ),
        (
            json!({"SegmentAttributes": {"connect:Other": {"ValueString": "x"}}}),
            400,
            parameter,
            "SegmentAttributes",
        ),
        (
            json!({"RelatedContactId": "nobody"}),
            404,
            missing,
            "RelatedContactId",
        ),
        (
            json!({"ContactFlowId": "nothing"}),
            404,
            missing,
            "ContactFlowId",
        ),
        (json!({"InstanceId": "nowhere"}), 404, missing, "InstanceId"),
    ];
    for (more, status, code, member) in cases {
        let message = start(&server, &flow, more.clone())
            .await
            .refused(status, code);
        assert!(message.starts_with(member), "{member}: {message}");
    }
    // The model's own bounds, and the members that have no effect here.
    for more in [
        json!({"ChatDurationInMinutes": 59}),
        json!({"ChatDurationInMinutes": 10_081}),
        json!({"PersistentChat": {"RehydrationType": "FROM_SEGMENT", "SourceContactId": "x"}}),
        json!({"ParticipantConfiguration": {"ResponseMode": "COMPLETE"}}),
        json!({"DisconnectOnCustomerExit": ["AGENT"]}),
    ] {
        let member = more.as_object().unwrap().keys().next().unwrap().clone();
        let answer = start(&server, &flow, more).await;
        assert_eq!(answer.status, 400, "{answer:?}");
        let message = answer.document.to_string();
        assert!(
            message.contains(&member) || message.to_lowercase().contains(&member.to_lowercase()),
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_instance_has_as_many_chats_as_it_may() {
    let (server, flow) = server_with(&["--concurrent-chats", "2"]).await;
    let first = start(&server, &flow, json!({})).await.done();
    start(&server, &flow, json!({})).await.done();
    start(&server, &flow, json!({}))
        .await
        .refused(429, "LimitExceededException");
    let input = json!({"InstanceId": server.ready("instance_id"), "ContactId": first["ContactId"]});
    server.call("connect", "StopContact", input).await.done();
    start(&server, &flow, json!({})).await.done();
}

#[tokio::test]
async fn attributes_are_added_up_to_32_kib_also_after_the_end() {
    let (server, flow) = server().await;
    let started = start(&server, &flow, json!({})).await.done();
    let instance = server.ready("instance_id");
    let contact = &started["ContactId"];
    let update = |attributes: Value| {
        let input =
            json!({"InstanceId": instance, "InitialContactId": contact, "Attributes": attributes});
        server.call("connect", "UpdateContactAttributes", input)
    };
    update(json!({"name": "Grace", "rank": "admiral"}))
        .await
        .done();
    let stop = json!({"InstanceId": instance, "ContactId": contact});
    server.call("connect", "StopContact", stop).await.done();
    update(json!({"rank": ""})).await.done();
    update(json!({"big": "x".repeat(32_760)}))
        .await
        .refused(400, "InvalidParameterException");
    let input = json!({"InstanceId": instance, "InitialContactId": contact});
    let read = server
        .call("connect", "GetContactAttributes", input)
        .await
        .done();
    assert_eq!(read["Attributes"], json!({"name": "Grace", "rank": ""}));
    let input = json!({"InstanceId": instance, "InitialContactId": "nobody"});
    server
        .call("connect", "GetContactAttributes", input)
        .await
        .refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn another_instance_sees_nothing_of_a_chat() {
    let (server, flow) = server().await;
    let started = start(&server, &flow, json!({})).await.done();
    let contact = &started["ContactId"];
    let other = json!({
        "IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "other",
        "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
    });
    let other = server.call("connect", "CreateInstance", other).await.done();
    let (instance, missing) = (&other["Id"], "ResourceNotFoundException");
    for (operation, input) in [
        (
            "DescribeContact",
            json!({"InstanceId": instance, "ContactId": contact}),
        ),
        (
            "StopContact",
            json!({"InstanceId": instance, "ContactId": contact}),
        ),
        (
            "GetContactAttributes",
            json!({"InstanceId": instance, "InitialContactId": contact}),
        ),
        (
            "UpdateContactAttributes",
            json!({"InstanceId": instance, "InitialContactId": contact, "Attributes": {}}),
        ),
    ] {
        server
            .call("connect", operation, input)
            .await
            .refused(404, missing);
    }
    let flow = json!({"InstanceId": instance});
    start(&server, "", flow).await.refused(404, missing);
}

#[tokio::test]
async fn tokens_are_of_two_kinds_and_open_one_chat() {
    let (server, flow) = server().await;
    let customer = arrive(&server, &flow).await;
    let other = arrive(&server, &flow).await;
    let denied = "AccessDeniedException";
    connection(&server, &json!(customer.token), json!({"Type": TICKET}))
        .await
        .refused(403, denied);
    connection(&server, &json!("forged"), json!({"Type": TICKET}))
        .await
        .refused(403, denied);
    for token in [customer.participant_token.as_str(), "forged"] {
        let input = json!({"ConnectionToken": token, "ContentType": "text/plain", "Content": "x"});
        server
            .call("connectparticipant", "SendMessage", input)
            .await
            .refused(403, denied);
        let input = json!({"ConnectionToken": token});
        server
            .call("connectparticipant", "GetTranscript", input)
            .await
            .refused(403, denied);
    }
    let foreign = json!({"ContactId": other.contact});
    customer
        .participant_call("GetTranscript", foreign)
        .await
        .refused(403, denied);
    // A token of a day ago is over, the participant's goes on.
    server.time.advance(24 * 3_600_000);
    send(&customer, "late").await.refused(403, denied);
    connection(
        &server,
        &json!(customer.participant_token),
        json!({"Type": TICKET}),
    )
    .await
    .done();
}

#[tokio::test]
async fn a_connection_holds_what_was_asked_for() {
    let (server, flow) = server().await;
    let started = start(&server, &flow, json!({})).await.done();
    let token = &started["ParticipantToken"];
    let both = json!({"Type": ["WEBSOCKET", "CONNECTION_CREDENTIALS"]});
    let made = connection(&server, token, both).await.done();
    assert_eq!(
        made["Websocket"]["ConnectionExpiry"],
        "2026-01-15T09:31:40.000Z"
    );
    assert_eq!(
        made["ConnectionCredentials"]["Expiry"],
        "2026-01-16T09:30:00.000Z"
    );
    let url = made["Websocket"]["Url"].as_str().unwrap();
    assert!(url.starts_with("ws://127.0.0.1:"), "{url}");
    let made = connection(&server, token, json!({"Type": TICKET}))
        .await
        .done();
    assert_eq!(made.as_object().unwrap().len(), 1);
    let invalid = "ValidationException";
    connection(&server, token, json!({"Type": ["WEBRTC_CONNECTION"]}))
        .await
        .refused(400, invalid);
    connection(&server, token, json!({}))
        .await
        .refused(400, invalid);
    // Marked as connected, the chat outlives the limit of five minutes.
    assert_eq!(
        connection(&server, token, json!({"ConnectParticipant": true}))
            .await
            .done(),
        json!({})
    );
    server.advance(301).await;
    connection(&server, token, json!({"Type": TICKET}))
        .await
        .done();
}

#[tokio::test]
async fn a_chat_starts_with_the_connection_that_was_asked_for() {
    let (server, flow) = server().await;
    let both =
        json!({"ConnectionTypes": ["WEBSOCKET", "CONNECTION_CREDENTIALS"], "ClientToken": "t"});
    let started = start(&server, &flow, both.clone()).await.done();
    let token = started["ConnectionCredentials"]["ConnectionToken"].clone();
    let url = started["Websocket"]["Url"].as_str().unwrap().to_owned();
    assert_eq!(
        started["Websocket"]["ConnectionExpiry"],
        "2026-01-15T09:31:40.000Z"
    );
    // Sent again, it is the same chat; what was good for one use is made anew, and both are good.
    let again = start(&server, &flow, both).await.done();
    assert_eq!(again["ContactId"], started["ContactId"]);
    assert_ne!(again["Websocket"]["Url"], url);
    let message = json!({"ConnectionToken": token, "ContentType": "text/plain", "Content": "hi"});
    let sent = server.call("connectparticipant", "SendMessage", message);
    sent.await.done();
    let frame = open_socket(&url).await.next().await.unwrap().unwrap();
    assert!(
        frame.to_text().unwrap().contains("aws/subscribe"),
        "{frame}"
    );
    let one = json!({"ConnectionTypes": ["CONNECTION_CREDENTIALS"]});
    let one = start(&server, &flow, one).await.done();
    assert!(one.get("Websocket").is_none(), "{one}");
    let message = start(
        &server,
        &flow,
        json!({"ConnectionTypes": ["AUTHENTICATION_SESSION"]}),
    )
    .await
    .refused(400, "InvalidParameterException");
    assert!(message.contains("AUTHENTICATION_SESSION"), "{message}");
}

#[tokio::test]
async fn nobody_connects_and_the_chat_ends() {
    let (server, flow) = server().await;
    let started = start(&server, &flow, json!({})).await.done();
    server.advance(301).await;
    let refused = connection(
        &server,
        &started["ParticipantToken"],
        json!({"Type": TICKET}),
    )
    .await;
    refused.refused(403, "AccessDeniedException");
}

#[tokio::test]
async fn a_chat_ends_by_itself_in_the_sight_of_its_client() {
    let (server, flow) = server().await;
    let chat = json!({"ContactFlowId": flow, "ChatDurationInMinutes": 60});
    let mut customer = Customer::arrive_with(&server, chat).await;
    customer.event("participant.joined").await;
    customer.message("Welcome, .").await;
    // The subscription is through: the limit for connecting is off.
    server.advance(301).await;
    send(&customer, "still here").await.done();
    server.advance(3600).await;
    customer.event("chat.ended").await;
    let refused = connection(
        &server,
        &json!(customer.participant_token),
        json!({"Type": TICKET}),
    )
    .await;
    refused.refused(403, "AccessDeniedException");
    assert_eq!(customer.described().await["DisconnectReason"], "EXPIRED");
}
