//! What the parameters of each action may be.

use serde_json::{Value, json};

use super::{equals, one, problems};

/// The ways on that actions have.
fn ways() -> [Value; 4] {
    [
        json!({ "NextAction": "end" }),
        json!({ "Errors": [{ "NextAction": "end", "ErrorType": "NoMatchingCondition" }] }),
        equals(&["ContinueLooping", "DoneLooping"]),
        equals(&["WaitCompleted"]),
    ]
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "calls read like the document"
)]
fn profile(request: Value) -> Value {
    json!({ "ProfileRequestData": request })
}

#[test]
fn actions_take_what_the_language_allows() {
    let [next, otherwise, looping, waiting] = ways();
    let good = [
        ("MessageParticipant", json!({ "Text": "Hello" }), &next),
        ("MessageParticipant", json!({ "SSML": "<speak/>" }), &next),
        (
            "Compare",
            json!({ "ComparisonValue": "$.Attributes['x']" }),
            &otherwise,
        ),
        (
            "UpdateContactAttributes",
            json!({ "Attributes": { "a": "b" }, "TargetContact": "Current" }),
            &next,
        ),
        (
            "UpdateFlowAttributes",
            json!({ "FlowAttributes": { "a": { "Value": "b" }, "c": "d" } }),
            &next,
        ),
        (
            "UpdateFlowLoggingBehavior",
            json!({ "FlowLoggingBehavior": "Disabled" }),
            &next,
        ),
        ("Wait", json!({ "TimeoutSeconds": "60" }), &waiting),
        (
            "Wait",
            json!({ "TimeLimitSeconds": 604_800, "Events": ["CustomerReturned"] }),
            &waiting,
        ),
        (
            "Wait",
            json!({ "TimeoutSeconds": "$.Attributes.wait" }),
            &waiting,
        ),
        ("Loop", json!({ "LoopCount": "0" }), &looping),
        ("Loop", json!({ "LoopCount": 100 }), &looping),
        (
            "GetCustomerProfile",
            profile(json!({ "IdentifierName": "_email", "IdentifierValue": "x@y.z" })),
            &next,
        ),
        (
            "GetCustomerProfile",
            profile(json!({ "IdentiferName": "_email", "IdentiferValue": "x@y.z" })),
            &next,
        ),
        ("TransferToFlow", json!({ "ContactFlowId": "f" }), &next),
        ("DistributeByPercentage", json!({}), &otherwise),
        ("ShowView", json!({ "anything": 1 }), &json!({})),
    ];
    for (type_name, parameters, transitions) in &good {
        assert_eq!(
            problems(&one(type_name, parameters, transitions)),
            Vec::<String>::new(),
            "{type_name} {parameters}"
        );
    }
}

#[test]
fn actions_take_nothing_else() {
    let [next, otherwise, looping, waiting] = ways();
    let bad = [
        ("MessageParticipant", json!({}), &next),
        ("MessageParticipant", json!({ "Text": "" }), &next),
        (
            "MessageParticipant",
            json!({ "Text": "x", "PromptId": "y" }),
            &next,
        ),
        ("Compare", json!({ "ComparisonValue": "CHAT" }), &otherwise),
        ("Compare", json!({ "ComparisonValue": "$.Channel" }), &next),
        (
            "UpdateContactAttributes",
            json!({ "Attributes": ["a"] }),
            &next,
        ),
        (
            "UpdateContactAttributes",
            json!({ "Attributes": { "a.b": "c" } }),
            &next,
        ),
        (
            "UpdateContactAttributes",
            json!({ "Attributes": {}, "TargetContact": "Mine" }),
            &next,
        ),
        ("UpdateFlowLoggingBehavior", json!({}), &next),
        ("Wait", json!({ "TimeoutSeconds": 0 }), &waiting),
        ("Wait", json!({ "TimeoutSeconds": "604801" }), &waiting),
        (
            "Wait",
            json!({ "TimeoutSeconds": 60, "Events": ["Sunrise"] }),
            &waiting,
        ),
        ("Wait", json!({ "TimeoutSeconds": 60 }), &next),
        ("Loop", json!({ "LoopCount": 101 }), &looping),
        ("GetCustomerProfile", profile(json!({})), &next),
        (
            "GetCustomerProfile",
            profile(json!({ "SearchCriteria": [] })),
            &next,
        ),
        ("TransferToFlow", json!({}), &next),
        ("MessageParticipant", json!({ "Text": "x" }), &json!({})),
        ("DisconnectParticipant", json!({}), &next),
    ];
    for (type_name, parameters, transitions) in &bad {
        assert_eq!(
            problems(&one(type_name, parameters, transitions)).len(),
            1,
            "{type_name} {parameters}"
        );
    }
}
