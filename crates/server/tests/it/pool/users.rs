//! Users.

use serde_json::{Value, json};

use super::{EMAIL, Fixture, merged, text};

const PARAMETER: &str = "InvalidParameterException";

fn attributes(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect()
}

fn value(user: &Value, list: &str, name: &str) -> Value {
    let found = user[list]
        .as_array()
        .unwrap()
        .iter()
        .find(|each| each["Name"] == name);
    found.map_or(Value::Null, |each| each["Value"].clone())
}

async fn create(fixture: &Fixture, name: &str, pairs: &[(&str, &str)]) -> crate::support::Answer {
    let input =
        json!({"Username": name, "UserAttributes": attributes(pairs), "MessageAction": "SUPPRESS"});
    fixture.in_pool("AdminCreateUser", input).await
}

async fn update(fixture: &Fixture, name: &str, pairs: &[(&str, &str)]) -> crate::support::Answer {
    let input = json!({"Username": name, "UserAttributes": attributes(pairs)});
    fixture.in_pool("AdminUpdateUserAttributes", input).await
}

async fn user(fixture: &Fixture, name: &str) -> Value {
    fixture
        .in_pool("AdminGetUser", json!({"Username": name}))
        .await
        .done()
}

#[tokio::test]
async fn a_user_is_made_read_and_deleted() {
    let fixture = Fixture::new().await;
    let made = create(&fixture, "Bob", &[("email", "bob@example.com")])
        .await
        .done();
    assert_eq!(made["User"]["Username"], "Bob");
    assert_eq!(made["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(made["User"]["Enabled"], true);
    let read = user(&fixture, "bOB").await;
    assert_eq!(read["UserAttributes"], made["User"]["Attributes"]);
    let sub = text(&value(&read, "UserAttributes", "sub"));
    assert_eq!(
        user(&fixture, &sub).await["Username"],
        "Bob",
        "found by its subject"
    );
    assert_eq!(value(&read, "UserAttributes", "email_verified"), "false");

    let taken = create(&fixture, "BOB", &[]).await;
    assert_eq!(
        taken.refused(400, "UsernameExistsException"),
        "User account already exists"
    );
    fixture
        .in_pool("AdminDeleteUser", json!({"Username": "bob"}))
        .await
        .done();
    for operation in ["AdminGetUser", "AdminDeleteUser"] {
        let answer = fixture.in_pool(operation, json!({"Username": "bob"})).await;
        assert_eq!(
            answer.refused(400, "UserNotFoundException"),
            "User does not exist."
        );
    }
    let answer = update(&fixture, "bob", &[("name", "x")]).await;
    answer.refused(400, "UserNotFoundException");
    create(&fixture, "bob", &[]).await.done();
}

#[tokio::test]
async fn attributes_follow_the_schema() {
    let schema = json!({"Schema": [
        {"Name": "level", "AttributeDataType": "Number", "Mutable": true,
            "NumberAttributeConstraints": {"MinValue": "1", "MaxValue": "10"}},
        {"Name": "code", "AttributeDataType": "String", "Mutable": false,
            "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "4"}},
        {"Name": "since", "AttributeDataType": "DateTime", "Mutable": true},
        {"Name": "gold", "AttributeDataType": "Boolean", "Mutable": true},
        {"Name": "internal", "AttributeDataType": "String", "Mutable": true, "DeveloperOnlyAttribute": true},
    ]});
    let fixture = Fixture::with(schema, json!({})).await;
    let fine = [
        ("custom:level", "10"),
        ("custom:code", "abc"),
        ("custom:since", "2026-01-15T00:00:00Z"),
        ("custom:gold", "TRUE"),
        ("dev:custom:internal", "x"),
    ];
    create(&fixture, "bob", &fine).await.done();
    assert_eq!(
        value(
            &user(&fixture, "bob").await,
            "UserAttributes",
            "custom:gold"
        ),
        "true"
    );
    for (name, bad, why) in [
        ("custom:foo", "x", "does not exist in the schema"),
        ("custom:level", "11", "greater"),
        ("custom:level", "many", "not a number"),
        ("custom:code", "new", "cannot be updated"),
        ("custom:since", "soon", "date"),
        ("custom:gold", "maybe", "boolean"),
        ("email", "no-address", "email"),
        ("phone_number", "12345", "phone"),
        ("email_verified", "perhaps", "boolean"),
        ("sub", "x", "cannot be updated"),
        ("birthdate", "1.1.2000", "shorter"),
        ("name", &"ä".repeat(1025), "long"),
    ] {
        let message = update(&fixture, "bob", &[(name, bad)])
            .await
            .refused(400, PARAMETER);
        assert!(
            message.contains(why) && message.contains(name),
            "{name}: {message}"
        );
    }
    let message = create(&fixture, "eve", &[("custom:code", "a")])
        .await
        .refused(400, PARAMETER);
    assert!(message.contains("shorter"), "{message}");
}

#[tokio::test]
async fn a_changed_address_is_unverified_and_an_empty_value_removes() {
    let fixture = Fixture::new().await;
    update(&fixture, "ana", &[("email", "new@example.com")])
        .await
        .done();
    assert_eq!(
        value(
            &user(&fixture, "ana").await,
            "UserAttributes",
            "email_verified"
        ),
        "false"
    );
    let verified = [("email", EMAIL), ("email_verified", "true")];
    update(&fixture, "ana", &verified).await.done();
    update(&fixture, "ana", &[("email", EMAIL), ("nickname", "A")])
        .await
        .done();
    let read = user(&fixture, "ana").await;
    assert_eq!(
        value(&read, "UserAttributes", "email_verified"),
        "true",
        "the same address"
    );
    update(&fixture, "ana", &[("email", ""), ("nickname", "")])
        .await
        .done();
    let read = user(&fixture, "ana").await;
    for gone in ["email", "email_verified", "nickname"] {
        assert_eq!(value(&read, "UserAttributes", gone), Value::Null, "{gone}");
    }
    update(&fixture, "ana", &[("email_verified", "true")])
        .await
        .refused(400, PARAMETER);
}

#[tokio::test]
async fn where_names_are_addresses_the_name_becomes_an_attribute() {
    let fixture = Fixture::new().await;
    let pool = json!({"PoolName": "mail", "UsernameAttributes": ["email"]});
    let made = fixture.call("CreateUserPool", pool).await.done();
    let id = json!({"UserPoolId": made["UserPool"]["Id"]});
    let call =
        |operation: &'static str, input: Value| fixture.call(operation, merged(id.clone(), input));
    let made = call("AdminCreateUser", json!({"Username": "Bob@Example.com"}))
        .await
        .done();
    let sub = value(&made["User"], "Attributes", "sub");
    assert_eq!(made["User"]["Username"], sub);
    assert_eq!(
        value(&made["User"], "Attributes", "email"),
        "Bob@Example.com"
    );
    let read = call("AdminGetUser", json!({"Username": "bob@example.com"}))
        .await
        .done();
    assert_eq!(read["Username"], sub);
    let refusal = call("AdminCreateUser", json!({"Username": "bob"})).await;
    assert_eq!(
        refusal.refused(400, PARAMETER),
        "Username should be an email."
    );
    let taken = call("AdminCreateUser", json!({"Username": "BOB@example.com"})).await;
    let message = taken.refused(400, "UsernameExistsException");
    assert_eq!(message, "An account with the given email already exists.");
    call("AdminCreateUser", json!({"Username": "eve@example.com"}))
        .await
        .done();
    let stolen = json!({"Username": "eve@example.com",
        "UserAttributes": attributes(&[("email", "bob@example.com")])});
    let stolen = call("AdminUpdateUserAttributes", stolen).await;
    stolen.refused(400, "AliasExistsException");
    let read = call("AdminGetUser", json!({"Username": "eve@example.com"}))
        .await
        .done();
    assert_eq!(
        value(&read, "UserAttributes", "email"),
        "eve@example.com",
        "nothing changed"
    );
}

#[tokio::test]
async fn an_alias_counts_once_verified_and_can_be_taken_over() {
    let fixture = Fixture::with(json!({"AliasAttributes": ["email"]}), json!({})).await;
    let form = create(&fixture, "bob@example.com", &[]).await;
    form.refused(400, PARAMETER);
    // Unverified, the same address disturbs nobody and signs nobody in.
    create(&fixture, "eve", &[("email", EMAIL)]).await.done();
    assert_eq!(user(&fixture, EMAIL).await["Username"], "ana");
    let verified = [("email", EMAIL), ("email_verified", "true")];
    let taken = create(&fixture, "bob", &verified).await;
    taken.refused(400, "UsernameExistsException");
    update(&fixture, "eve", &verified)
        .await
        .refused(400, "AliasExistsException");
    let input = json!({"Username": "bob", "UserAttributes": attributes(&verified),
        "ForceAliasCreation": true, "MessageAction": "SUPPRESS"});
    fixture.in_pool("AdminCreateUser", input).await.done();
    assert_eq!(user(&fixture, EMAIL).await["Username"], "bob");
    let loser = user(&fixture, "ana").await;
    assert_eq!(value(&loser, "UserAttributes", "email_verified"), "false");
}

#[tokio::test]
async fn passwords_follow_the_policy() {
    let fixture = Fixture::new().await;
    for (password, lack) in [
        ("Short-1", "not long enough"),
        ("lower-case-1", "uppercase"),
        ("UPPER-CASE-1", "lowercase"),
        ("No-number-here", "numeric"),
        ("NoSymbol1", "symbol"),
    ] {
        let input = json!({"Username": "ana", "Password": password, "Permanent": true});
        let answer = fixture.in_pool("AdminSetUserPassword", input).await;
        let message = answer.refused(400, "InvalidPasswordException");
        assert!(
            message.starts_with("Password did not conform with policy: "),
            "{message}"
        );
        assert!(message.contains(lack), "{password}: {message}");
        assert!(!message.contains(password), "{message}");
        let input = json!({"Username": "new", "TemporaryPassword": password});
        let answer = fixture.in_pool("AdminCreateUser", input).await;
        answer.refused(400, "InvalidPasswordException");
    }
    let input = json!({"Username": "nobody", "Password": "Right-1-password"});
    let answer = fixture.in_pool("AdminSetUserPassword", input).await;
    answer.refused(400, "UserNotFoundException");
    let input = json!({"Username": "ana", "Password": "Right-1-password"});
    fixture.in_pool("AdminSetUserPassword", input).await.done();
    assert_eq!(
        user(&fixture, "ana").await["UserStatus"],
        "FORCE_CHANGE_PASSWORD"
    );
}

#[tokio::test]
async fn an_invitation_can_be_repeated_until_the_password_is_chosen() {
    let fixture = Fixture::new().await;
    create(&fixture, "bob", &[("email", "bob@example.com")])
        .await
        .done();
    let again =
        json!({"Username": "bob", "MessageAction": "RESEND", "DesiredDeliveryMediums": ["EMAIL"]});
    fixture.in_pool("AdminCreateUser", again).await.done();
    let own = json!({"Username": "ana", "MessageAction": "RESEND"});
    let answer = fixture.in_pool("AdminCreateUser", own).await;
    answer.refused(400, "UnsupportedUserStateException");
    let nobody = json!({"Username": "nobody", "MessageAction": "RESEND"});
    let answer = fixture.in_pool("AdminCreateUser", nobody).await;
    answer.refused(400, "UserNotFoundException");
}

async fn listed(fixture: &Fixture, input: Value) -> Vec<String> {
    let page = fixture.in_pool("ListUsers", input).await.done();
    page["Users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text(&user["Username"]))
        .collect()
}

#[tokio::test]
async fn users_are_listed_by_page_and_found_by_filter() {
    let fixture = Fixture::new().await;
    for (name, given) in [("bea", "Bea"), ("ben", "Ben"), ("cem", "Cem \"C\"")] {
        let pairs = [
            ("given_name", given),
            ("email", &*format!("{name}@example.org")),
        ];
        create(&fixture, name, &pairs).await.done();
    }
    for (filter, expected) in [
        (r#"username = "BEN""#, vec!["ben"]),
        (r#"username ^= "be""#, vec!["bea", "ben"]),
        (r#"given_name = "Cem \"C\"""#, vec!["cem"]),
        (r#"email = "BEA@example.org""#, vec!["bea"]),
        (r#"cognito:user_status = "CONFIRMED""#, vec!["ana"]),
        (r#"status = "Disabled""#, vec![]),
        (r#"phone_number ^= "+49""#, vec!["ana"]),
        ("", vec!["ana", "bea", "ben", "cem"]),
    ] {
        assert_eq!(
            listed(&fixture, json!({"Filter": filter})).await,
            expected,
            "{filter}"
        );
    }
    let first = fixture
        .in_pool("ListUsers", json!({"Limit": 3}))
        .await
        .done();
    assert_eq!(first["Users"].as_array().unwrap().len(), 3);
    let next = json!({"Limit": 3, "PaginationToken": first["PaginationToken"]});
    assert_eq!(listed(&fixture, next.clone()).await, ["cem"]);
    let other = merged(next, json!({"Filter": "status = \"Enabled\""}));
    fixture
        .in_pool("ListUsers", other)
        .await
        .refused(400, PARAMETER);

    let some = fixture.in_pool(
        "ListUsers",
        json!({"AttributesToGet": ["given_name"], "Limit": 1}),
    );
    assert_eq!(
        some.await.done()["Users"][0]["Attributes"],
        attributes(&[("given_name", "Ana")])
    );
    for (input, word) in [
        (
            json!({"Filter": "custom:foo = \"x\""}),
            "Invalid search attribute: custom:foo",
        ),
        (
            json!({"Filter": "email ~ \"x\""}),
            "Error while parsing filter",
        ),
        (json!({"AttributesToGet": ["unknown"]}), "unknown"),
        (json!({"PaginationToken": "forged"}), "token"),
    ] {
        let message = fixture
            .in_pool("ListUsers", input)
            .await
            .refused(400, PARAMETER);
        assert!(message.contains(word), "{message}");
    }
}
