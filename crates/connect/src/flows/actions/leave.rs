//! Leaving the flow: for another one, or for good.

use super::{Done, Kind, Rule, does};
use crate::flows::engine::Effect;
use crate::flows::reference::Text;

pub(super) const TRANSFER_TO_FLOW: Kind = Kind {
    name: "TransferToFlow",
    rule: Rule {
        next_required: false,
        flow_types: Some(&["CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"]),
        ..Rule::ORDINARY
    },
    read: |parameters| {
        let flow = Text::parse(&parameters.text("ContactFlowId")?);
        does(move |here| Done::Act(Effect::Transfer(flow.fill(here))))
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
