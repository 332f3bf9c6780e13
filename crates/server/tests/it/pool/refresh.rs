//! Refresh tokens.

use serde_json::json;

use super::tokens::{error, payload, verified};
use super::{Fixture, form};

#[tokio::test]
async fn a_refresh_token_gives_new_tokens_of_the_same_sign_in() {
    let fixture = Fixture::new().await;
    let first = fixture
        .redeem(&fixture.code(&[("nonce", "n-1")]).await)
        .await
        .json();
    fixture.server.advance(600).await;
    let refresh = super::text(&first["refresh_token"]);
    let grant = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
    ];
    let second = fixture.token(&grant).await.json();
    assert_eq!(second.get("refresh_token"), None);
    let (before, after) = (payload(&first["id_token"]), payload(&second["id_token"]));
    for name in ["auth_time", "origin_jti", "sub"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!(after.get("nonce"), None);
    verified(&fixture, &second, None).await;

    let narrow = [grant[0], grant[1], ("scope", "openid")];
    let narrow = payload(&fixture.token(&narrow).await.json()["access_token"]);
    assert_eq!(narrow["scope"], "openid");
    let wide = [grant[0], grant[1], ("scope", "openid admin")];
    assert_eq!(error(&fixture.token(&wide).await), "invalid_scope");
    let stranger = fixture.new_client(json!({})).await;
    let stolen = [grant[0], grant[1], ("client_id", &*stranger)];
    assert_eq!(error(&fixture.token(&stolen).await), "invalid_grant");

    fixture
        .in_pool("AdminDeleteUser", json!({"Username": "ana"}))
        .await
        .done();
    assert_eq!(error(&fixture.token(&grant).await), "invalid_grant");
}

#[tokio::test]
async fn a_refresh_token_ends_with_its_time() {
    let fixture = Fixture::new().await;
    let tokens = fixture.redeem(&fixture.code(&[]).await).await.json();
    let refresh = super::text(&tokens["refresh_token"]);
    let grant = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
    ];
    fixture.server.advance(30 * 86_400 - 1).await;
    assert_eq!(fixture.token(&grant).await.status, 200);
    fixture.server.advance(1).await;
    assert_eq!(error(&fixture.token(&grant).await), "invalid_grant");
}

#[tokio::test]
async fn with_rotation_a_refresh_token_is_used_once_within_its_grace() {
    let rotation = json!({"Feature": "ENABLED", "RetryGracePeriodSeconds": 10});
    let fixture = Fixture::with(json!({}), json!({"RefreshTokenRotation": rotation})).await;
    let tokens = fixture.redeem(&fixture.code(&[]).await).await.json();
    let first = super::text(&tokens["refresh_token"]);
    let use_of = |token: &str| {
        let body = form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", &fixture.client),
        ]);
        let fixture = &fixture;
        async move { fixture.token_as(&[], &body).await }
    };
    let second = super::text(&use_of(&first).await.json()["refresh_token"]);
    assert_ne!(first, second);
    fixture.server.advance(9).await;
    assert_eq!(
        use_of(&first).await.status,
        200,
        "a repeated request within the grace"
    );
    fixture.server.advance(1).await;
    assert_eq!(error(&use_of(&first).await), "invalid_grant");
    assert_eq!(
        error(&use_of(&second).await),
        "invalid_grant",
        "nobody keeps it"
    );
}
