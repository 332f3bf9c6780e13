//! Waiting.

use serde_json::Value;

use super::{Does, Done, Kind, Parameters, Rule, does};
use crate::flows::engine::ActionResult;
use crate::flows::language::{Conditions, NO_MATCHING_ERROR, WAIT_COMPLETED};

/// The longest wait: a week.
const SECONDS_MAX: u32 = 604_800;
/// The error branch of a wait for somebody who is not there.
const PARTICIPANT_NOT_FOUND: &str = "ParticipantNotFound";
/// The event of a bot that leaves; this service has no bots.
const BOT_PARTICIPANT_DISCONNECTED: &str = "BotParticipantDisconnected";
/// The event of a customer who comes back to a chat.
const CUSTOMER_RETURNED: &str = "CustomerReturned";

pub(super) const WAIT: Kind = Kind {
    name: "Wait",
    rule: Rule {
        next_required: false,
        errors: Some(&[NO_MATCHING_ERROR, PARTICIPANT_NOT_FOUND]),
        conditions: Conditions::Equals(
            &[
                WAIT_COMPLETED,
                CUSTOMER_RETURNED,
                BOT_PARTICIPANT_DISCONNECTED,
            ],
            &[WAIT_COMPLETED],
        ),
        ..Rule::ORDINARY
    },
    read,
};

fn read(parameters: &mut Parameters<'_>) -> Option<Does> {
    // Flow exports and the language's page differ in the name.
    let seconds = parameters.amount(&["TimeoutSeconds", "TimeLimitSeconds"], 1, SECONDS_MAX);
    let events = match parameters.given.get("Events") {
        None => &[],
        Some(Value::Array(events)) => &events[..],
        Some(_) => return parameters.problem("Parameters.Events must be a list"),
    };
    let known = [CUSTOMER_RETURNED, BOT_PARTICIPANT_DISCONNECTED];
    let is_known = |event: &Value| event.as_str().is_some_and(|event| known.contains(&event));
    if !events.iter().all(is_known) {
        return parameters.problem(format_args!(
            "Parameters.Events may contain {}",
            known.join(" and ")
        ));
    }
    let for_bot = events
        .iter()
        .any(|event| event == BOT_PARTICIPANT_DISCONNECTED);
    let seconds = seconds?;
    does(move |here| {
        if for_bot {
            return ActionResult::error(PARTICIPANT_NOT_FOUND, "there is no bot in the chat")
                .into();
        }
        let seconds = seconds
            .value(&here.sight())
            .filter(|seconds| (1..=SECONDS_MAX).contains(seconds));
        seconds.map_or_else(
            || {
                ActionResult::failed("the time to wait is not a number of seconds up to a week")
                    .into()
            },
            Done::Wait,
        )
    })
}
