//! Runs flows, one action at a time, without touching anything: what an action wants done is
//! handed out as an [`Effect`], and what came of it is handed back as an [`ActionResult`].

mod failures;
mod flow;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::block::Block;
use super::budget::{Budget, Overlong, Spent};
use super::language::{NO_MATCHING_CONDITION, NO_MATCHING_ERROR, Transitions};

pub use failures::BlockFailure;
use failures::Failures;
pub(super) use flow::Sight;
pub use flow::{Action, Does, Done, Flow, Here};

/// How much of profiles a run may keep, in characters of names and values.
pub const CUSTOMER_CHARS_MAX: usize = 14_000;
/// How many entries of the flow log one uninterrupted run may write.
const ENTRIES_MAX: usize = 200;
/// How many bytes of parameters they may repeat together.
const ENTRIES_BYTES_MAX: usize = 64 * 1024;
/// How many rows one half of a contact's flow log has; two halves are kept.
const LOG_HALF_ROWS_MAX: u32 = 100;
/// How many bytes one half of it has, and at most one row more.
const LOG_HALF_BYTES_MAX: usize = 512 * 1024;
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
    /// What of the flow log is kept.
    #[serde(default)]
    kept: Kept,
    /// What it may still do before its next wait.
    #[serde(default)]
    pub(crate) budget: Budget,
    /// The size of `flow_attributes`, once it was counted.
    #[serde(skip)]
    pub(super) flow_attributes_bytes: Option<usize>,
    /// What goes into the flow log.
    #[serde(skip)]
    entries: Vec<Entry>,
    /// How many entries did not fit.
    #[serde(skip)]
    entries_omitted: usize,
    /// How many bytes of parameters they repeat.
    #[serde(skip)]
    entries_bytes: usize,
    /// The blocks that failed, for the operator's log.
    #[serde(skip)]
    failures: Failures,
}

/// What of a contact's flow log is kept: an older half, and a newer one that grows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    /// The last row of the older half.
    older: i64,
    /// The rows of the newer half.
    rows: u32,
    /// Their bytes.
    bytes: usize,
}

/// What a run waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Waiting {
    /// The customer's sign-in.
    SignIn,
    /// A moment, in milliseconds since the Unix epoch.
    Until(i64),
    /// Its next turn: it has done as much as one transaction may, and stands at an action that did
    /// not begin.
    Turn,
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
    /// Set these attributes of the contact.
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
pub enum ActionResult {
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

impl ActionResult {
    /// A failure without a branch of its own.
    #[must_use]
    pub fn failed(cause: impl Into<String>) -> Self {
        Self::error(NO_MATCHING_ERROR, cause)
    }

    /// A text was not built; `what` names it.
    #[must_use]
    pub fn overlong(overlong: Overlong, what: &str) -> Self {
        Self::failed(overlong.cause(what))
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
    if let Err(overlong) = run.budget.act() {
        return run.die(&overlong.cause("the run"));
    }
    let Some(action) = flow.actions.get(run.at) else {
        return run.die("the flow has no such action");
    };
    let mut budget = std::mem::take(&mut run.budget);
    let done = (action.does)(&mut Here {
        action,
        run,
        view,
        budget: &mut budget,
    });
    run.budget = budget;
    match done {
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
            kept: Kept::default(),
            budget: Budget::default(),
            flow_attributes_bytes: None,
            entries: Vec::new(),
            entries_omitted: 0,
            entries_bytes: 0,
            failures: Failures::default(),
        }
    }

    /// Goes on with the first action of another flow: the flow's own data is left behind.
    pub fn enter(&mut self, flow: &Flow) {
        self.at = flow.start;
        self.flow_attributes = Value::Object(Map::new());
        self.flow_attributes_bytes = None;
        self.loops = Value::Object(Map::new());
    }

    /// Notes that the present action leads to another flow.
    pub fn note_transfer(&mut self, flow: &Flow) {
        if let Some(action) = flow.actions.get(self.at) {
            self.note(action, "Success");
        }
    }

    /// Counts one more row of the flow log, by its number and size. Gives the number up to which rows
    /// are to be forgotten, once the newer half is full.
    pub fn count_log_row(&mut self, number: i64, bytes: usize) -> Option<i64> {
        self.kept.rows += 1;
        self.kept.bytes += bytes;
        if self.kept.rows < LOG_HALF_ROWS_MAX && self.kept.bytes < LOG_HALF_BYTES_MAX {
            return None;
        }
        let newer = Kept {
            older: number,
            ..Kept::default()
        };
        Some(std::mem::replace(&mut self.kept, newer).older).filter(|older| *older > 0)
    }

    /// What was done since the last wait.
    #[must_use]
    pub const fn spent(&self) -> Spent {
        self.budget.spent()
    }

    /// The blocks that failed since they were last asked for.
    pub fn take_failures(&mut self) -> Vec<BlockFailure> {
        self.failures.take()
    }

    /// What the run waits for.
    #[must_use]
    pub const fn waiting(&self) -> Option<Waiting> {
        self.waiting
    }

    /// Notes what the present action waits for.
    pub fn wait(&mut self, waiting: Waiting) {
        self.waiting = Some(waiting);
        if waiting != Waiting::Turn {
            self.budget = Budget::default();
        }
    }

    /// Goes on where it stands, its turn having come.
    pub const fn take_turn(&mut self) {
        self.waiting = None;
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
    pub fn settle(&mut self, flow: &Flow, view: &View, outcome: &ActionResult) -> Step {
        self.waiting = None;
        let Some(action) = flow.actions.get(self.at) else {
            return self.die("the flow has no such action");
        };
        let target = match outcome {
            ActionResult::Done => {
                self.note(action, "Success");
                action.transitions.next
            }
            ActionResult::Result(result) => match self.matching(action, view, result) {
                Ok(target) => {
                    self.note(action, result);
                    target
                }
                Err(overlong) => {
                    let cause = overlong.cause("a condition");
                    return self.fail(action, NO_MATCHING_ERROR, &cause);
                }
            },
            ActionResult::Failed { error_type, cause } => {
                return self.fail(action, error_type, cause);
            }
        };
        self.go_on(target)
    }

    /// Takes the branch of an error.
    fn fail(&mut self, action: &Action, error_type: &str, cause: &str) -> Step {
        // An error with a branch of its own (nobody found, time over) is an answer, not a failure.
        if error_type == NO_MATCHING_ERROR {
            self.failures
                .add(&action.identifier, action.type_name, cause);
        }
        self.note(action, &format!("{error_type}: {cause}"));
        match error_target(&action.transitions, error_type) {
            Some(target) => self.go_on(Some(target)),
            None => self.die(&format!("no branch for the error {error_type}")),
        }
    }

    /// Where a result leads to.
    fn matching(
        &mut self,
        action: &Action,
        view: &View,
        result: &str,
    ) -> Result<Option<usize>, Overlong> {
        let mut budget = std::mem::take(&mut self.budget);
        let here = Here {
            action,
            run: self,
            view,
            budget: &mut budget,
        };
        let target = target_of(result, here);
        self.budget = budget;
        target
    }

    fn go_on(&mut self, target: Option<usize>) -> Step {
        let Some(target) = target else {
            return Step::End(Ending::Completed);
        };
        self.at = target;
        Step::Continue
    }

    /// Writes to the flow log that the flow cannot go on, and why.
    pub fn die(&mut self, cause: &str) -> Step {
        self.failures.add("", "", cause);
        self.write(Entry {
            results: format!("fatal flow error: {cause}"),
            ..Entry::default()
        });
        Step::End(Ending::Fatal)
    }

    fn note(&mut self, action: &Action, results: &str) {
        if self.logging {
            let parameters = self.repeated(action);
            self.write(Entry {
                identifier: action.identifier.clone(),
                contact_flow_module_type: action.type_name.to_owned(),
                parameters,
                results: results.chars().take(CAUSE_CHARS_MAX).collect(),
            });
        }
    }

    /// The parameters for the flow log, while there is room for them.
    fn repeated(&mut self, action: &Action) -> Map<String, Value> {
        let bytes = self.entries_bytes + action.parameters_bytes;
        if bytes > ENTRIES_BYTES_MAX {
            return Map::new();
        }
        self.entries_bytes = bytes;
        action.parameters.clone()
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
        self.entries_bytes = 0;
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

/// Where a result leads to: to the first condition that holds.
fn target_of(result: &str, here: Here<'_>) -> Result<Option<usize>, Overlong> {
    let Here {
        action,
        run,
        view,
        budget,
    } = here;
    let transitions = &action.transitions;
    let sight = Sight { run, view };
    for (condition, target) in &transitions.conditions {
        let operand = condition.operand.operand(&sight, budget)?;
        budget.fill(condition.operator.compared_bytes(result, &operand))?;
        if condition.operator.holds(result, &operand) {
            return Ok(Some(*target));
        }
    }
    if action.rule.next_is_success {
        return Ok(error_target(transitions, NO_MATCHING_CONDITION));
    }
    Ok(transitions
        .error(NO_MATCHING_CONDITION)
        .or(transitions.next))
}

/// The branch of an error, or the one for all others.
fn error_target(transitions: &Transitions, error_type: &str) -> Option<usize> {
    transitions
        .error(error_type)
        .or_else(|| transitions.error(NO_MATCHING_ERROR))
}
