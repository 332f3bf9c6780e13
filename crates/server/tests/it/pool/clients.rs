//! App clients.

use serde_json::{Value, json};

use super::{CALLBACK, Fixture, merged, text};

const PARAMETER: &str = "InvalidParameterException";

#[tokio::test]
async fn a_client_is_described_listed_changed_and_deleted() {
    let fixture = Fixture::new().await;
    let made = fixture
        .in_pool(
            "CreateUserPoolClient",
            json!({"ClientName": "plain", "GenerateSecret": true}),
        )
        .await
        .done();
    let client = &made["UserPoolClient"];
    let id = json!({"ClientId": client["ClientId"]});
    assert_eq!(text(&client["ClientId"]).len(), 26);
    assert!((24..=64).contains(&text(&client["ClientSecret"]).len()));
    assert_eq!(client["RefreshTokenValidity"], 30);
    assert_eq!(client["EnableTokenRevocation"], true);
    assert_eq!(client["AllowedOAuthFlowsUserPoolClient"], false);
    let described = fixture
        .in_pool("DescribeUserPoolClient", id.clone())
        .await
        .done();
    assert_eq!(described["UserPoolClient"], *client);

    let listed = fixture
        .in_pool("ListUserPoolClients", json!({"MaxResults": 1}))
        .await
        .done();
    assert_eq!(listed["UserPoolClients"].as_array().unwrap().len(), 1);
    let more = json!({"MaxResults": 60, "NextToken": listed["NextToken"]});
    let rest = fixture.in_pool("ListUserPoolClients", more).await.done();
    assert_eq!(rest["UserPoolClients"].as_array().unwrap().len(), 1);

    let change = merged(
        id.clone(),
        json!({"CallbackURLs": [CALLBACK], "IdTokenValidity": 2}),
    );
    let changed = fixture.in_pool("UpdateUserPoolClient", change).await.done();
    let changed = &changed["UserPoolClient"];
    assert_eq!(changed["ClientName"], "plain");
    assert_eq!(
        (&changed["CallbackURLs"][0], &changed["IdTokenValidity"]),
        (&json!(CALLBACK), &json!(2))
    );
    let defaults = fixture
        .in_pool("UpdateUserPoolClient", id.clone())
        .await
        .done();
    assert_eq!(
        defaults["UserPoolClient"].get("IdTokenValidity"),
        None,
        "back to its default"
    );

    fixture
        .in_pool("DeleteUserPoolClient", id.clone())
        .await
        .done();
    let gone = fixture.in_pool("DescribeUserPoolClient", id).await;
    gone.refused(400, "ResourceNotFoundException");
}

async fn refused(fixture: &Fixture, settings: Value) -> (String, String) {
    let input = merged(json!({"ClientName": "refused"}), settings);
    let answer = fixture.in_pool("CreateUserPoolClient", input).await;
    assert_eq!(answer.status, 400, "{answer:?}");
    (answer.code.clone(), answer.document.to_string())
}

#[tokio::test]
async fn unworkable_settings_are_refused_by_name() {
    let fixture = Fixture::new().await;
    for (settings, code, word) in [
        (
            json!({"GenerateSecret": true, "ClientSecret": "a".repeat(24)}),
            PARAMETER,
            "GenerateSecret",
        ),
        (
            json!({"AllowedOAuthScopes": ["shop/read"]}),
            "ScopeDoesNotExistException",
            "shop/read",
        ),
        (
            json!({"AllowedOAuthFlows": ["code", "client_credentials"]}),
            "InvalidOAuthFlowException",
            "client_credentials",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"]}),
            PARAMETER,
            "client_credentials",
        ),
        (
            json!({"AllowedOAuthFlowsUserPoolClient": true}),
            PARAMETER,
            "AllowedOAuthFlows",
        ),
        (
            json!({"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}}),
            PARAMETER,
            "AccessTokenValidity",
        ),
        (json!({"IdTokenValidity": 25}), PARAMETER, "IdTokenValidity"),
        (
            json!({"RefreshTokenValidity": 3651}),
            PARAMETER,
            "RefreshTokenValidity",
        ),
        (
            json!({"ReadAttributes": ["custom:unknown"]}),
            PARAMETER,
            "read attributes",
        ),
        (
            json!({"WriteAttributes": ["email_verified"]}),
            PARAMETER,
            "write attributes",
        ),
        (
            json!({"ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"]}),
            PARAMETER,
            "ExplicitAuthFlows",
        ),
        (
            json!({"SupportedIdentityProviders": ["Google"]}),
            PARAMETER,
            "Google",
        ),
        (
            json!({"DefaultRedirectURI": CALLBACK}),
            PARAMETER,
            "DefaultRedirectURI",
        ),
        (
            json!({"EnablePropagateAdditionalUserContextData": true}),
            PARAMETER,
            "EnablePropagate",
        ),
        (
            json!({"AnalyticsConfiguration": {}}),
            PARAMETER,
            "AnalyticsConfiguration",
        ),
    ] {
        let (given, message) = refused(&fixture, settings.clone()).await;
        assert_eq!(given, code, "{settings}: {message}");
        assert!(message.contains(word), "{settings}: {message}");
    }
}

#[tokio::test]
async fn only_safe_addresses_can_be_registered() {
    let fixture = Fixture::new().await;
    for address in [
        "http://app.example/",
        "http://localhost.evil.example/",
        "https://app.example/#part",
        "https://user@app.example/",
        "/callback",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:https://app.example/1",
        "file:///etc/passwd",
        "about:blank",
    ] {
        for list in ["CallbackURLs", "LogoutURLs"] {
            let (_, message) = refused(&fixture, json!({list: [address]})).await;
            let rule = "an absolute https URL, an http URL of localhost, or an address of an app's \
                        own scheme, without a fragment.";
            let told = format!("{address} is not a redirect address: {rule}");
            assert!(message.contains(&told), "{message}");
        }
    }
    let addresses = [
        CALLBACK,
        "https://app.example/?a=b",
        "http://localhost:3999/callback",
        "http://127.0.0.1:8080/",
        "http://[::1]/",
        "com.example.app://signed-in",
    ];
    fixture.new_client(json!({"CallbackURLs": addresses})).await;
}
