//! The sign-in URL: what it holds, who gets it, and when.

use serde_json::{Value, json};

use super::{CALLBACK, cancel, get_url, parameter, picture};
use crate::support::{Customer, Server};

#[tokio::test]
async fn the_sign_in_url_suits_chat_clients() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let url = customer.authentication_url().await;
    assert!(
        url.contains('?') && !url.contains('#') && url.len() <= 2083,
        "{url}"
    );
    for (name, value) in [
        ("client_id", server.ready("user_pool_client_id")),
        ("response_type", "code".to_owned()),
        ("scope", "openid email phone profile".to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ] {
        assert_eq!(parameter(&url, name), value);
    }
    for (name, length) in [("state", 64), ("nonce", 43), ("code_challenge", 43)] {
        assert_eq!(parameter(&url, name).len(), length, "{name}");
    }
}

#[tokio::test]
async fn addresses_that_cannot_be_redirected_to_leave_the_sign_in_as_it_is() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let session = customer.session().await;
    let before = picture(&customer).await;
    let long = format!("https://shop.example/?{}", "&".repeat(900));
    for (uri, words) in [
        ("callback", "absolute"),
        ("https://shop.example/#a", "fragment"),
        ("http://shop.example/", "https"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("https://me:word@shop.example/", "password"),
        (&long, "too long"),
    ] {
        let message = get_url(&customer, &session, uri)
            .await
            .refused(400, "ValidationException");
        assert!(
            message.contains("RedirectUri") && message.contains(words),
            "{uri}: {message}"
        );
        assert_eq!(picture(&customer).await, before, "{uri}");
    }
    get_url(&customer, &session, CALLBACK).await.done();
}

#[tokio::test]
async fn the_url_is_fetched_once_and_within_a_minute() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let session = customer.session().await;
    server.advance(59).await;
    get_url(&customer, &session, CALLBACK).await.done();
    let message = get_url(&customer, &session, CALLBACK)
        .await
        .refused(400, "ValidationException");
    assert!(
        message.contains("SessionId") && message.contains("before"),
        "{message}"
    );

    let mut late = Customer::arrive(&server).await;
    let session = late.session().await;
    server.advance(60).await;
    let message = get_url(&late, &session, CALLBACK)
        .await
        .refused(400, "ValidationException");
    assert!(
        message.contains("SessionId") && message.contains("minute"),
        "{message}"
    );
    // The customer may still say no.
    cancel(&late, &session).await.done();
    late.message("You continue without signing in.").await;
}

#[tokio::test]
async fn another_chats_session_and_token_open_nothing() {
    let server = Server::start().await;
    let mut mine = Customer::arrive(&server).await;
    let mut other = Customer::arrive(&server).await;
    let (my_session, other_session) = (mine.session().await, other.session().await);
    let before = (picture(&mine).await, picture(&other).await);
    let unknown = "00000000-0000-7000-8000-000000000000";
    for session in [other_session.as_str(), unknown] {
        let message = get_url(&mine, session, CALLBACK)
            .await
            .refused(400, "ValidationException");
        assert!(message.contains("SessionId"), "{message}");
        let same = cancel(&mine, session)
            .await
            .refused(400, "ValidationException");
        assert_eq!(message, same);
    }
    let token = std::mem::replace(&mut mine.token, "A".repeat(64));
    for bearer in [
        "A".repeat(64),
        "no token".to_owned(),
        mine.participant_token.clone(),
    ] {
        mine.token = bearer;
        get_url(&mine, &my_session, CALLBACK)
            .await
            .refused(403, "AccessDeniedException");
        cancel(&mine, &my_session)
            .await
            .refused(403, "AccessDeniedException");
    }
    mine.token = token;
    assert_eq!((picture(&mine).await, picture(&other).await), before);
}

#[tokio::test]
async fn a_sign_in_asks_for_the_scopes_that_its_app_client_has() {
    let server = Server::start().await;
    for (scopes, asked) in [
        (json!(["openid"]), Some("openid")),
        (
            json!(["email", "openid", "aws.cognito.signin.user.admin"]),
            Some("openid email"),
        ),
        (json!(["phone", "email"]), None),
    ] {
        let flow = flow_with_client(&server, &scopes).await;
        let chat = json!({ "ContactFlowId": flow });
        let mut customer = Customer::arrive_with(&server, chat).await;
        if let Some(asked) = asked {
            let url = customer.authentication_url().await;
            assert_eq!(parameter(&url, "scope"), asked);
        } else {
            customer.message("Sign-in failed.").await;
            let log = crate::exchange::log(&server, &customer.contact).await;
            assert!(log.contains("openid_not_allowed"), "{log}");
        }
    }
}

#[tokio::test]
async fn a_pool_of_another_account_or_region_signs_nobody_in() {
    let server = Server::start().await;
    let own = server.ready("user_pool_arn");
    for foreign in [
        own.replace("123456789012", "111122223333"),
        own.replace("idp:us-east-1", "idp:eu-west-1"),
    ] {
        let flow = flow_with(&server, &[(&own, &foreign)]).await;
        let chat = json!({ "ContactFlowId": flow });
        let mut customer = Customer::arrive_with(&server, chat).await;
        customer.message("Sign-in failed.").await;
        let log = crate::exchange::log(&server, &customer.contact).await;
        assert!(log.contains("user_pool_not_yours"), "{log}");
    }
}

/// The demo flow with an app client that has these scopes.
async fn flow_with_client(server: &Server, scopes: &Value) -> String {
    let client = json!({
        "UserPoolId": server.ready("user_pool_id"), "ClientName": "scopes",
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": scopes,
        "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"],
    });
    let client = server
        .call("cognito-idp", "CreateUserPoolClient", client)
        .await
        .done();
    let client = client["UserPoolClient"]["ClientId"].as_str().unwrap();
    flow_with(server, &[(&server.ready("user_pool_client_id"), client)]).await
}

/// The demo flow with some of its words replaced.
async fn flow_with(server: &Server, replaced: &[(&str, &str)]) -> String {
    let instance = server.ready("instance_id");
    let demo = json!({"InstanceId": instance, "ContactFlowId": server.ready("contact_flow_id")});
    let demo = server
        .call("connect", "DescribeContactFlow", demo)
        .await
        .done();
    let mut content = demo["ContactFlow"]["Content"].as_str().unwrap().to_owned();
    for (word, other) in replaced {
        content = content.replace(word, other);
    }
    let flow = json!({
        "InstanceId": instance, "Name": replaced[0].1, "Type": "CONTACT_FLOW", "Content": content,
    });
    let flow = server
        .call("connect", "CreateContactFlow", flow)
        .await
        .done();
    flow["ContactFlowId"].as_str().unwrap().to_owned()
}
