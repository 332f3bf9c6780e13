//! The front door: routing, CORS, signatures, controls.

use serde_json::json;
use signback_server::api::operations;
use signback_server::config::Bootstrap;
use signback_wire::{Auth, Service};

use crate::support::{Server, database};

#[tokio::test]
async fn the_caller_is_told_who_it_is() {
    let server = Server::start().await;
    let caller = server
        .call("sts", "GetCallerIdentity", json!({}))
        .await
        .done();
    assert_eq!(caller["Account"], "123456789012");
}

#[tokio::test]
async fn an_operation_that_is_not_built_says_so() {
    let server = Server::start().await;
    let answer = server
        .call("connect", "ListQueues", json!({"InstanceId": "i"}))
        .await;
    assert!(answer.refused(501, "NotImplemented").contains("ListQueues"));
}

#[tokio::test]
async fn chat_pages_of_any_origin_may_call_the_participant_service() {
    let server = Server::start().await;
    let url = &server.running.app.platform.settings.public_url;
    let path = "/participant/connection";
    let preflight = crate::support::exchange(
        url,
        "OPTIONS",
        path,
        &[("origin", "https://shop.example")],
        Vec::new(),
    )
    .await;
    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("x-amz-bearer")
    );
    let refused = server
        .post(path, &[("origin", "https://shop.example")], "{}")
        .await;
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    assert!(
        refused
            .header("access-control-expose-headers")
            .contains("x-amzn-ErrorType")
    );
}

/// Every built operation that is signed for.
fn signed_operations() -> Vec<(&'static str, &'static str)> {
    let all = operations().iter().filter(|line| {
        let modelled = Service::builtin(line.service)
            .unwrap()
            .operation(line.name)
            .unwrap();
        line.service != "connectparticipant" && matches!(modelled.auth, Auth::Signed)
    });
    let signed: Vec<_> = all.map(|line| (line.service, line.name)).collect();
    assert!(signed.len() > 40);
    signed
}

#[tokio::test]
async fn every_operation_refuses_a_forged_signature_and_an_unknown_key() {
    let server = Server::start().await;
    let key = server.ready("access_key_id");
    for (service, operation) in signed_operations() {
        let input = crate::coverage::sample_input(service, operation);
        let (mismatch, unknown) = match service {
            "sts" => ("SignatureDoesNotMatch", "InvalidClientTokenId"),
            _ => ("InvalidSignatureException", "UnrecognizedClientException"),
        };
        let forged = server
            .call_as((&key, "wrong"), service, operation, input.clone())
            .await;
        forged.refused(403, mismatch);
        let stranger = server
            .call_as(("AKIASTRANGERSTRANGER", "any"), service, operation, input)
            .await;
        stranger.refused(403, unknown);
    }
}

#[tokio::test]
async fn every_operation_refuses_a_stale_signature() {
    let server = Server::start().await;
    let key = (
        server.ready("access_key_id"),
        server.ready("secret_access_key"),
    );
    for (service, operation) in signed_operations() {
        let input = crate::coverage::sample_input(service, operation);
        let code = if service == "sts" {
            "SignatureDoesNotMatch"
        } else {
            "InvalidSignatureException"
        };
        for seconds in [-301, 301] {
            let stale =
                server.call_at(seconds, (&key.0, &key.1), service, operation, input.clone());
            stale.await.refused(403, code);
        }
    }
}

#[tokio::test]
async fn every_operation_refuses_a_missing_signature() {
    let server = Server::start().await;
    for (service, operation) in signed_operations() {
        let input = crate::coverage::sample_input(service, operation);
        let reply = server.call_unsigned(service, operation, input).await;
        assert_eq!(reply.status, 403, "{service} {operation}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_key_does_what_its_policy_allows_and_nothing_else() {
    let folder = std::env::temp_dir().join(format!("signback-it-policy-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let plan = folder.join("plan.toml");
    std::fs::write(
        &plan,
        r#"
        [[access_key]]
        id = "AKIAREADERREADER"
        secret = "reader"
        policy = '{"Statement":[{"Effect":"Allow","Action":"connect:List*","Resource":"*"}]}'
        "#,
    )
    .unwrap();
    let server = Server::open(&[], Some(Bootstrap::File(plan)), database().await).await;
    let key = ("AKIAREADERREADER", "reader");
    server
        .call_as(key, "connect", "ListInstances", json!({}))
        .await
        .done();
    let denied = server
        .call_as(
            key,
            "connect",
            "DescribeInstance",
            json!({"InstanceId": "i"}),
        )
        .await;
    let message = denied.refused(403, "AccessDeniedException");
    assert!(
        message.contains("connect:DescribeInstance") && message.contains("instance/i"),
        "{message}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn metrics_count_calls_and_health_is_told() {
    let server = Server::start().await;
    server
        .call("sts", "GetCallerIdentity", json!({}))
        .await
        .done();
    let text = server.get("/_signback/metrics").await.text();
    assert!(
        text.contains(
            r#"signback_calls_total{service="sts",operation="GetCallerIdentity",status="200"} 1"#
        ),
        "{text}"
    );
    assert_eq!(
        server.get("/_signback/health").await.json(),
        json!({"status": "ok"})
    );
}

#[tokio::test]
async fn rates_are_enforced_where_they_are_switched_on() {
    let server = Server::start_with(&["--throttles", "aws"]).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let input = json!({"InstanceId": server.ready("instance_id"), "State": "s", "Code": "c"});
        statuses.push(
            server
                .call("connect", "UpdateParticipantAuthentication", input)
                .await
                .status,
        );
    }
    assert_eq!(statuses, [400, 400, 400, 400, 400, 429]);
}

#[tokio::test]
async fn a_call_without_a_signature_has_no_long_body() {
    let server = Server::start().await;
    let long = "x".repeat(192 * 1024);
    let input = json!({"ConnectionToken": "t", "ContentType": "text/plain", "Content": long});
    let refused = server
        .call("connectparticipant", "SendMessage", input)
        .await;
    let message = refused.refused(400, "ValidationException");
    assert!(message.contains("192 KiB"), "{message}");
}

#[tokio::test]
async fn text_that_cannot_be_stored_is_refused_at_the_door() {
    let server = Server::start().await;
    let input = json!({
        "InstanceId": server.ready("instance_id"),
        "ContactFlowId": server.ready("contact_flow_id"),
        "ParticipantDetails": {"DisplayName": "a\u{0}b"},
    });
    let refused = server.call("connect", "StartChatContact", input).await;
    assert!(
        refused
            .refused(400, "InvalidParameterException")
            .contains("U+0000")
    );
}

#[tokio::test]
async fn members_of_newer_models_are_refused_by_name_until_they_are_built() {
    let server = Server::start().await;
    for (member, value) in [(
        "ChatStreamingConfiguration",
        json!({"StreamingEndpointArn": "arn:aws:sns:us-east-1:123456789012:topic"}),
    )] {
        let mut input = json!({
            "InstanceId": server.ready("instance_id"),
            "ContactFlowId": server.ready("contact_flow_id"),
            "ParticipantDetails": {"DisplayName": "a"},
        });
        input[member] = value;
        let refused = server.call("connect", "StartChatContact", input).await;
        let message = refused.refused(400, "InvalidParameterException");
        assert!(message.contains(member), "{message}");
    }
}
