//! The flow of the demo: it asks the customer to sign in and says what came of it.

use serde_json::{Value, json};

use super::actions::{LOOP_COUNT_MAX, OBJECT_TYPE_DEFAULT};
use super::language::{
    CONTINUE_LOOPING, DONE_LOOPING, NO_MATCHING_ERROR, OPTED_OUT, TIME_LIMIT_EXCEEDED, VERSION,
    WAIT_COMPLETED,
};

/// How long the demo's flow waits at a time, so that the chat stays usable.
const WAIT_SECONDS: u32 = 3600;

/// The content of the demo's flow for a user pool and its client. It never ends the contact.
#[must_use]
pub fn demo(user_pool_arn: &str, app_client_id: &str) -> String {
    let sign_in = json!({
        "Identifier": "Sign in",
        "Type": "AuthenticateParticipant",
        "Parameters": {
            "CognitoConfiguration": { "UserPoolArn": user_pool_arn, "AppClientId": app_client_id },
            "CustomerProfilesConfiguration": { "ObjectTypeName": OBJECT_TYPE_DEFAULT },
            "TimeLimitMinutes": "3",
        },
        "Transitions": {
            "NextAction": "Success",
            "Conditions": [condition(OPTED_OUT, "Opted out")],
            "Errors": [error(TIME_LIMIT_EXCEEDED, "Timeout"), error(NO_MATCHING_ERROR, "Error")],
        },
    });
    let wait = json!({
        "Identifier": "Wait",
        "Type": "Wait",
        "Parameters": { "TimeoutSeconds": WAIT_SECONDS.to_string() },
        "Transitions": {
            "NextAction": "Again",
            "Conditions": [condition(WAIT_COMPLETED, "Again")],
            "Errors": [error(NO_MATCHING_ERROR, "Again")],
        },
    });
    let again = json!({
        "Identifier": "Again",
        "Type": "Loop",
        "Parameters": { "LoopCount": LOOP_COUNT_MAX.to_string() },
        "Transitions": {
            "NextAction": "Wait",
            "Conditions": [condition(CONTINUE_LOOPING, "Wait"), condition(DONE_LOOPING, "Wait")],
        },
    });
    json!({
        "Version": VERSION,
        "StartAction": "Sign in",
        "Actions": [
            sign_in,
            message("Success", "You are signed in."),
            message("Error", "Sign-in failed."),
            message("Timeout", "Sign-in timed out."),
            message("Opted out", "You continue without signing in."),
            wait,
            again,
        ],
    })
    .to_string()
}

fn message(identifier: &str, text: &str) -> Value {
    json!({
        "Identifier": identifier,
        "Type": "MessageParticipant",
        "Parameters": { "Text": text },
        "Transitions": { "NextAction": "Wait", "Errors": [error(NO_MATCHING_ERROR, "Wait")] },
    })
}

fn condition(result: &str, next: &str) -> Value {
    json!({ "NextAction": next, "Condition": { "Operator": "Equals", "Operands": [result] } })
}

fn error(error_type: &str, next: &str) -> Value {
    json!({ "NextAction": next, "ErrorType": error_type })
}
