//! Runs flows, one action at a time, without touching anything: what an action wants done is
//! handed out as an [`Effect`], and what came of it is handed back as an [`Outcome`].

mod flow;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::block::Block;
use super::language::{NO_MATCHING_CONDITION, NO_MATCHING_ERROR, Transitions};

pub use flow::{Action, Does, Done, Flow, Here};

/// How many actions a flow may run without waiting for anything.
pub const ACTIONS_WITHOUT_WAIT_MAX: u32 = 1000;
/// How much of profiles a run may keep, in characters of names and values.
pub const CUSTOMER_CHARS_MAX: usize = 14_000;
/// How many entries of the flow log one uninterrupted run may write.
const ENTRIES_MAX: usize = 200;
/// How much of a cause goes into the flow log, in characters.
const CAUSE_CHARS_MAX: usize = 256;

/// Where a contact's flow stands: one row for each contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The index of the action that runs next, or that waits.
    at: usize,
    /// What the action waits for.
    waiting: Option<Waiting>,
    /// Whether actions are written to the flow log.
    pub(super) logging: bool,
    /// `$.FlowAttributes`
    pub(super) flow_attributes: Value,
    /// `$.Customer`
    customer: Value,
    /// `$.Loop`: by the identifier of the loop's action, how often it goes round and has gone.
    pub(super) loops: Value,
    /// How many rows of the flow log it has written.
    log_rows: u32,
    /// The actions run since the last wait.
    #[serde(skip)]
    actions: u32,
    /// What goes into the flow log.
    #[serde(skip)]
    entries: Vec<Entry>,
    /// How many entries did not fit.
    #[serde(skip)]
    entries_omitted: usize,
}

/// What a run waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// The customer's sign-in.
    SignIn,
    /// A moment, in milliseconds since the Unix epoch.
    Until(i64),
}

/// What one step comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The action is done and the run stands at the next one.
    Continue,
    /// The action wants something done; [`Run::settle`] takes what came of it.
    Act(Effect),
    /// The action waits so many seconds; [`Run::wait`] notes until when.
    Wait(u32),
    /// The flow is over.
    End(Ending),
}

/// What an action wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say this in the chat.
    Say(String),
    /// Make these the contact's attributes.
    SetAttributes(BTreeMap<String, String>),
    /// Look a profile up.
    FindProfile {
        /// Key or field names and values.
        criteria: Vec<(String, String)>,
        /// Whether all must match.
        all: bool,
        /// The fields to keep.
        fields: Vec<String>,
    },
    /// Ask the customer to sign in.
    SignIn(Block),
    /// Go on with the flow of this id or ARN.
    Transfer(String),
    /// Draw a number from 1 to 100.
    Draw,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It did what it should.
    Done,
    /// It has a result that conditions look at.
    Result(String),
    /// It failed.
    Failed {
        /// The error branch to take.
        error_type: &'static str,
        /// Why, for the flow log.
        cause: String,
    },
}

impl Outcome {
    /// A failure without a branch of its own.
    #[must_use]
    pub fn failed(cause: impl Into<String>) -> Self {
        Self::error(NO_MATCHING_ERROR, cause)
    }

    /// A failure that has this branch.
    #[must_use]
    pub fn error(error_type: &'static str, cause: impl Into<String>) -> Self {
        Self::Failed {
            error_type,
            cause: cause.into(),
        }
    }
}

/// How a flow came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// An action ended it, or there was nowhere to go on.
    Completed,
    /// It cannot go on; the cause is in the flow log.
    Fatal,
}

/// A line of the flow log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    /// The action's identifier.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub identifier: String,
    /// The action's type.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact_flow_module_type: String,
    /// The parameters as the flow has them, references unresolved.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub parameters: Map<String, Value>,
    /// What came of it.
    pub results: String,
}

/// The contact's data, as references see it.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The contact's part of the document that references look into.
    pub document: Map<String, Value>,
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
    match (action.does)(&mut Here { action, run, view }) {
        Done::With(outcome) => run.settle(flow, view, &outcome),
        Done::Nothing(why) => {
            run.note(action, why);
            run.go_on(action.transitions.next)
        }
        Done::Act(effect) => Step::Act(effect),
        Done::Wait(seconds) => Step::Wait(seconds),
        Done::End => {
            run.note(action, "Success");
            Step::End(Ending::Completed)
        }
    }
}

impl Run {
    /// A run that stands at the flow's first action.
    #[must_use]
    pub fn start(flow: &Flow) -> Self {
        Self {
            at: flow.start,
            waiting: None,
            logging: true,
            flow_attributes: Value::Object(Map::new()),
            customer: Value::Object(Map::new()),
            loops: Value::Object(Map::new()),
            log_rows: 0,
            actions: 0,
            entries: Vec::new(),
            entries_omitted: 0,
        }
    }

    /// Goes on with the first action of another flow: the flow's own data is left behind.
    pub fn enter(&mut self, flow: &Flow) {
        self.at = flow.start;
        self.flow_attributes = Value::Object(Map::new());
        self.loops = Value::Object(Map::new());
    }

    /// Notes that the present action leads to another flow.
    pub fn note_transfer(&mut self, flow: &Flow) {
        if let Some(action) = flow.actions.get(self.at) {
            self.note(action, "Success");
        }
    }

    /// Counts one more row of the flow log.
    pub fn count_log_row(&mut self) -> u32 {
        self.log_rows = self.log_rows.wrapping_add(1);
        self.log_rows
    }

    /// What the run waits for.
    #[must_use]
    pub const fn waiting(&self) -> Option<Waiting> {
        self.waiting
    }

    /// Notes what the present action waits for.
    pub fn wait(&mut self, waiting: Waiting) {
        self.waiting = Some(waiting);
        self.actions = 0;
    }

    /// Keeps fields of a profile for `$.Customer`, those of an earlier one too; `false` if that
    /// would be too much.
    #[must_use]
    pub fn keep_customer(&mut self, fields: Map<String, Value>) -> bool {
        let mut customer = self.customer.as_object().cloned().unwrap_or_default();
        customer.extend(fields);
        let customer = Value::Object(customer);
        let fits = customer.to_string().chars().count() <= CUSTOMER_CHARS_MAX;
        if fits {
            self.customer = customer;
        }
        fits
    }

    /// Takes what came of the present action and moves on to the next one.
    pub fn settle(&mut self, flow: &Flow, view: &View, outcome: &Outcome) -> Step {
        self.waiting = None;
        let Some(action) = flow.actions.get(self.at) else {
            return self.die("the flow has no such action");
        };
        self.note(action, &described(outcome));
        let target = match outcome {
            Outcome::Done => action.transitions.next,
            Outcome::Result(result) => matching(
                result,
                &Here {
                    action,
                    run: self,
                    view,
                },
            ),
            Outcome::Failed { error_type, .. } => {
                match error_target(&action.transitions, error_type) {
                    Some(target) => Some(target),
                    None => return self.die(&format!("no branch for the error {error_type}")),
                }
            }
        };
        self.go_on(target)
    }

    fn go_on(&mut self, target: Option<usize>) -> Step {
        let Some(target) = target else {
            return Step::End(Ending::Completed);
        };
        self.at = target;
        Step::Continue
    }

    /// Writes to the flow log that the flow cannot go on, and why.
    fn die(&mut self, cause: &str) -> Step {
        self.write(Entry {
            results: format!("fatal flow error: {cause}"),
            ..Entry::default()
        });
        Step::End(Ending::Fatal)
    }

    fn note(&mut self, action: &Action, results: &str) {
        if self.logging {
            self.write(Entry {
                identifier: action.identifier.clone(),
                contact_flow_module_type: action.type_name.to_owned(),
                parameters: action.parameters.clone(),
                results: results.chars().take(CAUSE_CHARS_MAX).collect(),
            });
        }
    }

    fn write(&mut self, entry: Entry) {
        if self.entries.len() < ENTRIES_MAX {
            self.entries.push(entry);
        } else {
            self.entries_omitted += 1;
            // The end of a run tells more than its middle.
            self.entries[ENTRIES_MAX - 1] = entry;
        }
    }

    /// Takes the lines for the flow log out of the run.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        let mut entries = std::mem::take(&mut self.entries);
        let omitted = std::mem::take(&mut self.entries_omitted);
        if omitted > 0 {
            let results = format!("{omitted} actions are not listed");
            entries.insert(
                ENTRIES_MAX - 1,
                Entry {
                    results,
                    ..Entry::default()
                },
            );
        }
        entries
    }
}

/// Where a result leads to.
fn matching(result: &str, here: &Here<'_>) -> Option<usize> {
    let transitions = &here.action.transitions;
    let matched = transitions.conditions.iter().find(|(condition, _)| {
        condition
            .operator
            .holds(result, &condition.operand.fill(here))
    });
    if let Some((_, target)) = matched {
        return Some(*target);
    }
    if here.action.rule.next_is_success {
        return error_target(transitions, NO_MATCHING_CONDITION);
    }
    transitions
        .error(NO_MATCHING_CONDITION)
        .or(transitions.next)
}

/// The branch of an error, or the one for all others.
fn error_target(transitions: &Transitions, error_type: &str) -> Option<usize> {
    transitions
        .error(error_type)
        .or_else(|| transitions.error(NO_MATCHING_ERROR))
}

fn described(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done => "Success".to_owned(),
        Outcome::Result(result) => result.clone(),
        Outcome::Failed { error_type, cause } => format!("{error_type}: {cause}"),
    }
}
