//! The sign-in as a relying party: the OpenID Foundation's test modules for the code flow, by their
//! names, and what real providers do otherwise. `docs/relying-party.md` has the table.

use serde_json::{Map, Value, json};

use crate::exchange::{Outside, log, profiles};
use crate::support::{CLIENT, Customer, Manners};

fn members(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn claims(value: &Value) -> Manners {
    Manners {
        claims: members(value),
        ..Manners::default()
    }
}

fn header(value: Value) -> Manners {
    Manners {
        header: Some(value),
        ..Manners::default()
    }
}

/// The public key of a set with a member changed; null takes it away.
fn changed(mut key: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => drop(key.as_object_mut().unwrap().remove(name)),
        value => key[name] = value,
    }
    key
}

/// How a sign-in ends with a provider that behaves so: `None` in success, else what the log says.
async fn outcome(outside: &Outside, manners: Manners) -> Option<String> {
    // The keys of the one before are out of date.
    outside.server.time.advance(24 * 3600 * 1000);
    outside.provider.behave(manners);
    let mut customer = outside.arrive().await;
    let Some(url) = url_or_error(&mut customer).await else {
        return Some(log(&outside.server, &customer.contact).await);
    };
    customer.answer(outside.provider.sign_in(&url)).await.done();
    let end = customer
        .item(|item| {
            let text = item["Content"].as_str().unwrap_or_default();
            ["You are signed in.", "Sign-in failed."].contains(&text)
        })
        .await;
    if end["Content"] == "You are signed in." {
        return None;
    }
    Some(log(&outside.server, &customer.contact).await)
}

/// The sign-in's address, or that the flow has gone on in error without one.
async fn url_or_error(customer: &mut Customer<'_>) -> Option<String> {
    let session = customer.session().await;
    let input = json!({"SessionId": session, "RedirectUri": "http://localhost:3999/callback"});
    let answer = customer
        .participant_call("GetAuthenticationUrl", input)
        .await;
    if answer.status != 200 {
        customer.message("Sign-in failed.").await;
        return None;
    }
    Some(
        answer.done()["AuthenticationUrl"]
            .as_str()
            .unwrap()
            .to_owned(),
    )
}

/// Plays modules, `oidcc-client-test` before each name, with the words of the refusal if there is to
/// be one.
async fn play(outside: &Outside, modules: Vec<(&str, Manners, Option<&str>)>) {
    for (name, manners, refusal) in modules {
        let ended = outcome(outside, manners).await;
        match (refusal, &ended) {
            (None, None) => {}
            (Some(words), Some(log)) => assert!(log.contains(words), "{name}: {log}"),
            _ => panic!("{name}: {ended:?}"),
        }
    }
}

/// A token that says `alg: none` and has no signature.
fn unsigned(issuer: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": issuer, "aud": CLIENT, "sub": "s"});
    format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims))
}

#[tokio::test]
async fn the_modules_about_claims() {
    let outside = Outside::start().await;
    let userinfo = |said: Value| Manners {
        userinfo: Some(said),
        ..claims(&json!({"email": null, "email_verified": null, "given_name": null}))
    };
    let other_issuer = Some("issuer: https://x.example is not");
    let no_signature = Manners {
        id_token: Some(unsigned(outside.provider.issuer())),
        ..Manners::default()
    };
    let ada = json!({
        "sub": "subject-1", "email": "ada@example.com", "email_verified": true, "name": "Ada",
    });
    let modules = vec![
        ("", Manners::default(), None),
        (
            "-invalid-iss",
            claims(&json!({"iss": "https://x.example"})),
            other_issuer,
        ),
        ("-missing-sub", claims(&json!({"sub": null})), Some("sub: ")),
        ("-invalid-aud", claims(&json!({"aud": "x"})), Some("aud: ")),
        (
            "-missing-iat",
            claims(&json!({"iat": null})),
            Some("iat: missing"),
        ),
        (
            "-nonce-invalid",
            claims(&json!({"nonce": "x"})),
            Some("nonce does not match"),
        ),
        ("-idtoken-sig-none", no_signature, Some("alg: ")),
        (
            "-userinfo-invalid-sub",
            userinfo(json!({"sub": "x"})),
            Some("userinfo_refused: sub: "),
        ),
        ("-scope-userinfo-claims", userinfo(ada), None),
        ("-discovery-openid-config", Manners::default(), None),
    ];
    play(&outside, modules).await;
    assert_eq!(profiles(&outside.server).await, 1);
}

#[tokio::test]
async fn the_modules_about_keys() {
    let outside = Outside::start().await;
    let own = json!(outside.provider.key().jwk());
    let stranger = signback_oidc::SigningKey::generate("outside-key").unwrap();
    let stranger = json!(stranger.jwk());
    let unnamed = changed(own.clone(), "kid", Value::Null);
    let with = |keys: Value, header: Option<Value>| Manners {
        keys: Some(keys),
        header,
        ..Manners::default()
    };
    let absent = || Some(json!({"alg": "RS256"}));
    let named = Some(json!({"alg": "RS256", "kid": "outside-key"}));
    let further = json!([own, {"kty": "EC", "crv": "x"}]);
    let two = json!([unnamed, stranger]);
    let modules = vec![
        (
            "-kid-absent-single-jwks",
            with(json!([unnamed]), absent()),
            None,
        ),
        (
            "-kid-absent-multiple-jwks",
            with(two, absent()),
            Some("kid: more than one"),
        ),
        ("-idtoken-sig-rs256", with(json!([own]), named), None),
        (
            "-invalid-sig-rs256",
            with(json!([stranger]), None),
            Some("signature: "),
        ),
        ("-discovery-jwks-uri-keys", with(further, None), None),
    ];
    play(&outside, modules).await;
}

#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    let outside = Outside::start().await;
    let manners = Manners {
        metadata: members(&json!({"issuer": "https://x.example"})),
        ..Manners::default()
    };
    let ended = outcome(&outside, manners).await.unwrap();
    let words = format!(
        "issuer: https://x.example is not {}",
        outside.provider.issuer()
    );
    assert!(
        ended.contains("discovery_failed: ") && ended.contains(&words),
        "{ended}"
    );
}

#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    let outside = Outside::start_with(|_| "client_secret = \"s e:c\"\n".to_owned()).await;
    assert_eq!(outside.provider.authorization(), None);
    let mut customer = outside.answered().await;
    customer.message("You are signed in.").await;
    // `outside-client:s+e%3Ac`: both halves are form-encoded first (RFC 6749 §2.3.1).
    assert_eq!(
        outside.provider.authorization().unwrap(),
        "Basic b3V0c2lkZS1jbGllbnQ6cytlJTNBYw=="
    );
}

#[tokio::test]
async fn a_provider_needs_no_discovery_where_its_endpoints_are_set() {
    let outside = Outside::start_with(|provider| {
        let endpoint = |key: &str, path: &str| format!("{key} = \"{}{path}\"\n", provider.issuer());
        endpoint("authorization_endpoint", "/authorize")
            + &endpoint("token_endpoint", "/token")
            + &endpoint("jwks_uri", "/keys")
            + "scopes = [\"openid\", \"api\"]\n"
    })
    .await;
    let mut customer = outside.arrive().await;
    let url = customer.authentication_url().await;
    assert!(url.contains("scope=openid+api&"), "{url}");
    customer.answer(outside.provider.sign_in(&url)).await.done();
    customer.message("You are signed in.").await;
    assert_eq!(
        outside.provider.count("/.well-known/openid-configuration"),
        0
    );
}

#[tokio::test]
async fn the_discovery_document_may_lie_elsewhere() {
    let outside = Outside::start_with(|provider| {
        format!(
            "discovery_url = \"{}/elsewhere/metadata\"\n",
            provider.issuer()
        )
    })
    .await;
    let mut customer = outside.answered().await;
    customer.message("You are signed in.").await;
    assert_eq!(outside.provider.count("/elsewhere/metadata"), 1);
}

/// `oidcc-client-test-signing-key-rotation` and `…-just-before-signing`.
#[tokio::test]
async fn a_new_key_under_the_old_name_is_fetched_at_once() {
    let outside = Outside::start().await;
    assert_eq!(outcome(&outside, Manners::default()).await, None);
    for _ in 0..2 {
        outside.provider.rotate();
        let mut customer = outside.answered().await;
        customer.message("You are signed in.").await;
        outside.server.time.advance(60_000);
    }
}

#[tokio::test]
async fn what_is_harmless_and_common_is_accepted() {
    let outside = Outside::start().await;
    let own = json!(outside.provider.key().jwk());
    let padded = format!("{}==", own["n"].as_str().unwrap());
    let tokens = |value: &Value| Manners {
        tokens: members(value),
        ..Manners::default()
    };
    let head = |status, media_type| Manners {
        token_head: Some((status, media_type)),
        ..Manners::default()
    };
    let keys = |keys| Manners {
        keys: Some(keys),
        ..Manners::default()
    };
    for (name, manners) in [
        ("no access token", tokens(&json!({"access_token": null}))),
        (
            "an empty refresh token",
            tokens(&json!({"refresh_token": ""})),
        ),
        ("no token type", tokens(&json!({"token_type": null}))),
        ("status 201", head(201, "application/json")),
        ("no Content-Type", head(200, "")),
        ("a charset", head(200, "application/json;charset=UTF-8")),
        ("azp null", claims(&json!({"azp": json!(null)}))),
        (
            "a key without a name",
            keys(json!([changed(own.clone(), "kid", Value::Null)])),
        ),
        (
            "padded numbers",
            keys(json!([changed(own, "n", json!(padded))])),
        ),
        (
            "null in discovery",
            Manners {
                metadata: members(&json!({"scopes_supported": null, "userinfo_endpoint": null})),
                ..Manners::default()
            },
        ),
        (
            "typ JOSE",
            header(json!({"alg": "RS256", "kid": "outside-key", "typ": "JOSE"})),
        ),
        (
            "typ id_token+jwt",
            header(json!({"alg": "RS256", "kid": "outside-key", "typ": "id_token+jwt"})),
        ),
    ] {
        assert_eq!(outcome(&outside, manners).await, None, "{name}");
    }
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_ends_the_block_when_the_url_is_wanted() {
    let outside = Outside::start().await;
    outside.provider.behave(Manners {
        metadata: members(&json!({"token_endpoint": "http://10.0.0.1/token"})),
        ..Manners::default()
    });
    let mut customer = outside.arrive().await;
    let session = customer.session().await;
    let input = json!({"SessionId": session, "RedirectUri": "http://localhost:3999/callback"});
    let answer = customer
        .participant_call("GetAuthenticationUrl", input.clone())
        .await;
    let message = answer.refused(400, "ValidationException");
    assert!(message.contains("discovery_failed"), "{message}");
    customer.message("Sign-in failed.").await;
    assert_eq!(customer.authentication("Status").await, "FAILED");
    let log = log(&outside.server, &customer.contact).await;
    assert!(
        log.contains("token_endpoint: http://10.0.0.1/token must be https"),
        "{log}"
    );
    // It has ended, once.
    let answer = customer
        .participant_call("GetAuthenticationUrl", input)
        .await;
    let message = answer.refused(400, "ValidationException");
    assert!(message.contains("has ended"), "{message}");
}

#[tokio::test]
async fn scopes_are_those_that_the_provider_lists() {
    let outside = Outside::start().await;
    outside.provider.behave(Manners {
        metadata: members(&json!({"scopes_supported": ["openid", "email"]})),
        ..Manners::default()
    });
    let url = outside.arrive().await.authentication_url().await;
    assert!(url.contains("scope=openid+email&"), "{url}");
}

#[tokio::test]
async fn userinfo_that_is_down_is_told_and_no_half_profile_made() {
    let outside = Outside::start().await;
    let thin = json!({"email": null, "email_verified": null, "given_name": null});
    let ended = outcome(&outside, claims(&thin)).await.unwrap();
    assert!(
        ended.contains("userinfo_unavailable: answered 503"),
        "{ended}"
    );
    assert_eq!(profiles(&outside.server).await, 0);
}
