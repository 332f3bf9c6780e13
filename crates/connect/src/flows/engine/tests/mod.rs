//! Facts about running flows.

mod actions;
mod attacks;
mod runs;

use serde_json::{Value, json};

use super::*;
use crate::flows::language::FlowType;
use crate::flows::parse::parse;

fn flow(actions: &Value) -> Flow {
    let content =
        json!({ "Version": "2019-10-30", "StartAction": "a", "Actions": actions }).to_string();
    parse(&content, FlowType::ContactFlow)
        .unwrap_or_else(|problems| panic!("{:#?}", problems.lines()))
}

/// An action whose branches all lead to messages that name them.
fn probe(type_name: &str, parameters: &Value, results: &[&str], errors: &[&str]) -> Flow {
    probe_with(type_name, parameters, results, errors, true)
}

fn probe_with(
    type_name: &str,
    parameters: &Value,
    results: &[&str],
    errors: &[&str],
    next: bool,
) -> Flow {
    let mut transitions = json!({
        "Conditions": results.iter().map(|result| json!({
            "NextAction": result, "Condition": { "Operator": "Equals", "Operands": [result] },
        })).collect::<Vec<_>>(),
        "Errors": errors.iter().map(|error| json!({ "NextAction": error, "ErrorType": error })).collect::<Vec<_>>(),
    });
    if next {
        transitions["NextAction"] = json!("next");
    }
    let mut actions = vec![json!({
        "Identifier": "a", "Type": type_name, "Parameters": parameters, "Transitions": transitions,
    })];
    for branch in results.iter().chain(errors).chain(&["next"]) {
        actions.push(json!({
            "Identifier": branch, "Type": "MessageParticipant",
            "Parameters": { "Text": branch }, "Transitions": { "NextAction": "end" },
        }));
    }
    actions.push(json!({ "Identifier": "end", "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {} }));
    flow(&json!(actions))
}

fn view() -> View {
    let document = json!({
        "ContactId": "c",
        "Channel": "CHAT",
        "Attributes": { "plan": "gold", "count": "2", "seconds": "90" },
        "SegmentAttributes": { "connect:CustomerAuthentication": { "Status": "AUTHENTICATED" } },
    });
    View {
        document: document.as_object().unwrap().clone(),
    }
}

fn branch_after(flow: &Flow, outcome: &ActionResult) -> Step {
    let mut run = Run::start(flow);
    step(flow, &mut run, &view());
    match run.settle(flow, &view(), outcome) {
        Step::Continue => step(flow, &mut run, &view()),
        other => other,
    }
}

fn says(text: &str) -> Step {
    Step::Act(Effect::Say(text.to_owned()))
}

/// Runs a flow whose first action needs nothing done, up to what comes after it.
fn branch_of(flow: &Flow) -> Step {
    let mut run = Run::start(flow);
    match step(flow, &mut run, &view()) {
        Step::Continue => step(flow, &mut run, &view()),
        other => other,
    }
}

fn sign_in_probe() -> Flow {
    let parameters = json!({ "CognitoConfiguration": {
        "UserPoolArn": "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEfGhI",
        "AppClientId": "client",
    } });
    probe(
        "AuthenticateParticipant",
        &parameters,
        &["OptedOut"],
        &["TimeLimitExceeded", "NoMatchingError"],
    )
}
