//! Why an operation on flows is refused.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::problems::Problems;
use signback_platform::answer::Answer;
use signback_platform::conversions;
use signback_platform::paging::ForeignToken;
use signback_platform::store::Error;

/// How many flows an instance may have.
pub(super) const FLOWS_MAX: u32 = 1000;

/// Why a flow is not made, found, changed or taken away.
pub(super) enum Refusal {
    NoSuchInstance,
    NoSuchFlow,
    NotPublished,
    NameTaken,
    TooMany,
    Problems(Problems),
    Page(ForeignToken),
    Parameter(String),
    Fault(Error),
}

conversions!(Refusal: Fault(Error), Page(ForeignToken), Problems(Problems));

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let absent = |message| Self::refuse("ResourceNotFoundException", message);
        match refusal {
            Refusal::NoSuchInstance => absent("InstanceId: there is no such instance"),
            Refusal::NoSuchFlow => absent("ContactFlowId: there is no such flow"),
            Refusal::NotPublished => Self::refuse(
                "ContactFlowNotPublishedException",
                "ContactFlowId: the flow is not published; :$SAVED behind it names what is saved",
            ),
            Refusal::NameTaken => {
                Self::refuse("DuplicateResourceException", "Name: another flow has it")
            }
            Refusal::TooMany => Self::refuse(
                "LimitExceededException",
                format!("the instance has {FLOWS_MAX} flows already"),
            ),
            Refusal::Problems(problems) => {
                let lines = problems.lines();
                let mut message = format!("Content: {} problems", lines.len());
                for line in &lines {
                    let _ = write!(message, "; {line}");
                }
                let problems: Vec<Value> = lines
                    .iter()
                    .map(|line| json!({ "message": line }))
                    .collect();
                Self::refuse("InvalidContactFlowException", message)
                    .with("problems", problems.into())
            }
            Refusal::Page(ForeignToken) => Self::refuse(
                "InvalidRequestException",
                "NextToken: it is not one of this list",
            ),
            Refusal::Parameter(message) => Self::refuse("InvalidParameterException", message),
            Refusal::Fault(error) => error.into(),
        }
    }
}
