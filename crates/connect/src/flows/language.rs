//! The flow language's words: what branches an action has, how results are compared, what types of
//! flows there are.

use super::reference::Text;

/// The version of the language, the only one there is.
pub const VERSION: &str = "2019-10-30";
/// How many actions a flow may have.
pub const ACTIONS_MAX: usize = 250;
/// How many references one text of a flow may have.
pub const TEXT_REFERENCES_MAX: usize = 1000;
/// How long a flow's content may be, in characters.
pub const CONTENT_CHARS_MAX: usize = 256_000;

/// An error branch's name for whatever has no branch of its own.
pub const NO_MATCHING_ERROR: &str = "NoMatchingError";
/// An error branch's name for a result that no condition matches.
pub const NO_MATCHING_CONDITION: &str = "NoMatchingCondition";
/// The error branch of a sign-in that nobody finished in time.
pub const TIME_LIMIT_EXCEEDED: &str = "TimeLimitExceeded";
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

/// What the language says of a type of action: its branches and the flow types that it is allowed in.
#[derive(Debug)]
pub struct Rule {
    /// Whether there must be a `NextAction`.
    pub next_required: bool,
    /// Whether `NextAction` is for success alone, so that no result leads there.
    pub next_is_success: bool,
    /// Whether the action ends the flow and has no transitions.
    pub terminal: bool,
    /// The error types that it may have; `None` for any.
    pub errors: Option<&'static [&'static str]>,
    /// The error types that must be there.
    pub errors_required: &'static [&'static str],
    /// The conditions.
    pub conditions: Conditions,
    /// The flow types; `None` for all.
    pub flow_types: Option<&'static [&'static str]>,
}

/// What conditions an action may have.
#[derive(Debug)]
pub enum Conditions {
    /// None.
    None,
    /// Any operator and operand.
    Any,
    /// `Equals` with one of these; those of the second list must be there.
    Equals(&'static [&'static str], &'static [&'static str]),
}

impl Rule {
    /// A next action, and a branch for errors.
    pub const ORDINARY: Self = Self {
        next_required: true,
        next_is_success: false,
        terminal: false,
        errors: Some(&[NO_MATCHING_ERROR]),
        errors_required: &[],
        conditions: Conditions::None,
        flow_types: None,
    };

    /// Nothing comes afterwards.
    pub const TERMINAL: Self = Self {
        next_required: false,
        terminal: true,
        errors: Some(&[]),
        ..Self::ORDINARY
    };

    /// One of the conditions, or else the branch for a result that none of them matches.
    pub const DECISION: Self = Self {
        next_required: false,
        errors: Some(&[NO_MATCHING_CONDITION, NO_MATCHING_ERROR]),
        errors_required: &[NO_MATCHING_CONDITION],
        conditions: Conditions::Any,
        ..Self::ORDINARY
    };
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

    /// How many bytes a comparison looks at, at most.
    #[must_use]
    pub fn compared_bytes(self, value: &str, operand: &str) -> usize {
        match self {
            Self::Equals if value.len() == operand.len() => operand.len(),
            Self::TextContains => value.len(),
            Self::TextStartsWith | Self::TextEndsWith => operand.len().min(value.len()),
            _ => 0,
        }
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

/// Longer than the longest finite number in plain digits; what is longer still is no number.
const NUMBER_BYTES_MAX: usize = 400;

fn number(text: &str) -> Option<f64> {
    Some(text.trim())
        .filter(|text| text.len() <= NUMBER_BYTES_MAX)?
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
