//! The sign-in of a chat customer: what its three operations accept and refuse, and that a
//! refusal changes nothing in transcript, contact, flow or profiles.

mod answers;
mod url;

use serde_json::{Value, json};

use crate::support::{Answer, Customer, EVENT, Server};

/// Everything that a refusal must leave alone.
async fn picture(customer: &Customer<'_>) -> Value {
    json!({
        "transcript": customer.transcript().await,
        "contact": customer.described().await,
        "profiles": profiles(customer.server).await,
    })
}

/// The profiles with the demo user's e-mail address.
async fn profiles(server: &Server) -> Value {
    let input = json!({
        "DomainName": server.ready("profiles_domain"),
        "KeyName": "_email",
        "Values": [server.ready("username")],
    });
    server
        .call("customer-profiles", "SearchProfiles", input)
        .await
        .done()["Items"]
        .clone()
}

async fn get_url(customer: &Customer<'_>, session: &str, redirect_uri: &str) -> Answer {
    let input = json!({"SessionId": session, "RedirectUri": redirect_uri});
    customer
        .participant_call("GetAuthenticationUrl", input)
        .await
}

async fn cancel(customer: &Customer<'_>, session: &str) -> Answer {
    let input = json!({"SessionId": session});
    customer
        .participant_call("CancelParticipantAuthentication", input)
        .await
}

fn accepted(redirect: &Value) -> Value {
    json!({"State": redirect["state"], "Code": redirect["code"]})
}

fn parameter(url: &str, name: &str) -> String {
    let url = ::url::Url::parse(url).unwrap();
    let mut values = url.query_pairs().filter(|(known, _)| known == name);
    let value = values
        .next()
        .unwrap_or_else(|| panic!("no {name} in {url}"))
        .1
        .into_owned();
    assert!(values.next().is_none(), "{name} stands twice in {url}");
    value
}

/// Where in the customer's items an event or message stands.
fn place(customer: &Customer<'_>, what: &str) -> usize {
    let event = format!("{EVENT}{what}");
    let fits = |item: &Value| item["ContentType"] == event.as_str() || item["Content"] == what;
    let found = customer.items.iter().position(fits);
    found.unwrap_or_else(|| panic!("no {what} in {:#?}", customer.items))
}

const CALLBACK: &str = "http://localhost:3999/callback";

/// After a sign-in ended, whatever way, its state is a conflict and its session cannot be used.
async fn is_over(customer: &Customer<'_>, state: &Value, session: &str) {
    let before = picture(customer).await;
    for members in [
        json!({"State": state, "Code": "c"}),
        json!({"State": state, "Error": "e"}),
    ] {
        let message = customer
            .answer(members)
            .await
            .refused(409, "ConflictException");
        assert!(message.contains("State"), "{message}");
    }
    cancel(customer, session)
        .await
        .refused(400, "ValidationException");
    get_url(customer, session, CALLBACK)
        .await
        .refused(400, "ValidationException");
    assert_eq!(picture(customer).await, before);
}

#[tokio::test]
async fn a_customer_signs_in_and_everything_knows() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    assert_eq!(profiles(&server).await, json!([]));
    let redirect = customer.sign_in().await;
    assert_eq!(customer.answer(accepted(&redirect)).await.done(), json!({}));
    server.settle().await;

    customer.message("You are signed in.").await;
    let order = [
        "participant.displayname.updated",
        "authentication.succeeded",
        "You are signed in.",
    ];
    let places = order.map(|what| place(&customer, what));
    assert!(places.is_sorted(), "{places:?}");

    let found = profiles(&server).await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    let renamed = &customer.items[places[0]];
    assert_eq!(renamed["DisplayName"], found[0]["FirstName"]);
    assert_eq!(renamed["ParticipantRole"], "CUSTOMER");
    for (name, value) in [
        ("Status", json!("AUTHENTICATED")),
        ("IdentityProvider", json!("COGNITO")),
        ("ClientId", json!(server.ready("user_pool_client_id"))),
        ("AssociatedCustomerId", found[0]["ProfileId"].clone()),
        ("AuthenticationMethod", json!("CONNECT")),
    ] {
        assert_eq!(customer.authentication(name).await, value, "{name}");
    }
}

#[tokio::test]
async fn a_sign_in_that_ended_keeps_no_secret() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    customer.answer(accepted(&redirect)).await.done();
    server.settle().await;
    customer.event("authentication.succeeded").await;
    let kept = server.running.app.platform.store.read(|tx| {
        tx.count(
            "SELECT COUNT(*) FROM sign_ins WHERE stage = 'finished' AND outcome = 'succeeded'
             AND state_hash IS NOT NULL AND verifier IS NULL AND nonce IS NULL AND code IS NULL
             AND id_token IS NULL AND redirect_uri IS NULL AND provider_error IS NULL",
            &[],
        )
    });
    assert_eq!(kept.await.unwrap(), 1);
}

#[tokio::test]
async fn ends_are_counted_by_their_outcome() {
    let server = Server::start().await;
    for _ in 0..2 {
        let mut customer = Customer::arrive(&server).await;
        let session = customer.session().await;
        cancel(&customer, &session).await.done();
    }
    let metrics = server.get("/_signback/metrics").await.text();
    let line = r#"signback_sign_ins_total{outcome="opted_out"} 2"#;
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn an_error_of_the_provider_takes_the_error_branch() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let state = json!(parameter(&customer.authentication_url().await, "state"));
    let members =
        json!({"State": state, "Error": "access_denied", "ErrorDescription": "No thanks"});
    customer.answer(members).await.done();
    customer.event("authentication.failed").await;
    customer.message("Sign-in failed.").await;
    assert_eq!(customer.authentication("Status").await, "FAILED");
    assert_eq!(profiles(&server).await, json!([]));
    let said = json!(customer.transcript().await).to_string();
    assert!(
        !said.contains("access_denied") && !said.contains("No thanks"),
        "{said}"
    );
    let session = customer.session().await;
    is_over(&customer, &state, &session).await;
}

#[tokio::test]
async fn a_customer_who_cancels_goes_on_without_signing_in() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let session = customer.session().await;
    let redirect = customer.sign_in().await;
    assert_eq!(cancel(&customer, &session).await.done(), json!({}));
    customer.event("authentication.cancelled").await;
    customer.message("You continue without signing in.").await;
    assert_eq!(customer.authentication("Status").await, Value::Null);
    is_over(&customer, &redirect["state"], &session).await;
    server.advance(3600 - 60).await;
    assert_eq!(profiles(&server).await, json!([]));
}

#[tokio::test]
async fn the_time_limit_takes_the_timeout_branch() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let session = customer.session().await;
    let redirect = customer.sign_in().await;
    let before = picture(&customer).await;
    server.advance(179).await;
    assert_eq!(picture(&customer).await, before);
    server.advance(1).await;
    customer.event("authentication.timeout").await;
    customer.message("Sign-in timed out.").await;
    assert_eq!(customer.authentication("Status").await, "TIMEOUT");
    is_over(&customer, &redirect["state"], &session).await;
}

#[tokio::test]
async fn an_accepted_code_beats_the_time_limit() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    server.advance(179).await;
    customer.answer(accepted(&redirect)).await.done();
    server.advance(60).await;
    customer.message("You are signed in.").await;
    let transcript = json!(customer.transcript().await).to_string();
    assert!(
        !transcript.contains("authentication.timeout"),
        "{transcript}"
    );
}

#[tokio::test]
async fn both_clocks_start_when_the_customer_is_there() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    customer.session().await;
    server.advance(30).await;
    // Coming back does not start them anew.
    customer.reconnect().await;
    server.advance(149).await;
    customer.send(r#"{"topic":"aws/heartbeat"}"#).await;
    server.advance(1).await;
    customer.message("Sign-in timed out.").await;
}

#[tokio::test]
async fn a_contact_that_ends_ends_its_sign_in_silently() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let input = json!({"InstanceId": server.ready("instance_id"), "ContactId": customer.contact});
    server.call("connect", "StopContact", input).await.done();
    customer.event("chat.ended").await;
    let message = customer
        .answer(accepted(&redirect))
        .await
        .refused(409, "ConflictException");
    assert!(message.contains("ended"), "{message}");
    server.advance(600).await;
    let events: Vec<&Value> = customer
        .items
        .iter()
        .map(|item| &item["ContentType"])
        .collect();
    for name in ["succeeded", "failed", "timeout", "cancelled"] {
        let event = json!(format!("{EVENT}authentication.{name}"));
        assert!(!events.contains(&&event), "{events:?}");
    }
    assert_eq!(profiles(&server).await, json!([]));
}

#[tokio::test]
async fn a_wrong_code_ends_in_error() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let state = parameter(&customer.authentication_url().await, "state");
    customer
        .answer(json!({"State": state, "Code": "made-up"}))
        .await
        .done();
    customer.message("Sign-in failed.").await;
    assert_eq!(customer.authentication("Status").await, "FAILED");
}

#[tokio::test]
async fn a_code_that_was_tried_elsewhere_ends_in_error() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let form = ::url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", &server.ready("user_pool_client_id"))
        .append_pair("redirect_uri", CALLBACK)
        .append_pair("code", redirect["code"].as_str().unwrap())
        .append_pair("code_verifier", &"v".repeat(43))
        .finish();
    let path = format!("/_pools/{}/oauth2/token", server.ready("user_pool_domain"));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(server.post(&path, &headers, form).await.status, 400);
    customer.answer(accepted(&redirect)).await.done();
    customer.message("Sign-in failed.").await;
    assert_eq!(profiles(&server).await, json!([]));
}

#[tokio::test]
async fn another_chats_code_opens_nothing() {
    let server = Server::start().await;
    let mut thief = Customer::arrive(&server).await;
    let mut victim = Customer::arrive(&server).await;
    let state = parameter(&thief.authentication_url().await, "state");
    let redirect = victim.sign_in().await;
    thief
        .answer(json!({"State": state, "Code": redirect["code"]}))
        .await
        .done();
    thief.message("Sign-in failed.").await;
    assert_eq!(
        thief.authentication("AssociatedCustomerId").await,
        Value::Null
    );
    assert_eq!(profiles(&server).await, json!([]));
}
