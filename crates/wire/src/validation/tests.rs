//! What validation finds, and how it is told.

use serde_json::json;

use super::*;

fn found(service: &str, operation: &str, document: &Value) -> Vec<Violation> {
    let service = Service::builtin(service).unwrap();
    let shape = service
        .input(service.operation(operation).unwrap())
        .unwrap();
    validate(service, shape, document, true)
}

fn members(service: &str, operation: &str, document: &Value) -> Vec<(String, Rule)> {
    found(service, operation, document)
        .iter()
        .map(|violation| (violation.member(), violation.rule().clone()))
        .collect()
}

#[test]
fn limits_of_the_main_operation_are_enforced() {
    let check = |document: Value| members("connect", "UpdateParticipantAuthentication", &document);
    assert_eq!(
        check(json!({"State": "s", "InstanceId": "i", "Code": "c"})),
        []
    );
    assert_eq!(
        check(json!({"State": "", "Code": "é".repeat(2049), "Nope": 1})),
        [
            ("State".into(), Rule::MinLength(Bound::Whole(1))),
            ("InstanceId".into(), Rule::Required),
            ("Code".into(), Rule::MaxLength(Bound::Whole(2048))),
            ("Nope".into(), Rule::Unknown),
        ]
    );
    let pattern = Rule::Pattern(r"^[\x20-\x21\x23-\x5B\x5D-\x7E]*$".into());
    for error in ["a\"b", "a\\b", "a\nb", "é"] {
        assert_eq!(
            check(json!({"State": "s", "InstanceId": "i", "Error": error})),
            [("Error".into(), pattern.clone())]
        );
    }
    assert_eq!(
        check(json!({"State": 5, "InstanceId": "i"})),
        [("State".into(), Rule::Type("text"))]
    );
    assert_eq!(check(json!([])), [(String::new(), Rule::Type("an object"))]);
}

#[test]
fn an_enumeration_is_worded_as_the_user_pool_does() {
    let document = json!({"AuthFlow": "NOPE", "ClientId": "abc"});
    let text = report(&found("cognito-idp", "InitiateAuth", &document));
    assert_eq!(
        text,
        "1 validation error detected: Value 'NOPE' at 'authFlow' failed to satisfy constraint: \
         Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, \
         ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
    );
}

#[test]
fn several_violations_are_worded_together() {
    let document = json!({"UserPoolId": "no", "Username": "", "UserAttributes": [{"Value": "x"}]});
    assert_eq!(
        report(&found("cognito-idp", "AdminCreateUser", &document)),
        "4 validation errors detected: Value 'no' at 'userPoolId' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; \
         Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; \
         Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: \
         [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value null at 'userAttributes.1.member.name' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn elements_are_told_of_at_their_list() {
    let document = json!({"UserPoolId": "us-east-1_A", "ClientName": "c", "ExplicitAuthFlows": ["NOPE", "ALLOW_USER_AUTH"]});
    let found = found("cognito-idp", "CreateUserPoolClient", &document);
    assert_eq!(found[0].member(), "ExplicitAuthFlows[0]");
    assert!(report(&found).starts_with(
        "1 validation error detected: Value '[NOPE, ALLOW_USER_AUTH]' at 'explicitAuthFlows' failed to satisfy \
         constraint: Member must satisfy constraint: [Member must satisfy enum value set: ["
    ));
}

#[test]
fn keys_and_values_of_maps_are_checked() {
    let document = json!({"InstanceId": "i", "InitialContactId": "c", "Attributes": {"": "x", "a": "y".repeat(32_768)}});
    assert_eq!(
        members("connect", "UpdateContactAttributes", &document),
        [
            ("Attributes.".into(), Rule::MinLength(Bound::Whole(1))),
            ("Attributes.a".into(), Rule::MaxLength(Bound::Whole(32_767))),
        ]
    );
}

#[test]
fn secrets_are_not_repeated() {
    let state = "s".repeat(1001);
    for (document, secret) in [
        (json!({"State": state, "InstanceId": "i"}), state.as_str()),
        (
            json!({"State": "s", "InstanceId": "i", "Error": "denied\n"}),
            "denied",
        ),
        (
            json!({"State": "s", "InstanceId": "i", "Code": "c".repeat(2049)}),
            "cc",
        ),
    ] {
        let text = report(&found(
            "connect",
            "UpdateParticipantAuthentication",
            &document,
        ));
        assert!(
            text.starts_with("1 validation error detected: Value at '") && !text.contains(secret),
            "{text}"
        );
    }
    let document = json!({"UserPoolId": "us-east-1_A", "Username": "u", "Password": "hunter2 and a blank\u{0}"});
    assert!(!report(&found("cognito-idp", "AdminSetUserPassword", &document)).contains("hunter2"));
}

#[test]
fn long_values_are_cut() {
    let document = json!({"InstanceId": "é".repeat(5000)});
    let text = report(&found("connect", "DescribeInstance", &document));
    assert!(text.chars().count() < 500, "{text}");
}

#[test]
fn numbers_are_held_against_their_bounds() {
    let check = |limit: Value| {
        members(
            "cognito-idp",
            "ListUserPools",
            &json!({"MaxResults": limit}),
        )
    };
    assert_eq!(check(json!(1)), []);
    assert_eq!(
        check(json!(0)),
        [("MaxResults".into(), Rule::MinValue(Bound::Whole(1)))]
    );
    assert_eq!(
        check(json!(61)),
        [("MaxResults".into(), Rule::MaxValue(Bound::Whole(60)))]
    );
    assert_eq!(
        check(json!(1.5)),
        [("MaxResults".into(), Rule::Type("a whole number of 32 bits"))]
    );
}

#[test]
fn a_union_has_exactly_one_member() {
    let service = Service::builtin("connect").unwrap();
    let union = service
        .shapes()
        .find(|shape| shape.has(Trait::Union) && shape.members().len() > 1)
        .unwrap();
    assert!(
        validate(service, union, &json!({}), false)
            .iter()
            .any(|violation| *violation.rule() == Rule::Union)
    );
}

#[test]
fn the_number_of_violations_is_bounded() {
    let items = vec![json!({}); 10_000];
    let document = json!({"UserPoolId": "us-east-1_A", "Username": "u", "UserAttributes": items});
    assert_eq!(
        found("cognito-idp", "AdminUpdateUserAttributes", &document).len(),
        VIOLATIONS_MAX
    );
}

#[test]
fn every_pattern_of_the_embedded_models_is_checked() {
    for name in crate::model::BUILTIN {
        assert_eq!(unchecked_patterns(Service::builtin(name).unwrap()), [""; 0]);
    }
}
