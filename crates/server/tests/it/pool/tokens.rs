//! The token endpoint, user information, and what tokens say.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use signback_oidc::{Algorithm, Claims, Discovery, Expectations, Jwks, verify_id_token};

use super::{EMAIL, Fixture, form, pkce};
use crate::support::{Reply, exchange};

pub(super) fn error(reply: &Reply) -> String {
    assert_eq!(reply.status, 400, "{}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        "application/json;charset=UTF-8"
    );
    super::text(&reply.json()["error"])
}

async fn jwks(fixture: &Fixture) -> Jwks {
    let reply = fixture
        .server
        .get(&format!("/{}/.well-known/jwks.json", fixture.pool))
        .await;
    Jwks::parse(&reply.body).unwrap()
}

/// Verifies an ID token as a relying party does.
pub(super) async fn verified(fixture: &Fixture, tokens: &Value, nonce: Option<&str>) -> Claims {
    let issuer = format!("{}/{}", fixture.public_url(), fixture.pool);
    let expected = Expectations {
        issuer: &issuer,
        client_id: &fixture.client,
        nonce,
        now: fixture.server.running.app.platform.clock.now().seconds(),
        issued_not_before: None,
        algorithms: &[Algorithm::Rs256],
        cognito: true,
        access_token: tokens["access_token"].as_str(),
        leeway: 0,
        max_age: Some(3600),
    };
    let token = tokens["id_token"].as_str().unwrap();
    verify_id_token(token, &jwks(fixture).await, &expected).unwrap()
}

/// The payload of a token, unverified.
pub(super) fn payload(token: &Value) -> Value {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_code_becomes_tokens_that_a_relying_party_accepts() {
    let fixture = Fixture::new().await;
    let (verifier, challenge) = pkce(1);
    let code = fixture
        .code(&[
            ("scope", "openid profile"),
            ("nonce", "n-1"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ])
        .await;
    let grant = [("grant_type", "authorization_code"), ("code", &code)];
    let reply = fixture
        .token(&[grant[0], grant[1], ("code_verifier", verifier.expose())])
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.header("cache-control").contains("no-store"));
    let tokens = reply.json();
    let names: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "id_token",
            "access_token",
            "refresh_token",
            "expires_in",
            "token_type"
        ]
    );
    let claims = verified(&fixture, &tokens, Some("n-1")).await;
    assert_eq!(claims.text("cognito:username"), Some("ana"));
    assert_eq!(claims.text("email"), Some(EMAIL));
    assert_eq!(claims.get("email_verified"), Some(&json!(true)));
    assert_eq!(claims.get("phone_number_verified"), Some(&json!(false)));
    assert_eq!(claims.text("given_name"), Some("Ana"));
    let access = payload(&tokens["access_token"]);
    assert_eq!(access["token_use"], "access");
    assert_eq!(access["client_id"], fixture.client.as_str());
    assert_eq!(access["scope"], "openid profile");
    assert_eq!(access["username"], "ana");
    assert_eq!(access["origin_jti"], *claims.get("origin_jti").unwrap());
}

#[tokio::test]
async fn scopes_and_read_permissions_limit_the_claims() {
    let fixture = Fixture::new().await;
    let tokens = fixture
        .redeem(&fixture.code(&[("scope", "openid email")]).await)
        .await
        .json();
    let claims = verified(&fixture, &tokens, None).await;
    assert_eq!(claims.text("email"), Some(EMAIL));
    assert_eq!(
        (claims.get("given_name"), claims.get("phone_number")),
        (None, None)
    );

    let settings = json!({"ReadAttributes": ["given_name"]});
    let client = fixture.new_client(settings).await;
    let code = fixture
        .code(&[("client_id", &client), ("scope", "openid")])
        .await;
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("client_id", &client),
    ];
    let claims = payload(&fixture.token(&grant).await.json()["id_token"]);
    assert_eq!(
        (&claims["given_name"], &claims["email"]),
        (&json!("Ana"), &Value::Null)
    );
}

#[tokio::test]
async fn a_code_is_redeemed_once_and_a_second_use_ends_what_the_first_gave() {
    let fixture = Fixture::new().await;
    let code = fixture.code(&[("scope", "openid")]).await;
    let tokens = fixture.redeem(&code).await.json();
    let access = super::text(&tokens["access_token"]);
    assert_eq!(fixture.user_info(&access).await.status, 200);
    assert_eq!(error(&fixture.redeem(&code).await), "invalid_grant");
    assert_eq!(fixture.user_info(&access).await.status, 401);
    let refresh = super::text(&tokens["refresh_token"]);
    let again = [("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    assert_eq!(error(&fixture.token(&again).await), "invalid_grant");
}

#[tokio::test]
async fn of_many_redemptions_at_once_one_succeeds() {
    let fixture = Fixture::new().await;
    let code = fixture.code(&[]).await;
    let attempts = (0..8).map(|_| fixture.redeem(&code));
    let replies = futures_util::future::join_all(attempts).await;
    assert_eq!(
        replies.iter().filter(|reply| reply.status == 200).count(),
        1
    );
}

/// What authorize is asked, what the exchange brings, and the error.
type Case<'a> = (&'a [(&'a str, &'a str)], Vec<(&'a str, &'a str)>, &'a str);

#[tokio::test]
async fn a_failed_exchange_spends_the_code() {
    let fixture = Fixture::new().await;
    let (verifier, challenge) = pkce(1);
    let (other, _) = pkce(2);
    let with = [
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let stranger = fixture.new_client(json!({})).await;
    let right = ("code_verifier", verifier.expose());
    let cases: Vec<Case<'_>> = vec![
        (
            &with,
            vec![("code_verifier", other.expose())],
            "invalid_grant",
        ),
        (&with, vec![("code_verifier", "short")], "invalid_grant"),
        (&with, vec![], "invalid_request"),
        (&[], vec![right], "invalid_grant"),
        (
            &with,
            vec![right, ("redirect_uri", "https://app.example/")],
            "unauthorized_client",
        ),
        (&with, vec![right, ("redirect_uri", "")], "invalid_request"),
        (
            &with,
            vec![right, ("client_id", &stranger)],
            "invalid_grant",
        ),
    ];
    for (asked, brought, expected) in cases {
        let code = fixture.code(asked).await;
        let mut fields = vec![("grant_type", "authorization_code"), ("code", &code)];
        fields.extend(&brought);
        let reply = fixture.token(&fields).await;
        assert_eq!(error(&reply), expected, "{brought:?}");
        if expected == "unauthorized_client" {
            assert_eq!(reply.json()["error_description"], "invalid_redirect");
        }
        let fields = [("grant_type", "authorization_code"), ("code", &code), right];
        let brought_right = if asked.is_empty() {
            &fields[..2]
        } else {
            &fields[..]
        };
        assert_eq!(
            error(&fixture.token(brought_right).await),
            "invalid_grant",
            "{brought:?}"
        );
    }
}

#[tokio::test]
async fn a_code_lasts_five_minutes() {
    let fixture = Fixture::new().await;
    let early = fixture.code(&[]).await;
    let late = fixture.code(&[]).await;
    fixture.server.advance(299).await;
    assert_eq!(fixture.redeem(&early).await.status, 200);
    fixture.server.advance(1).await;
    assert_eq!(error(&fixture.redeem(&late).await), "invalid_grant");
}

#[tokio::test]
async fn unreadable_requests_are_refused_by_reason() {
    let fixture = Fixture::new().await;
    let none = fixture.new_client(json!({"GenerateSecret": true})).await;
    let code = "A".repeat(64);
    for (fields, expected) in [
        (vec![], "invalid_request"),
        (vec![("grant_type", "password")], "unsupported_grant_type"),
        (
            vec![("grant_type", "authorization_code")],
            "invalid_request",
        ),
        (
            vec![("grant_type", "authorization_code"), ("code", "x")],
            "invalid_grant",
        ),
        (
            vec![("grant_type", "authorization_code"), ("code", &code)],
            "invalid_grant",
        ),
        (
            vec![("grant_type", "client_credentials")],
            "unauthorized_client",
        ),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            "invalid_grant",
        ),
        (
            vec![
                ("grant_type", "client_credentials"),
                ("client_id", "nobody"),
            ],
            "invalid_client",
        ),
        (
            vec![("grant_type", "client_credentials"), ("client_id", &none)],
            "invalid_client",
        ),
        (
            vec![("grant_type", "client_credentials"), ("client_secret", "x")],
            "invalid_client",
        ),
    ] {
        assert_eq!(error(&fixture.token(&fields).await), expected, "{fields:?}");
    }
    let path = "/_pools/people/oauth2/token";
    let json = [("content-type", "application/json")];
    let reply = fixture.server.post(path, &json, "{}").await;
    assert_eq!(error(&reply), "invalid_request");
}

#[tokio::test]
async fn a_client_with_a_secret_shows_it() {
    let secret = "secret_with+plus_and_more";
    let settings = json!({"ClientSecret": secret});
    let fixture = Fixture::with(json!({}), settings).await;
    let basic = |secret: &str| {
        format!(
            "Basic {}",
            STANDARD.encode(format!("{}:{secret}", fixture.client))
        )
    };
    for (right, authorization) in [
        (true, basic(secret)),
        (true, basic("secret_with%2Bplus_and_more")),
        (false, basic("x")),
    ] {
        let code = fixture.code(&[]).await;
        let body = form(&[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", super::CALLBACK),
        ]);
        let reply = fixture
            .token_as(&[("authorization", &authorization)], &body)
            .await;
        assert_eq!(reply.status == 200, right, "{}", reply.text());
    }
    let code = fixture.code(&[]).await;
    let grant = [("grant_type", "authorization_code"), ("code", &*code)];
    // A client that cannot show its secret has not touched the code.
    assert_eq!(error(&fixture.token(&grant).await), "invalid_client");
    let posted = [grant[0], grant[1], ("client_secret", secret)];
    assert_eq!(fixture.token(&posted).await.status, 200);
}

#[tokio::test]
async fn user_information_follows_scope_and_token() {
    let fixture = Fixture::new().await;
    let tokens = fixture
        .redeem(&fixture.code(&[("scope", "openid email")]).await)
        .await
        .json();
    let access = super::text(&tokens["access_token"]);
    let info = fixture.user_info(&access).await;
    assert_eq!(info.status, 200, "{}", info.text());
    assert_eq!(info.header("access-control-allow-origin"), "*");
    let claims = info.json();
    assert_eq!(claims["email_verified"], "true");
    assert_eq!(
        (&claims["username"], claims.get("given_name")),
        (&json!("ana"), None)
    );

    let id = super::text(&tokens["id_token"]);
    for bad in ["x", &id, &access[..access.len() - 2]] {
        let reply = fixture.user_info(bad).await;
        assert_eq!(reply.status, 401);
        assert!(reply.header("www-authenticate").contains("invalid_token"));
    }
    let reply = fixture.server.get("/_pools/people/oauth2/userInfo").await;
    assert_eq!(reply.status, 400);
    assert!(reply.header("www-authenticate").contains("invalid_request"));
    fixture.server.advance(3600).await;
    assert_eq!(fixture.user_info(&access).await.status, 401, "expired");
}

#[tokio::test]
async fn a_resource_becomes_the_audience_of_the_access_token() {
    let fixture = Fixture::new().await;
    let code = fixture.code(&[("resource", "https://api.example/")]).await;
    let tokens = fixture.redeem(&code).await.json();
    assert_eq!(
        payload(&tokens["access_token"])["aud"],
        "https://api.example/"
    );
    assert_eq!(payload(&tokens["id_token"])["aud"], fixture.client.as_str());
}

#[tokio::test]
async fn discovery_and_keys_are_those_of_the_issuer() {
    let fixture = Fixture::new().await;
    let base = fixture.public_url();
    let path = format!("/{}/.well-known/openid-configuration", fixture.pool);
    let reply = fixture.server.get(&path).await;
    let discovery = Discovery::parse(&reply.body, &format!("{base}/{}", fixture.pool)).unwrap();
    let token = format!("{base}/_pools/people/oauth2/token");
    assert_eq!(discovery.token_endpoint, Some(token));
    let keys = jwks(&fixture).await;
    assert_eq!(keys.keys.len(), 2);
    assert!(
        keys.keys
            .iter()
            .all(|key| key.kid().unwrap().ends_with('='))
    );
    assert_eq!(jwks(&fixture).await, keys, "the same keys again");
    let unknown = fixture
        .server
        .get("/us-east-1_unknown00/.well-known/jwks.json")
        .await;
    assert_eq!(unknown.status, 404);
    // Headers do not name the issuer.
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
    ];
    let reply = exchange(base, "GET", &path, &forged, Vec::new()).await;
    assert!(!reply.text().contains("evil"), "{}", reply.text());
}

#[tokio::test]
async fn browsers_of_any_origin_may_exchange() {
    let fixture = Fixture::new().await;
    let base = &fixture.server.running.app.platform.settings.public_url;
    for path in [
        "/_pools/people/oauth2/token",
        "/_pools/people/oauth2/userInfo",
    ] {
        let reply = exchange(base, "OPTIONS", path, &[], Vec::new()).await;
        assert_eq!(reply.status, 204);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert!(
            reply
                .header("access-control-allow-headers")
                .contains("authorization")
        );
    }
}
