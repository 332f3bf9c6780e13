//! What each action does.

use serde_json::{Value, json};

use super::*;

#[test]
fn a_sign_in_has_four_branches() {
    let flow = sign_in_probe();
    let failed = |error_type| ActionResult::Failed {
        error_type,
        cause: "x".to_owned(),
    };
    assert_eq!(branch_after(&flow, &ActionResult::Done), says("next"));
    assert_eq!(
        branch_after(&flow, &ActionResult::Result("OptedOut".to_owned())),
        says("OptedOut")
    );
    assert_eq!(
        branch_after(&flow, &failed("TimeLimitExceeded")),
        says("TimeLimitExceeded")
    );
    assert_eq!(
        branch_after(&flow, &failed("NoMatchingError")),
        says("NoMatchingError")
    );
}

#[test]
fn only_a_sign_in_takes_the_success_branch() {
    for other in ["", "Success", "optedout", "Anything"] {
        let step = branch_after(&sign_in_probe(), &ActionResult::Result(other.to_owned()));
        assert_eq!(step, says("NoMatchingError"), "{other}");
    }
}

#[test]
fn messages_are_filled_in() {
    let flow = probe(
        "MessageParticipant",
        &json!({ "Text": "Your plan: $.Attributes.plan." }),
        &[],
        &[],
    );
    assert_eq!(branch_of(&flow), says("Your plan: gold."));
    for parameters in [
        json!({ "Text": "$.Attributes.absent" }),
        json!({ "PromptId": "p" }),
    ] {
        let flow = probe("MessageParticipant", &parameters, &[], &["NoMatchingError"]);
        assert_eq!(branch_of(&flow), says("NoMatchingError"));
    }
}

#[test]
fn comparisons_take_the_first_condition_that_holds() {
    let compare = |reference: &str, conditions: &[(&str, &str)]| {
        let conditions: Vec<Value> = conditions.iter().enumerate().map(|(number, (operator, operand))| json!({
            "NextAction": format!("m{number}"), "Condition": { "Operator": operator, "Operands": [operand] },
        })).collect();
        let message = |name: &str| {
            json!({
                "Identifier": name, "Type": "MessageParticipant", "Parameters": { "Text": name }, "Transitions": { "NextAction": "none" },
            })
        };
        let flow = flow(&json!([
            { "Identifier": "a", "Type": "Compare", "Parameters": { "ComparisonValue": reference }, "Transitions": {
                "Conditions": conditions, "Errors": [{ "NextAction": "none", "ErrorType": "NoMatchingCondition" }],
            } },
            message("m0"), message("m1"), message("none"),
        ]));
        match branch_of(&flow) {
            Step::Act(Effect::Say(text)) => text,
            other => panic!("{other:?}"),
        }
    };
    let status = "$.SegmentAttributes['connect:CustomerAuthentication']['Status']";
    assert_eq!(
        compare(status, &[("Equals", "FAILED"), ("Equals", "AUTHENTICATED")]),
        "m1"
    );
    assert_eq!(compare("$.Attributes.plan", &[("Equals", "Gold")]), "none");
    assert_eq!(
        compare("$.Attributes.plan", &[("Equals", "$.Attributes.plan")]),
        "m0"
    );
    assert_eq!(
        compare(
            "$.Attributes.plan",
            &[("TextStartsWith", "go"), ("TextEndsWith", "ld")]
        ),
        "m0"
    );
    assert_eq!(
        compare(
            "$.Attributes.plan",
            &[("TextContains", "x"), ("TextEndsWith", "ld")]
        ),
        "m1"
    );
    assert_eq!(
        compare(
            "$.Attributes.count",
            &[
                ("NumberGreaterThan", "2"),
                ("NumberGreaterOrEqualTo", "2.0")
            ]
        ),
        "m1"
    );
    assert_eq!(
        compare(
            "$.Attributes.count",
            &[("NumberLessThan", "2"), ("NumberLessOrEqualTo", "2")]
        ),
        "m1"
    );
    assert_eq!(
        compare(
            "$.Attributes.plan",
            &[("NumberLessThan", "2"), ("NumberGreaterThan", "2")]
        ),
        "none"
    );
    assert_eq!(compare("$.Attributes.absent", &[("Equals", "")]), "none");
}

#[test]
fn attributes_are_set_all_or_none() {
    let set = |value: &str| {
        let parameters = json!({ "Attributes": { "copy": "$.Attributes.plan", "new": value }, "TargetContact": "Current" });
        probe(
            "UpdateContactAttributes",
            &parameters,
            &[],
            &["NoMatchingError"],
        )
    };
    let Step::Act(Effect::SetAttributes(attributes)) = branch_of(&set("x")) else {
        panic!("no attributes")
    };
    let names: Vec<_> = attributes
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(names, ["copy=gold", "new=x"]);
    assert_eq!(
        branch_of(&set(&"x".repeat(32 * 1024))),
        says("NoMatchingError")
    );
    let related = json!({ "Attributes": {}, "TargetContact": "Related" });
    let flow = probe(
        "UpdateContactAttributes",
        &related,
        &[],
        &["NoMatchingError"],
    );
    assert_eq!(branch_of(&flow), says("NoMatchingError"));
}

#[test]
fn flow_attributes_are_seen_by_the_flow() {
    let flow = flow(&json!([
        { "Identifier": "a", "Type": "UpdateFlowAttributes",
          "Parameters": { "FlowAttributes": { "x": { "Value": "1" }, "y": "$.Attributes.plan" } },
          "Transitions": { "NextAction": "b" } },
        { "Identifier": "b", "Type": "MessageParticipant", "Parameters": { "Text": "$.FlowAttributes.x $.FlowAttributes.y" },
          "Transitions": { "NextAction": "a" } },
    ]));
    assert_eq!(branch_of(&flow), says("1 gold"));
}

#[test]
fn waits_take_numbers_texts_and_references() {
    let wait = |parameters: &Value| {
        branch_of(&probe(
            "Wait",
            parameters,
            &["WaitCompleted"],
            &["NoMatchingError", "ParticipantNotFound"],
        ))
    };
    assert_eq!(wait(&json!({ "TimeoutSeconds": 60 })), Step::Wait(60));
    assert_eq!(
        wait(&json!({ "TimeLimitSeconds": "3600" })),
        Step::Wait(3600)
    );
    assert_eq!(
        wait(&json!({ "TimeoutSeconds": "$.Attributes.seconds" })),
        Step::Wait(90)
    );
    assert_eq!(
        wait(&json!({ "TimeoutSeconds": "$.Attributes.plan" })),
        says("NoMatchingError")
    );
    let for_bot = json!({ "TimeoutSeconds": 60, "Events": ["BotParticipantDisconnected"] });
    assert_eq!(wait(&for_bot), says("ParticipantNotFound"));
    let flow = probe(
        "Wait",
        &json!({ "TimeoutSeconds": 60 }),
        &["WaitCompleted"],
        &[],
    );
    assert_eq!(
        branch_after(&flow, &ActionResult::Result("WaitCompleted".to_owned())),
        says("WaitCompleted")
    );
}

#[test]
fn a_loop_goes_round_so_many_times_and_begins_anew() {
    for (count, rounds) in [
        (json!("0"), 0),
        (json!(3), 3),
        (json!("$.Attributes.count"), 2),
    ] {
        let flow = flow(&json!([
            { "Identifier": "a", "Type": "Loop", "Parameters": { "LoopCount": count }, "Transitions": { "Conditions": [
                { "NextAction": "round", "Condition": { "Operator": "Equals", "Operands": ["ContinueLooping"] } },
                { "NextAction": "done", "Condition": { "Operator": "Equals", "Operands": ["DoneLooping"] } },
            ] } },
            { "Identifier": "round", "Type": "MessageParticipant", "Parameters": { "Text": "round $.Loop.a.Index" }, "Transitions": { "NextAction": "a" } },
            { "Identifier": "done", "Type": "MessageParticipant", "Parameters": { "Text": "done" }, "Transitions": { "NextAction": "a" } },
        ]));
        let mut run = Run::start(&flow);
        for _ in 0..2 {
            for round in 0..rounds {
                assert_eq!(step(&flow, &mut run, &view()), Step::Continue);
                assert_eq!(
                    step(&flow, &mut run, &view()),
                    says(&format!("round {round}"))
                );
                assert_eq!(
                    run.settle(&flow, &view(), &ActionResult::Done),
                    Step::Continue
                );
            }
            assert_eq!(step(&flow, &mut run, &view()), Step::Continue);
            assert_eq!(step(&flow, &mut run, &view()), says("done"));
            assert_eq!(
                run.settle(&flow, &view(), &ActionResult::Done),
                Step::Continue
            );
        }
    }
}

#[test]
fn a_search_never_looks_for_what_is_absent() {
    let search = |request: &Value| {
        let parameters =
            json!({ "ProfileRequestData": request, "ProfileResponseData": ["FirstName"] });
        branch_of(&probe(
            "GetCustomerProfile",
            &parameters,
            &[],
            &["NoneFoundError", "MultipleFoundError", "NoMatchingError"],
        ))
    };
    let identifier = |value: &str| json!({ "IdentifierName": "_email", "IdentifierValue": value });
    let found = |criteria: &[&str], all| {
        Step::Act(Effect::FindProfile {
            criteria: criteria
                .iter()
                .map(|value| ("_email".to_owned(), (*value).to_owned()))
                .collect(),
            all,
            fields: vec!["FirstName".to_owned()],
        })
    };
    assert_eq!(search(&identifier("a@b.c")), found(&["a@b.c"], true));
    assert_eq!(
        search(&identifier("$.Attributes.absent")),
        says("NoneFoundError")
    );
    let both = |operator: &str| {
        json!({
            "SearchCriteria": [identifier("$.Attributes.absent"), identifier("a@b.c")], "LogicalOperator": operator,
        })
    };
    assert_eq!(search(&both("AND")), says("NoneFoundError"));
    assert_eq!(search(&both("OR")), found(&["a@b.c"], false));
}

#[test]
fn found_fields_are_kept_up_to_a_size() {
    let flow = probe(
        "MessageParticipant",
        &json!({ "Text": "$.Customer.FirstName $.Customer.Attributes.x" }),
        &[],
        &[],
    );
    let mut run = Run::start(&flow);
    let fields = json!({ "FirstName": "Ada", "Attributes": { "x": "y" } });
    assert!(run.keep_customer(fields.as_object().unwrap().clone()));
    assert_eq!(step(&flow, &mut run, &view()), says("Ada y"));
    let large = json!({ "FirstName": "x".repeat(CUSTOMER_CHARS_MAX) });
    assert!(!run.keep_customer(large.as_object().unwrap().clone()));
    assert_eq!(step(&flow, &mut run, &view()), says("Ada y"));
}

#[test]
fn a_transfer_names_the_flow_and_comes_back_only_when_it_fails() {
    let flow = probe(
        "TransferToFlow",
        &json!({ "ContactFlowId": "$.Attributes.plan" }),
        &[],
        &["NoMatchingError"],
    );
    assert_eq!(
        branch_of(&flow),
        Step::Act(Effect::Transfer("gold".to_owned()))
    );
    assert_eq!(
        branch_after(&flow, &ActionResult::failed("no such flow")),
        says("NoMatchingError")
    );
}

#[test]
fn actions_that_are_not_built_take_their_error_branch_and_say_so() {
    let flow = probe(
        "InvokeLambdaFunction",
        &json!({ "LambdaFunctionARN": "x" }),
        &[],
        &["NoMatchingError"],
    );
    let mut run = Run::start(&flow);
    assert_eq!(step(&flow, &mut run, &view()), Step::Continue);
    assert_eq!(step(&flow, &mut run, &view()), says("NoMatchingError"));
    assert_eq!(
        run.take_entries()[0].results,
        "NoMatchingError: InvokeLambdaFunction is not built"
    );
    let flow = probe("TagContact", &json!({ "Tags": {} }), &[], &[]);
    let mut run = Run::start(&flow);
    assert_eq!(step(&flow, &mut run, &view()), Step::Continue);
    assert_eq!(step(&flow, &mut run, &view()), says("next"));
    assert_eq!(run.take_entries()[0].results, "not built: nothing was done");
}

#[test]
fn an_error_without_a_branch_ends_the_flow() {
    let flow = probe("InvokeLambdaFunction", &json!({}), &[], &[]);
    let mut run = Run::start(&flow);
    assert_eq!(step(&flow, &mut run, &view()), Step::End(Ending::Fatal));
    assert_eq!(
        run.take_entries()[1].results,
        "fatal flow error: no branch for the error NoMatchingError"
    );
}

#[test]
fn a_draw_takes_its_share() {
    let flow = flow(&json!([
        { "Identifier": "a", "Type": "DistributeByPercentage", "Parameters": {}, "Transitions": {
            "Conditions": [{ "NextAction": "few", "Condition": { "Operator": "NumericLessThan", "Operands": ["31"] } }],
            "Errors": [{ "NextAction": "most", "ErrorType": "NoMatchingCondition" }],
        } },
        { "Identifier": "few", "Type": "MessageParticipant", "Parameters": { "Text": "few" }, "Transitions": { "NextAction": "a" } },
        { "Identifier": "most", "Type": "MessageParticipant", "Parameters": { "Text": "most" }, "Transitions": { "NextAction": "a" } },
    ]));
    assert_eq!(
        branch_after(&flow, &ActionResult::Result("30".to_owned())),
        says("few")
    );
    assert_eq!(
        branch_after(&flow, &ActionResult::Result("31".to_owned())),
        says("most")
    );
}
