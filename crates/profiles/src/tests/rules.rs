//! What an object type must look like.

use super::super::object_types::rules::{conflicts, problems};
use super::*;

fn good() -> Value {
    json!({
        "Fields": {
            "id": {"Source": "_source.id"},
            "email": {"Source": "_source.email", "Target": "_profile.EmailAddress", "ContentType": "EMAIL_ADDRESS"},
        },
        "Keys": {
            "myId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "_email": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["email"]}],
        },
    })
}

fn told(definition: Value) -> Vec<String> {
    problems(&serde_json::from_value(definition).unwrap())
}

/// Changes the good definition at a JSON pointer and gives what is said about it.
fn changed(pointer: &str, value: Value) -> String {
    let mut definition = good();
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let parent = definition
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    parent.insert(member.to_owned(), value);
    told(definition).join("; ")
}

fn key(identifiers: &[&str], fields: &[&str]) -> Value {
    json!([{"StandardIdentifiers": identifiers, "FieldNames": fields}])
}

#[test]
fn a_good_definition_has_no_problems() {
    assert_eq!(told(good()), Vec::<String>::new());
    // Looking up by the profile's own id needs no other key.
    let by_id = changed("/Keys/_email", json!([]));
    assert!(by_id.contains("PROFILE"), "{by_id}");
    let mut definition = good();
    definition["Keys"]
        .as_object_mut()
        .unwrap()
        .shift_remove("_email");
    definition["Keys"]["_profileId"] = key(&["PROFILE", "LOOKUP_ONLY"], &["id"]);
    assert_eq!(told(definition), Vec::<String>::new());
}

fn assert_told(cases: impl IntoIterator<Item = (&'static str, Value, &'static str)>) {
    for (pointer, value, said) in cases {
        let told = changed(pointer, value);
        assert!(told.contains(said), "{pointer}: {told}");
    }
}

#[test]
fn each_rule_of_fields_names_the_field() {
    assert_told([
        ("/Fields", json!({}), "Fields: at least one field"),
        (
            "/Fields/1st",
            json!({"Source": "_source.a"}),
            "Fields.1st: a field name starts with a letter",
        ),
        (
            "/Fields/tags",
            json!({"Source": "_source.a"}),
            "Fields.tags: this name is reserved",
        ),
        ("/Fields/id", json!({}), "Fields.id.Source: is required"),
        (
            "/Fields/id",
            json!({"Source": "id"}),
            "Fields.id.Source: must be a path below",
        ),
        (
            "/Fields/id",
            json!({"Source": "{{#if}}"}),
            "Fields.id.Source: ",
        ),
        (
            "/Fields/id",
            json!({"Source": "_source.id", "Target": "_order.Id"}),
            "Fields.id.Target: only the fields of `_profile`",
        ),
        (
            "/Fields/id",
            json!({"Source": "_source.id", "Target": "_profile.ProfileId"}),
            "Fields.id.Target: ",
        ),
        (
            "/Fields/id",
            json!({"Source": "_source.id", "Target": "_profile.SourceLastUpdatedTimestamp"}),
            "needs SourceLastUpdatedTimestampFormat",
        ),
        (
            "/SourceLastUpdatedTimestampFormat",
            json!("MMM"),
            "SourceLastUpdatedTimestampFormat: ",
        ),
    ]);
}

#[test]
fn each_rule_of_keys_names_the_key() {
    assert_told([
        (
            "/Keys/myId",
            key(&["UNIQUE"], &["nothing"]),
            "Keys.myId: FieldNames: `nothing` is not a field",
        ),
        (
            "/Keys/myId",
            key(&["UNIQUE"], &[]),
            "Keys.myId: FieldNames: at least one",
        ),
        (
            "/Keys/myId",
            key(&["UNIQUE", "LOOKUP_ONLY"], &["id"]),
            "UNIQUE excludes",
        ),
        (
            "/Keys/myId",
            key(&[], &["id"]),
            "exactly one key is UNIQUE, not 0",
        ),
        (
            "/Keys/another",
            key(&["UNIQUE"], &["id"]),
            "exactly one key is UNIQUE, not 2",
        ),
        (
            "/Keys/_email",
            key(&["PROFILE", "SECONDARY"], &["email"]),
            "at least one key is PROFILE without",
        ),
        (
            "/Keys/_email",
            key(&["PROFILE", "LOOKUP_ONLY"], &["email"]),
            "at least one key is PROFILE without",
        ),
        (
            "/Keys/_email",
            key(&["PROFILE"], &["id"]),
            "Keys._email: its fields must have the content type EMAIL_ADDRESS",
        ),
        (
            "/Keys/second",
            key(&["SECONDARY"], &["id"]),
            "Keys.second: SECONDARY, LOOKUP_ONLY and NEW_ONLY need",
        ),
        (
            "/Keys/second",
            key(&["PROFILE", "LOOKUP_ONLY", "NEW_ONLY"], &["id"]),
            "Keys.second: LOOKUP_ONLY excludes",
        ),
        (
            "/Keys/_identity",
            key(&["PROFILE"], &["id"]),
            "Keys._identity: is not one of the predefined",
        ),
        (
            "/Keys/_orderId",
            key(&["PROFILE"], &["id"]),
            "Keys._orderId: can only be used with LOOKUP_ONLY",
        ),
        (
            "/Keys/Tags",
            key(&[], &["id"]),
            "Keys.Tags: this name is reserved",
        ),
    ]);
}

#[test]
fn gender_and_its_text_exclude_each_other() {
    let mut definition = good();
    definition["Fields"]["a"] = json!({"Source": "_source.a", "Target": "_profile.Gender"});
    definition["Fields"]["b"] = json!({"Source": "_source.b", "Target": "_profile.GenderString"});
    assert_eq!(
        told(definition),
        ["Fields: only one of _profile.Gender and _profile.GenderString can be filled"]
    );
}

#[test]
fn types_have_at_most_ten_keys_and_250_fields() {
    let mut definition = good();
    for n in 0..9 {
        definition["Keys"][format!("k{n}")] = key(&[], &["id"]);
    }
    for n in 0..249 {
        definition["Fields"][format!("f{n}")] = json!({"Source": "_source.a"});
    }
    assert_eq!(
        told(definition),
        ["Fields: at most 250 fields", "Keys: at most 10 keys"]
    );
}

#[test]
fn a_key_name_means_the_same_in_every_type() {
    let ours: Definition = serde_json::from_value(good()).unwrap();
    let mut theirs = good();
    theirs["Fields"]["id"]["ContentType"] = json!("NUMBER");
    let theirs: Definition = serde_json::from_value(theirs).unwrap();
    assert_eq!(
        conflicts(&ours, [("same", &ours)].into_iter()),
        Vec::<String>::new()
    );
    let found = conflicts(&ours, [("theirs", &theirs)].into_iter());
    assert_eq!(
        found,
        ["Keys.myId: object type theirs has this key with other content types"]
    );
}
