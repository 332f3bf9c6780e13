//! What each type of action does.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    ACTIONS_WITHOUT_WAIT_MAX, ATTRIBUTES_BYTES_MAX, Effect, Ending, Everything, MESSAGE_CHARS_MAX,
    Outcome, Run, Step, View,
};
use crate::flows::language::{
    Action, CONTINUE_LOOPING, DONE_LOOPING, Flow, Kind, LOOP_COUNT_MAX, NO_MATCHING_CONDITION,
    NO_MATCHING_ERROR, NONE_FOUND_ERROR, PARTICIPANT_NOT_FOUND, ProfileSearch, WAIT_SECONDS_MAX,
};
use crate::flows::reference::{Amount, Text};

/// What an action comes to before its transitions are looked at.
enum Done {
    /// The outcome is known at once.
    With(Outcome),
    /// Something has to be done first.
    Act(Effect),
    /// It waits so many seconds.
    Wait(u32),
    /// The flow is over.
    End,
}

impl From<Outcome> for Done {
    fn from(outcome: Outcome) -> Self {
        Self::With(outcome)
    }
}

/// Runs the action that the run stands at.
pub fn step(flow: &Flow, run: &mut Run, view: &View) -> Step {
    run.actions += 1;
    if run.actions > ACTIONS_WITHOUT_WAIT_MAX {
        return run.die(&format!(
            "{ACTIONS_WITHOUT_WAIT_MAX} actions ran without a wait"
        ));
    }
    let Some(action) = flow.actions.get(run.at) else {
        return run.die("the flow has no such action");
    };
    if let Kind::NotBuilt {
        without_error: true,
    } = action.kind
    {
        // The language gives it no error branch, so a flow cannot say where else to go.
        run.note(action, "not built: nothing was done");
        return match action.transitions.next {
            Some(next) => {
                run.at = next;
                Step::Continue
            }
            None => Step::End(Ending::Completed),
        };
    }
    match perform(action, run, view) {
        Done::With(outcome) => run.settle(flow, view, &outcome),
        Done::Act(effect) => Step::Act(effect),
        Done::Wait(seconds) => Step::Wait(seconds),
        Done::End => {
            run.note(action, "Success");
            Step::End(Ending::Completed)
        }
    }
}

fn perform(action: &Action, run: &mut Run, view: &View) -> Done {
    let data = Everything { run, view };
    match &action.kind {
        Kind::AuthenticateParticipant(sign_in) => Done::Act(Effect::SignIn(sign_in.clone())),
        Kind::MessageParticipant(text) => message(text.as_ref(), &data),
        Kind::Compare(reference) => match reference.resolve(&data) {
            Some(value) => Outcome::Result(value).into(),
            None => Outcome::Failed {
                error_type: NO_MATCHING_CONDITION,
                cause: "the value is absent".to_owned(),
            }
            .into(),
        },
        Kind::UpdateContactAttributes { related: true, .. } => {
            Outcome::failed("the attributes of a related contact are not built").into()
        }
        Kind::UpdateContactAttributes {
            attributes,
            related: false,
        } => contact_attributes(attributes, &data),
        Kind::UpdateFlowAttributes(attributes) => {
            let merged = merged(Some(&data.run.flow_attributes), attributes, &data);
            if size(&merged) > ATTRIBUTES_BYTES_MAX {
                return Outcome::failed("the flow attributes are too large").into();
            }
            run.flow_attributes = json!(merged);
            Outcome::Done.into()
        }
        Kind::UpdateFlowLoggingBehavior(logging) => {
            run.logging = *logging;
            Outcome::Done.into()
        }
        Kind::Wait { for_bot: true, .. } => Outcome::Failed {
            error_type: PARTICIPANT_NOT_FOUND,
            cause: "there is no bot in the chat".to_owned(),
        }
        .into(),
        Kind::Wait {
            seconds,
            for_bot: false,
        } => wait(seconds, &data),
        Kind::Loop(count) => {
            let count = count.value(&data).filter(|count| *count <= LOOP_COUNT_MAX);
            run.go_round(&action.identifier, count).into()
        }
        Kind::DistributeByPercentage => Done::Act(Effect::Draw),
        Kind::GetCustomerProfile(search) => find_profile(search, &data),
        Kind::TransferToFlow(flow) => Done::Act(Effect::Transfer(flow.fill(&data))),
        Kind::DisconnectParticipant | Kind::EndFlowExecution => Done::End,
        Kind::NotBuilt { .. } => {
            Outcome::failed(format!("{} is not built", action.type_name)).into()
        }
    }
}

fn message(text: Option<&Text>, data: &Everything<'_>) -> Done {
    let Some(text) = text else {
        return Outcome::failed("a chat carries text only").into();
    };
    let text = text.fill(data);
    if text.trim().is_empty() {
        return Outcome::failed("the message is empty").into();
    }
    if text.chars().nth(MESSAGE_CHARS_MAX).is_some() {
        return Outcome::failed("the message is too long").into();
    }
    Done::Act(Effect::Say(text))
}

fn wait(seconds: &Amount, data: &Everything<'_>) -> Done {
    match seconds
        .value(data)
        .filter(|seconds| (1..=WAIT_SECONDS_MAX).contains(seconds))
    {
        Some(seconds) => Done::Wait(seconds),
        None => Outcome::failed("the time to wait is not a number of seconds up to a week").into(),
    }
}

fn contact_attributes(attributes: &[(String, Text)], data: &Everything<'_>) -> Done {
    let present = data.view.document.get("Attributes");
    let merged = merged(present, attributes, data);
    if size(&merged) > ATTRIBUTES_BYTES_MAX {
        return Outcome::failed("the contact's attributes are too large").into();
    }
    Done::Act(Effect::SetAttributes(merged))
}

fn merged(
    present: Option<&Value>,
    attributes: &[(String, Text)],
    data: &Everything<'_>,
) -> BTreeMap<String, String> {
    let present = present.and_then(Value::as_object).into_iter().flatten();
    present
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .chain(
            attributes
                .iter()
                .map(|(name, text)| (name.clone(), text.fill(data))),
        )
        .collect()
}

fn size(attributes: &BTreeMap<String, String>) -> usize {
    attributes
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum()
}

fn find_profile(search: &ProfileSearch, data: &Everything<'_>) -> Done {
    let criteria: Vec<(String, String)> = search
        .criteria
        .iter()
        .map(|(name, text)| (name.clone(), text.fill(data)))
        // What is absent is no value to look for: it must not find the profiles that lack it.
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let all_present = criteria.len() == search.criteria.len();
    if criteria.is_empty() || (search.all && !all_present) {
        return Outcome::Failed {
            error_type: NONE_FOUND_ERROR,
            cause: "an identifier to look for is absent".to_owned(),
        }
        .into();
    }
    Done::Act(Effect::FindProfile {
        criteria,
        all: search.all,
        fields: search.fields.clone(),
    })
}

impl Run {
    /// One more round of the loop that the action is, or the end of it. The count is taken when
    /// the loop begins.
    fn go_round(&mut self, identifier: &str, count: Option<u32>) -> Outcome {
        let begun = self.loops.get(identifier).map(|begun| {
            let number = |name: &str| begun.get(name).and_then(Value::as_u64).unwrap_or_default();
            (number("Count"), number("Done"))
        });
        let (count, done) = match (begun, count) {
            (Some(begun), _) => begun,
            (None, Some(count)) => (u64::from(count), 0),
            (None, None) => {
                return Outcome::Failed {
                    error_type: NO_MATCHING_ERROR,
                    cause: format!("the loop count is not a number up to {LOOP_COUNT_MAX}"),
                };
            }
        };
        let Some(loops) = self.loops.as_object_mut() else {
            return Outcome::failed("the state of the loops cannot be read");
        };
        if done < count {
            let rounds = json!({ "Count": count, "Done": done + 1, "Index": done });
            loops.insert(identifier.to_owned(), rounds);
            Outcome::Result(CONTINUE_LOOPING.to_owned())
        } else {
            loops.remove(identifier);
            Outcome::Result(DONE_LOOPING.to_owned())
        }
    }
}
