//! Whose object it is, and what it changes.

use super::*;

on_both_databases! {
    a_ticket_of_an_unknown_address_makes_a_profile,
    a_ticket_of_one_profile_is_attached_and_leaves_no_new_only_key,
    tickets_of_a_shared_address_find_each_other,
    an_object_without_its_keys_is_refused,
    the_latest_of_equals_and_the_first_in_rank_fill_a_field,
    ingestion_blanks_nothing_and_leaves_out_what_a_field_cannot_hold,
    an_object_moves_to_the_profile_that_its_keys_lead_to_now,
    a_full_profile_evicts_from_the_type_that_is_over_its_number,
    objects_go_when_their_time_is_over,
    a_deleted_type_takes_its_objects_and_what_they_filled,
}

/// The worked example of the documentation, with the plain PROFILE key that every type needs.
fn ticket() -> Value {
    json!({
        "Description": "Tickets", "AllowProfileCreation": true,
        "Fields": {
            "email": {"Source": "_source.email", "ContentType": "EMAIL_ADDRESS"},
            "timestamp": {"Source": "_source.timestamp"},
            "account": {"Source": "_source.account"},
        },
        "Keys": {
            "_email": [{"StandardIdentifiers": ["PROFILE", "LOOKUP_ONLY"], "FieldNames": ["email"]}],
            "ticketEmail": [{"StandardIdentifiers": ["PROFILE", "SECONDARY", "NEW_ONLY"], "FieldNames": ["email"]}],
            "uniqueTicket": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["email", "timestamp"]}],
            "ticketAccount": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["account"]}],
        },
    })
}

fn a_ticket(time: u32) -> Value {
    json!({"email": "Ada@example.com", "timestamp": time})
}

async fn a_ticket_of_an_unknown_address_makes_a_profile(database: Database) {
    let world = World::new(&database).await;
    world.put_type("ticket", ticket()).await;
    let id = world.put("ticket", a_ticket(1)).await;
    assert_eq!(
        world.shown(&id).await,
        json!({"EmailAddress": "Ada@example.com"})
    );
    let only = vec![id.clone()];
    assert_eq!(world.found("_email", "ada@EXAMPLE.com").await, only);
    assert_eq!(world.found("ticketEmail", "ada@example.com").await, only);
    assert_eq!(
        world.found("uniqueTicket", "ada@example.com\u{1f}1").await,
        only
    );
    // The same ticket again is the same object, and the profile keeps its NEW_ONLY key.
    assert_eq!(world.put("ticket", a_ticket(1)).await, id);
    assert_eq!(world.found("ticketEmail", "ada@example.com").await, only);
    assert_eq!(world.put("ticket", a_ticket(2)).await, id);
    assert_eq!(world.objects(&id, "ticket").await.len(), 2);
}

async fn a_ticket_of_one_profile_is_attached_and_leaves_no_new_only_key(database: Database) {
    let world = World::new(&database).await;
    world.put_type("ticket", ticket()).await;
    let known = world
        .create(&[("PersonalEmailAddress", "ada@example.com")])
        .await;
    assert_eq!(world.put("ticket", a_ticket(1)).await, known);
    assert_eq!(world.found("ticketEmail", "ada@example.com").await, []);
    // A content type alone fills nothing on a profile that was there.
    assert_eq!(
        world.shown(&known).await,
        json!({"PersonalEmailAddress": "ada@example.com"})
    );
}

async fn tickets_of_a_shared_address_find_each_other(database: Database) {
    let world = World::new(&database).await;
    world.put_type("ticket", ticket()).await;
    world.create(&[("EmailAddress", "ada@example.com")]).await;
    world.create(&[("EmailAddress", "ada@example.com")]).await;
    let inferred = world.put("ticket", a_ticket(1)).await;
    assert_eq!(world.profiles().await, 3);
    assert_eq!(world.put("ticket", a_ticket(2)).await, inferred);
    assert_eq!(world.found("_email", "ada@example.com").await.len(), 3);
}

async fn an_object_without_its_keys_is_refused(database: Database) {
    let world = World::new(&database).await;
    world.put_type("ticket", ticket()).await;
    let unique = world
        .try_put("ticket", json!({"email": "a@x.example"}))
        .await;
    assert!(unique.is_err_and(|refusal| refusal.to_string().contains("UNIQUE")));
    let blank = world
        .try_put("ticket", json!({"email": " ", "timestamp": 1}))
        .await;
    assert!(blank.is_err());
    let mut without = ticket();
    without["Keys"]["uniqueTicket"][0]["FieldNames"] = json!(["timestamp"]);
    world.put_type("other", without).await;
    let profile = world.try_put("other", json!({"timestamp": 1})).await;
    assert!(profile.is_err_and(|refusal| refusal.to_string().contains("PROFILE")));
    assert_eq!(world.profiles().await, 0);
}

fn sourced(priority: Option<u32>) -> Value {
    let mut definition = json!({
        "Description": "x", "AllowProfileCreation": true,
        "SourceLastUpdatedTimestampFormat": "EpochMilli",
        "Fields": {
            "account": {"Source": "_source.account", "Target": "_profile.AccountNumber"},
            "first": {"Source": "{{#removeExtraSpace}}{{_source.first}} {{_source.middle}}{{/removeExtraSpace}}", "Target": "_profile.FirstName", "ContentType": "NAME"},
            "tier": {"Source": "_source.custom:tier", "Target": "_profile.Attributes.tier"},
            "gender": {"Source": "_source.gender", "Target": "_profile.Gender"},
            "changed": {"Source": "_source.changed", "Target": "_profile.SourceLastUpdatedTimestamp"},
        },
        "Keys": {"_account": [{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["account"]}]},
    });
    if let Some(priority) = priority {
        definition["SourcePriority"] = json!(priority);
    }
    definition
}

async fn the_latest_of_equals_and_the_first_in_rank_fill_a_field(database: Database) {
    let world = World::new(&database).await;
    world.put_type("plain", sourced(None)).await;
    world.put_type("ranked", sourced(Some(1))).await;
    let id = world
        .put(
            "plain",
            json!({"account": 7, "first": "New", "changed": 200}),
        )
        .await;
    world
        .put(
            "plain",
            json!({"account": 7, "first": "Old", "changed": 100}),
        )
        .await;
    assert_eq!(world.shown(&id).await["FirstName"], "New");
    world
        .put(
            "ranked",
            json!({"account": "7", "first": "Ranked", "changed": 1}),
        )
        .await;
    world
        .put(
            "plain",
            json!({"account": 7, "first": "Newest", "changed": 300}),
        )
        .await;
    assert_eq!(world.shown(&id).await["FirstName"], "Ranked");
}

async fn ingestion_blanks_nothing_and_leaves_out_what_a_field_cannot_hold(database: Database) {
    let world = World::new(&database).await;
    world.put_type("plain", sourced(None)).await;
    let object = json!({"account": 7, "first": "Ada", "middle": "King", "custom:tier": "gold", "gender": "FEMALE"});
    let id = world.put("plain", object).await;
    let poor = json!({"account": 7, "first": "", "custom:tier": null, "gender": "f"});
    assert_eq!(world.put("plain", poor).await, id);
    assert_eq!(
        world.shown(&id).await,
        json!({"AccountNumber": "7", "FirstName": "Ada King", "Attributes": {"tier": "gold"}, "Gender": "FEMALE"})
    );
    let long = json!({"account": 7, "first": "x".repeat(256)});
    world.put("plain", long).await;
    assert_eq!(world.shown(&id).await["FirstName"], "Ada King");
}

async fn an_object_moves_to_the_profile_that_its_keys_lead_to_now(database: Database) {
    let world = World::new(&database).await;
    world.put_type("ticket", ticket()).await;
    let first = world.put("ticket", a_ticket(1)).await;
    let account = world.create(&[("EmailAddress", "other@example.com")]).await;
    world
        .put(
            "ticket",
            json!({"email": "other@example.com", "timestamp": 9, "account": "A"}),
        )
        .await;
    // The same UNIQUE value, but its account is another profile's.
    let mut moved = a_ticket(1);
    moved["account"] = json!("A");
    assert_eq!(
        world.put("ticket", moved).await,
        first,
        "primary keys go in the mapping's order"
    );
    let mut by_account = ticket();
    by_account["Keys"]
        .as_object_mut()
        .unwrap()
        .shift_remove("_email");
    by_account["Keys"]
        .as_object_mut()
        .unwrap()
        .shift_remove("ticketEmail");
    world.put_type("ticket", by_account).await;
    let mut moved = a_ticket(1);
    moved["account"] = json!("B");
    let elsewhere = world.put("ticket", moved).await;
    assert!(elsewhere != first && elsewhere != account);
    assert_eq!(world.objects(&first, "ticket").await.len(), 0);
    assert_eq!(world.profile(&first).await.unwrap().object_count, 0);
    assert_eq!(world.profile(&elsewhere).await.unwrap().object_count, 1);
}

async fn a_full_profile_evicts_from_the_type_that_is_over_its_number(database: Database) {
    let world = World::new(&database).await;
    let typed = |max: u32| {
        let mut definition = ticket();
        definition["MaxProfileObjectCount"] = json!(max);
        definition
    };
    world.put_type("few", typed(3)).await;
    world.put_type("many", typed(2000)).await;
    for time in 0..5 {
        world.put("few", a_ticket(time)).await;
        world.time.advance(1);
    }
    let id = world.put("many", a_ticket(0)).await;
    futures_util::future::join_all((1..1000).map(|time| world.put("many", a_ticket(time)))).await;
    assert_eq!(world.profile(&id).await.unwrap().object_count, 1000);
    // Two of `few` had to go, the oldest first; then the oldest of the type that came in.
    let few = world.objects(&id, "few").await;
    let mut times: Vec<i64> = few
        .iter()
        .map(|object| object["timestamp"].as_i64().unwrap())
        .collect();
    times.sort_unstable();
    assert_eq!(times, [2, 3, 4]);
    assert_eq!(world.objects(&id, "many").await.len(), 997);
}

async fn objects_go_when_their_time_is_over(database: Database) {
    let world = World::new(&database).await;
    let mut short = ticket();
    short["ExpirationDays"] = json!(1);
    world.put_type("ticket", short).await;
    let id = world.put("ticket", a_ticket(1)).await;
    world.put("ticket", a_ticket(2)).await;
    world.time.advance(DAY);
    assert_eq!(world.objects(&id, "ticket").await.len(), 0);
    assert_eq!(world.put("ticket", a_ticket(3)).await, id);
    assert_eq!(world.profile(&id).await.unwrap().object_count, 1);
    assert_eq!(
        world.found("uniqueTicket", "ada@example.com\u{1f}1").await,
        []
    );
    // Another customer's arrival sweeps what nobody comes back to.
    world.time.advance(DAY);
    world
        .put(
            "ticket",
            json!({"email": "bob@example.com", "timestamp": 1}),
        )
        .await;
    let profile = world.profile(&id).await.unwrap();
    assert_eq!((profile.object_count, profile.object_bytes), (0, 0));
}

async fn a_deleted_type_takes_its_objects_and_what_they_filled(database: Database) {
    let world = World::new(&database).await;
    world.put_type("plain", sourced(None)).await;
    let id = world
        .put("plain", json!({"account": 7, "first": "Ada"}))
        .await;
    let domain = world.domain.clone();
    let more = world
        .store
        .transact(move |tx| super::super::matching::scrub::some(tx, &domain, "plain"))
        .await
        .unwrap();
    assert!(more);
    assert_eq!(world.shown(&id).await, json!({}));
    assert_eq!(world.found("_account", "7").await, []);
    let profile = world.profile(&id).await.unwrap();
    assert_eq!((profile.object_count, profile.object_bytes), (0, 0));
}
