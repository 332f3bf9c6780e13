//! Who wins a field, and which keys a profile gives.

use super::*;

fn empty() -> Profile {
    Profile::new(
        ProfileId::new("0".repeat(32)),
        Timestamp::from_millis(0),
        Timestamp::from_millis(9),
    )
}

fn from_type(name: &str, priority: Option<u32>, at: i64) -> Origin {
    Origin {
        object_type: Some(name.to_owned()),
        priority,
        at: Timestamp::from_millis(at),
        unverified: false,
    }
}

const FIRST: Target = Target::Scalar("FirstName");

fn winner(first: &Origin, second: &Origin) -> String {
    let mut profile = empty();
    profile.set(&FIRST, "first", first);
    profile.set(&FIRST, "second", second);
    profile.first_name().unwrap().to_owned()
}

#[test]
fn the_strongest_source_keeps_its_field() {
    let call = Origin::call(Timestamp::from_millis(5));
    let plain = |at| from_type("a", None, at);
    let ranked = |priority, at| from_type("b", Some(priority), at);
    // What a call has set stays, unless the type was given a priority.
    assert_eq!(winner(&call, &plain(9)), "first");
    assert_eq!(winner(&call, &ranked(3, 9)), "second");
    assert_eq!(winner(&ranked(1, 9), &call), "second");
    // The lower number is the stronger, none the weakest.
    assert_eq!(winner(&ranked(2, 9), &ranked(1, 1)), "second");
    assert_eq!(winner(&ranked(1, 1), &ranked(2, 9)), "first");
    assert_eq!(winner(&ranked(7, 1), &plain(9)), "first");
    assert_eq!(winner(&plain(9), &ranked(7, 1)), "second");
    // Equals: the latest, and of the same moment the later arrival.
    assert_eq!(winner(&plain(2), &plain(1)), "first");
    assert_eq!(winner(&plain(1), &plain(1)), "second");
}

#[test]
fn a_removed_field_is_anyones() {
    let mut profile = empty();
    profile.set(&FIRST, "Ada", &Origin::call(Timestamp::from_millis(1)));
    profile.remove(&FIRST);
    assert_eq!(profile.first_name(), None);
    assert!(profile.set(&FIRST, "Grace", &from_type("a", None, 2)));
}

#[test]
fn groups_come_and_go_with_their_members() {
    let mut profile = empty();
    let call = Origin::call(Timestamp::from_millis(1));
    let city = Target::Address("Address", "City");
    let tier = Target::Attribute("tier".to_owned());
    profile.set(&city, "London", &call);
    profile.set(&tier, "gold", &call);
    assert_eq!(profile.get(&city), Some("London"));
    assert_eq!(
        Value::Object(profile.document()),
        serde_json::json!({
            "ProfileId": "0".repeat(32),
            "Address": {"City": "London"},
            "Attributes": {"tier": "gold"},
        })
    );
    profile.remove(&city);
    profile.remove(&tier);
    assert_eq!(profile.document().len(), 1);
}

#[test]
fn scrubbing_a_type_takes_only_what_it_filled() {
    let mut profile = empty();
    profile.set(&FIRST, "Ada", &from_type("a", None, 1));
    profile.set(
        &Target::Scalar("LastName"),
        "Lovelace",
        &from_type("b", None, 1),
    );
    profile.set(
        &Target::Attribute("x".to_owned()),
        "1",
        &from_type("a", None, 1),
    );
    profile.scrub("a");
    assert_eq!(
        profile.document().keys().collect::<Vec<_>>(),
        ["ProfileId", "LastName"]
    );
}

#[test]
fn standard_fields_give_keys_with_the_trust_in_who_set_them() {
    let mut profile = empty();
    let call = Origin::call(Timestamp::from_millis(1));
    let claimed = Origin {
        unverified: true,
        ..from_type("a", None, 1)
    };
    profile.set(&Target::Scalar("EmailAddress"), "Ada@Example.com", &claimed);
    profile.set(
        &Target::Scalar("BusinessEmailAddress"),
        "ada@work.example",
        &call,
    );
    profile.set(&Target::Scalar("PhoneNumber"), "(555) 123-4567", &call);
    profile.set(&Target::Scalar("MobilePhoneNumber"), "+15557654321", &call);
    profile.set(&FIRST, "Ada", &call);
    profile.set(&Target::Scalar("LastName"), "Lovelace", &claimed);
    let keys: Vec<(String, String, Trust)> = profile
        .standard_keys()
        .into_iter()
        .filter(|key| key.name != "_profileId")
        .map(|key| (key.name, key.value, key.trust))
        .collect();
    let expected = [
        ("_email", "ada@example.com", Trust::Claimed),
        ("_email", "ada@work.example", Trust::Exact),
        ("_fullName", "ada lovelace", Trust::Claimed),
        // A country had to be guessed, so nobody signs in by it.
        ("_phone", "+15551234567", Trust::Stated),
        ("_phone", "+15557654321", Trust::Exact),
    ];
    assert_eq!(
        keys,
        expected.map(|(name, value, trust)| (name.to_owned(), value.to_owned(), trust))
    );
}

#[test]
fn the_same_value_in_two_fields_is_one_key_with_the_better_trust() {
    let mut profile = empty();
    let claimed = Origin {
        unverified: true,
        ..from_type("a", None, 1)
    };
    profile.set(&Target::Scalar("EmailAddress"), "ada@example.com", &claimed);
    let call = Origin::call(Timestamp::from_millis(1));
    profile.set(
        &Target::Scalar("PersonalEmailAddress"),
        "ADA@example.com",
        &call,
    );
    let emails: Vec<StoredKey> = profile
        .standard_keys()
        .into_iter()
        .filter(|key| key.name == "_email")
        .collect();
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].trust, Trust::Exact);
}
