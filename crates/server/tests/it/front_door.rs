//! The front door: routing, CORS, signatures, controls.

use serde_json::json;

use crate::support::Server;

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
    let url = &server.running.app.config.public_url;
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

#[tokio::test]
async fn the_clock_moves_when_it_is_told_to() {
    let server = Server::start().await;
    let reply = server
        .post("/_signback/clock", &[], r#"{"advance_seconds": 60}"#)
        .await;
    assert_eq!(reply.json(), json!({"now": "2026-01-15T09:31:00.000Z"}));
    let foreign = server
        .post(
            "/_signback/clock",
            &[("origin", "https://evil.example")],
            "",
        )
        .await;
    assert_eq!(foreign.status, 403);
    let foreign = server
        .post("/_signback/clock", &[("host", "evil.example")], "")
        .await;
    assert_eq!(foreign.status, 403);
}
