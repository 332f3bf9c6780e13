//! The sign-in URL: what it holds, who gets it, and when.

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
