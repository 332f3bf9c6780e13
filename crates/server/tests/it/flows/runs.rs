//! What runs of flows do to a chat.

use super::*;

#[tokio::test]
async fn a_chat_runs_its_flow() {
    let server = Server::start().await;
    let looped = action(
        "l",
        "Loop",
        json!({ "LoopCount": 2 }),
        json!({
            "Conditions": [equals("ContinueLooping", "round"), equals("DoneLooping", "w")],
        }),
    );
    let compare = action(
        "c",
        "Compare",
        json!({ "ComparisonValue": "$.Attributes.plan" }),
        json!({
            "Conditions": [equals("gold", "set"), equals("silver", "bye")],
            "Errors": [error("NoMatchingCondition", "bye")],
        }),
    );
    let set = action(
        "set",
        "UpdateContactAttributes",
        json!({ "Attributes": { "seen": "yes $.Attributes.plan" } }),
        json!({
            "NextAction": "l", "Errors": [error("NoMatchingError", "bye")],
        }),
    );
    let flow = create(
        &server,
        "Runs",
        &json!([
            say(
                "a",
                "Hello $.CustomerEndpoint.DisplayName, you wrote $.Media.InitialMessage.",
                "c"
            ),
            compare,
            set,
            looped,
            say("round", "Round $.Loop.l.Index", "l"),
            wait("w", 60, "after"),
            say("after", "A minute later", "bye"),
            end("bye"),
        ]),
    )
    .await;
    let members = json!({
        "Attributes": { "plan": "gold" },
        "InitialMessage": { "ContentType": "text/plain", "Content": "help" },
    });
    let mut customer = chat(&server, &flow, members).await;
    customer.message("Round 1").await;
    let said: Vec<&str> = customer
        .items
        .iter()
        .filter_map(|item| item["Content"].as_str())
        .collect();
    assert_eq!(
        said,
        ["help", "Hello Guest, you wrote help.", "Round 0", "Round 1"]
    );
    let attributes =
        json!({ "InstanceId": server.ready("instance_id"), "InitialContactId": customer.contact });
    let attributes = server
        .call("connect", "GetContactAttributes", attributes)
        .await
        .done();
    assert_eq!(
        attributes["Attributes"],
        json!({ "plan": "gold", "seen": "yes gold" })
    );
    server.advance(59).await;
    assert_eq!(
        customer
            .transcript()
            .await
            .iter()
            .filter(|item| item["Content"] == "A minute later")
            .count(),
        0
    );
    server.advance(1).await;
    customer.message("A minute later").await;
    customer.event("chat.ended").await;
    assert_eq!(
        customer.described().await["DisconnectReason"],
        "CONTACT_FLOW_DISCONNECT"
    );
    // Moving the time on finds nothing left to do.
    server.advance(3600).await;
}

#[tokio::test]
async fn a_chat_keeps_the_revision_that_it_began_with() {
    let server = Server::start().await;
    let flow = create(
        &server,
        "Changes",
        &json!([wait("a", 60, "b"), say("b", "old", "c"), wait("c", 60, "b")]),
    )
    .await;
    let mut early = chat(&server, &flow, json!({})).await;
    let new = content(&json!([
        wait("a", 60, "b"),
        say("b", "new", "c"),
        wait("c", 60, "b")
    ]));
    on_flow(
        &server,
        "UpdateContactFlowContent",
        &flow,
        json!({ "Content": new }),
    )
    .await
    .done();
    let described = on_flow(&server, "DescribeContactFlow", &flow, json!({}))
        .await
        .done();
    assert_eq!(described["ContactFlow"]["Content"], new.as_str());
    let mut late = chat(&server, &flow, json!({})).await;
    server.advance(60).await;
    early.message("old").await;
    late.message("new").await;
    on_flow(&server, "DeleteContactFlow", &flow, json!({}))
        .await
        .done();
    server.advance(60).await;
    let texts = |items: Vec<Value>| {
        items
            .iter()
            .filter_map(|item| item["Content"].as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(early.transcript().await), ["old", "old"]);
    assert_eq!(texts(late.transcript().await), ["new", "new"]);
}

#[tokio::test]
async fn a_flow_hands_over_to_another() {
    let server = Server::start().await;
    let second = create(
        &server,
        "Second",
        &json!([
            say(
                "a",
                "second, flow attribute <$.FlowAttributes.x>, plan $.Attributes.plan",
                "w"
            ),
            wait("w", 60, "a"),
        ]),
    )
    .await;
    let transfer = |target: &str| {
        action(
            "t",
            "TransferToFlow",
            json!({ "ContactFlowId": target }),
            json!({
                "Errors": [error("NoMatchingError", "no")],
            }),
        )
    };
    let first = |target: &str| {
        json!([
            action(
                "a",
                "UpdateFlowAttributes",
                json!({ "FlowAttributes": { "x": "1" } }),
                json!({ "NextAction": "s" })
            ),
            say("s", "first <$.FlowAttributes.x>", "t"),
            transfer(target),
            say("no", "there is no other", "w"),
            wait("w", 60, "no"),
        ])
    };
    let flow = create(&server, "First", &first("$.Attributes.next")).await;
    let mut customer = chat(
        &server,
        &flow,
        json!({ "Attributes": { "next": second, "plan": "gold" } }),
    )
    .await;
    customer.message("first <1>").await;
    customer
        .message("second, flow attribute <>, plan gold")
        .await;
    assert_eq!(
        log(&server, &customer.contact).await,
        ["a Success", "s Success", "t Success", "a Success"]
    );
    let mut customer = chat(
        &server,
        &flow,
        json!({ "Attributes": { "next": "missing" } }),
    )
    .await;
    customer.message("there is no other").await;
}

#[tokio::test]
async fn flows_that_hand_over_in_a_circle_end() {
    let server = Server::start().await;
    let flow = create(
        &server,
        "Circle",
        &json!([
            action(
                "a",
                "TransferToFlow",
                json!({ "ContactFlowId": "$.Attributes.self" }),
                json!({ "Errors": [error("NoMatchingError", "b")] })
            ),
            end("b"),
        ]),
    )
    .await;
    let contact = chat_that_ends(&server, &flow, json!({ "self": flow })).await;
    let log = log(&server, &contact).await;
    assert_eq!(
        log.last().unwrap(),
        " fatal flow error: run_too_long: 1000 actions ran without a wait"
    );
    assert!(log.len() <= 300, "{}", log.len());
}

#[tokio::test]
async fn what_is_not_built_takes_its_error_branch_and_says_so() {
    let server = Server::start().await;
    let lambda = action(
        "a",
        "InvokeLambdaFunction",
        json!({ "LambdaFunctionARN": "x" }),
        json!({
            "NextAction": "yes", "Errors": [error("NoMatchingError", "no")],
        }),
    );
    let flow = create(
        &server,
        "Lambda",
        &json!([
            lambda,
            say("yes", "yes", "w"),
            say("no", "no", "w"),
            wait("w", 60, "no")
        ]),
    )
    .await;
    let mut customer = chat(&server, &flow, json!({})).await;
    customer.message("no").await;
    assert_eq!(
        log(&server, &customer.contact).await,
        [
            "a NoMatchingError: InvokeLambdaFunction is not built",
            "no Success"
        ]
    );
}

#[tokio::test]
async fn a_flow_finds_profiles() {
    let server = Server::start().await;
    let domain = server.ready("profiles_domain");
    for (first_name, phone) in [
        ("Ada", "+4912345601"),
        ("Bob", "+4912345602"),
        ("Bea", "+4912345602"),
    ] {
        let profile = json!({ "DomainName": domain, "FirstName": first_name, "PhoneNumber": phone, "Attributes": { "tier": "gold" } });
        server
            .call("customer-profiles", "CreateProfile", profile)
            .await
            .done();
    }
    let find = action(
        "a",
        "GetCustomerProfile",
        json!({
            "ProfileRequestData": { "IdentifierName": "_phone", "IdentifierValue": "$.Attributes.phone" },
            "ProfileResponseData": ["FirstName", "Attributes.tier"],
        }),
        json!({ "NextAction": "found", "Errors": [
        error("NoneFoundError", "none"), error("MultipleFoundError", "several"), error("NoMatchingError", "failed"),
    ] }),
    );
    let flow = create(
        &server,
        "Profiles",
        &json!([
            find,
            say(
                "found",
                "Hello $.Customer.FirstName, $.Customer.Attributes.tier",
                "w"
            ),
            say("none", "none", "w"),
            say("several", "several", "w"),
            say("failed", "failed", "w"),
            wait("w", 60, "a"),
        ]),
    )
    .await;
    for (phone, text) in [
        ("+4912345601", "Hello Ada, gold"),
        ("+4912345602", "several"),
        ("+4912345603", "none"),
        ("", "none"),
    ] {
        let mut customer = chat(&server, &flow, json!({ "Attributes": { "phone": phone } })).await;
        customer.message(text).await;
    }
}

#[tokio::test]
async fn a_flow_sees_how_the_customer_was_authenticated() {
    let server = Server::start().await;
    let status = "$.SegmentAttributes['connect:CustomerAuthentication']['Status']";
    let flow = create(&server, "Known", &json!([
        action("a", "Compare", json!({ "ComparisonValue": status }), json!({
            "Conditions": [equals("AUTHENTICATED", "yes")], "Errors": [error("NoMatchingCondition", "no")],
        })),
        say("yes", "known", "w"), say("no", "unknown", "w"), wait("w", 60, "a"),
    ])).await;
    let known = json!({ "connect:CustomerAuthentication": { "ValueMap": { "Status": { "ValueString": "AUTHENTICATED" } } } });
    chat(&server, &flow, json!({ "SegmentAttributes": known }))
        .await
        .message("known")
        .await;
    chat(&server, &flow, json!({}))
        .await
        .message("unknown")
        .await;
}

#[tokio::test]
async fn an_error_without_a_branch_ends_the_chat() {
    let server = Server::start().await;
    let flow = create(
        &server,
        "Fatal",
        &json!([
            say("a", "before", "b"),
            action(
                "b",
                "InvokeLambdaFunction",
                json!({}),
                json!({ "NextAction": "a" })
            ),
        ]),
    )
    .await;
    let contact = chat_that_ends(&server, &flow, json!({})).await;
    let log = log(&server, &contact).await;
    assert_eq!(
        log,
        [
            "a Success",
            "b NoMatchingError: InvokeLambdaFunction is not built",
            " fatal flow error: no branch for the error NoMatchingError",
        ]
    );
}
