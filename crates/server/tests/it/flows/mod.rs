//! Flows: their operations, and what runs of them do to a chat.

mod attacks;
mod exports;
mod operations;
mod runs;
mod waits;

use serde_json::{Value, json};
use signback_connect::{contacts, flows};
use signback_platform::ids::ContactId;

use crate::support::{Customer, Server};

fn content(actions: &Value) -> String {
    json!({ "Version": "2019-10-30", "StartAction": "a", "Actions": actions }).to_string()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "calls read like the document"
)]
fn action(identifier: &str, type_name: &str, parameters: Value, transitions: Value) -> Value {
    json!({ "Identifier": identifier, "Type": type_name, "Parameters": parameters, "Transitions": transitions })
}

fn say(identifier: &str, text: &str, next: &str) -> Value {
    action(
        identifier,
        "MessageParticipant",
        json!({ "Text": text }),
        json!({ "NextAction": next }),
    )
}

fn wait(identifier: &str, seconds: u32, next: &str) -> Value {
    let transitions = json!({ "Conditions": [equals("WaitCompleted", next)] });
    action(
        identifier,
        "Wait",
        json!({ "TimeoutSeconds": seconds.to_string() }),
        transitions,
    )
}

fn equals(operand: &str, next: &str) -> Value {
    json!({ "NextAction": next, "Condition": { "Operator": "Equals", "Operands": [operand] } })
}

fn error(error_type: &str, next: &str) -> Value {
    json!({ "NextAction": next, "ErrorType": error_type })
}

fn end(identifier: &str) -> Value {
    action(identifier, "DisconnectParticipant", json!({}), json!({}))
}

fn new_flow(server: &Server, name: &str, content: &str) -> Value {
    json!({ "InstanceId": server.ready("instance_id"), "Name": name, "Type": "CONTACT_FLOW", "Content": content })
}

async fn create(server: &Server, name: &str, actions: &Value) -> String {
    let input = new_flow(server, name, &content(actions));
    let created = server
        .call("connect", "CreateContactFlow", input)
        .await
        .done();
    created["ContactFlowId"].as_str().unwrap().to_owned()
}

async fn on_flow(
    server: &Server,
    operation: &str,
    flow: &str,
    mut members: Value,
) -> crate::support::Answer {
    members["InstanceId"] = server.ready("instance_id").into();
    members["ContactFlowId"] = flow.into();
    server.call("connect", operation, members).await
}

async fn chat<'s>(server: &'s Server, flow: &str, mut members: Value) -> Customer<'s> {
    members["ContactFlowId"] = flow.into();
    Customer::arrive_with(server, members).await
}

/// Starts a chat whose flow ends it before anybody can connect; gives its contact.
async fn chat_that_ends(server: &Server, flow: &str, attributes: Value) -> String {
    let members =
        json!({ "ParticipantDetails": { "DisplayName": "Guest" }, "Attributes": attributes });
    let started = on_flow(server, "StartChatContact", flow, members)
        .await
        .done();
    let contact = started["ContactId"].as_str().unwrap().to_owned();
    // A long run goes on after the answer.
    server.settle().await;
    let described = json!({ "InstanceId": server.ready("instance_id"), "ContactId": contact });
    let described = server
        .call("connect", "DescribeContact", described)
        .await
        .done();
    assert_eq!(
        described["Contact"]["DisconnectReason"],
        "CONTACT_FLOW_DISCONNECT"
    );
    contact
}

/// What the flow log of a customer's chat says of results, line by line.
pub(crate) async fn log(server: &Server, contact: &str) -> Vec<String> {
    let id = ContactId::new(contact);
    let lines = server.running.app.platform.store.transact(move |tx| {
        let contact = contacts::lock(tx, &id)?.expect("the contact is there");
        flows::log_lines(tx, &contact.scope, &contact.instance, &contact.id)
    });
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let lines = lines.await.unwrap();
    lines
        .iter()
        .map(|line| format!("{} {}", text(line, "Identifier"), text(line, "Results")))
        .collect()
}
