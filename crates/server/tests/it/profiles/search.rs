//! Finding profiles by their keys.

use super::*;

fn ids(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["ProfileId"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn standard_fields_are_found_in_any_spelling() {
    let profiles = Profiles::start().await;
    let id = profiles
        .create(json!({
            "FirstName": "Ada", "MiddleName": "King", "LastName": "Lovelace", "AccountNumber": "A-1",
            "BusinessPhoneNumber": "+15551234567", "PersonalEmailAddress": "Ada@Example.com",
        }))
        .await;
    profiles.create(json!({"FirstName": "Bob"})).await;
    for (key, value) in [
        ("_phone", "(555)-123-4567"),
        ("_email", "ADA@example.com"),
        ("_account", "A-1"),
        ("_profileId", id.as_str()),
        ("_fullName", "ada  king LOVELACE"),
    ] {
        let found = profiles.found(key, value).await;
        assert_eq!(ids(&found), [id.as_str()], "{key}");
        assert_eq!(
            found[0]["FoundByItems"],
            json!([{"KeyName": key, "Values": [value]}])
        );
    }
    for (key, value) in [
        ("_account", "a-1"),
        ("_fullName", "Ada"),
        ("_nothing", "x"),
        ("email", "x"),
    ] {
        assert_eq!(profiles.found(key, value).await.len(), 0, "{key}");
    }
}

#[tokio::test]
async fn criteria_are_joined_by_or_unless_and_is_asked_for() {
    let profiles = Profiles::start().await;
    let both = profiles
        .create(json!({"EmailAddress": "a@x.example", "AccountNumber": "1"}))
        .await;
    let email = profiles
        .create(json!({"EmailAddress": "a@x.example", "AccountNumber": "2"}))
        .await;
    let account = profiles
        .create(json!({"EmailAddress": "b@x.example", "AccountNumber": "1"}))
        .await;
    let mut search = json!({
        "KeyName": "_email", "Values": ["a@x.example"],
        "AdditionalSearchKeys": [{"KeyName": "_account", "Values": ["1"]}],
    });
    let any = profiles.call("SearchProfiles", search.clone()).await.done();
    let items = any["Items"].as_array().unwrap();
    let mut expected = [both.as_str(), email.as_str(), account.as_str()];
    expected.sort_unstable();
    assert_eq!(ids(items), expected);
    for item in items {
        let by = item["FoundByItems"].as_array().unwrap().len();
        assert_eq!(
            by,
            if item["ProfileId"] == both.as_str() {
                2
            } else {
                1
            }
        );
    }
    search["LogicalOperator"] = json!("AND");
    let all = profiles.call("SearchProfiles", search.clone()).await.done();
    assert_eq!(ids(all["Items"].as_array().unwrap()), [both.as_str()]);
    assert_eq!(all["Items"][0]["FoundByItems"].as_array().unwrap().len(), 2);

    // Several values of one key are alternatives.
    search["Values"] = json!(["a@x.example", "B@x.example"]);
    let all = profiles.call("SearchProfiles", search.clone()).await.done();
    assert_eq!(all["Items"].as_array().unwrap().len(), 2);
    search["AdditionalSearchKeys"][0]["Values"] = json!(["3"]);
    let none = profiles.call("SearchProfiles", search).await.done();
    assert_eq!(none["Items"], json!([]));
}

#[tokio::test]
async fn pages_are_of_twenty_and_tokens_belong_to_their_search() {
    let profiles = Profiles::start().await;
    let mut expected = Vec::new();
    for number in 0..45 {
        let account = if number % 3 == 0 { "3" } else { "1" };
        let fields = json!({"EmailAddress": "a@x.example", "AccountNumber": account});
        expected.push((profiles.create(fields).await, number % 3 == 0));
    }
    expected.sort();
    for (operator, wanted) in [
        (
            "OR",
            expected
                .iter()
                .map(|(id, _)| id.clone())
                .collect::<Vec<_>>(),
        ),
        (
            "AND",
            expected
                .iter()
                .filter(|(_, third)| *third)
                .map(|(id, _)| id.clone())
                .collect(),
        ),
    ] {
        let mut search = json!({
            "KeyName": "_email", "Values": ["a@x.example"], "LogicalOperator": operator,
            "AdditionalSearchKeys": [{"KeyName": "_account", "Values": ["3"]}],
        });
        let mut seen = Vec::new();
        loop {
            let page = profiles.call("SearchProfiles", search.clone()).await.done();
            let items = page["Items"].as_array().unwrap();
            assert!(items.len() <= 20);
            seen.extend(ids(items).into_iter().map(str::to_owned));
            match page.get("NextToken") {
                Some(token) => search["NextToken"] = token.clone(),
                None => break,
            }
        }
        assert_eq!(seen, wanted, "{operator}");
    }
    let search = json!({"KeyName": "_email", "Values": ["a@x.example"]});
    let page = profiles.call("SearchProfiles", search).await.done();
    let other = json!({
        "KeyName": "_email", "Values": ["b@x.example"], "NextToken": page["NextToken"],
    });
    let told = profiles
        .call("SearchProfiles", other)
        .await
        .refused(400, "BadRequestException");
    assert!(told.starts_with("NextToken"), "{told}");
}

#[tokio::test]
async fn added_keys_find_and_match_until_they_are_deleted() {
    let profiles = Profiles::start().await;
    profiles.put_type("crm", crm()).await.done();
    let id = profiles.create(json!({"FirstName": "Ada"})).await;
    let key = json!({"ProfileId": id, "KeyName": "shopNumber", "Values": ["07", "8"]});
    let added = profiles.call("AddProfileKey", key.clone()).await.done();
    assert_eq!(
        added,
        json!({"KeyName": "shopNumber", "Values": ["07", "8"]})
    );
    profiles.call("AddProfileKey", key.clone()).await.done();
    assert_eq!(
        ids(&profiles.found("shopNumber", "8.0").await),
        [id.as_str()]
    );
    profiles.put("crm", json!({"number": 7})).await.done();
    assert_eq!(
        profiles.found("_account", "7").await[0]["ProfileId"],
        json!(id)
    );

    profiles.call("DeleteProfileKey", key).await.done();
    assert_eq!(profiles.found("shopNumber", "8").await.len(), 0);

    for (name, values) in [
        ("_profileId", json!(["x"])),
        ("_identity", json!(["x"])),
        ("own", json!([])),
    ] {
        let key = json!({"ProfileId": id, "KeyName": name, "Values": values});
        profiles
            .call("AddProfileKey", key)
            .await
            .refused(400, "BadRequestException");
    }
    let unknown = json!({"ProfileId": "0".repeat(32), "KeyName": "own", "Values": ["x"]});
    profiles
        .call("AddProfileKey", unknown)
        .await
        .refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn one_domain_shows_nothing_of_another() {
    let profiles = Profiles::start().await;
    profiles
        .call(
            "CreateDomain",
            json!({"DomainName": "second", "DefaultExpirationDays": 1}),
        )
        .await
        .done();
    let id = profiles
        .create(json!({"EmailAddress": "a@x.example"}))
        .await;
    let search = json!({"DomainName": "second", "KeyName": "_email", "Values": ["a@x.example"]});
    assert_eq!(
        profiles.call("SearchProfiles", search).await.done()["Items"],
        json!([])
    );
    for operation in ["DeleteProfile", "UpdateProfile"] {
        let elsewhere = json!({"DomainName": "second", "ProfileId": id});
        profiles
            .call(operation, elsewhere)
            .await
            .refused(404, "ResourceNotFoundException");
    }
    // What a deleted domain held is not there for the next of its name.
    profiles.call("DeleteDomain", json!({})).await.done();
    profiles
        .call("CreateDomain", json!({"DefaultExpirationDays": 1}))
        .await
        .done();
    assert_eq!(profiles.found("_email", "a@x.example").await.len(), 0);
}

#[tokio::test]
async fn objects_that_arrive_together_make_one_profile() {
    let profiles = Profiles::start().await;
    profiles.put_type("crm", crm()).await.done();
    let puts = (0..10)
        .map(|number| profiles.put("crm", json!({"number": number, "email": "ada@example.com"})));
    for answer in futures_util::future::join_all(puts).await {
        answer.done();
    }
    assert_eq!(profiles.found("_email", "ada@example.com").await.len(), 1);
}
