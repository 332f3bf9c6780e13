//! The sign-in of a chat customer: what its three operations accept and refuse, and that a
//! refusal changes nothing in transcript, contact, flow or profiles.

use futures_util::future::join_all;
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
    let url = url::Url::parse(url).unwrap();
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
    let kept = server.running.app.store.read(|tx| {
        let row = tx.fetch_optional(
            "SELECT COUNT(*) FROM sign_ins WHERE stage = 'finished' AND outcome = 'succeeded'
             AND state_hash IS NOT NULL AND verifier IS NULL AND nonce IS NULL AND code IS NULL
             AND id_token IS NULL AND redirect_uri IS NULL AND provider_error IS NULL",
            &[],
        )?;
        row.map_or(Ok(0), |row| row.integer(0))
    });
    let kept: Result<i64, signback_server::store::Error> = kept.await;
    assert_eq!(kept.unwrap(), 1);
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
async fn the_sign_in_url_suits_chat_clients() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let url = customer.authentication_url().await;
    assert!(
        url.contains('?') && !url.contains('#') && url.len() <= 2083,
        "{url}"
    );
    for (name, value) in [
        ("client_id", server.ready("user_pool_client_id")),
        ("response_type", "code".to_owned()),
        ("scope", "openid email phone profile".to_owned()),
        ("redirect_uri", CALLBACK.to_owned()),
        ("code_challenge_method", "S256".to_owned()),
    ] {
        assert_eq!(parameter(&url, name), value);
    }
    for (name, length) in [("state", 64), ("nonce", 43), ("code_challenge", 43)] {
        assert_eq!(parameter(&url, name).len(), length, "{name}");
    }
}

#[tokio::test]
async fn addresses_that_cannot_be_redirected_to_leave_the_sign_in_as_it_is() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let session = customer.session().await;
    let before = picture(&customer).await;
    let long = format!("https://shop.example/?{}", "&".repeat(900));
    for (uri, words) in [
        ("callback", "absolute"),
        ("https://shop.example/#a", "fragment"),
        ("http://shop.example/", "https"),
        ("javascript:alert(1)", "scheme"),
        ("data:text/html,x", "scheme"),
        ("https://me:word@shop.example/", "password"),
        (&long, "too long"),
    ] {
        let message = get_url(&customer, &session, uri)
            .await
            .refused(400, "ValidationException");
        assert!(
            message.contains("RedirectUri") && message.contains(words),
            "{uri}: {message}"
        );
        assert_eq!(picture(&customer).await, before, "{uri}");
    }
    get_url(&customer, &session, CALLBACK).await.done();
}

#[tokio::test]
async fn the_url_is_fetched_once_and_within_a_minute() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let session = customer.session().await;
    server.advance(59).await;
    get_url(&customer, &session, CALLBACK).await.done();
    let message = get_url(&customer, &session, CALLBACK)
        .await
        .refused(400, "ValidationException");
    assert!(
        message.contains("SessionId") && message.contains("before"),
        "{message}"
    );

    let mut late = Customer::arrive(&server).await;
    let session = late.session().await;
    server.advance(60).await;
    let message = get_url(&late, &session, CALLBACK)
        .await
        .refused(400, "ValidationException");
    assert!(
        message.contains("SessionId") && message.contains("minute"),
        "{message}"
    );
    // The customer may still say no.
    cancel(&late, &session).await.done();
    late.message("You continue without signing in.").await;
}

#[tokio::test]
async fn another_chats_session_and_token_open_nothing() {
    let server = Server::start().await;
    let mut mine = Customer::arrive(&server).await;
    let mut other = Customer::arrive(&server).await;
    let (my_session, other_session) = (mine.session().await, other.session().await);
    let before = (picture(&mine).await, picture(&other).await);
    let unknown = "00000000-0000-7000-8000-000000000000";
    for session in [other_session.as_str(), unknown] {
        let message = get_url(&mine, session, CALLBACK)
            .await
            .refused(400, "ValidationException");
        assert!(message.contains("SessionId"), "{message}");
        let same = cancel(&mine, session)
            .await
            .refused(400, "ValidationException");
        assert_eq!(message, same);
    }
    let token = std::mem::replace(&mut mine.token, "A".repeat(64));
    for bearer in [
        "A".repeat(64),
        "no token".to_owned(),
        mine.participant_token.clone(),
    ] {
        mine.token = bearer;
        get_url(&mine, &my_session, CALLBACK)
            .await
            .refused(403, "AccessDeniedException");
        cancel(&mine, &my_session)
            .await
            .refused(403, "AccessDeniedException");
    }
    mine.token = token;
    assert_eq!((picture(&mine).await, picture(&other).await), before);
}

#[tokio::test]
async fn an_answer_that_cannot_be_accepted_changes_nothing() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let (state, code) = (&redirect["state"], &redirect["code"]);
    let mut forged = state.as_str().unwrap().to_owned();
    forged.replace_range(40..41, if &forged[40..41] == "A" { "B" } else { "A" });
    let long = "x".repeat(2049);
    let before = picture(&customer).await;
    for (members, refusal, words) in [
        (
            json!({"State": state}),
            "InvalidRequestException",
            "Code or Error",
        ),
        (
            json!({"State": state, "ErrorDescription": "x"}),
            "InvalidRequestException",
            "Code or Error",
        ),
        (
            json!({"State": state, "Code": code, "Error": "x"}),
            "InvalidRequestException",
            "Code and Error",
        ),
        (
            json!({"State": state, "Code": long}),
            "InvalidParameterException",
            "ode",
        ),
        (
            json!({"State": state, "Error": long}),
            "InvalidParameterException",
            "rror",
        ),
        (
            json!({"State": state, "Error": "a\"b"}),
            "InvalidParameterException",
            "rror",
        ),
        (
            json!({"State": state, "Error": "a", "ErrorDescription": "é"}),
            "InvalidParameterException",
            "rrorDescription",
        ),
        (
            json!({"State": "x".repeat(1001), "Code": code}),
            "InvalidParameterException",
            "tate",
        ),
        (
            json!({"State": "", "Code": code}),
            "InvalidParameterException",
            "tate",
        ),
        (
            json!({"State": "nonsense", "Code": code}),
            "InvalidRequestException",
            "State",
        ),
        (
            json!({"State": "A".repeat(64), "Code": code}),
            "InvalidRequestException",
            "State",
        ),
        (
            json!({"State": forged, "Code": code}),
            "InvalidRequestException",
            "State",
        ),
    ] {
        let message = customer.answer(members.clone()).await.refused(400, refusal);
        assert!(message.contains(words), "{members}: {message}");
        assert_eq!(picture(&customer).await, before, "{members}");
    }
    customer.answer(accepted(&redirect)).await.done();
    customer.event("authentication.succeeded").await;
}

#[tokio::test]
async fn an_unknown_instance_and_another_ones_state_open_nothing() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let before = picture(&customer).await;
    let made = json!({
        "IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "another",
        "InboundCallsEnabled": true, "OutboundCallsEnabled": true,
    });
    let other = server.call("connect", "CreateInstance", made).await.done()["Id"].clone();
    let answer = |instance: Value| {
        let mut members = accepted(&redirect);
        members["InstanceId"] = instance;
        server.call("connect", "UpdateParticipantAuthentication", members)
    };
    let message = answer(other).await.refused(400, "InvalidRequestException");
    let unknown_state = customer
        .answer(json!({"State": "nonsense", "Code": "x"}))
        .await;
    assert_eq!(
        message,
        unknown_state.refused(400, "InvalidRequestException")
    );
    let message = answer("00000000-0000-4000-8000-000000000000".into()).await;
    assert!(
        message
            .refused(403, "AccessDeniedException")
            .contains("InstanceId")
    );
    assert_eq!(picture(&customer).await, before);
    customer.answer(accepted(&redirect)).await.done();
}

#[tokio::test]
async fn of_ten_answers_at_once_one_is_accepted() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let answers = join_all((0..10).map(|_| customer.answer(accepted(&redirect)))).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "ConflictException");
    }
    customer.message("You are signed in.").await;
    server.settle().await;
    let transcript = customer.transcript().await;
    let succeeded = format!("{EVENT}authentication.succeeded");
    let ends = transcript
        .iter()
        .filter(|item| item["ContentType"] == succeeded.as_str());
    assert_eq!(ends.count(), 1, "{transcript:#?}");
    assert_eq!(profiles(&server).await.as_array().unwrap().len(), 1);
}

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
async fn a_second_answer_conflicts_before_and_after_the_end() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    customer.answer(accepted(&redirect)).await.done();
    customer
        .answer(accepted(&redirect))
        .await
        .refused(409, "ConflictException");
    customer.message("You are signed in.").await;
    let session = customer.session().await;
    is_over(&customer, &redirect["state"], &session).await;
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
    let form = url::form_urlencoded::Serializer::new(String::new())
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
