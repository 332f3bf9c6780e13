//! The provider's answer: what is refused, and that one is accepted.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{accepted, is_over, picture, profiles};
use crate::support::{Customer, EVENT, Server};

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
async fn a_repeated_answer_is_told_from_another_one() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let state = &redirect["state"];
    let told = async |customer: &Customer<'_>, members: Value| {
        let answer = customer.answer(members).await;
        answer.refused(409, "ConflictException")
    };
    customer.answer(accepted(&redirect)).await.done();
    let same = "State: answered already, with the same code.";
    assert_eq!(told(&customer, accepted(&redirect)).await, same);
    let others = [
        json!({"State": state, "Code": "another"}),
        json!({"State": state, "Error": redirect["code"]}),
    ];
    for other in &others {
        let message = told(&customer, other.clone()).await;
        assert_eq!(message, "State: the sign-in has been answered already.");
    }
    // The same after its end, when the code is erased.
    customer.message("You are signed in.").await;
    assert_eq!(told(&customer, accepted(&redirect)).await, same);
    for other in others {
        assert_eq!(
            told(&customer, other).await,
            "State: the sign-in has ended."
        );
    }
}

#[tokio::test]
async fn a_repeated_error_is_told_from_another_one() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let refused = |description: &str| json!({"State": redirect["state"], "Error": "access_denied", "ErrorDescription": description});
    customer.answer(refused("no")).await.done();
    let answer = customer.answer(refused("no")).await;
    let message = answer.refused(409, "ConflictException");
    assert_eq!(message, "State: answered already, with the same error.");
    let message = customer.answer(refused("never")).await;
    assert!(!message.refused(409, "ConflictException").contains("same"));
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_keep_a_sign_in_open() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    customer.session().await;
    server.time.set(-86_400_000);
    // The demo's three minutes, at half the speed.
    server.time.advance(180_000);
    server.settle().await;
    assert_eq!(
        customer
            .items
            .iter()
            .filter(|item| item["Content"] == "Sign-in timed out.")
            .count(),
        0
    );
    server.time.advance(180_001);
    server.settle().await;
    customer.message("Sign-in timed out.").await;
}
