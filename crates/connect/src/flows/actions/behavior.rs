//! How a contact is treated from here on.

use serde_json::Value;

use super::{Kind, Rule, does};
use crate::flows::engine::ActionResult;

/// Turns the flow log on or off.
pub(super) const UPDATE_FLOW_LOGGING_BEHAVIOR: Kind = Kind {
    name: "UpdateFlowLoggingBehavior",
    rule: Rule::ORDINARY,
    read: |parameters| {
        let given = parameters.given.get("FlowLoggingBehavior");
        let logging = match given.and_then(Value::as_str) {
            Some("Enabled") => true,
            Some("Disabled") => false,
            _ => {
                return parameters
                    .problem("Parameters.FlowLoggingBehavior must be Enabled or Disabled");
            }
        };
        does(move |here| {
            here.run.logging = logging;
            ActionResult::Done.into()
        })
    },
};
