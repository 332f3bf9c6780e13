//! The flow language as types: what a valid flow is, read by [`super::parse`] and run by
//! [`super::engine`].

use serde_json::{Map, Value};

use super::reference::{Amount, Reference, Text};

/// The version of the language, the only one there is.
pub const VERSION: &str = "2019-10-30";
/// How many actions a flow may have.
pub const ACTIONS_MAX: usize = 250;
/// How long a flow's content may be, in characters.
pub const CONTENT_CHARS_MAX: usize = 256_000;

/// The minutes that an Authenticate Customer block may wait for a sign-in.
pub const SIGN_IN_MINUTES: std::ops::RangeInclusive<u32> = 3..=15;
/// How long an Authenticate Customer block waits where it does not say.
pub const SIGN_IN_MINUTES_DEFAULT: u32 = 3;
/// The predefined object type for the identities of a user pool.
pub const OBJECT_TYPE_DEFAULT: &str = "Cognito-attributes";
/// The longest wait: a week.
pub const WAIT_SECONDS_MAX: u32 = 604_800;
/// How often a loop may run its branch.
pub const LOOP_COUNT_MAX: u32 = 100;
/// How many identifiers a search for a profile may combine.
pub const CRITERIA_MAX: usize = 5;

/// An error branch's name for whatever has no branch of its own.
pub const NO_MATCHING_ERROR: &str = "NoMatchingError";
/// An error branch's name for a result that no condition matches.
pub const NO_MATCHING_CONDITION: &str = "NoMatchingCondition";
/// The error branch of a sign-in that nobody finished in time.
pub const TIME_LIMIT_EXCEEDED: &str = "TimeLimitExceeded";
/// The error branch of a wait for somebody who is not there.
pub const PARTICIPANT_NOT_FOUND: &str = "ParticipantNotFound";
/// The error branch of a search that finds no profile.
pub const NONE_FOUND_ERROR: &str = "NoneFoundError";
/// The error branch of a search that finds several profiles.
pub const MULTIPLE_FOUND_ERROR: &str = "MultipleFoundError";
/// The result of a sign-in that the customer declined.
pub const OPTED_OUT: &str = "OptedOut";
/// The result of a wait whose time has passed.
pub const WAIT_COMPLETED: &str = "WaitCompleted";
/// The result of a loop that goes on.
pub const CONTINUE_LOOPING: &str = "ContinueLooping";
/// The result of a loop that has run as often as it should.
pub const DONE_LOOPING: &str = "DoneLooping";
/// The event of a bot that leaves; this service has no bots.
pub const BOT_PARTICIPANT_DISCONNECTED: &str = "BotParticipantDisconnected";
/// The event of a customer who comes back to a chat.
pub const CUSTOMER_RETURNED: &str = "CustomerReturned";

/// A valid flow: every target is an index into `actions`.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The index of the action that runs first.
    pub start: usize,
    /// The actions, in the order of the content.
    pub actions: Vec<Action>,
}

/// One step of a flow.
#[derive(Clone, Debug)]
pub struct Action {
    /// The name that transitions point to.
    pub identifier: String,
    /// The type as the flow spells it, for the flow log.
    pub type_name: String,
    /// What the action does.
    pub kind: Kind,
    /// Where it goes afterwards.
    pub transitions: Transitions,
    /// The parameters as the flow spells them, references unresolved, for the flow log.
    pub parameters: Map<String, Value>,
}

/// What an action does.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Asks the customer to sign in.
    AuthenticateParticipant(SignIn),
    /// Says something to the customer; `None` for prompts that a chat cannot carry.
    MessageParticipant(Option<Text>),
    /// Branches on a value.
    Compare(Reference),
    /// Sets attributes of the contact.
    UpdateContactAttributes {
        /// Names and values.
        attributes: Vec<(String, Text)>,
        /// Whether a related contact is meant, which is not built.
        related: bool,
    },
    /// Sets attributes that only this flow sees.
    UpdateFlowAttributes(Vec<(String, Text)>),
    /// Turns the flow log on or off.
    UpdateFlowLoggingBehavior(bool),
    /// Waits for some seconds.
    Wait {
        /// How long.
        seconds: Amount,
        /// Whether the leaving of a bot ends the wait.
        for_bot: bool,
    },
    /// Runs a branch some times.
    Loop(Amount),
    /// Branches by chance.
    DistributeByPercentage,
    /// Looks a profile up.
    GetCustomerProfile(ProfileSearch),
    /// Goes on with another flow.
    TransferToFlow(Text),
    /// Ends the contact.
    DisconnectParticipant,
    /// Ends the flow.
    EndFlowExecution,
    /// A known action that this service does not run: it takes its error branch.
    NotBuilt {
        /// Whether the language gives this action no error branch at all.
        without_error: bool,
    },
}

/// The parameters of an Authenticate Customer block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The user pool.
    pub user_pool_arn: String,
    /// The pool's client that the customer signs in with.
    pub app_client_id: String,
    /// The object type that maps the identity to a profile.
    pub object_type: String,
    /// How long the block waits.
    pub time_limit_minutes: u32,
}

/// The parameters of a search for a profile.
#[derive(Clone, Debug)]
pub struct ProfileSearch {
    /// Key or field names and the values to look for.
    pub criteria: Vec<(String, Text)>,
    /// Whether all of them must match, instead of any.
    pub all: bool,
    /// The fields to keep of the profile.
    pub fields: Vec<String>,
}

/// Where an action goes afterwards.
#[derive(Clone, Debug, Default)]
pub struct Transitions {
    /// Where nothing else applies.
    pub next: Option<usize>,
    /// By error type.
    pub errors: Vec<(String, usize)>,
    /// By result, the first that matches.
    pub conditions: Vec<(Condition, usize)>,
}

impl Transitions {
    /// The target of exactly this error type.
    #[must_use]
    pub fn error(&self, error_type: &str) -> Option<usize> {
        self.errors
            .iter()
            .find(|(name, _)| name == error_type)
            .map(|(_, target)| *target)
    }
}

/// A comparison of an action's result.
#[derive(Clone, Debug)]
pub struct Condition {
    /// How to compare.
    pub operator: Operator,
    /// What to compare with.
    pub operand: Text,
    /// The operand as the flow spells it.
    pub operand_text: String,
}

/// How a result is compared with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// The same text, upper and lower case apart.
    Equals,
    /// Begins with the operand.
    TextStartsWith,
    /// Ends with the operand.
    TextEndsWith,
    /// Contains the operand.
    TextContains,
    /// Is a greater number.
    NumberGreaterThan,
    /// Is a greater number or the same.
    NumberGreaterOrEqualTo,
    /// Is a smaller number.
    NumberLessThan,
    /// Is a smaller number or the same.
    NumberLessOrEqualTo,
}

impl Operator {
    /// The operator of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Equals" => Self::Equals,
            "TextStartsWith" => Self::TextStartsWith,
            "TextEndsWith" => Self::TextEndsWith,
            "TextContains" => Self::TextContains,
            "NumberGreaterThan" => Self::NumberGreaterThan,
            "NumberGreaterOrEqualTo" => Self::NumberGreaterOrEqualTo,
            // The page of DistributeByPercentage spells it the second way.
            "NumberLessThan" | "NumericLessThan" => Self::NumberLessThan,
            "NumberLessOrEqualTo" => Self::NumberLessOrEqualTo,
            _ => return None,
        })
    }

    /// Whether `value` compares so with `operand`; number operators are false where either is
    /// not a number.
    #[must_use]
    pub fn holds(self, value: &str, operand: &str) -> bool {
        let numbers = || Some((number(value)?, number(operand)?));
        match self {
            Self::Equals => value == operand,
            Self::TextStartsWith => value.starts_with(operand),
            Self::TextEndsWith => value.ends_with(operand),
            Self::TextContains => value.contains(operand),
            Self::NumberGreaterThan => numbers().is_some_and(|(value, operand)| value > operand),
            Self::NumberGreaterOrEqualTo => {
                numbers().is_some_and(|(value, operand)| value >= operand)
            }
            Self::NumberLessThan => numbers().is_some_and(|(value, operand)| value < operand),
            Self::NumberLessOrEqualTo => numbers().is_some_and(|(value, operand)| value <= operand),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim()
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// The types of flows, as the interface model names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowType {
    /// An inbound flow.
    ContactFlow,
    /// A flow for a customer who waits or is handed over; chats here never reach one.
    Other(&'static str),
}

impl FlowType {
    const OTHERS: [&'static str; 9] = [
        "CUSTOMER_QUEUE",
        "CUSTOMER_HOLD",
        "CUSTOMER_WHISPER",
        "AGENT_HOLD",
        "AGENT_WHISPER",
        "OUTBOUND_WHISPER",
        "AGENT_TRANSFER",
        "QUEUE_TRANSFER",
        "CAMPAIGN",
    ];

    /// The type of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "CONTACT_FLOW" {
            return Some(Self::ContactFlow);
        }
        Self::OTHERS
            .iter()
            .find(|other| **other == name)
            .map(|other| Self::Other(other))
    }

    /// The model's name of the type.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ContactFlow => "CONTACT_FLOW",
            Self::Other(name) => name,
        }
    }
}
