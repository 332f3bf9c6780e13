//! Choosing a branch.

use serde_json::{Value, json};

use super::{Done, Here, Kind, Rule, does};
use crate::flows::engine::{ActionResult, Effect};
use crate::flows::language::{CONTINUE_LOOPING, Conditions, DONE_LOOPING, NO_MATCHING_CONDITION};
use crate::flows::reference::{Amount, Reference};

/// How often a loop may run its branch.
pub(in crate::flows) const LOOP_COUNT_MAX: u32 = 100;

/// Branches on a value.
pub(super) const COMPARE: Kind = Kind {
    name: "Compare",
    rule: Rule::DECISION,
    read: |parameters| {
        let Some(value) = Reference::parse(&parameters.text("ComparisonValue")?) else {
            return parameters.problem("Parameters.ComparisonValue must be one reference");
        };
        does(move |here| match here.look_up(&value) {
            Ok(Some(value)) => ActionResult::Result(value).into(),
            Ok(None) => ActionResult::error(NO_MATCHING_CONDITION, "the value is absent").into(),
            Err(overlong) => ActionResult::overlong(overlong, "the value").into(),
        })
    },
};

/// Branches by chance.
pub(super) const DISTRIBUTE_BY_PERCENTAGE: Kind = Kind {
    name: "DistributeByPercentage",
    rule: Rule::DECISION,
    read: |_| does(|_| Done::Act(Effect::Draw)),
};

/// Runs a branch some times.
pub(super) const LOOP: Kind = Kind {
    name: "Loop",
    rule: Rule {
        next_required: false,
        conditions: Conditions::Equals(
            &[CONTINUE_LOOPING, DONE_LOOPING],
            &[CONTINUE_LOOPING, DONE_LOOPING],
        ),
        ..Rule::ORDINARY
    },
    read: |parameters| {
        let count = parameters.amount(&["LoopCount"], 0, LOOP_COUNT_MAX)?;
        does(move |here| go_round(&count, here).into())
    },
};

/// One more round of the loop, or the end of it. The count is taken when the loop begins.
fn go_round(count: &Amount, here: &mut Here<'_>) -> ActionResult {
    let identifier = &here.action.identifier;
    let begun = here.run.loops.get(identifier).map(|begun| {
        let number = |name: &str| begun.get(name).and_then(Value::as_u64).unwrap_or_default();
        (number("Count"), number("Done"))
    });
    let count = count
        .value(&here.sight())
        .filter(|count| *count <= LOOP_COUNT_MAX);
    let Some((count, done)) = begun.or_else(|| Some((count?.into(), 0))) else {
        return ActionResult::failed(format!(
            "the loop count is not a number up to {LOOP_COUNT_MAX}"
        ));
    };
    let Some(loops) = here.run.loops.as_object_mut() else {
        return ActionResult::failed("the state of the loops cannot be read");
    };
    if done < count {
        let rounds = json!({ "Count": count, "Done": done + 1, "Index": done });
        loops.insert(identifier.clone(), rounds);
        ActionResult::Result(CONTINUE_LOOPING.to_owned())
    } else {
        loops.remove(identifier);
        ActionResult::Result(DONE_LOOPING.to_owned())
    }
}
