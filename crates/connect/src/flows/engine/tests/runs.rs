//! How a run goes on, and when it ends.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::flows::budget::RUN_ACTIONS_MAX;

#[test]
fn a_flow_that_never_waits_is_stopped() {
    let flow = flow(&json!([
        { "Identifier": "a", "Type": "UpdateFlowLoggingBehavior", "Parameters": { "FlowLoggingBehavior": "Enabled" },
          "Transitions": { "NextAction": "a" } },
    ]));
    let mut run = Run::start(&flow);
    for _ in 0..RUN_ACTIONS_MAX {
        assert_eq!(step(&flow, &mut run, &view()), Step::Continue);
    }
    assert_eq!(step(&flow, &mut run, &view()), Step::End(Ending::Fatal));
    let entries = run.take_entries();
    assert_eq!(entries.len(), ENTRIES_MAX + 1);
    assert_eq!(
        entries[ENTRIES_MAX].results,
        "fatal flow error: run_too_long: 1000 actions ran without a wait"
    );
}

#[test]
fn a_wait_lets_a_flow_go_on() {
    let flow = flow(&json!([
        { "Identifier": "a", "Type": "Wait", "Parameters": { "TimeoutSeconds": 1 }, "Transitions": {
            "Conditions": [{ "NextAction": "a", "Condition": { "Operator": "Equals", "Operands": ["WaitCompleted"] } }],
        } },
    ]));
    let mut run = Run::start(&flow);
    for _ in 0..3 * RUN_ACTIONS_MAX {
        assert_eq!(step(&flow, &mut run, &view()), Step::Wait(1));
        run.wait(Waiting::Until(0));
        assert_eq!(
            run.settle(
                &flow,
                &view(),
                &ActionResult::Result("WaitCompleted".to_owned())
            ),
            Step::Continue
        );
    }
}

#[test]
fn the_log_can_be_switched_off_but_for_what_ends_the_flow() {
    let flow = flow(&json!([
        { "Identifier": "a", "Type": "UpdateFlowLoggingBehavior", "Parameters": { "FlowLoggingBehavior": "Disabled" },
          "Transitions": { "NextAction": "b" } },
        { "Identifier": "b", "Type": "InvokeLambdaFunction", "Parameters": {}, "Transitions": {} },
    ]));
    let mut run = Run::start(&flow);
    step(&flow, &mut run, &view());
    step(&flow, &mut run, &view());
    let entries: Vec<_> = run
        .take_entries()
        .into_iter()
        .map(|entry| entry.results)
        .collect();
    assert_eq!(
        entries,
        ["fatal flow error: no branch for the error NoMatchingError"]
    );
}

#[test]
fn a_flow_log_keeps_its_newest_half_and_one_more() {
    let mut run = Run::start(&flow(&json!([
        { "Identifier": "a", "Type": "EndFlowExecution", "Parameters": {}, "Transitions": {} },
    ])));
    let forgotten = |run: &mut Run, numbers: std::ops::Range<i64>, bytes| -> Vec<(i64, i64)> {
        numbers
            .filter_map(|number| Some((number, run.count_log_row(number, bytes)?)))
            .collect()
    };
    let half = i64::from(LOG_HALF_ROWS_MAX);
    let rows = forgotten(&mut run, 1..3 * half + 1, 10);
    assert_eq!(rows, [(2 * half, half), (3 * half, 2 * half)]);
    let large = forgotten(&mut run, 3 * half + 1..3 * half + 5, LOG_HALF_BYTES_MAX / 2);
    assert_eq!(
        large,
        [(3 * half + 2, 3 * half), (3 * half + 4, 3 * half + 2)]
    );
}

#[test]
fn a_run_survives_its_row() {
    let flow = sign_in_probe();
    let mut run = Run::start(&flow);
    step(&flow, &mut run, &view());
    run.wait(Waiting::SignIn);
    run.take_entries();
    let row = serde_json::to_string(&run).unwrap();
    assert_eq!(serde_json::from_str::<Run>(&row).unwrap(), run);
    assert!(serde_json::from_str::<Run>(&row).unwrap().waiting() == Some(Waiting::SignIn));
}

proptest! {
    #[test]
    fn any_flow_comes_to_a_wait_or_an_end(
        kinds in prop::collection::vec((0..8usize, 0..12usize, 0..12usize), 1..12),
        outcomes in prop::collection::vec(0..3usize, 32),
    ) {
        let count = kinds.len();
        let actions: Vec<Value> = kinds.iter().enumerate().map(|(number, (kind, next, other))| {
            let identifier = if number == 0 { "a".to_owned() } else { number.to_string() };
            let target = |index: usize| if index.is_multiple_of(count) { "a".to_owned() } else { (index % count).to_string() };
            random_action(&identifier, *kind, &target(*next), &target(*other))
        }).collect();
        let flow = flow(&json!(actions));
        let mut run = Run::start(&flow);
        let mut outcomes = outcomes.iter().cycle();
        let mut steps = 0;
        loop {
            steps += 1;
            prop_assert!(steps <= RUN_ACTIONS_MAX + 1);
            match step(&flow, &mut run, &view()) {
                Step::Continue => {}
                Step::Wait(_) | Step::End(_) => break,
                Step::Act(_) => {
                    let outcome = match outcomes.next() {
                        Some(0) => ActionResult::Done,
                        Some(1) => ActionResult::Result("OptedOut".to_owned()),
                        _ => ActionResult::failed("no"),
                    };
                    if let Step::End(_) = run.settle(&flow, &view(), &outcome) {
                        break;
                    }
                }
            }
        }
    }
}

fn random_action(identifier: &str, kind: usize, next: &str, other: &str) -> Value {
    let condition = |operand: &str| {
        json!({
            "NextAction": next, "Condition": { "Operator": "Equals", "Operands": [operand] },
        })
    };
    let error = |error_type: &str| json!({ "NextAction": other, "ErrorType": error_type });
    let (type_name, parameters, transitions) = match kind {
        0 => (
            "MessageParticipant",
            json!({ "Text": "hello" }),
            json!({ "NextAction": next }),
        ),
        1 => (
            "Compare",
            json!({ "ComparisonValue": "$.Attributes.plan" }),
            json!({
                "Conditions": [condition("gold")], "Errors": [error("NoMatchingCondition")],
            }),
        ),
        2 => (
            "Loop",
            json!({ "LoopCount": 2 }),
            json!({
                "Conditions": [condition("ContinueLooping"), { "NextAction": other, "Condition": { "Operator": "Equals", "Operands": ["DoneLooping"] } }],
            }),
        ),
        3 => (
            "UpdateContactAttributes",
            json!({ "Attributes": { "a": "b" } }),
            json!({ "NextAction": next, "Errors": [error("NoMatchingError")] }),
        ),
        4 => (
            "InvokeLambdaFunction",
            json!({}),
            json!({ "Errors": [error("NoMatchingError")] }),
        ),
        5 => (
            "TransferToFlow",
            json!({ "ContactFlowId": "x" }),
            json!({ "Errors": [error("NoMatchingError")] }),
        ),
        6 => (
            "Wait",
            json!({ "TimeoutSeconds": 5 }),
            json!({ "Conditions": [condition("WaitCompleted")] }),
        ),
        _ => ("EndFlowExecution", json!({}), json!({})),
    };
    json!({ "Identifier": identifier, "Type": type_name, "Parameters": parameters, "Transitions": transitions })
}
