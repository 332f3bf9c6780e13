//! Saying something.

use super::{Does, Done, Kind, Parameters, Rule, does};
use crate::flows::engine::{ActionResult, Effect};

/// How long a message may get once its references are filled in, in characters.
const CHARS_MAX: usize = 16_384;
/// How many bytes of UTF-8 that many characters have at most.
const BYTES_MAX: usize = 4 * CHARS_MAX;

pub(super) const MESSAGE_PARTICIPANT: Kind = Kind {
    name: "MessageParticipant",
    rule: Rule {
        flow_types: Some(&[
            "CONTACT_FLOW",
            "CUSTOMER_QUEUE",
            "CUSTOMER_WHISPER",
            "AGENT_WHISPER",
            "OUTBOUND_WHISPER",
            "AGENT_TRANSFER",
            "QUEUE_TRANSFER",
            "CAMPAIGN",
        ]),
        ..Rule::ORDINARY
    },
    read,
};

fn read(parameters: &mut Parameters<'_>) -> Option<Does> {
    const FORMS: [&str; 4] = ["Text", "PromptId", "SSML", "Media"];
    let given = parameters.given;
    if FORMS
        .iter()
        .filter(|form| given.contains_key(**form))
        .count()
        != 1
    {
        return parameters
            .problem("Parameters must have exactly one of Text, PromptId, SSML and Media");
    }
    if !given.contains_key("Text") {
        return does(|_| ActionResult::failed("a chat carries text only").into());
    }
    let text = parameters.template("Text")?;
    does(move |here| {
        let text = match here.fill(&text, BYTES_MAX) {
            Ok(text) => text,
            Err(overlong) => return ActionResult::overlong(overlong, "the message").into(),
        };
        if text.trim().is_empty() {
            return ActionResult::failed("the message is empty").into();
        }
        if text.chars().nth(CHARS_MAX).is_some() {
            return ActionResult::failed("the message is too long").into();
        }
        Done::Act(Effect::Say(text))
    })
}
