//! Leaving the flow: for another one, or for good.

use super::{Done, Kind, Rule, does};
use crate::flows::engine::{ActionResult, Effect};

/// The longest identifier of a flow, as the interface model has it.
const NAME_BYTES_MAX: usize = 500;

pub(super) const TRANSFER_TO_FLOW: Kind = Kind {
    name: "TransferToFlow",
    rule: Rule {
        next_required: false,
        flow_types: Some(&["CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"]),
        ..Rule::ORDINARY
    },
    read: |parameters| {
        let flow = parameters.template("ContactFlowId")?;
        does(move |here| match here.fill(&flow, NAME_BYTES_MAX) {
            Ok(flow) => Done::Act(Effect::Transfer(flow)),
            Err(overlong) => ActionResult::overlong(overlong, "the flow's name").into(),
        })
    },
};

/// Ends the contact.
pub(super) const DISCONNECT_PARTICIPANT: Kind = Kind {
    name: "DisconnectParticipant",
    rule: Rule {
        flow_types: Some(&[
            "CONTACT_FLOW",
            "AGENT_TRANSFER",
            "QUEUE_TRANSFER",
            "CUSTOMER_QUEUE",
        ]),
        ..Rule::TERMINAL
    },
    read: |_| does(|_| Done::End),
};

pub(super) const END_FLOW_EXECUTION: Kind = Kind {
    name: "EndFlowExecution",
    rule: Rule::TERMINAL,
    read: |_| does(|_| Done::End),
};
