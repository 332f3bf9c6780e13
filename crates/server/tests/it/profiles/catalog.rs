//! Domains, integrations, object types and templates.

use super::*;

#[tokio::test]
async fn a_domain_is_made_shown_changed_listed_and_deleted() {
    let profiles = Profiles::start().await;
    let settings = json!({
        "DomainName": "second", "DefaultExpirationDays": 30,
        "DefaultEncryptionKey": "arn:aws:kms:us-east-1:123456789012:key/1",
        "DeadLetterQueueUrl": "https://sqs.example/queue",
        "Matching": {"Enabled": true, "JobSchedule": {"DayOfTheWeek": "SUNDAY", "Time": "00:00"}},
        "RuleBasedMatching": {"Enabled": true, "MatchingRules": [{"Rule": ["AccountNumber"]}]},
        "Tags": {"team": "chat"},
    });
    let created = profiles.call("CreateDomain", settings.clone()).await.done();
    assert_eq!(created["DefaultExpirationDays"], 30);
    assert_eq!(created["Matching"], settings["Matching"]);
    assert_eq!(created["RuleBasedMatching"]["Status"], "PENDING");
    assert_eq!(created["Tags"], json!({"team": "chat"}));
    let again = profiles.call("CreateDomain", settings).await;
    assert!(again.refused(400, "BadRequestException").contains("exists"));

    let update =
        json!({"DomainName": "second", "DefaultExpirationDays": 31, "DeadLetterQueueUrl": ""});
    profiles.call("UpdateDomain", update).await.done();
    let got = profiles
        .call("GetDomain", json!({"DomainName": "second"}))
        .await
        .done();
    assert_eq!(got["DefaultExpirationDays"], 31);
    assert_eq!(got.get("DeadLetterQueueUrl"), None);
    assert_eq!(
        got["DefaultEncryptionKey"],
        "arn:aws:kms:us-east-1:123456789012:key/1"
    );
    assert_eq!(
        got["Stats"],
        json!({"ProfileCount": 0, "MeteringProfileCount": 0, "ObjectCount": 0, "TotalSize": 0})
    );

    let first = profiles
        .call("ListDomains", json!({"MaxResults": 1}))
        .await
        .done();
    assert_eq!(first["Items"][0]["DomainName"], DOMAIN);
    let rest = profiles
        .call("ListDomains", json!({"NextToken": first["NextToken"]}))
        .await
        .done();
    assert_eq!(rest["Items"][0]["DomainName"], "second");
    assert_eq!(rest.get("NextToken"), None);

    profiles
        .call("DeleteDomain", json!({"DomainName": "second"}))
        .await
        .done();
    for operation in [
        "GetDomain",
        "DeleteDomain",
        "UpdateDomain",
        "ListIntegrations",
    ] {
        let gone = profiles
            .call(operation, json!({"DomainName": "second"}))
            .await;
        assert!(
            gone.refused(404, "ResourceNotFoundException")
                .contains("second")
        );
    }
    let store = profiles.call(
        "CreateDomain",
        json!({"DomainName": "x", "DefaultExpirationDays": 1, "DataStore": {"Enabled": true}}),
    );
    assert!(
        store
            .await
            .refused(400, "BadRequestException")
            .contains("DataStore")
    );
}

#[tokio::test]
async fn the_numbers_of_a_domain_count_its_profiles_and_objects() {
    let profiles = Profiles::start().await;
    profiles.put_type("crm", crm()).await.done();
    profiles.create(json!({})).await;
    for number in 0..101 {
        let object = json!({"number": number, "email": "ada@example.com"});
        profiles.put("crm", object).await.done();
    }
    let stats = profiles.call("GetDomain", json!({})).await.done()["Stats"].clone();
    assert_eq!(
        (&stats["ProfileCount"], &stats["MeteringProfileCount"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(stats["ObjectCount"], 101);
    assert!(stats["TotalSize"].as_i64().unwrap() > 101 * 30);
}

#[tokio::test]
async fn an_instance_is_integrated_with_one_domain() {
    let profiles = Profiles::start().await;
    profiles
        .call(
            "CreateDomain",
            json!({"DomainName": "second", "DefaultExpirationDays": 1}),
        )
        .await
        .done();
    let created = profiles.0.call(
        "connect",
        "CreateInstance",
        json!({
            "IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "support",
            "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
        }),
    );
    let created = created.await.done();
    let uri = created["Arn"].as_str().unwrap();
    let put = |domain: &str| json!({"DomainName": domain, "Uri": uri, "ObjectTypeName": "CTR"});
    let shown = profiles.call("PutIntegration", put(DOMAIN)).await.done();
    assert_eq!(
        (&shown["Uri"], &shown["ObjectTypeName"]),
        (&json!(uri), &json!("CTR"))
    );
    profiles.call("PutIntegration", put(DOMAIN)).await.done();
    let other = profiles.call("PutIntegration", put("second")).await;
    assert!(
        other
            .refused(400, "BadRequestException")
            .contains("another domain")
    );

    let got = profiles
        .call("GetIntegration", json!({"Uri": uri}))
        .await
        .done();
    let listed = profiles
        .call("ListIntegrations", json!({"IncludeHidden": true}))
        .await
        .done();
    assert_eq!(listed["Items"], json!([got]));
    profiles
        .call("DeleteIntegration", json!({"Uri": uri}))
        .await
        .done();
    for operation in ["GetIntegration", "DeleteIntegration"] {
        profiles
            .call(operation, json!({"Uri": uri}))
            .await
            .refused(404, "ResourceNotFoundException");
    }
    profiles.call("PutIntegration", put("second")).await.done();
    let instance = json!({"InstanceId": created["Id"]});
    profiles
        .0
        .call("connect", "DeleteInstance", instance)
        .await
        .done();
    let listed = profiles
        .call("ListIntegrations", json!({"DomainName": "second"}))
        .await
        .done();
    assert_eq!(listed["Items"], json!([]), "it goes with its instance");
}

#[tokio::test]
async fn an_integration_is_for_an_instance_of_the_account() {
    let profiles = Profiles::start().await;
    for (input, said) in [
        (json!({"ObjectTypeName": "CTR"}), "Uri"),
        (
            json!({"Uri": "s3://bucket", "ObjectTypeName": "CTR"}),
            "Uri",
        ),
        (
            json!({"Uri": "arn:aws:connect:us-east-1:999999999999:instance/1", "ObjectTypeName": "CTR"}),
            "Uri",
        ),
        (
            json!({"Uri": "arn:aws:connect:us-east-1:123456789012:instance/1"}),
            "ObjectTypeName",
        ),
        (
            json!({"Uri": "arn:aws:connect:us-east-1:123456789012:instance/1", "ObjectTypeName": "Cognito-attributes"}),
            "ObjectTypeName",
        ),
        (
            json!({"Uri": "arn:aws:connect:us-east-1:123456789012:instance/1", "ObjectTypeNames": {"a": "b"}}),
            "ObjectTypeNames",
        ),
    ] {
        let refused = profiles.call("PutIntegration", input).await;
        assert!(
            refused
                .refused(400, "BadRequestException")
                .starts_with(said),
            "{said}"
        );
    }
}

#[tokio::test]
async fn an_object_type_is_put_shown_listed_and_deleted() {
    let profiles = Profiles::start().await;
    let mut definition = crm();
    definition["ExpirationDays"] = json!(10);
    definition["SourcePriority"] = json!(2);
    definition["MaxProfileObjectCount"] = json!(5);
    definition["EncryptionKey"] = json!("k");
    definition["SourceLastUpdatedTimestampFormat"] = json!("EpochMilli");
    definition["Tags"] = json!({"a": "b"});
    let put = profiles.put_type("crm", definition.clone()).await.done();
    let got = profiles
        .call("GetProfileObjectType", json!({"ObjectTypeName": "crm"}))
        .await
        .done();
    assert_eq!(put, got);
    for (member, value) in definition.as_object().unwrap() {
        assert_eq!(&got[member], value, "{member}");
    }
    let keys: Vec<&String> = got["Keys"].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["shopNumber", "_email"],
        "keys keep the order in which they are tried"
    );

    let listed = profiles
        .call("ListProfileObjectTypes", json!({}))
        .await
        .done();
    assert_eq!(listed["Items"][0]["ObjectTypeName"], "crm");
    assert_eq!(listed["Items"][0]["SourcePriority"], 2);

    profiles
        .put("crm", json!({"number": 1, "first": "Ada", "last": "L"}))
        .await
        .done();
    assert_eq!(
        profiles.found("_account", "1").await[0]["Attributes"],
        json!({"name": "Ada L"})
    );
    profiles
        .call("DeleteProfileObjectType", json!({"ObjectTypeName": "crm"}))
        .await
        .done();
    assert_eq!(profiles.found("_account", "1").await.len(), 0);
    for operation in ["GetProfileObjectType", "DeleteProfileObjectType"] {
        let gone = profiles
            .call(operation, json!({"ObjectTypeName": "crm"}))
            .await;
        gone.refused(404, "ResourceNotFoundException");
    }
}

#[tokio::test]
async fn a_wrong_object_type_is_told_every_problem() {
    let profiles = Profiles::start().await;
    let mut wrong = crm();
    wrong["Fields"]["email"]["Source"] = json!("email");
    wrong["Keys"]["shopNumber"][0]["FieldNames"] = json!(["nothing"]);
    let told = profiles
        .put_type("crm", wrong)
        .await
        .refused(400, "BadRequestException");
    assert!(
        told.contains("Fields.email.Source: ") && told.contains("Keys.shopNumber: "),
        "{told}"
    );

    let reserved = profiles
        .put_type("_own", crm())
        .await
        .refused(400, "BadRequestException");
    assert!(reserved.starts_with("ObjectTypeName"), "{reserved}");
    profiles.put_type("crm", crm()).await.done();
    let mut other = crm();
    other["Fields"]["number"]["ContentType"] = json!("STRING");
    let told = profiles
        .put_type("other", other)
        .await
        .refused(400, "BadRequestException");
    assert!(told.contains("Keys.shopNumber: object type crm"), "{told}");
}

#[tokio::test]
async fn templates_are_listed_shown_and_put() {
    let profiles = Profiles::start().await;
    let listed = profiles
        .call("ListProfileObjectTypeTemplates", json!({}))
        .await
        .done();
    let names: Vec<&str> = listed["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["TemplateId"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "CTR",
            "CTR-AutoAssociateOnly",
            "CTR-NoInferred",
            "Cognito-attributes"
        ]
    );
    let template = json!({"TemplateId": "Cognito-attributes"});
    let shown = profiles
        .call("GetProfileObjectTypeTemplate", template)
        .await
        .done();
    let put = json!({"Description": "x", "TemplateId": "Cognito-attributes"});
    let put = profiles.put_type("own", put).await.done();
    assert_eq!(
        (&put["Fields"], &put["Keys"]),
        (&shown["Fields"], &shown["Keys"])
    );
    assert_eq!(put["AllowProfileCreation"], true);

    let unknown = profiles
        .put_type("own", json!({"Description": "x", "TemplateId": "no"}))
        .await;
    unknown.refused(404, "ResourceNotFoundException");
    let both = json!({"Description": "x", "TemplateId": "CTR", "AllowProfileCreation": true});
    let told = profiles
        .put_type("own", both)
        .await
        .refused(400, "BadRequestException");
    assert!(told.starts_with("AllowProfileCreation"), "{told}");
}
