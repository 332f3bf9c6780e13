//! Actions that do nothing on a chat, or that this service knows and does not run; their branches are
//! not looked into.

use super::{Done, Kind, Rule, does};
use crate::flows::engine::ActionResult;
use crate::flows::language::Conditions;

const RULE: Rule = Rule {
    next_required: false,
    errors: None,
    conditions: Conditions::Any,
    ..Rule::ORDINARY
};

/// An action that takes its error branch.
pub(super) const fn not_built(name: &'static str) -> Kind {
    Kind {
        name,
        rule: RULE,
        read: |_| {
            does(|here| {
                ActionResult::failed(format!("{} is not built", here.action.type_name)).into()
            })
        },
    }
}

/// An action that voice alone has: on a chat it takes its error branch, on AWS too.
pub(super) const fn voice_only(name: &'static str) -> Kind {
    Kind {
        name,
        rule: RULE,
        read: |_| {
            does(|here| {
                let cause = format!("{} is for voice only", here.action.type_name);
                ActionResult::failed(cause).into()
            })
        },
    }
}

/// An action that has no effect on a chat, on AWS neither: the flow goes on.
pub(super) const fn no_effect(name: &'static str) -> Kind {
    Kind {
        name,
        rule: RULE,
        read: |_| does(|_| ActionResult::Done.into()),
    }
}

/// An action that the language gives no error branch, so that a flow cannot say where else to go.
pub(super) const fn without_error(name: &'static str) -> Kind {
    Kind {
        name,
        rule: RULE,
        read: |_| does(|_| Done::Nothing("not built: nothing was done")),
    }
}
