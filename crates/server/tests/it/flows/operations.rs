//! The operations on flows.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn a_flow_is_created_described_listed_and_deleted() {
    let server = Server::start().await;
    let instance = server.ready("instance_id");
    let text = content(&json!([end("a")]));
    let mut input = new_flow(&server, "One", &text);
    input["Description"] = "ends".into();
    input["Tags"] = json!({ "team": "chat" });
    let created = server
        .call("connect", "CreateContactFlow", input.clone())
        .await
        .done();
    let id = created["ContactFlowId"].as_str().unwrap();
    let arn =
        format!("arn:aws:connect:us-east-1:123456789012:instance/{instance}/contact-flow/{id}");
    assert_eq!(created["ContactFlowArn"], arn.as_str());
    let expected = json!({
        "Arn": arn, "Id": id, "Name": "One", "Type": "CONTACT_FLOW", "State": "ACTIVE", "Status": "PUBLISHED",
        "Description": "ends", "Content": text, "Tags": { "team": "chat" },
        "FlowContentSha256": created["FlowContentSha256"],
        "LastModifiedTime": 1_768_469_400.0, "LastModifiedRegion": "us-east-1",
    });
    for name in [id, &arn] {
        let described = on_flow(&server, "DescribeContactFlow", name, json!({}))
            .await
            .done();
        assert_eq!(described["ContactFlow"], expected);
    }
    let message = server
        .call("connect", "CreateContactFlow", input)
        .await
        .refused(409, "DuplicateResourceException");
    assert_eq!(message, "Name: another flow has it");
    let list = json!({ "InstanceId": instance });
    let listed = server
        .call("connect", "ListContactFlows", list)
        .await
        .done();
    let summary = json!({
        "Id": id, "Arn": arn, "Name": "One", "ContactFlowType": "CONTACT_FLOW",
        "ContactFlowState": "ACTIVE", "ContactFlowStatus": "PUBLISHED",
    });
    assert!(
        listed["ContactFlowSummaryList"]
            .as_array()
            .unwrap()
            .contains(&summary),
        "{listed:#}"
    );
    on_flow(&server, "DeleteContactFlow", &arn, json!({}))
        .await
        .done();
    for operation in ["DescribeContactFlow", "DeleteContactFlow"] {
        let answer = on_flow(&server, operation, id, json!({})).await;
        assert_eq!(
            answer.refused(404, "ResourceNotFoundException"),
            "ContactFlowId: there is no such flow"
        );
    }
}

#[tokio::test]
async fn content_is_refused_with_every_problem() {
    let server = Server::start().await;
    let wrong = content(&json!([
        say("a", "", "nowhere"),
        action("b", "Teleport", json!({}), json!({})),
    ]));
    let problems = json!([
        { "message": "action \"a\": NextAction \"nowhere\" is no action of the flow" },
        { "message": "action \"a\": Parameters.Text must be text" },
        { "message": "action \"b\": Type \"Teleport\" is not known" },
    ]);
    let answer = server
        .call(
            "connect",
            "CreateContactFlow",
            new_flow(&server, "Wrong", &wrong),
        )
        .await;
    assert_eq!(
        (answer.status, answer.code.as_str()),
        (400, "InvalidContactFlowException"),
        "{answer:?}"
    );
    assert_eq!(answer.document["problems"], problems);
    // What is only saved may be unfinished, and nobody runs it.
    let mut unfinished = new_flow(&server, "Unfinished", &wrong);
    unfinished["Status"] = "SAVED".into();
    let created = server
        .call("connect", "CreateContactFlow", unfinished)
        .await
        .done();
    let id = created["ContactFlowId"].as_str().unwrap();
    let published = on_flow(
        &server,
        "UpdateContactFlowContent",
        id,
        json!({ "Content": wrong }),
    )
    .await;
    assert_eq!(published.document["problems"], problems);
    on_flow(&server, "DescribeContactFlow", id, json!({}))
        .await
        .refused(404, "ContactFlowNotPublishedException");
    let saved = on_flow(
        &server,
        "DescribeContactFlow",
        &format!("{id}:$SAVED"),
        json!({}),
    )
    .await
    .done();
    assert_eq!(
        (
            &saved["ContactFlow"]["Status"],
            &saved["ContactFlow"]["Content"]
        ),
        (&json!("SAVED"), &json!(wrong))
    );
    let start = json!({
        "InstanceId": server.ready("instance_id"), "ContactFlowId": id, "ParticipantDetails": { "DisplayName": "Guest" },
    });
    let refused = server.call("connect", "StartChatContact", start).await;
    assert!(
        refused.status == 400 || refused.status == 404,
        "{refused:?}"
    );
}

#[tokio::test]
async fn flows_are_listed_by_type_and_in_pages() {
    let server = Server::start().await;
    for (name, flow_type) in [
        ("x", "CONTACT_FLOW"),
        ("y", "CUSTOMER_QUEUE"),
        ("z", "AGENT_TRANSFER"),
    ] {
        let mut input = new_flow(&server, name, &content(&json!([end("a")])));
        input["Type"] = flow_type.into();
        server
            .call("connect", "CreateContactFlow", input)
            .await
            .done();
    }
    let list = |members: Value| {
        let mut input = json!({ "InstanceId": server.ready("instance_id") });
        input
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let server = &server;
        async move { server.call("connect", "ListContactFlows", input).await }
    };
    let names = |page: &Value| {
        let flows = page["ContactFlowSummaryList"].as_array().unwrap();
        flows
            .iter()
            .map(|flow| flow["Name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let types =
        json!({ "ContactFlowTypes": ["CUSTOMER_QUEUE", "AGENT_TRANSFER"], "MaxResults": 1 });
    let first = list(types.clone()).await.done();
    assert_eq!(names(&first), ["y"]);
    let mut next = types.clone();
    next["NextToken"] = first["NextToken"].clone();
    let second = list(next.clone()).await.done();
    assert_eq!(
        (names(&second), second.get("NextToken")),
        (vec!["z".to_owned()], None)
    );
    next["ContactFlowTypes"] = json!(["CUSTOMER_QUEUE"]);
    assert_eq!(
        list(next).await.refused(400, "InvalidRequestException"),
        "NextToken: it is not one of this list"
    );
}

#[tokio::test]
async fn a_saved_content_is_not_what_chats_run() {
    let server = Server::start().await;
    let flow = create(
        &server,
        "Drafts",
        &json!([say("a", "published", "b"), wait("b", 60, "a")]),
    )
    .await;
    let saved = format!("{flow}:$SAVED");
    let draft = content(&json!([say("a", "draft", "b"), wait("b", 60, "a")]));
    on_flow(
        &server,
        "UpdateContactFlowContent",
        &saved,
        json!({ "Content": draft }),
    )
    .await
    .done();
    let mut customer = chat(&server, &flow, json!({})).await;
    customer.message("published").await;
    let described = on_flow(&server, "DescribeContactFlow", &saved, json!({}))
        .await
        .done();
    assert_eq!(described["ContactFlow"]["Content"], draft.as_str());
    on_flow(
        &server,
        "UpdateContactFlowContent",
        &flow,
        json!({ "Content": draft }),
    )
    .await
    .done();
    let described = on_flow(&server, "DescribeContactFlow", &saved, json!({}))
        .await
        .done();
    assert_eq!(described["ContactFlow"]["Status"], "PUBLISHED");
    let mut customer = chat(&server, &flow, json!({})).await;
    customer.message("draft").await;
}
