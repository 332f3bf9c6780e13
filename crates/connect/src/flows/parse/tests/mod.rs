//! Facts about reading flows.

mod parameters;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::flows::Block;
use crate::flows::engine::{Effect, Run, Step, View, step};
use crate::flows::problems::{PROBLEM_CHARS_MAX, PROBLEMS_MAX};
use crate::flows::{demo, language};

const POOL: &str = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEfGhI";

fn flow(actions: &Value) -> String {
    json!({ "Version": "2019-10-30", "StartAction": "a", "Actions": actions }).to_string()
}

fn problems(actions: &Value) -> Vec<String> {
    problems_in(actions, "CONTACT_FLOW")
}

fn problems_in(actions: &Value, flow_type: &str) -> Vec<String> {
    match parse(&flow(actions), FlowType::named(flow_type).unwrap()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.lines(),
    }
}

fn sign_in(change: impl FnOnce(&mut Value)) -> Value {
    let mut action = json!({
        "Identifier": "a",
        "Type": "AuthenticateParticipant",
        "Parameters": {
            "CognitoConfiguration": { "UserPoolArn": POOL, "AppClientId": "client" },
            "CustomerProfilesConfiguration": { "ObjectTypeName": "Cognito-attributes" },
            "TimeLimitMinutes": "3",
        },
        "Transitions": {
            "NextAction": "end",
            "Conditions": [
                { "NextAction": "end", "Condition": { "Operator": "Equals", "Operands": ["OptedOut"] } },
            ],
            "Errors": [
                { "NextAction": "end", "ErrorType": "TimeLimitExceeded" },
                { "NextAction": "end", "ErrorType": "NoMatchingError" },
            ],
        },
    });
    change(&mut action);
    json!([action, end()])
}

fn end() -> Value {
    json!({ "Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {} })
}

fn one(type_name: &str, parameters: &Value, transitions: &Value) -> Value {
    json!([
        { "Identifier": "a", "Type": type_name, "Parameters": parameters, "Transitions": transitions },
        end(),
    ])
}

fn equals(operands: &[&str]) -> Value {
    let conditions: Vec<Value> = operands
        .iter()
        .map(|operand| {
            json!({ "NextAction": "end", "Condition": { "Operator": "Equals", "Operands": [operand] } })
        })
        .collect();
    json!({ "Conditions": conditions })
}

fn parsed_sign_in(actions: &Value) -> Block {
    let flow = parse(&flow(actions), FlowType::ContactFlow).unwrap();
    match step(&flow, &mut Run::start(&flow), &View::default()) {
        Step::Act(Effect::SignIn(block)) => block,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_demo_flow_is_valid() {
    let flow = parse(&demo(POOL, "client"), FlowType::ContactFlow).unwrap();
    assert_eq!(flow.actions[flow.start].identifier, "Sign in");
}

#[test]
fn a_sign_in_is_read_with_its_defaults() {
    let read = parsed_sign_in(&sign_in(|action| {
        let parameters = action["Parameters"].as_object_mut().unwrap();
        parameters.remove("TimeLimitMinutes");
        parameters.remove("CustomerProfilesConfiguration");
    }));
    assert_eq!(
        read,
        Block {
            user_pool_arn: POOL.to_owned(),
            app_client_id: "client".to_owned(),
            object_type: "Cognito-attributes".to_owned(),
            time_limit_minutes: 3,
        }
    );
    let read = parsed_sign_in(&sign_in(|action| {
        action["Parameters"]["TimeLimitMinutes"] = json!(15);
        action["Parameters"]["CustomerProfilesConfiguration"] = json!({ "ObjectTypeName": "mine" });
    }));
    assert_eq!(
        (read.time_limit_minutes, read.object_type.as_str()),
        (15, "mine")
    );
}

#[test]
fn a_sign_in_needs_all_its_branches() {
    let actions = sign_in(|action| action["Transitions"] = json!({}));
    insta::assert_debug_snapshot!(problems(&actions), @r#"
    [
        "action \"a\": Transitions.NextAction is missing",
        "action \"a\": the error branch TimeLimitExceeded is missing",
        "action \"a\": the error branch NoMatchingError is missing",
        "action \"a\": the condition Equals OptedOut is missing",
    ]
    "#);
}

#[test]
fn a_sign_in_refuses_wrong_parameters() {
    let actions = sign_in(|action| {
        action["Parameters"] = json!({
            "CognitoConfiguration": { "UserPoolArn": "us-east-1_AbCdEfGhI", "AppClientId": "$.Attributes.client" },
            "CustomerProfilesConfiguration": { "ObjectTypeName": "no name" },
            "TimeLimitMinutes": "16",
        });
    });
    insta::assert_debug_snapshot!(problems(&actions), @r#"
    [
        "action \"a\": Parameters.CognitoConfiguration.UserPoolArn must be the ARN of a user pool",
        "action \"a\": Parameters.CognitoConfiguration.AppClientId must not be a reference",
        "action \"a\": Parameters.CustomerProfilesConfiguration.ObjectTypeName must be the name of an object type",
        "action \"a\": Parameters.TimeLimitMinutes must be a whole number from 3 to 15",
    ]
    "#);
    for minutes in [
        json!(2),
        json!("2"),
        json!("3.5"),
        json!("three"),
        json!(-3),
        json!(null),
        json!(""),
    ] {
        let actions = sign_in(|action| action["Parameters"]["TimeLimitMinutes"] = minutes.clone());
        assert_eq!(problems(&actions).len(), 1, "{minutes}");
    }
}

#[test]
fn a_sign_in_belongs_into_an_inbound_flow() {
    assert_eq!(problems(&sign_in(|_| ())), Vec::<String>::new());
    for other in [
        "CUSTOMER_QUEUE",
        "CUSTOMER_HOLD",
        "AGENT_TRANSFER",
        "CAMPAIGN",
    ] {
        let expected = format!(
            "action \"a\": AuthenticateParticipant is not allowed in a flow of type {other}"
        );
        assert!(
            problems_in(&sign_in(|_| ()), other).contains(&expected),
            "{other}"
        );
    }
}

#[test]
fn the_envelope_is_checked() {
    for (content, problem) in [
        (
            "",
            "the content is not JSON: EOF while parsing a value at line 1 column 0",
        ),
        ("[]", "the content must be a JSON object"),
        ("{}", "Version must be \"2019-10-30\""),
        (
            r#"{"Version":"2019-10-30","StartAction":"a"}"#,
            "Actions must be a list of actions",
        ),
        (
            r#"{"Version":"2019-10-30","StartAction":"a","Actions":[]}"#,
            "a flow has 1 to 250 actions, this one has 0",
        ),
    ] {
        let found = parse(content, FlowType::ContactFlow).err().unwrap().lines();
        assert_eq!(
            found.first().map(String::as_str),
            Some(problem),
            "{content}"
        );
    }
    let long = " ".repeat(language::CONTENT_CHARS_MAX + 1);
    let found = parse(&long, FlowType::ContactFlow).err().unwrap().lines();
    assert_eq!(found, ["the content is longer than 256000 characters"]);
}

#[test]
fn identifiers_have_rules() {
    for (identifier, fault) in [
        ("", "must have 1 to 50 characters"),
        (&*"x".repeat(51), "must have 1 to 50 characters"),
        ("a:b", "must not contain :"),
        ("a{b", "must not contain {"),
        ("toString", "is a reserved name"),
        ("__proto__", "is a reserved name"),
    ] {
        let actions = json!([{ "Identifier": identifier, "Type": "DisconnectParticipant", "Transitions": {} }]);
        let content =
            json!({ "Version": "2019-10-30", "StartAction": identifier, "Actions": actions });
        let found = parse(&content.to_string(), FlowType::ContactFlow)
            .err()
            .unwrap()
            .lines();
        assert!(
            found.len() == 1 && found[0].ends_with(&format!("Identifier {fault}")),
            "{found:?}"
        );
    }
    let fine = json!([{ "Identifier": "grüße an alle", "Type": "DisconnectParticipant", "Transitions": {} }]);
    let content =
        json!({ "Version": "2019-10-30", "StartAction": "grüße an alle", "Actions": fine });
    assert!(parse(&content.to_string(), FlowType::ContactFlow).is_ok());
    assert_eq!(
        problems(
            &json!([end(), end(), { "Identifier": "a", "Type": "EndFlowExecution", "Transitions": {} }])
        ),
        ["action \"end\": Identifier is used more than once"]
    );
}

#[test]
fn targets_types_operators_and_operands_must_exist() {
    let actions = json!([
        { "Identifier": "a", "Type": "Compare", "Parameters": { "ComparisonValue": "$.Channel" }, "Transitions": {
            "NextAction": "nowhere",
            "Conditions": [
                { "NextAction": "nor here", "Condition": { "Operator": "Equals", "Operands": ["CHAT"] } },
                { "NextAction": "a", "Condition": { "Operator": "Resembles", "Operands": ["CHAT"] } },
                { "NextAction": "a", "Condition": { "Operator": "Equals", "Operands": ["CHAT", "VOICE"] } },
                { "NextAction": "a" },
                7,
            ],
            "Errors": [{ "NextAction": "b", "ErrorType": "NoMatchingCondition" }, { "NextAction": "a" }],
        } },
        { "Identifier": "b", "Type": "Teleport", "Parameters": {}, "Transitions": {} },
        "c",
    ]);
    insta::assert_debug_snapshot!(problems(&actions), @r#"
    [
        "action number 3: Identifier must be text",
        "action \"a\": NextAction \"nowhere\" is no action of the flow",
        "action \"a\": Errors[].ErrorType must be text",
        "action \"a\": the NextAction of condition 1 \"nor here\" is no action of the flow",
        "action \"a\": the Operator \"Resembles\" of condition 2 is not known",
        "action \"a\": the Operands of condition 3 must be a list of one text",
        "action \"a\": condition 4 must have a Condition",
        "action \"a\": the NextAction of condition 5 must be the identifier of an action",
        "action \"a\": condition 5 must have a Condition",
        "action \"b\": Type \"Teleport\" is not known",
        "action number 3 must be an object",
    ]
    "#);
}

#[test]
fn as_many_problems_are_listed_as_the_answer_holds() {
    let actions: Vec<Value> = (0..300).map(|_| json!({})).collect();
    let found = problems(&json!(actions));
    assert_eq!(found.len(), PROBLEMS_MAX);
    assert_eq!(found[0], "a flow has 1 to 250 actions, this one has 300");
    assert!(found[49].ends_with(" more problems"), "{}", found[49]);
    let long = json!([{ "Identifier": "a", "Type": "x".repeat(9999), "Transitions": {} }]);
    assert!(
        problems(&long)
            .iter()
            .all(|line| line.chars().count() <= PROBLEM_CHARS_MAX)
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "Version",
        "StartAction",
        "Actions",
        "Identifier",
        "Type",
        "Parameters",
        "Transitions",
        "NextAction",
        "Errors",
        "ErrorType",
        "Conditions",
        "Condition",
        "Operator",
        "Operands",
        "Equals",
        "a",
        "b",
        "$.x",
        "",
        "AuthenticateParticipant",
        "Wait",
        "Loop",
        "Compare",
        "MessageParticipant",
        "Text",
        "2019-10-30",
        "60",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        words.clone().prop_map(Value::from),
        ".{0,10}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((words.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(
                    members
                        .into_iter()
                        .map(|(name, value)| (name.to_owned(), value))
                        .collect(),
                )
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_gives_a_flow_or_problems(document in any_json()) {
        if let Err(problems) = parse(&document.to_string(), FlowType::ContactFlow) {
            let lines = problems.lines();
            prop_assert!(!lines.is_empty() && lines.len() <= PROBLEMS_MAX);
            prop_assert!(lines.iter().all(|line| (1..=PROBLEM_CHARS_MAX).contains(&line.chars().count())));
        }
    }

    #[test]
    fn any_action_gives_a_flow_or_problems(parameters in any_json(), transitions in any_json(), which in 0..14usize) {
        let types = [
            "AuthenticateParticipant", "MessageParticipant", "Compare", "UpdateContactAttributes", "Wait", "Loop",
            "UpdateFlowAttributes", "UpdateFlowLoggingBehavior", "DistributeByPercentage", "GetCustomerProfile",
            "TransferToFlow", "DisconnectParticipant", "EndFlowExecution", "InvokeLambdaFunction",
        ];
        problems(&one(types[which], &parameters, &transitions));
    }

    #[test]
    fn any_text_gives_a_flow_or_problems(content in "\\PC{0,200}") {
        prop_assert!(parse(&content, FlowType::ContactFlow).is_err());
    }
}
