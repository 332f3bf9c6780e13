//! Instances and what is associated with them.

use serde_json::{Value, json};

use crate::support::{Customer, Server};

const POOL: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI";
const NOT_YOURS: &str = "IntegrationArn: the user pool is not one of account 123456789012 in us-east-1, \
    nor that of an [[identity_source]] in the settings";

fn new_instance(alias: &str) -> Value {
    json!({
        "IdentityManagementType": "CONNECT_MANAGED",
        "InstanceAlias": alias,
        "InboundCallsEnabled": true,
        "OutboundCallsEnabled": false,
    })
}

async fn create(server: &Server, alias: &str) -> String {
    let created = server
        .call("connect", "CreateInstance", new_instance(alias))
        .await
        .done();
    created["Id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_instance_is_created_described_and_deleted() {
    let server = Server::start().await;
    let mut input = new_instance("support");
    input["Tags"] = json!({ "team": "chat" });
    let created = server.call("connect", "CreateInstance", input).await.done();
    let id = created["Id"].as_str().unwrap();
    let arn = format!("arn:aws:connect:us-east-1:123456789012:instance/{id}");
    assert_eq!(created["Arn"], arn.as_str());
    let mut summary = json!({
        "Id": id, "Arn": arn, "IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "support",
        "CreatedTime": 1_768_469_400.0, "InstanceStatus": "ACTIVE",
        "InboundCallsEnabled": true, "OutboundCallsEnabled": false,
    });
    let listed = server
        .call("connect", "ListInstances", json!({}))
        .await
        .done();
    let listed = listed["InstanceSummaryList"].as_array().unwrap();
    assert!(listed.contains(&summary), "{listed:#?}");
    summary["Tags"] = json!({ "team": "chat" });
    for name in [id, &arn] {
        let described = server
            .call("connect", "DescribeInstance", json!({ "InstanceId": name }))
            .await
            .done();
        assert_eq!(described["Instance"], summary);
    }
    server
        .call("connect", "DeleteInstance", json!({ "InstanceId": id }))
        .await
        .done();
    for operation in [
        "DescribeInstance",
        "DeleteInstance",
        "ListIntegrationAssociations",
        "ListContactFlows",
    ] {
        let answer = server
            .call("connect", operation, json!({ "InstanceId": id }))
            .await;
        assert_eq!(
            answer.refused(404, "ResourceNotFoundException"),
            "InstanceId: there is no such instance"
        );
    }
}

#[tokio::test]
async fn an_instance_is_made_once_for_its_client_token() {
    let server = Server::start().await;
    let mut input = new_instance("support");
    input["ClientToken"] = "once".into();
    let first = server
        .call("connect", "CreateInstance", input.clone())
        .await
        .done();
    let again = server
        .call("connect", "CreateInstance", input.clone())
        .await
        .done();
    assert_eq!(first, again);
    input["InstanceAlias"] = "other".into();
    let message = server
        .call("connect", "CreateInstance", input)
        .await
        .refused(400, "InvalidRequestException");
    assert_eq!(message, "ClientToken: it came with another request before");
    let delete = json!({ "InstanceId": first["Id"], "ClientToken": "gone" });
    server
        .call("connect", "DeleteInstance", delete.clone())
        .await
        .done();
    server
        .call("connect", "DeleteInstance", delete)
        .await
        .done();
}

#[tokio::test]
async fn one_of_many_equal_requests_makes_an_instance() {
    let server = Server::start().await;
    let mut input = new_instance("support");
    input["ClientToken"] = "once".into();
    let calls = (0..8).map(|_| server.call("connect", "CreateInstance", input.clone()));
    let mut made: Vec<String> = futures_util::future::join_all(calls)
        .await
        .into_iter()
        .map(|answer| answer.done()["Id"].as_str().unwrap().to_owned())
        .collect();
    made.dedup();
    assert_eq!(made.len(), 1);
}

#[tokio::test]
async fn an_alias_belongs_to_one_instance() {
    let server = Server::start().await;
    create(&server, "support").await;
    let again = server
        .call("connect", "CreateInstance", new_instance("SUPPORT"))
        .await;
    assert_eq!(
        again.refused(400, "InvalidRequestException"),
        "InstanceAlias: another instance has it"
    );
    for (member, value, part) in [
        ("InstanceAlias", Value::Null, "InstanceAlias"),
        (
            "IdentityManagementType",
            json!("EXISTING_DIRECTORY"),
            "directory",
        ),
        ("DirectoryId", json!("d-0123456789"), "DirectoryId"),
    ] {
        let mut input = new_instance("new");
        if value.is_null() {
            input.as_object_mut().unwrap().remove(member);
        } else {
            input[member] = value;
        }
        let answer = server.call("connect", "CreateInstance", input).await;
        assert!(
            answer.status >= 400 && format!("{answer:?}").contains(part),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn instances_are_listed_in_pages() {
    let server = Server::start().await;
    let before = server
        .call("connect", "ListInstances", json!({}))
        .await
        .done();
    let mut expected = before["InstanceSummaryList"].as_array().unwrap().len();
    for number in 0..4 {
        create(&server, &format!("page-{number}")).await;
        expected += 1;
    }
    let mut found = Vec::new();
    let mut input = json!({ "MaxResults": 2 });
    loop {
        let page = server
            .call("connect", "ListInstances", input.clone())
            .await
            .done();
        let entries = page["InstanceSummaryList"].as_array().unwrap().clone();
        assert!(entries.len() <= 2 && !entries.is_empty());
        found.extend(
            entries
                .iter()
                .map(|entry| entry["Id"].as_str().unwrap().to_owned()),
        );
        let Some(token) = page.get("NextToken") else {
            break;
        };
        input["NextToken"] = token.clone();
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), expected);
    // A token of another list opens nothing.
    let foreign = json!({ "InstanceId": found[0], "NextToken": input["NextToken"] });
    for operation in ["ListIntegrationAssociations", "ListContactFlows"] {
        let answer = server.call("connect", operation, foreign.clone()).await;
        assert_eq!(
            answer.refused(400, "InvalidRequestException"),
            "NextToken: it is not one of this list"
        );
    }
}

#[tokio::test]
async fn a_user_pool_is_associated_once() {
    let server = Server::start().await;
    let id = create(&server, "support").await;
    let input =
        json!({ "InstanceId": id, "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": POOL });
    let made = server
        .call("connect", "CreateIntegrationAssociation", input.clone())
        .await
        .done();
    let association = made["IntegrationAssociationId"].as_str().unwrap();
    let arn = format!(
        "arn:aws:connect:us-east-1:123456789012:instance/{id}/integration-association/{association}"
    );
    assert_eq!(made["IntegrationAssociationArn"], arn.as_str());
    let message = server
        .call("connect", "CreateIntegrationAssociation", input)
        .await
        .refused(409, "DuplicateResourceException");
    assert_eq!(
        message,
        "IntegrationArn: it is associated as this IntegrationType already"
    );
    let listed = |members: Value| {
        let mut input = json!({ "InstanceId": id });
        input
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let server = &server;
        async move {
            let answer = server
                .call("connect", "ListIntegrationAssociations", input)
                .await
                .done();
            answer["IntegrationAssociationSummaryList"]
                .as_array()
                .unwrap()
                .clone()
        }
    };
    let expected = json!({
        "IntegrationAssociationId": association, "IntegrationAssociationArn": arn, "InstanceId": id,
        "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": POOL,
    });
    assert_eq!(listed(json!({})).await, std::slice::from_ref(&expected));
    assert_eq!(
        listed(json!({ "IntegrationType": "COGNITO_USER_POOL" }))
            .await
            .len(),
        1
    );
    assert_eq!(listed(json!({ "IntegrationType": "EVENT" })).await.len(), 0);
    assert_eq!(listed(json!({ "IntegrationArn": POOL })).await.len(), 1);
    assert_eq!(
        listed(json!({ "IntegrationArn": "arn:aws:x:y:z:w" }))
            .await
            .len(),
        0
    );
    let delete = json!({ "InstanceId": id, "IntegrationAssociationId": association });
    server
        .call("connect", "DeleteIntegrationAssociation", delete.clone())
        .await
        .done();
    let message = server
        .call("connect", "DeleteIntegrationAssociation", delete)
        .await
        .refused(404, "ResourceNotFoundException");
    assert_eq!(
        message,
        "IntegrationAssociationId: there is no such association"
    );
    assert_eq!(listed(json!({})).await.len(), 0);
}

#[tokio::test]
async fn associations_have_what_their_type_needs() {
    let server = Server::start().await;
    let id = create(&server, "support").await;
    for (members, message) in [
        (
            json!({ "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": "us-east-1_x" }),
            "IntegrationArn: it is no ARN",
        ),
        (
            json!({ "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": "arn:aws:s3:us-east-1:111122223333:bucket" }),
            "IntegrationArn: COGNITO_USER_POOL takes the ARN of a user pool",
        ),
        (
            json!({ "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": POOL.replace("123456789012", "111122223333") }),
            NOT_YOURS,
        ),
        (
            json!({ "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": POOL.replace("idp:us-east-1", "idp:eu-west-1") }),
            NOT_YOURS,
        ),
        (
            json!({ "IntegrationType": "EVENT", "IntegrationArn": "arn:aws:events:us-east-1:111122223333:bus" }),
            "SourceApplicationUrl: it is missing; EVENT needs it",
        ),
    ] {
        let mut input = json!({ "InstanceId": id });
        input
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let answer = server
            .call("connect", "CreateIntegrationAssociation", input)
            .await;
        assert_eq!(answer.refused(400, "InvalidRequestException"), message);
    }
    let input = json!({
        "InstanceId": id, "IntegrationType": "EVENT", "IntegrationArn": "arn:aws:events:us-east-1:111122223333:bus",
        "SourceApplicationUrl": "https://crm.example.test", "SourceApplicationName": "crm", "SourceType": "CASES",
    });
    server
        .call("connect", "CreateIntegrationAssociation", input)
        .await
        .done();
    let listed = server
        .call(
            "connect",
            "ListIntegrationAssociations",
            json!({ "InstanceId": id }),
        )
        .await
        .done();
    let listed = &listed["IntegrationAssociationSummaryList"][0];
    assert_eq!(
        (
            &listed["SourceApplicationUrl"],
            &listed["SourceApplicationName"],
            &listed["SourceType"]
        ),
        (
            &json!("https://crm.example.test"),
            &json!("crm"),
            &json!("CASES")
        )
    );
}

#[tokio::test]
async fn an_instance_is_not_deleted_while_a_chat_goes_on() {
    let server = Server::start().await;
    let customer = Customer::arrive(&server).await;
    let instance = json!({ "InstanceId": server.ready("instance_id") });
    let message = server
        .call("connect", "DeleteInstance", instance.clone())
        .await
        .refused(400, "InvalidRequestException");
    assert_eq!(
        message,
        "InstanceId: chats go on in the instance; end them first"
    );
    let stop = json!({ "InstanceId": instance["InstanceId"], "ContactId": customer.contact });
    server
        .call("connect", "StopContact", stop.clone())
        .await
        .done();
    server
        .call("connect", "DeleteInstance", instance)
        .await
        .done();
    let described = server.call("connect", "DescribeContact", stop).await;
    described.refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn the_answer_to_a_deletion_is_kept_for_a_day_and_then_forgotten() {
    let server = Server::start().await;
    let id = create(&server, "brief").await;
    let input = json!({ "InstanceId": id, "ClientToken": "once" });
    for _ in 0..2 {
        let deleted = server.call("connect", "DeleteInstance", input.clone());
        deleted.await.done();
    }
    server.advance(24 * 60 * 60).await;
    let store = &server.running.app.platform.store;
    let kept = store.read(|tx| tx.count("SELECT COUNT(*) FROM client_tokens", &[]));
    assert_eq!(kept.await.unwrap(), 0);
    server
        .call("connect", "DeleteInstance", input)
        .await
        .refused(404, "ResourceNotFoundException");
}
