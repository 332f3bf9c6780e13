//! Pools and domains.

use serde_json::json;

use super::{Fixture, idp, text};
use crate::support::Server;

const PARAMETER: &str = "InvalidParameterException";

#[tokio::test]
async fn a_pool_is_described_with_all_its_defaults() {
    let fixture = Fixture::new().await;
    let described = fixture.in_pool("DescribeUserPool", json!({})).await.done();
    let pool = &described["UserPool"];
    assert!(text(&pool["Id"]).starts_with("us-east-1_"));
    assert_eq!(
        pool["Arn"],
        format!(
            "arn:aws:cognito-idp:us-east-1:123456789012:userpool/{}",
            fixture.pool
        )
    );
    assert_eq!(pool["SchemaAttributes"].as_array().unwrap().len(), 20);
    assert_eq!(pool["EstimatedNumberOfUsers"], 1);
    assert_eq!(pool["Domain"], "people");
    assert_eq!(pool["MfaConfiguration"], "OFF");
    assert_eq!(pool["DeletionProtection"], "INACTIVE");
    insta::assert_json_snapshot!(pool["Policies"], @r#"
    {
      "PasswordPolicy": {
        "MinimumLength": 8,
        "RequireUppercase": true,
        "RequireLowercase": true,
        "RequireNumbers": true,
        "RequireSymbols": true,
        "TemporaryPasswordValidityDays": 7
      }
    }
    "#);
}

#[tokio::test]
async fn settings_that_only_shape_messages_are_kept() {
    let server = Server::start().await;
    let kept = json!({
        "AutoVerifiedAttributes": ["email"],
        "EmailVerificationSubject": "Your code",
        "EmailVerificationMessage": "It is {####}",
        "SmsVerificationMessage": "Code {####}",
        "SmsAuthenticationMessage": "Code {####}",
        "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"},
        "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"},
        "UserPoolTags": {"a": "b"},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
        "UserPoolTier": "LITE",
        "UsernameConfiguration": {"CaseSensitive": true},
        "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
        "DeletionProtection": "INACTIVE",
        "UsernameAttributes": ["email"],
    });
    let input = super::merged(
        json!({"PoolName": "kept", "MfaConfiguration": "OFF"}),
        kept.clone(),
    );
    let made = idp(&server, "CreateUserPool", input).await.done();
    let id = text(&made["UserPool"]["Id"]);
    let pool = idp(&server, "DescribeUserPool", json!({"UserPoolId": id}))
        .await
        .done();
    for (name, value) in kept.as_object().unwrap() {
        assert_eq!(pool["UserPool"][name], *value, "{name}");
    }
}

#[tokio::test]
async fn settings_that_would_have_to_act_are_refused_by_name() {
    let server = Server::start().await;
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    for (setting, named) in [
        (json!({"LambdaConfig": {"PreSignUp": arn}}), "LambdaConfig"),
        (json!({"DeviceConfiguration": {}}), "DeviceConfiguration"),
        (json!({"MfaConfiguration": "ON"}), "MfaConfiguration"),
        (
            json!({"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}),
            "UserPoolAddOns",
        ),
        (
            json!({"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}}),
            "PasswordHistorySize",
        ),
        (
            json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["EMAIL_OTP"]}}}),
            "SignInPolicy",
        ),
        (
            json!({"UserAttributeUpdateSettings":
                {"AttributesRequireVerificationBeforeUpdate": ["email"]}}),
            "AttributesRequireVerificationBeforeUpdate",
        ),
        (
            json!({"AliasAttributes": ["email"], "UsernameAttributes": ["email"]}),
            "UsernameAttributes",
        ),
        (
            json!({"Schema": [{"Name": "a", "AttributeDataType": "String", "Required": true}]}),
            "custom",
        ),
        (
            json!({"Schema": [{"Name": "email", "AttributeDataType": "Number"}]}),
            "email",
        ),
    ] {
        let input = super::merged(json!({"PoolName": "refused"}), setting.clone());
        let answer = idp(&server, "CreateUserPool", input).await;
        assert_eq!(answer.status, 400, "{setting}: {answer:?}");
        let message = answer.document.to_string();
        assert!(message.contains(named), "{setting}: {message}");
    }
}

#[tokio::test]
async fn pools_are_listed_by_page_and_deleted() {
    let fixture = Fixture::new().await;
    for name in ["one", "two"] {
        fixture
            .call("CreateUserPool", json!({"PoolName": name}))
            .await
            .done();
    }
    let mut seen = Vec::new();
    let mut input = json!({"MaxResults": 2});
    loop {
        let page = fixture.call("ListUserPools", input.clone()).await.done();
        let pools = page["UserPools"].as_array().unwrap();
        assert!(pools.len() <= 2);
        seen.extend(pools.iter().map(|pool| text(&pool["Id"])));
        match page.get("NextToken") {
            None => break,
            Some(token) => input["NextToken"] = token.clone(),
        }
    }
    assert_eq!(seen.len(), 4, "with the demo's");
    let forged = json!({"MaxResults": 2, "NextToken": "x"});
    fixture
        .call("ListUserPools", forged)
        .await
        .refused(400, PARAMETER);

    let refusal = fixture
        .in_pool("DeleteUserPool", json!({}))
        .await
        .refused(400, PARAMETER);
    assert!(refusal.contains("domain"), "{refusal}");
    fixture
        .in_pool("DeleteUserPoolDomain", json!({"Domain": "people"}))
        .await
        .done();
    fixture.in_pool("DeleteUserPool", json!({})).await.done();
    let gone = fixture.in_pool("DescribeUserPool", json!({})).await;
    let message = gone.refused(400, "ResourceNotFoundException");
    assert_eq!(
        message,
        format!("User pool {} does not exist.", fixture.pool)
    );
    for operation in ["ListUsers", "ListUserPoolClients", "DeleteUserPool"] {
        let answer = fixture.in_pool(operation, json!({})).await;
        answer.refused(400, "ResourceNotFoundException");
    }
}

#[tokio::test]
async fn a_protected_pool_stays() {
    let server = Server::start().await;
    let input = json!({"PoolName": "kept", "DeletionProtection": "ACTIVE"});
    let made = idp(&server, "CreateUserPool", input).await.done();
    let input = json!({"UserPoolId": made["UserPool"]["Id"]});
    idp(&server, "DeleteUserPool", input.clone())
        .await
        .refused(400, PARAMETER);
    idp(&server, "DescribeUserPool", input).await.done();
}

#[tokio::test]
async fn a_domain_belongs_to_one_pool() {
    let fixture = Fixture::new().await;
    let described = fixture
        .call("DescribeUserPoolDomain", json!({"Domain": "people"}))
        .await
        .done();
    let domain = &described["DomainDescription"];
    assert_eq!(domain["UserPoolId"], fixture.pool.as_str());
    assert_eq!(domain["Status"], "ACTIVE");
    let none = fixture
        .call("DescribeUserPoolDomain", json!({"Domain": "nobody"}))
        .await
        .done();
    assert_eq!(none["DomainDescription"], json!({}));

    let other = fixture
        .call("CreateUserPool", json!({"PoolName": "other"}))
        .await
        .done();
    let other = text(&other["UserPool"]["Id"]);
    let create = |domain: &str, version: i64| {
        let input = json!({"UserPoolId": other, "Domain": domain, "ManagedLoginVersion": version});
        fixture.call("CreateUserPoolDomain", input)
    };
    assert_eq!(
        create("people", 1).await.refused(400, PARAMETER),
        "Domain already exists."
    );
    let reserved = create("my-cognito", 1).await.refused(400, PARAMETER);
    assert!(reserved.contains("reserved word: cognito"), "{reserved}");
    create("other", 3).await.refused(400, PARAMETER);
    assert_eq!(create("other", 2).await.done()["ManagedLoginVersion"], 2);
    create("second", 1).await.refused(400, PARAMETER);
    let custom = json!({"UserPoolId": other, "Domain": "login",
        "CustomDomainConfig": {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1"}});
    assert_eq!(
        fixture.call("CreateUserPoolDomain", custom).await.status,
        400
    );
    let foreign = json!({"UserPoolId": other, "Domain": "people"});
    fixture
        .call("DeleteUserPoolDomain", foreign)
        .await
        .refused(400, PARAMETER);
}
