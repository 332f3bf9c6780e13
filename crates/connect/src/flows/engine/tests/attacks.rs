//! What a flow can make of one run, counted: flows made to do as much as they can.

use serde_json::{Map, Value, json};

use super::*;
use crate::flows::actions::ATTRIBUTES_BYTES_MAX;
use crate::flows::budget::{
    RUN_ACTIONS_MAX, RUN_BYTES_MAX, RUN_REFERENCES_MAX, RUN_TOO_LONG, Spent,
};

/// A contact whose only attribute is as long as attributes may be.
fn laden() -> View {
    let document = json!({ "Attributes": { "big": "x".repeat(ATTRIBUTES_BYTES_MAX - 3) } });
    View {
        document: document.as_object().unwrap().clone(),
    }
}

/// Runs a flow to its end, doing what it asks as far as references see it; gives what it spent, the
/// longest text that it handed out, and the last line of its log.
fn run_of(flow: &Flow, mut view: View) -> (Spent, usize, String) {
    let mut run = Run::start(flow);
    let mut longest = 0;
    loop {
        let stepped = step(flow, &mut run, &view);
        let outcome = match stepped {
            Step::Continue => continue,
            Step::Wait(_) | Step::End(_) => break,
            Step::Act(Effect::Say(text)) => {
                longest = longest.max(text.len());
                ActionResult::Done
            }
            Step::Act(Effect::SetAttributes(set)) => {
                let attributes = view
                    .document
                    .entry("Attributes")
                    .or_insert_with(|| json!({}));
                let attributes = attributes.as_object_mut().unwrap();
                attributes.extend(set.into_iter().map(|(name, value)| (name, value.into())));
                longest = longest.max(Value::Object(attributes.clone()).to_string().len());
                ActionResult::Done
            }
            Step::Act(_) => ActionResult::failed("no"),
        };
        if let Step::End(_) = run.settle(flow, &view, &outcome) {
            break;
        }
    }
    let spent = run.spent();
    assert!(spent.actions <= RUN_ACTIONS_MAX, "{spent:?}");
    assert!(spent.bytes <= RUN_BYTES_MAX, "{spent:?}");
    assert!(spent.references <= RUN_REFERENCES_MAX, "{spent:?}");
    let entries = run.take_entries();
    let log = serde_json::to_string(&entries).unwrap().len();
    assert!(log <= 2 * 64 * 1024, "{log} bytes of log");
    (spent, longest, entries.last().unwrap().results.clone())
}

/// Actions that come after each other and then again, whatever becomes of them.
fn ring(actions: &[(&str, Value)]) -> Flow {
    let name = |number: usize| match number % actions.len() {
        0 => "a".to_owned(),
        other => other.to_string(),
    };
    let listed: Vec<Value> = actions
        .iter()
        .enumerate()
        .map(|(number, (type_name, parameters))| {
            let next = name(number + 1);
            let mut transitions = json!({ "NextAction": next, "Errors": [{ "NextAction": next, "ErrorType": "NoMatchingError" }] });
            if let Some(conditions) = parameters.get("Conditions") {
                transitions["Conditions"] = conditions.clone();
                transitions["Errors"].as_array_mut().unwrap().push(json!({ "NextAction": next, "ErrorType": "NoMatchingCondition" }));
                transitions.as_object_mut().unwrap().remove("NextAction");
            }
            let mut parameters = parameters.clone();
            parameters.as_object_mut().unwrap().remove("Conditions");
            json!({ "Identifier": name(number), "Type": type_name, "Parameters": parameters, "Transitions": transitions })
        })
        .collect();
    flow(&json!(listed))
}

fn conditions(operator: &str, operands: &[String]) -> Value {
    let condition = |operand: &String| json!({ "NextAction": "a", "Condition": { "Operator": operator, "Operands": [operand] } });
    operands.iter().map(condition).collect()
}

const STOPPED: &str = "fatal flow error: run_too_long: 1000 actions ran without a wait";

#[test]
fn attributes_that_double_stop_at_their_sum() {
    let doubled = json!({ "Attributes": { "big": "$.Attributes.big$.Attributes.big" } });
    let start = View {
        document: json!({ "Attributes": { "big": "x" } })
            .as_object()
            .unwrap()
            .clone(),
    };
    let (spent, longest, last) = run_of(&ring(&[("UpdateContactAttributes", doubled)]), start);
    assert!(longest <= ATTRIBUTES_BYTES_MAX + 16, "{longest}");
    assert_eq!((spent.actions, last.as_str()), (RUN_ACTIONS_MAX, STOPPED));
    let doubled = json!({ "FlowAttributes": { "big": { "Value": "x$.FlowAttributes.big$.FlowAttributes.big" } } });
    run_of(&ring(&[("UpdateFlowAttributes", doubled)]), view());
}

#[test]
fn a_text_of_a_thousand_references_is_not_built() {
    let (spent, longest, _) = run_of(
        &ring(&[(
            "MessageParticipant",
            json!({ "Text": "$.Attributes.big".repeat(1000) }),
        )]),
        laden(),
    );
    // One value fits into a message, a second one does not: so much was copied and no more.
    assert_eq!(longest, 0);
    assert!(spent.bytes > 0);
}

#[test]
fn what_is_beyond_a_run_takes_the_error_branch_and_says_so() {
    let flow = flow(&json!([
        { "Identifier": "a", "Type": "MessageParticipant", "Parameters": { "Text": "$.Attributes.half" },
          "Transitions": { "NextAction": "a", "Errors": [{ "NextAction": "over", "ErrorType": "NoMatchingError" }] } },
        { "Identifier": "over", "Type": "Wait", "Parameters": { "TimeoutSeconds": 1 }, "Transitions": {
            "Conditions": [{ "NextAction": "a", "Condition": { "Operator": "Equals", "Operands": ["WaitCompleted"] } }] } },
    ]));
    let view = View {
        document: json!({ "Attributes": { "half": "x".repeat(16_000) } })
            .as_object()
            .unwrap()
            .clone(),
    };
    let mut run = Run::start(&flow);
    // A wait makes room for as much again.
    for _ in 0..2 {
        let mut said = 0;
        while let Step::Act(Effect::Say(_)) = step(&flow, &mut run, &view) {
            said += 1;
            run.settle(&flow, &view, &ActionResult::Done);
        }
        assert_eq!(said, RUN_BYTES_MAX / 16_000);
        let failures = run.take_failures();
        assert!(failures[0].cause.starts_with(RUN_TOO_LONG), "{failures:?}");
        assert!(!failures[0].identifier.is_empty() && run.take_failures().is_empty());
        let entries = run.take_entries();
        assert_eq!(
            entries.last().unwrap().results,
            "NoMatchingError: run_too_long: 1 MiB was filled in without a wait"
        );
        assert_eq!(step(&flow, &mut run, &view), Step::Wait(1));
        run.wait(Waiting::Until(0));
        run.settle(
            &flow,
            &view,
            &ActionResult::Result("WaitCompleted".to_owned()),
        );
    }
}

#[test]
fn a_turn_takes_what_was_spent_along() {
    let flow = ring(&[("MessageParticipant", json!({ "Text": "hello" }))]);
    let mut run = Run::start(&flow);
    for _ in 0..10 {
        step(&flow, &mut run, &view());
        run.settle(&flow, &view(), &ActionResult::Done);
    }
    run.wait(Waiting::Turn);
    run.take_entries();
    let row = serde_json::to_string(&run).unwrap();
    let mut again: Run = serde_json::from_str(&row).unwrap();
    again.take_turn();
    assert_eq!((again.spent().actions, again.spent().bytes), (10, 50));
    assert_eq!(step(&flow, &mut again, &view()), says("hello"));
}

#[test]
fn comparisons_are_counted_by_what_they_look_at() {
    let references: Vec<String> = (0..100).map(|_| "$.Attributes.big".to_owned()).collect();
    let letters: Vec<String> = (0..100).map(|_| "y".to_owned()).collect();
    let long: Vec<String> = (0..7)
        .map(|_| format!("{}y", "x".repeat(ATTRIBUTES_BYTES_MAX - 4)))
        .collect();
    let digits: Vec<String> = (0..6).map(|_| "1".repeat(30_000)).collect();
    for (operator, operands) in [
        ("TextEndsWith", &references),
        ("TextContains", &letters),
        ("Equals", &long),
        ("TextStartsWith", &long),
        ("NumberLessThan", &digits),
    ] {
        let parameters = json!({ "ComparisonValue": "$.Attributes.big", "Conditions": conditions(operator, operands) });
        let (spent, _, last) = run_of(&ring(&[("Compare", parameters)]), laden());
        assert!(spent.bytes > RUN_BYTES_MAX / 2, "{operator}: {spent:?}");
        assert_eq!(last, STOPPED, "{operator}");
    }
}

#[test]
fn references_are_counted_where_they_find_nothing() {
    let text = "$.Attributes.none".repeat(1000);
    let (spent, ..) = run_of(
        &ring(&[("MessageParticipant", json!({ "Text": text }))]),
        view(),
    );
    assert_eq!(spent.references, RUN_REFERENCES_MAX);
    let operands: Vec<String> = (0..10).map(|_| "$.Attributes.none".repeat(1000)).collect();
    let compare =
        json!({ "ComparisonValue": "$.ContactId", "Conditions": conditions("Equals", &operands) });
    let (spent, ..) = run_of(&ring(&[("Compare", compare)]), view());
    assert_eq!(spent.references, RUN_REFERENCES_MAX);
}

#[test]
fn names_and_values_of_every_action_count() {
    let members: Map<String, Value> = (0..250)
        .map(|number| (format!("n{number}"), json!("$.Attributes.big")))
        .collect();
    let identifiers: Vec<Value> = (0..5)
        .map(|_| json!({ "IdentifierName": "_email", "IdentifierValue": "$.Attributes.big" }))
        .collect();
    for (type_name, parameters) in [
        ("UpdateContactAttributes", json!({ "Attributes": members })),
        ("UpdateFlowAttributes", json!({ "FlowAttributes": members })),
        (
            "TransferToFlow",
            json!({ "ContactFlowId": "$.Attributes.big" }),
        ),
        (
            "GetCustomerProfile",
            json!({ "ProfileRequestData": { "SearchCriteria": identifiers } }),
        ),
        (
            "Wait",
            json!({ "TimeoutSeconds": "$.Attributes.big", "Conditions": conditions("Equals", &["WaitCompleted".to_owned()]) }),
        ),
        (
            "Loop",
            json!({ "LoopCount": "$.Attributes.big", "Conditions": conditions("Equals", &["ContinueLooping".to_owned(), "DoneLooping".to_owned()]) }),
        ),
    ] {
        let (spent, ..) = run_of(&ring_of(type_name, &parameters), laden());
        assert_eq!(spent.actions, RUN_ACTIONS_MAX, "{type_name}");
    }
}

/// A ring of one action without the branch for results that match nothing.
fn ring_of(type_name: &str, parameters: &Value) -> Flow {
    let mut transitions =
        json!({ "Errors": [{ "NextAction": "a", "ErrorType": "NoMatchingError" }] });
    match parameters.get("Conditions") {
        Some(conditions) => transitions["Conditions"] = conditions.clone(),
        None => transitions["NextAction"] = json!("a"),
    }
    flow(
        &json!([{ "Identifier": "a", "Type": type_name, "Parameters": parameters, "Transitions": transitions }]),
    )
}
