//! Profiles and their objects.

use super::*;

#[tokio::test]
async fn objects_are_put_listed_filtered_and_deleted() {
    let profiles = Profiles::start().await;
    profiles.put_type("crm", crm()).await.done();
    let key = profiles
        .put("crm", json!({"number": 7, "email": "a@x.example"}))
        .await
        .done();
    let again = profiles
        .put("crm", json!({"number": "07.0", "email": "a@x.example"}))
        .await
        .done();
    assert_eq!(key, again, "the same number is the same object");
    profiles
        .put("crm", json!({"number": 8, "email": "A@x.example"}))
        .await
        .done();
    let found = profiles.found("shopNumber", "7").await;
    assert_eq!(found.len(), 1);
    let id = &found[0]["ProfileId"];

    let mut list = json!({"ObjectTypeName": "crm", "ProfileId": id, "MaxResults": 1});
    let first = profiles
        .call("ListProfileObjects", list.clone())
        .await
        .done();
    list["NextToken"] = first["NextToken"].clone();
    let second = profiles.call("ListProfileObjects", list).await.done();
    assert_eq!(second.get("NextToken"), None);
    assert_ne!(first["Items"], second["Items"]);
    let filter = json!({
        "ObjectTypeName": "crm", "ProfileId": id,
        "ObjectFilter": {"KeyName": "shopNumber", "Values": ["9", "7.00"]},
    });
    let filtered = profiles.call("ListProfileObjects", filter).await.done();
    assert_eq!(
        filtered["Items"],
        json!([{
            "ObjectTypeName": "crm",
            "ProfileObjectUniqueKey": key["ProfileObjectUniqueKey"],
            "Object": json!({"number": "07.0", "email": "a@x.example"}).to_string(),
        }])
    );

    let one = json!({
        "ObjectTypeName": "crm", "ProfileId": id,
        "ProfileObjectUniqueKey": key["ProfileObjectUniqueKey"],
    });
    profiles
        .call("DeleteProfileObject", one.clone())
        .await
        .done();
    profiles
        .call("DeleteProfileObject", one)
        .await
        .refused(404, "ResourceNotFoundException");
    assert_eq!(profiles.found("shopNumber", "7").await.len(), 0);
    assert_eq!(profiles.found("shopNumber", "8").await.len(), 1);
}

#[tokio::test]
async fn objects_that_cannot_be_taken_in_are_refused() {
    let profiles = Profiles::start().await;
    profiles.put_type("crm", crm()).await.done();
    let raw =
        |object_type: &str, object: &str| json!({"ObjectTypeName": object_type, "Object": object});
    for (input, status, code, said) in [
        (
            raw("nothing", "{}"),
            404,
            "ResourceNotFoundException",
            "nothing",
        ),
        (
            raw("_profile", "{}"),
            400,
            "BadRequestException",
            "ObjectTypeName",
        ),
        (raw("crm", "[]"), 400, "BadRequestException", "JSON object"),
        (raw("crm", "{"), 400, "BadRequestException", "JSON object"),
        (raw("crm", "{}"), 400, "BadRequestException", "UNIQUE"),
    ] {
        let told = profiles
            .call("PutProfileObject", input)
            .await
            .refused(status, code);
        assert!(told.contains(said), "{told}");
    }
    // An object that belongs to nobody is taken and dropped where its type makes no profiles.
    let mut known_only = crm();
    known_only["AllowProfileCreation"] = json!(false);
    profiles.put_type("crm", known_only).await.done();
    let dropped = profiles.put("crm", json!({"number": 7})).await.done();
    assert!(dropped["ProfileObjectUniqueKey"].is_string());
    assert_eq!(profiles.found("shopNumber", "7").await.len(), 0);
}

#[tokio::test]
async fn a_profile_shows_every_field_that_it_was_given() {
    let profiles = Profiles::start().await;
    let address = |city: &str| json!({"Address1": "1 Road", "City": city, "PostalCode": "1"});
    let fields = json!({
        "AccountNumber": "1", "AdditionalInformation": "x".repeat(1000), "PartyType": "INDIVIDUAL",
        "BusinessName": "B", "FirstName": "F", "MiddleName": "M", "LastName": "L",
        "BirthDate": "2000-01-01", "Gender": "FEMALE", "PhoneNumber": "1", "MobilePhoneNumber": "2",
        "HomePhoneNumber": "3", "BusinessPhoneNumber": "4", "EmailAddress": "a@x.example",
        "PersonalEmailAddress": "b@x.example", "BusinessEmailAddress": "c@x.example",
        "Address": address("A"), "ShippingAddress": address("S"), "MailingAddress": address("M"),
        "BillingAddress": address("B"), "Attributes": {"tier": "gold"}, "PartyTypeString": "P",
        "GenderString": "G", "ProfileType": "ACCOUNT_PROFILE",
        "EngagementPreferences": {"Email": [{"KeyName": "_email", "KeyValue": "a@x.example"}]},
    });
    let id = profiles.create(fields.clone()).await;
    let got = profiles
        .call(
            "BatchGetProfile",
            json!({"ProfileIds": [id, "0".repeat(32)]}),
        )
        .await
        .done();
    let mut expected = fields;
    expected["ProfileId"] = json!(id);
    assert_eq!(got["Profiles"], json!([expected]));
    assert_eq!(got["Errors"][0]["ProfileId"], json!("0".repeat(32)));

    let update = json!({
        "ProfileId": id, "FirstName": "", "LastName": "New",
        "Address": {"City": "", "State": "S"}, "Attributes": {"tier": "", "level": "1"},
    });
    profiles.call("UpdateProfile", update).await.done();
    let profile = &profiles.found("_profileId", &id).await[0];
    assert_eq!(profile.get("FirstName"), None);
    assert_eq!(profile["LastName"], "New");
    assert_eq!(profile["MiddleName"], "M");
    assert_eq!(
        profile["Address"],
        json!({"Address1": "1 Road", "State": "S", "PostalCode": "1"})
    );
    assert_eq!(profile["Attributes"], json!({"level": "1"}));

    profiles
        .call("DeleteProfile", json!({"ProfileId": id}))
        .await
        .done();
    assert_eq!(profiles.found("_email", "a@x.example").await.len(), 0);
    for operation in ["DeleteProfile", "UpdateProfile"] {
        let gone = profiles.call(operation, json!({"ProfileId": id})).await;
        assert!(gone.refused(404, "ResourceNotFoundException").contains(&id));
    }
}
