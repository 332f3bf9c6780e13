//! Flows as the console exports them: every type of action is taken, blocks of voice do on a chat what
//! they do on AWS, names and values may be references.

use serde_json::{Value, json};

use super::{action, chat, error, log, new_flow, say, wait};
use crate::support::Server;

/// What the console writes around a flow.
fn export(actions: &Value) -> String {
    let positions: serde_json::Map<String, Value> = actions
        .as_array()
        .unwrap()
        .iter()
        .map(|action| {
            let name = action["Identifier"].as_str().unwrap().to_owned();
            (name, json!({"position": {"x": 1, "y": 2.5}}))
        })
        .collect();
    json!({
        "Version": "2019-10-30", "StartAction": "a", "Actions": actions,
        "Metadata": {
            "entryPointPosition": {"x": 40, "y": 40}, "ActionMetadata": positions,
            "Annotations": [], "name": "export", "type": "contactFlow", "status": "published",
            "hash": {},
        },
    })
    .to_string()
}

async fn import(server: &Server, name: &str, actions: &Value) -> String {
    let input = new_flow(server, name, &export(actions));
    let created = server
        .call("connect", "CreateContactFlow", input)
        .await
        .done();
    created["ContactFlowId"].as_str().unwrap().to_owned()
}

/// An action that leads to `yes` or, by an error, to `no`.
fn fork(type_name: &str, parameters: Value) -> Value {
    let errors = [error("NoMatchingError", "no")];
    let transitions = json!({"NextAction": "yes", "Errors": errors, "Conditions": []});
    action("a", type_name, parameters, transitions)
}

fn forked(action: &Value) -> Value {
    json!([
        action,
        say("yes", "yes", "w"),
        say("no", "no", "w"),
        wait("w", 60, "no")
    ])
}

#[tokio::test]
async fn a_voice_for_texts_has_no_effect_on_a_chat() {
    let server = Server::start().await;
    let voice = json!({"TextToSpeechVoice": "Joanna", "TextToSpeechEngine": "Neural"});
    let with_branch = fork("UpdateContactTextToSpeechVoice", voice.clone());
    let mut without = with_branch.clone();
    without["Transitions"]["Errors"] = json!([]);
    for (name, block) in [("with", with_branch), ("without", without)] {
        let flow = import(&server, name, &forked(&block)).await;
        chat(&server, &flow, json!({})).await.message("yes").await;
    }
}

#[tokio::test]
async fn blocks_of_voice_alone_take_the_error_branch() {
    let server = Server::start().await;
    for name in [
        "TransferParticipantToThirdParty",
        "MessageParticipantIteratively",
        "TransferContactToAgent",
        "GetParticipantInput",
    ] {
        let flow = import(&server, name, &forked(&fork(name, json!({})))).await;
        let mut customer = chat(&server, &flow, json!({})).await;
        customer.message("no").await;
        let log = log(&server, &customer.contact).await;
        assert_eq!(
            log[0],
            format!("a NoMatchingError: {name} is for voice only")
        );
    }
}

#[tokio::test]
async fn every_type_of_real_exports_is_taken() {
    let server = Server::start().await;
    for name in [
        "EvaluateDataTableValues",
        "UpsertDataTableValues",
        "ListDataTableValues",
        "StartOutboundChatContact",
        "CreateWisdomSession",
        "CreateCase",
        "GetCase",
        "UpdateCase",
        "SendMessage",
    ] {
        let flow = import(&server, name, &forked(&fork(name, json!({"Any": "thing"})))).await;
        let mut customer = chat(&server, &flow, json!({})).await;
        customer.message("no").await;
        let log = log(&server, &customer.contact).await;
        assert_eq!(log[0], format!("a NoMatchingError: {name} is not built"));
    }
}

#[tokio::test]
async fn the_name_of_an_attribute_may_be_a_reference() {
    let server = Server::start().await;
    let set = json!({"TargetContact": "Current", "Attributes": {
        "answer_$.Attributes.counter": "$.Attributes.value", "plain": "x",
    }});
    let flow = json!([
        fork("UpdateContactAttributes", set),
        say("yes", "[$.Attributes.answer_1]", "w"),
        say("no", "no", "w"),
        wait("w", 60, "no"),
    ]);
    let flow = import(&server, "Names", &flow).await;
    for (counter, said) in [("1", "[seven]"), ("a.b", "no")] {
        let attributes = json!({"Attributes": {"counter": counter, "value": "seven"}});
        let mut customer = chat(&server, &flow, attributes).await;
        customer.message(said).await;
    }
}

#[tokio::test]
async fn a_profile_is_found_by_a_field() {
    let server = Server::start().await;
    let profile = json!({
        "DomainName": server.ready("profiles_domain"),
        "FirstName": "Ada", "PhoneNumber": "+4912345601",
    });
    server
        .call("customer-profiles", "CreateProfile", profile)
        .await
        .done();
    let find = json!({
        "ProfileRequestData": {"PhoneNumber": "$.Attributes.phone"},
        "ProfileResponseData": ["FirstName", "LastName"],
    });
    let errors =
        ["NoMatchingError", "MultipleFoundError", "NoneFoundError"].map(|it| error(it, "no"));
    let transitions = json!({"NextAction": "yes", "Errors": errors, "Conditions": []});
    let flow = json!([
        action("a", "GetCustomerProfile", find, transitions),
        say("yes", "Hello $.Customer.FirstName", "w"),
        say("no", "no", "w"),
        wait("w", 60, "no"),
    ]);
    let flow = import(&server, "Field", &flow).await;
    for (phone, said) in [("+4912345601", "Hello Ada"), ("+4912345609", "no")] {
        let attributes = json!({"Attributes": {"phone": phone}});
        chat(&server, &flow, attributes).await.message(said).await;
    }
}

#[tokio::test]
async fn a_flow_that_would_say_what_cannot_be_stored_is_not_made() {
    let server = Server::start().await;
    for flow in [
        json!([say("a", "x\u{0}y", "w"), wait("w", 60, "a")]),
        json!([action(
            "a",
            "UpdateContactAttributes",
            json!({"Attributes": {"k": "\u{0}"}}),
            json!({"NextAction": "a"})
        )]),
    ] {
        let input = new_flow(&server, "Nul", &export(&flow));
        let refused = server.call("connect", "CreateContactFlow", input).await;
        let problems = refused.document["problems"].to_string();
        assert!(problems.contains("U+0000"), "{refused:?}");
    }
}

#[tokio::test]
async fn an_export_of_the_consoles_old_format_is_told_as_that() {
    let server = Server::start().await;
    let old = json!({"modules": [{"id": "1", "type": "PlayPrompt"}], "version": "1", "start": "1"});
    let input = new_flow(&server, "Old", &old.to_string());
    let refused = server.call("connect", "CreateContactFlow", input).await;
    let problems = refused.document["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    let problem = problems[0]["message"].as_str().unwrap();
    assert!(problem.contains("old format"), "{problem}");
}
