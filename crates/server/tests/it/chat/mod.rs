//! A chat from `StartChatContact` to its end, over HTTP and the websocket. The flow says a word and
//! waits; sign-ins have their own tests.

mod contacts;
mod conversation;
mod full;
mod replicas;

use serde_json::{Value, json};

use crate::support::{Answer, Customer, EVENT, Server};

const TICKET: [&str; 1] = ["WEBSOCKET"];

/// A service with a flow of its own; gives the flow's id too.
async fn server() -> (Server, String) {
    server_with(&[]).await
}

async fn server_with(flags: &[&str]) -> (Server, String) {
    let server = Server::start_with(flags).await;
    let flow = flow(&server).await;
    (server, flow)
}

/// A flow that greets and waits.
async fn flow(server: &Server) -> String {
    let to = |next: &str| json!([{"NextAction": next, "ErrorType": "NoMatchingError"}]);
    let content = json!({
        "Version": "2019-10-30",
        "StartAction": "Hello",
        "Actions": [
            {
                "Identifier": "Hello",
                "Type": "MessageParticipant",
                "Parameters": {"Text": "Welcome, $.Attributes.name."},
                "Transitions": {"NextAction": "Wait", "Errors": to("Wait")},
            },
            {
                "Identifier": "Wait",
                "Type": "Wait",
                "Parameters": {"TimeoutSeconds": "604800"},
                "Transitions": {
                    "NextAction": "End",
                    "Conditions": [{
                        "NextAction": "End",
                        "Condition": {"Operator": "Equals", "Operands": ["WaitCompleted"]},
                    }],
                    "Errors": to("End"),
                },
            },
            {"Identifier": "End", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
        ],
    });
    let input = json!({
        "InstanceId": server.ready("instance_id"),
        "Name": "Chat",
        "Type": "CONTACT_FLOW",
        "Content": content.to_string(),
    });
    let made = server
        .call("connect", "CreateContactFlow", input)
        .await
        .done();
    made["ContactFlowId"].as_str().unwrap().to_owned()
}

async fn arrive<'s>(server: &'s Server, flow: &str) -> Customer<'s> {
    Customer::arrive_with(server, members(flow)).await
}

fn members(flow: &str) -> Value {
    json!({"ContactFlowId": flow, "Attributes": {"name": "Ada"}})
}

async fn start(server: &Server, flow: &str, more: Value) -> Answer {
    let mut input = members(flow);
    input["InstanceId"] = server.ready("instance_id").into();
    input["ParticipantDetails"] = json!({"DisplayName": "Guest"});
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    server.call("connect", "StartChatContact", input).await
}

async fn connection(server: &Server, token: &Value, more: Value) -> Answer {
    let mut input = json!({"ParticipantToken": token});
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    server
        .call("connectparticipant", "CreateParticipantConnection", input)
        .await
}

async fn send(customer: &Customer<'_>, text: &str) -> Answer {
    let input = json!({"ContentType": "text/plain", "Content": text});
    customer.participant_call("SendMessage", input).await
}

/// What the items say, or which events they are.
fn contents(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| match item["Content"].as_str() {
            Some(content) => content,
            None => item["ContentType"]
                .as_str()
                .unwrap()
                .trim_start_matches(EVENT),
        })
        .collect()
}
