//! A valid flow, read by [`crate::flows::parse`]: every target is an index into its actions.

use serde_json::{Map, Value};

use super::{ActionResult, Effect, Run, View};
use crate::flows::budget::{Budget, Overlong};
use crate::flows::language::{Rule, Transitions};
use crate::flows::reference::{Data, Reference, Text};

/// A valid flow.
pub struct Flow {
    /// The index of the action that runs first.
    pub start: usize,
    /// The actions, in the order of the content.
    pub actions: Vec<Action>,
}

/// One step of a flow.
pub struct Action {
    /// The name that transitions point to.
    pub identifier: String,
    /// The type as the flow spells it.
    pub type_name: &'static str,
    /// What the language says of its branches.
    pub rule: &'static Rule,
    /// What the action does.
    pub does: Does,
    /// Where it goes afterwards.
    pub transitions: Transitions,
    /// The parameters as the flow spells them, references unresolved, for the flow log.
    pub parameters: Map<String, Value>,
    /// Their size as JSON.
    pub parameters_bytes: usize,
}

/// What an action does, with its parameters. It touches nothing but the run.
pub type Does = Box<dyn Fn(&mut Here<'_>) -> Done>;

/// What an action comes to before its transitions are looked at.
pub enum Done {
    /// The outcome is known at once.
    With(ActionResult),
    /// It goes on at the next action, having done nothing; why, for the flow log.
    Nothing(&'static str),
    /// Something has to be done first.
    Act(Effect),
    /// It waits so many seconds.
    Wait(u32),
    /// The flow is over.
    End,
}

signback_platform::conversions!(Done: With(ActionResult));

/// Where a contact is in its flow, and what the run may still do.
pub struct Here<'a> {
    /// The present action.
    pub action: &'a Action,
    /// The run.
    pub run: &'a mut Run,
    /// The contact.
    pub view: &'a View,
    /// What it may still do.
    pub budget: &'a mut Budget,
}

impl Here<'_> {
    /// What references look into.
    #[must_use]
    pub fn sight(&self) -> Sight<'_> {
        Sight {
            run: self.run,
            view: self.view,
        }
    }

    /// The value of a reference.
    pub(in crate::flows) fn look_up(
        &mut self,
        reference: &Reference,
    ) -> Result<Option<String>, Overlong> {
        self.budget.resolve()?;
        let sight = Sight {
            run: self.run,
            view: self.view,
        };
        let Some(value) = reference.resolve(&sight) else {
            return Ok(None);
        };
        self.budget.fill(value.len())?;
        Ok(Some(value.into_owned()))
    }

    /// A text with its references filled in, if it gets no longer than that many bytes.
    pub(in crate::flows) fn fill(
        &mut self,
        text: &Text,
        bytes_max: usize,
    ) -> Result<String, Overlong> {
        let sight = Sight {
            run: self.run,
            view: self.view,
        };
        text.fill(&sight, bytes_max, self.budget)
    }
}

/// The data that references look into: the contact's and the run's.
pub struct Sight<'a> {
    /// The run.
    pub run: &'a Run,
    /// The contact.
    pub view: &'a View,
}

impl Data for Sight<'_> {
    fn root(&self, name: &str) -> Option<&Value> {
        match name {
            "FlowAttributes" => Some(&self.run.flow_attributes),
            "Customer" => Some(&self.run.customer),
            "Loop" => Some(&self.run.loops),
            other => self.view.document.get(other),
        }
    }
}
