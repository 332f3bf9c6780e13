//! What the language says of each type of action: its branches and where it may stand.

use crate::flows::language::{
    BOT_PARTICIPANT_DISCONNECTED, CONTINUE_LOOPING, CUSTOMER_RETURNED, DONE_LOOPING, FlowType,
    MULTIPLE_FOUND_ERROR, NO_MATCHING_CONDITION, NO_MATCHING_ERROR, NONE_FOUND_ERROR, OPTED_OUT,
    PARTICIPANT_NOT_FOUND, TIME_LIMIT_EXCEEDED, WAIT_COMPLETED,
};

/// What conditions an action may have.
pub(super) enum Conditions {
    /// None.
    None,
    /// Any operator and operand.
    Any,
    /// `Equals` with one of these; those of the second list must be there.
    Equals(&'static [&'static str], &'static [&'static str]),
}

/// The branches of a type of action and the flow types that it is allowed in.
pub(super) struct Rule {
    /// Whether there must be a `NextAction`.
    pub(super) next_required: bool,
    /// Whether the action ends the flow and has no transitions.
    pub(super) terminal: bool,
    /// The error types that it may have; `None` for any.
    pub(super) errors: Option<&'static [&'static str]>,
    /// The error types that must be there.
    pub(super) errors_required: &'static [&'static str],
    /// The conditions.
    pub(super) conditions: Conditions,
    /// The flow types; `None` for all.
    flow_types: Option<&'static [&'static str]>,
}

impl Rule {
    const ORDINARY: Self = Self {
        next_required: true,
        terminal: false,
        errors: Some(&[NO_MATCHING_ERROR]),
        errors_required: &[],
        conditions: Conditions::None,
        flow_types: None,
    };

    const TERMINAL: Self = Self {
        next_required: false,
        terminal: true,
        errors: Some(&[]),
        ..Self::ORDINARY
    };

    pub(super) fn allowed_in(&self, flow_type: FlowType) -> bool {
        self.flow_types
            .is_none_or(|types| types.contains(&flow_type.name()))
    }
}

/// Known types whose branches are not looked into, since this service does not run them.
static NOT_BUILT: Rule = Rule {
    next_required: false,
    errors: None,
    conditions: Conditions::Any,
    ..Rule::ORDINARY
};

static AUTHENTICATE_PARTICIPANT: Rule = Rule {
    errors: Some(&[TIME_LIMIT_EXCEEDED, NO_MATCHING_ERROR]),
    errors_required: &[TIME_LIMIT_EXCEEDED, NO_MATCHING_ERROR],
    // Without this condition a customer who declines would go on as one who signed in.
    conditions: Conditions::Equals(&[OPTED_OUT], &[OPTED_OUT]),
    flow_types: Some(&["CONTACT_FLOW"]),
    ..Rule::ORDINARY
};

static MESSAGE_PARTICIPANT: Rule = Rule {
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
};

static COMPARE: Rule = Rule {
    next_required: false,
    errors: Some(&[NO_MATCHING_CONDITION, NO_MATCHING_ERROR]),
    errors_required: &[NO_MATCHING_CONDITION],
    conditions: Conditions::Any,
    ..Rule::ORDINARY
};

static WAIT: Rule = Rule {
    next_required: false,
    errors: Some(&[NO_MATCHING_ERROR, PARTICIPANT_NOT_FOUND]),
    conditions: Conditions::Equals(
        &[
            WAIT_COMPLETED,
            CUSTOMER_RETURNED,
            BOT_PARTICIPANT_DISCONNECTED,
        ],
        &[WAIT_COMPLETED],
    ),
    ..Rule::ORDINARY
};

static LOOP: Rule = Rule {
    next_required: false,
    conditions: Conditions::Equals(
        &[CONTINUE_LOOPING, DONE_LOOPING],
        &[CONTINUE_LOOPING, DONE_LOOPING],
    ),
    ..Rule::ORDINARY
};

static GET_CUSTOMER_PROFILE: Rule = Rule {
    errors: Some(&[MULTIPLE_FOUND_ERROR, NONE_FOUND_ERROR, NO_MATCHING_ERROR]),
    ..Rule::ORDINARY
};

static TRANSFER_TO_FLOW: Rule = Rule {
    next_required: false,
    flow_types: Some(&["CONTACT_FLOW", "AGENT_TRANSFER", "QUEUE_TRANSFER"]),
    ..Rule::ORDINARY
};

static DISCONNECT_PARTICIPANT: Rule = Rule {
    flow_types: Some(&[
        "CONTACT_FLOW",
        "AGENT_TRANSFER",
        "QUEUE_TRANSFER",
        "CUSTOMER_QUEUE",
    ]),
    ..Rule::TERMINAL
};

static END_FLOW_EXECUTION: Rule = Rule::TERMINAL;
static ORDINARY: Rule = Rule::ORDINARY;

/// Known types that this service does not run, apart from those in [`WITHOUT_ERROR`].
const KNOWN: &[&str] = &[
    "AssociateContactToCustomerProfile",
    "CheckHoursOfOperation",
    "CheckMetricData",
    "CheckOutboundCallStatus",
    "CheckVoiceId",
    "CompleteOutboundCall",
    "ConnectParticipantWithLexBot",
    "CreateCallbackContact",
    "CreateCase",
    "CreateCustomerProfile",
    "CreatePersistentContactAssociation",
    "CreateTask",
    "CreateWisdomSession",
    "DequeueContactAndTransferToQueue",
    "GetCalculatedAttributesForCustomerProfile",
    "GetCase",
    "GetCustomerProfileObject",
    "GetMetricData",
    "GetParticipantInput",
    "InvokeFlowModule",
    "InvokeLambdaFunction",
    "LoadContactContent",
    "MessageParticipantIteratively",
    "ResumeContact",
    "ShowView",
    "StartVoiceIdStream",
    "TransferContactToQueue",
    "UpdateCase",
    "UpdateContactCallbackNumber",
    "UpdateContactData",
    "UpdateContactEventHooks",
    "UpdateContactMediaProcessing",
    "UpdateContactMediaStreamingBehavior",
    "UpdateContactRecordingAndAnalyticsBehavior",
    "UpdateContactTargetQueue",
    "UpdateContactTextToSpeechVoice",
    "UpdateCustomerProfile",
    "UpdatePreviousContactParticipantState",
    "UpdateRoutingCriteria",
];

/// Known types that this service does not run and that the language gives no error branch.
const WITHOUT_ERROR: &[&str] = &[
    "EndFlowModuleExecution",
    "TagContact",
    "TransferContactToAgent",
    "UnTagContact",
    "UpdateContactRecordingBehavior",
    "UpdateContactRoutingBehavior",
];

/// Whether the language gives a type of action that is not run here no error branch.
pub(super) fn without_error(type_name: &str) -> bool {
    WITHOUT_ERROR.contains(&type_name)
}

/// The rule of a type of action; `None` for a type that does not exist.
pub(super) fn of(type_name: &str) -> Option<&'static Rule> {
    Some(match type_name {
        "AuthenticateParticipant" => &AUTHENTICATE_PARTICIPANT,
        "MessageParticipant" => &MESSAGE_PARTICIPANT,
        "Compare" | "DistributeByPercentage" => &COMPARE,
        "Wait" => &WAIT,
        "Loop" => &LOOP,
        "GetCustomerProfile" => &GET_CUSTOMER_PROFILE,
        "TransferToFlow" => &TRANSFER_TO_FLOW,
        "DisconnectParticipant" => &DISCONNECT_PARTICIPANT,
        "EndFlowExecution" => &END_FLOW_EXECUTION,
        "UpdateContactAttributes" | "UpdateFlowAttributes" | "UpdateFlowLoggingBehavior" => {
            &ORDINARY
        }
        known if KNOWN.contains(&known) || without_error(known) => &NOT_BUILT,
        _ => return None,
    })
}
