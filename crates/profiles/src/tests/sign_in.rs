//! Who signs in as whom.

use proptest::prelude::*;

use super::*;

on_both_databases! {
    a_first_sign_in_makes_a_profile_of_the_claims,
    the_same_customer_stays_on_their_profile_whatever_changes,
    subjects_of_different_providers_are_different_customers,
    a_verified_address_attaches_to_what_a_call_has_stated,
    two_providers_meet_at_a_verified_address,
    an_impostor_who_comes_second_gets_nothing_of_the_customers,
    a_customer_does_not_land_on_the_profile_of_an_impostor_who_came_first,
    objects_ingested_for_a_customer_do_not_reach_an_impostor,
    a_phone_number_attaches_only_verified_and_with_its_country,
    an_address_of_several_profiles_attaches_to_none,
    a_type_that_makes_no_profiles_refuses_strangers_and_writes_nothing,
    a_sign_in_needs_a_known_type_and_a_subject,
    keys_that_customers_write_count_only_if_allowed,
    a_subject_that_a_call_has_stated_attaches_for_a_pool_only,
    awss_matching_attaches_unverified_addresses,
    a_contact_belongs_to_who_signed_in_last,
    an_expired_profile_is_gone_and_its_customer_starts_anew,
    ten_sign_ins_at_one_moment_make_one_profile,
}

fn issuer(url: &str) -> IdentityProvider {
    IdentityProvider::Issuer(url.to_owned())
}

async fn a_first_sign_in_makes_a_profile_of_the_claims(database: Database) {
    let world = World::new(&database).await;
    let imported = world
        .sign_in(
            &SignIn::of("ada")
                .email("Ada@Example.com", true)
                .with("given_name", "Ada")
                .with("family_name", "Lovelace")
                .with("nickname", "Countess")
                .with("gender", "female")
                .with("address", json!({"formatted": "12 St James Square"}))
                .with("nonce", "n-1")
                .with("jti", "j-1"),
        )
        .await
        .unwrap();
    assert_eq!(imported.first_name.as_deref(), Some("Ada"));
    assert_eq!(
        world.shown(&imported.profile_id).await,
        json!({
            "FirstName": "Ada",
            "LastName": "Lovelace",
            "EmailAddress": "Ada@Example.com",
            "GenderString": "female",
            "Address": {"Address1": "12 St James Square"},
            "Attributes": {"nickname": "Countess"},
        })
    );
    let objects = world
        .objects(&imported.profile_id, "Cognito-attributes")
        .await;
    assert_eq!(objects.len(), 1);
    assert_eq!(objects[0]["sub"], "ada");
    // Nothing about the token is kept.
    assert!(objects[0].get("nonce").is_none() && objects[0].get("jti").is_none());
    let only = vec![imported.profile_id];
    assert_eq!(world.found("_email", "ada@example.COM").await, only);
    assert_eq!(world.found("_fullName", "ada  lovelace").await, only);
    assert_eq!(world.found("_ctrContactId", "a-contact").await, only);
}

async fn the_same_customer_stays_on_their_profile_whatever_changes(database: Database) {
    let world = World::new(&database).await;
    let first = world
        .signed_in(&SignIn::of("ada").email("a@x.example", true))
        .await;
    let again = world
        .signed_in(
            &SignIn::of("ada")
                .email("b@x.example", true)
                .phone("+15551234567", true),
        )
        .await;
    let unverified = world
        .signed_in(&SignIn::of("ada").email("c@x.example", false))
        .await;
    assert_eq!((&first, &first), (&again, &unverified));
    assert_eq!(world.objects(&first, "Cognito-attributes").await.len(), 1);
    assert_eq!(world.profiles().await, 1);
    // The address that is no longer hers finds nobody.
    assert_eq!(world.found("_email", "a@x.example").await, []);
    assert_eq!(world.found("_email", "c@x.example").await, [first]);
}

async fn subjects_of_different_providers_are_different_customers(database: Database) {
    let world = World::new(&database).await;
    let pool = |id: &str| IdentityProvider::Pool(id.to_owned());
    let mut found = vec![
        world
            .signed_in(&SignIn::of("1").from(pool("us-east-1_a")))
            .await,
        world
            .signed_in(&SignIn::of("1").from(pool("us-east-1_b")))
            .await,
        world
            .signed_in(&SignIn::of("1").from(issuer("us-east-1_a")))
            .await,
        world
            .signed_in(&SignIn::of("1").from(issuer("https://idp.example")))
            .await,
    ];
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 4);
}

async fn a_verified_address_attaches_to_what_a_call_has_stated(database: Database) {
    let world = World::new(&database).await;
    let known = world
        .create(&[
            ("EmailAddress", "ADA@example.com"),
            ("FirstName", "Augusta"),
        ])
        .await;
    let imported = world
        .sign_in(
            &SignIn::of("ada")
                .email("ada@example.com", true)
                .with("given_name", "Ada"),
        )
        .await
        .unwrap();
    assert_eq!(imported.profile_id, known);
    // What a call has set stays, and so becomes the display name.
    assert_eq!(imported.first_name.as_deref(), Some("Augusta"));
}

async fn two_providers_meet_at_a_verified_address(database: Database) {
    let world = World::new(&database).await;
    let by_email = world
        .signed_in(&SignIn::of("1").email("ada@example.com", true))
        .await;
    let elsewhere = SignIn::of("2").from(issuer("https://idp.example"));
    assert_eq!(
        world
            .signed_in(&elsewhere.clone().email("ada@example.com", true))
            .await,
        by_email
    );
    // From then on the second identity is enough.
    assert_eq!(
        world
            .signed_in(&elsewhere.email("new@example.com", true))
            .await,
        by_email
    );
}

async fn an_impostor_who_comes_second_gets_nothing_of_the_customers(database: Database) {
    let world = World::new(&database).await;
    let ada = world
        .signed_in(&SignIn::of("ada").email("ada@example.com", true))
        .await;
    let impostor = world
        .signed_in(&SignIn::of("eve").email("ada@example.com", false))
        .await;
    assert_ne!(ada, impostor);
    // Both are found by searching; an address that is not verified is stored nevertheless.
    assert_eq!(world.found("_email", "ada@example.com").await.len(), 2);
    assert_eq!(
        world
            .signed_in(&SignIn::of("ada").email("ada@example.com", true))
            .await,
        ada
    );
}

async fn a_customer_does_not_land_on_the_profile_of_an_impostor_who_came_first(database: Database) {
    let world = World::new(&database).await;
    let impostor = world
        .signed_in(&SignIn::of("eve").email("ada@example.com", false))
        .await;
    let ada = world
        .signed_in(&SignIn::of("ada").email("ada@example.com", true))
        .await;
    assert_ne!(ada, impostor);
    // Nor does what somebody ingests about her.
    world.put_type("crm", crm()).await;
    let object = json!({"id": "7", "email": "ada@example.com"});
    assert_eq!(world.put("crm", object).await, ada);
}

async fn objects_ingested_for_a_customer_do_not_reach_an_impostor(database: Database) {
    let world = World::new(&database).await;
    world.put_type("crm", crm()).await;
    let impostor = world
        .signed_in(&SignIn::of("eve").email("ada@example.com", false))
        .await;
    let ada = world
        .put("crm", json!({"id": "7", "email": "ada@example.com"}))
        .await;
    assert_ne!(ada, impostor);
    assert_eq!(
        world
            .signed_in(&SignIn::of("ada").email("ada@example.com", true))
            .await,
        ada
    );
}

async fn a_phone_number_attaches_only_verified_and_with_its_country(database: Database) {
    let world = World::new(&database).await;
    let stated = world.create(&[("PhoneNumber", "+1 (555) 123-4567")]).await;
    // A national number is the same to a search, but its country is a guess.
    let national = world.create(&[("PhoneNumber", "555 765 4321")]).await;
    assert_eq!(
        world.found("_phone", "+15557654321").await,
        *std::slice::from_ref(&national)
    );

    let unverified = world
        .signed_in(&SignIn::of("1").phone("+15551234567", false))
        .await;
    let guessed = world
        .signed_in(&SignIn::of("2").phone("+15557654321", true))
        .await;
    let verified = world
        .signed_in(&SignIn::of("3").phone("+15551234567", true))
        .await;
    assert_ne!(unverified, stated);
    assert_ne!(guessed, national);
    assert_eq!(verified, stated);
}

async fn an_address_of_several_profiles_attaches_to_none(database: Database) {
    let world = World::new(&database).await;
    let one = world
        .create(&[("EmailAddress", "family@example.com")])
        .await;
    let other = world
        .create(&[("BusinessEmailAddress", "family@example.com")])
        .await;
    let ada = world
        .signed_in(&SignIn::of("ada").email("family@example.com", true))
        .await;
    assert!(ada != one && ada != other);
    // The next key decides.
    let by_phone = world.create(&[("PhoneNumber", "+15551234567")]).await;
    let bob = SignIn::of("bob")
        .email("family@example.com", true)
        .phone("+15551234567", true);
    assert_eq!(world.signed_in(&bob).await, by_phone);
}

async fn a_type_that_makes_no_profiles_refuses_strangers_and_writes_nothing(database: Database) {
    let world = World::new(&database).await;
    let mut known_only = crm();
    known_only["AllowProfileCreation"] = json!(false);
    known_only["Fields"]["id"]["Source"] = json!("_source.sub");
    world.put_type("known", known_only).await;
    let stranger = SignIn::of("ada")
        .typed("known")
        .email("ada@example.com", true);
    assert!(matches!(
        world.sign_in(&stranger).await,
        Err(Refusal::NoProfile)
    ));
    assert_eq!(world.profiles().await, 0);
    let known = world.create(&[("EmailAddress", "ada@example.com")]).await;
    assert_eq!(world.signed_in(&stranger).await, known);
}

async fn a_sign_in_needs_a_known_type_and_a_subject(database: Database) {
    let world = World::new(&database).await;
    let unknown = world.sign_in(&SignIn::of("ada").typed("nothing")).await;
    assert!(matches!(unknown, Err(Refusal::ObjectTypeUnknown(name)) if name == "nothing"));
    let nobody = world.sign_in(&SignIn::of("")).await;
    assert!(matches!(nobody, Err(Refusal::Invalid { member, .. }) if member == "sub"));
    assert_eq!(world.profiles().await, 0);
}

/// A type whose key and UNIQUE field are what the customer may write.
fn loyalty() -> Value {
    json!({
        "Description": "x", "AllowProfileCreation": true,
        "Fields": {"number": {"Source": "_source.custom:loyalty"}, "sub": {"Source": "_source.sub"}},
        "Keys": {"loyaltyNumber": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["number"]}]},
    })
}

async fn keys_that_customers_write_count_only_if_allowed(database: Database) {
    let world = World::new(&database).await;
    world.put_type("loyalty", loyalty()).await;
    let member = world.put("loyalty", json!({"custom:loyalty": "L-1"})).await;
    let claim = SignIn::of("eve")
        .typed("loyalty")
        .with("custom:loyalty", "L-1");
    let eve = world.signed_in(&claim).await;
    assert_ne!(eve, member);
    // Nor has her object replaced the member's.
    assert_eq!(world.objects(&member, "loyalty").await.len(), 1);
    assert_eq!(world.objects(&eve, "loyalty").await.len(), 1);
    assert_eq!(
        world
            .put("loyalty", json!({"custom:loyalty": "L-1", "more": 1}))
            .await,
        member
    );

    let allowed = SignIn {
        client_writable_keys: true,
        ..SignIn::of("ada")
    };
    let ada = allowed.typed("loyalty").with("custom:loyalty", "L-1");
    assert_eq!(world.signed_in(&ada).await, member);
}

async fn a_subject_that_a_call_has_stated_attaches_for_a_pool_only(database: Database) {
    let world = World::new(&database).await;
    let mut by_subject = loyalty();
    by_subject["Keys"] = json!({
        "customerSub": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["sub"]}],
    });
    world.put_type("linked", by_subject).await;
    let linked = world.put("linked", json!({"sub": "ada"})).await;
    let stranger = SignIn::of("ada")
        .typed("linked")
        .from(issuer("https://idp.example"));
    assert_ne!(world.signed_in(&stranger).await, linked);
    assert_eq!(
        world.signed_in(&SignIn::of("ada").typed("linked")).await,
        linked
    );
}

async fn awss_matching_attaches_unverified_addresses(database: Database) {
    let world = World::with(&database, Matching::Aws).await;
    let ada = world
        .signed_in(&SignIn::of("ada").email("ada@example.com", false))
        .await;
    assert_eq!(
        world
            .signed_in(&SignIn::of("eve").email("ADA@example.com", false))
            .await,
        ada
    );
    // It knows no identity: with another address it is another customer.
    assert_ne!(
        world
            .signed_in(&SignIn::of("ada").email("new@example.com", true))
            .await,
        ada
    );
    // And without a key it refuses.
    assert!(world.sign_in(&SignIn::of("bob")).await.is_err());
}

async fn a_contact_belongs_to_who_signed_in_last(database: Database) {
    let world = World::new(&database).await;
    world.signed_in(&SignIn::of("ada").in_contact("c-1")).await;
    let bob = world.signed_in(&SignIn::of("bob").in_contact("c-1")).await;
    assert_eq!(world.found("_ctrContactId", "c-1").await, [bob]);
}

async fn an_expired_profile_is_gone_and_its_customer_starts_anew(database: Database) {
    let world = World::new(&database).await;
    let ada = SignIn::of("ada").email("ada@example.com", true);
    let old = world.signed_in(&ada).await;
    world.time.advance(300 * DAY);
    assert_eq!(world.signed_in(&ada).await, old);
    world.time.advance(300 * DAY);
    assert_eq!(
        world.found("_email", "ada@example.com").await,
        *std::slice::from_ref(&old)
    );
    world.time.advance(70 * DAY);
    assert_eq!(world.profile(&old).await, None);
    assert_eq!(world.found("_email", "ada@example.com").await, []);
    assert_ne!(world.signed_in(&ada).await, old);
    assert_eq!(world.profiles().await, 1);
}

async fn ten_sign_ins_at_one_moment_make_one_profile(database: Database) {
    let world = World::new(&database).await;
    let ada = SignIn::of("ada").email("ada@example.com", true);
    let sign_ins = (0..10).map(|_| world.signed_in(&ada));
    let mut found = futures_util::future::join_all(sign_ins).await;
    // Of different providers too: they share the verified address.
    let providers: Vec<SignIn> = (0..10)
        .map(|n| ada.clone().from(issuer(&format!("https://{n}.example"))))
        .collect();
    found
        .extend(futures_util::future::join_all(providers.iter().map(|s| world.signed_in(s))).await);
    found.dedup();
    assert_eq!(found.len(), 1);
    assert_eq!(world.profiles().await, 1);
}

/// Only PostgreSQL serves several processes.
#[tokio::test]
async fn sign_ins_in_two_processes_at_one_moment_make_one_profile() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let world = World::new(&database).await;
    let beside = world.beside(&database);
    let mut sign_ins = Vec::new();
    for round in 0..8 {
        for customer in 0..25 {
            // The same customer by their subject, and by an address that providers share.
            let url = format!("https://{}.example", (round + customer) % 3);
            let sign_in = SignIn::of(&customer.to_string())
                .from(issuer(&url))
                .email(&format!("{customer}@example.com"), true);
            sign_ins.push((
                customer,
                if round % 2 == 0 { &world } else { &beside },
                sign_in,
            ));
        }
    }
    let done = sign_ins
        .iter()
        .map(
            |(customer, world, sign_in)| async move { (*customer, world.signed_in(sign_in).await) },
        );
    let mut profiles = futures_util::future::join_all(done).await;
    profiles.sort();
    profiles.dedup();
    assert_eq!(profiles.len(), 25);
    assert_eq!(world.profiles().await, 25);
}

fn crm() -> Value {
    json!({
        "Description": "x", "AllowProfileCreation": true,
        "Fields": {
            "id": {"Source": "_source.id"},
            "email": {"Source": "_source.email", "Target": "_profile.EmailAddress", "ContentType": "EMAIL_ADDRESS"},
        },
        "Keys": {
            "crmId": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["id"]}],
            "_email": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["email"]}],
        },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever order customers and impostors come in: customers who share no verified address
    /// never share a profile, and each keeps theirs.
    #[test]
    fn customers_without_a_common_verified_address_stay_apart(
        sign_ins in proptest::collection::vec((0usize..5, 0usize..4, any::<bool>()), 1..20)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let database = Database::sqlite();
            let world = World::new(&database).await;
            let mut seen: Vec<(usize, ProfileId)> = Vec::new();
            for (customer, address, verified) in sign_ins {
                // Each address is one customer's in truth; the fifth customer has none.
                let owns = customer == address;
                let sign_in = SignIn::of(&customer.to_string())
                    .email(&format!("{address}@example.com"), verified && owns);
                let id = world.signed_in(&sign_in).await;
                for (other, profile) in &seen {
                    assert_eq!(*other == customer, *profile == id, "{other} {customer}");
                }
                seen.push((customer, id));
            }
        });
    }
}
