//! The authorization request: what is asked, and where errors go.

use serde_json::json;

use super::{Browser, CALLBACK, Fixture, parameter, pkce, returned};

#[tokio::test]
async fn what_cannot_be_sent_back_is_shown_and_nothing_of_it_is_repeated() {
    let fixture = Fixture::new().await;
    let twice = fixture.authorize_path("/login", &[]) + "&client_id=other";
    let evil = "https://evil.example/<b>";
    for (path, code) in [
        (
            fixture.authorize_path("/login", &[("client_id", "nobody<b>")]),
            "invalid_client",
        ),
        (
            fixture.authorize_path("/login", &[("redirect_uri", evil)]),
            "redirect_mismatch",
        ),
        (
            fixture.authorize_path("/login", &[("redirect_uri", &format!("{CALLBACK}/"))]),
            "redirect_mismatch",
        ),
        (
            fixture.authorize_path("/login", &[("redirect_uri", "")]),
            "invalid_request",
        ),
        (twice, "invalid_request"),
    ] {
        for path in [path.clone(), path.replace("/login", "/oauth2/authorize")] {
            let reply = Browser::new(&fixture).open(&path).await;
            let page = reply.text();
            assert_eq!(
                (reply.status, reply.header("location")),
                (400, ""),
                "{path}"
            );
            assert!(page.contains(code), "{path}: {page}");
            assert!(!page.contains("evil") && !page.contains("nobody"), "{page}");
        }
    }
}

#[tokio::test]
async fn other_errors_are_sent_back_with_the_state() {
    let fixture = Fixture::new().await;
    let (_, challenge) = pkce(1);
    let challenge = challenge.as_str();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "id_token")], "invalid_request"),
        (&[("response_type", "token")], "unauthorized_client"),
        (&[("scope", "openid other")], "invalid_scope"),
        (&[("scope", "email")], "invalid_scope"),
        (&[("code_challenge", challenge)], "invalid_request"),
        (&[("code_challenge_method", "S256")], "invalid_request"),
        (
            &[
                ("code_challenge", challenge),
                ("code_challenge_method", "plain"),
            ],
            "invalid_request",
        ),
        (
            &[
                ("code_challenge", "short"),
                ("code_challenge_method", "S256"),
            ],
            "invalid_request",
        ),
        (&[("prompt", "none")], "login_required"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("prompt", "dance")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("identity_provider", "Google")], "invalid_request"),
        (&[("idp_identifier", "example.com")], "invalid_request"),
        (&[("resource", "http://other.example")], "invalid_request"),
        (&[("nonce", &"n".repeat(3000))], "invalid_request"),
    ];
    for (parameters, error) in cases {
        let path = fixture.authorize_path("/oauth2/authorize", parameters);
        let reply = Browser::new(&fixture).open(&path).await;
        assert_eq!(reply.status, 302, "{parameters:?}: {}", reply.text());
        if parameters[0].1 == "token" {
            assert!(reply.header("location").contains("#error_description="));
            continue;
        }
        let sent = returned(&reply);
        assert_eq!(parameter(&sent, "error"), *error, "{parameters:?}");
        assert_eq!(parameter(&sent, "state"), "st/a te", "{parameters:?}");
    }
    let state = [("state", r#"{"a":1}"#)];
    let path = fixture.authorize_path("/oauth2/authorize", &state);
    let sent = returned(&Browser::new(&fixture).open(&path).await);
    assert_eq!(parameter(&sent, "error"), "invalid_request");
}

#[tokio::test]
async fn a_client_without_oauth_or_without_a_provider_signs_nobody_in() {
    let fixture = Fixture::new().await;
    for settings in [
        json!({"AllowedOAuthFlowsUserPoolClient": false}),
        json!({"SupportedIdentityProviders": []}),
    ] {
        let client = fixture.new_client(settings.clone()).await;
        let path = fixture.authorize_path("/oauth2/authorize", &[("client_id", &client)]);
        let sent = returned(&Browser::new(&fixture).open(&path).await);
        assert_eq!(
            parameter(&sent, "error"),
            "unauthorized_client",
            "{settings}"
        );
    }
}

#[tokio::test]
async fn the_default_address_is_used_where_none_is_named() {
    let settings = json!({"DefaultRedirectURI": CALLBACK});
    let fixture = Fixture::with(json!({}), settings).await;
    let code = fixture.code(&[("redirect_uri", "")]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", ""),
    ];
    assert_eq!(fixture.token(&fields).await.status, 200);
}

#[tokio::test]
async fn the_implicit_flow_answers_in_the_fragment() {
    let settings = json!({"AllowedOAuthFlows": ["code", "implicit"]});
    let fixture = Fixture::with(json!({}), settings).await;
    let mut browser = Browser::new(&fixture);
    browser
        .open(&fixture.authorize_path("/login", &[("response_type", "token")]))
        .await;
    let reply = browser
        .submit(&[("username", "ana"), ("password", super::PASSWORD)])
        .await;
    let location = reply.header("location");
    let (address, fragment) = location.split_once('#').unwrap();
    assert_eq!(address, CALLBACK);
    for part in [
        "id_token=",
        "access_token=",
        "token_type=Bearer",
        "expires_in=3600",
        "state=",
    ] {
        assert!(fragment.contains(part), "{fragment}");
    }
    assert!(!fragment.contains("refresh_token"), "{fragment}");
}

#[tokio::test]
async fn wrong_methods_and_unknown_places_are_refused() {
    let fixture = Fixture::new().await;
    let server = &fixture.server;
    let path = fixture.authorize_path("/oauth2/authorize", &[]);
    assert_eq!(server.post(&path, &[], "").await.status, 405);
    assert_eq!(server.get("/_pools/people/oauth2/token").await.status, 405);
    assert_eq!(server.get("/_pools/people/other").await.status, 404);
    assert_eq!(server.get("/_pools/nobody/login").await.status, 404);
    assert_eq!(server.get("/_pools/").await.status, 404);
}
