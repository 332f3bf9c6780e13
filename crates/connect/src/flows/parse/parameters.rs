//! The parameters of an action.

use serde_json::{Map, Value};

use super::{Problems, rules};
use crate::flows::language::{
    BOT_PARTICIPANT_DISCONNECTED, CRITERIA_MAX, CUSTOMER_RETURNED, Kind, LOOP_COUNT_MAX,
    OBJECT_TYPE_DEFAULT, ProfileSearch, SIGN_IN_MINUTES, SIGN_IN_MINUTES_DEFAULT, SignIn,
    WAIT_SECONDS_MAX,
};
use crate::flows::reference::{Amount, Reference, Text};
use signback_platform::arn;

/// How long the name of an object type may be.
const OBJECT_TYPE_CHARS_MAX: usize = 255;
/// How many attributes one action may set.
const ATTRIBUTES_MAX: usize = 250;

/// Reads one action's parameters, noting what is wrong with them.
pub(super) struct Parameters<'a> {
    place: &'a str,
    given: &'a Map<String, Value>,
    problems: &'a mut Problems,
}

impl<'a> Parameters<'a> {
    pub(super) const fn new(
        place: &'a str,
        given: &'a Map<String, Value>,
        problems: &'a mut Problems,
    ) -> Self {
        Self {
            place,
            given,
            problems,
        }
    }

    /// What the action does; `None` once a problem is noted.
    pub(super) fn kind(mut self, type_name: &str) -> Option<Kind> {
        match type_name {
            "AuthenticateParticipant" => self.sign_in().map(Kind::AuthenticateParticipant),
            "MessageParticipant" => self.message(),
            "Compare" => self.comparison(),
            "UpdateContactAttributes" => self.contact_attributes(),
            "UpdateFlowAttributes" => self
                .attributes("FlowAttributes")
                .map(Kind::UpdateFlowAttributes),
            "UpdateFlowLoggingBehavior" => self.logging(),
            "Wait" => self.wait(),
            "Loop" => self
                .amount(&["LoopCount"], 0, LOOP_COUNT_MAX)
                .map(Kind::Loop),
            "DistributeByPercentage" => Some(Kind::DistributeByPercentage),
            "GetCustomerProfile" => self.profile_search().map(Kind::GetCustomerProfile),
            "TransferToFlow" => self
                .text("ContactFlowId")
                .map(|id| Kind::TransferToFlow(Text::parse(&id))),
            "DisconnectParticipant" => Some(Kind::DisconnectParticipant),
            "EndFlowExecution" => Some(Kind::EndFlowExecution),
            other => Some(Kind::NotBuilt {
                without_error: rules::without_error(other),
            }),
        }
    }

    fn problem<T>(&mut self, text: impl std::fmt::Display) -> Option<T> {
        self.problems.add(format!("{}: {text}", self.place));
        None
    }

    fn text(&mut self, member: &str) -> Option<String> {
        match self.given.get(member) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => self.problem(format_args!("Parameters.{member} must be text")),
        }
    }

    /// A text inside an object of the parameters that may not be a reference.
    fn fixed(&mut self, object: &str, member: &str) -> Option<String> {
        match self.given.get(object).and_then(|object| object.get(member)) {
            Some(Value::String(text)) if text.starts_with('$') => self.problem(format_args!(
                "Parameters.{object}.{member} must not be a reference"
            )),
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => self.problem(format_args!("Parameters.{object}.{member} must be text")),
        }
    }

    /// A number, written as one or as text, or a reference, under the first name that is there.
    fn amount(&mut self, members: &[&str], least: u32, most: u32) -> Option<Amount> {
        let member = members
            .iter()
            .find(|member| self.given.contains_key(**member))
            .unwrap_or(&members[0]);
        let value = self.given.get(*member);
        if let Some(reference) = value.and_then(Value::as_str).and_then(Reference::parse) {
            return Some(Amount::Reference(reference));
        }
        match value
            .and_then(whole_number)
            .filter(|number| (least..=most).contains(number))
        {
            Some(number) => Some(Amount::Fixed(number)),
            None => self.problem(format_args!(
                "Parameters.{member} must be a whole number from {least} to {most} or a reference"
            )),
        }
    }

    fn sign_in(&mut self) -> Option<SignIn> {
        let user_pool_arn = self.fixed("CognitoConfiguration", "UserPoolArn");
        let user_pool_arn = match user_pool_arn {
            Some(pool) if !arn::is_user_pool(&pool) => self.problem(
                "Parameters.CognitoConfiguration.UserPoolArn must be the ARN of a user pool",
            ),
            other => other,
        };
        let app_client_id = self.fixed("CognitoConfiguration", "AppClientId");
        let object_type = self.object_type();
        let time_limit_minutes = match self.given.get("TimeLimitMinutes") {
            None => Some(SIGN_IN_MINUTES_DEFAULT),
            Some(given) => whole_number(given).filter(|minutes| SIGN_IN_MINUTES.contains(minutes)),
        };
        if time_limit_minutes.is_none() {
            let (least, most) = (SIGN_IN_MINUTES.start(), SIGN_IN_MINUTES.end());
            return self.problem(format_args!(
                "Parameters.TimeLimitMinutes must be a whole number from {least} to {most}"
            ));
        }
        Some(SignIn {
            user_pool_arn: user_pool_arn?,
            app_client_id: app_client_id?,
            object_type: object_type?,
            time_limit_minutes: time_limit_minutes?,
        })
    }

    fn object_type(&mut self) -> Option<String> {
        let absent = match self.given.get("CustomerProfilesConfiguration") {
            None => true,
            Some(Value::Object(configuration)) => !configuration.contains_key("ObjectTypeName"),
            Some(_) => {
                return self.problem("Parameters.CustomerProfilesConfiguration must be an object");
            }
        };
        if absent {
            return Some(OBJECT_TYPE_DEFAULT.to_owned());
        }
        let name = self.fixed("CustomerProfilesConfiguration", "ObjectTypeName")?;
        let is_name = name.len() <= OBJECT_TYPE_CHARS_MAX
            && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if is_name {
            Some(name)
        } else {
            self.problem("Parameters.CustomerProfilesConfiguration.ObjectTypeName must be the name of an object type")
        }
    }

    fn message(&mut self) -> Option<Kind> {
        const FORMS: [&str; 4] = ["Text", "PromptId", "SSML", "Media"];
        let forms = FORMS
            .iter()
            .filter(|form| self.given.contains_key(**form))
            .count();
        if forms != 1 {
            return self
                .problem("Parameters must have exactly one of Text, PromptId, SSML and Media");
        }
        if self.given.contains_key("Text") {
            return self
                .text("Text")
                .map(|text| Kind::MessageParticipant(Some(Text::parse(&text))));
        }
        Some(Kind::MessageParticipant(None))
    }

    fn comparison(&mut self) -> Option<Kind> {
        match self
            .text("ComparisonValue")
            .as_deref()
            .map(Reference::parse)?
        {
            Some(reference) => Some(Kind::Compare(reference)),
            None => self.problem("Parameters.ComparisonValue must be one reference"),
        }
    }

    fn contact_attributes(&mut self) -> Option<Kind> {
        let attributes = self.attributes("Attributes");
        let related = match self.given.get("TargetContact").map(Value::as_str) {
            None | Some(Some("Current")) => false,
            Some(Some("Related")) => true,
            Some(_) => return self.problem("Parameters.TargetContact must be Current or Related"),
        };
        Some(Kind::UpdateContactAttributes {
            attributes: attributes?,
            related,
        })
    }

    /// An object of names and texts; also `{"name": {"Value": "text"}}`, as flow attributes have it.
    fn attributes(&mut self, member: &str) -> Option<Vec<(String, Text)>> {
        let Some(Value::Object(given)) = self.given.get(member) else {
            return self.problem(format_args!("Parameters.{member} must be an object"));
        };
        if given.len() > ATTRIBUTES_MAX {
            return self.problem(format_args!(
                "Parameters.{member} may have at most {ATTRIBUTES_MAX} members"
            ));
        }
        let mut attributes = Vec::with_capacity(given.len());
        for (name, value) in given {
            let value = value.get("Value").unwrap_or(value);
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => {
                    return self.problem(format_args!(
                        "each value of Parameters.{member} must be text"
                    ));
                }
            };
            if name.is_empty() || name.contains(['$', '.']) {
                return self.problem(format_args!(
                    "a name in Parameters.{member} must not be empty or contain $ or ."
                ));
            }
            attributes.push((name.clone(), Text::parse(&value)));
        }
        Some(attributes)
    }

    fn logging(&mut self) -> Option<Kind> {
        match self
            .given
            .get("FlowLoggingBehavior")
            .and_then(Value::as_str)
        {
            Some("Enabled") => Some(Kind::UpdateFlowLoggingBehavior(true)),
            Some("Disabled") => Some(Kind::UpdateFlowLoggingBehavior(false)),
            _ => self.problem("Parameters.FlowLoggingBehavior must be Enabled or Disabled"),
        }
    }

    fn wait(&mut self) -> Option<Kind> {
        // Flow exports and the language's page differ in the name.
        let seconds = self.amount(&["TimeoutSeconds", "TimeLimitSeconds"], 1, WAIT_SECONDS_MAX);
        let events = match self.given.get("Events") {
            None => Vec::new(),
            Some(Value::Array(events)) => events.iter().filter_map(Value::as_str).collect(),
            Some(_) => return self.problem("Parameters.Events must be a list"),
        };
        let known = [CUSTOMER_RETURNED, BOT_PARTICIPANT_DISCONNECTED];
        let all = self
            .given
            .get("Events")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        if all != events.len() || events.iter().any(|event| !known.contains(event)) {
            return self.problem(format_args!(
                "Parameters.Events may contain {}",
                known.join(" and ")
            ));
        }
        Some(Kind::Wait {
            seconds: seconds?,
            for_bot: events.contains(&BOT_PARTICIPANT_DISCONNECTED),
        })
    }

    fn profile_search(&mut self) -> Option<ProfileSearch> {
        let Some(Value::Object(request)) = self.given.get("ProfileRequestData") else {
            return self.problem("Parameters.ProfileRequestData must be an object");
        };
        let single = [Value::Object(request.clone())];
        let listed = match request.get("SearchCriteria") {
            None => &single[..],
            Some(Value::Array(listed)) => listed,
            Some(_) => {
                return self.problem("Parameters.ProfileRequestData.SearchCriteria must be a list");
            }
        };
        if listed.is_empty() || listed.len() > CRITERIA_MAX {
            return self.problem(format_args!(
                "Parameters.ProfileRequestData must have 1 to {CRITERIA_MAX} identifiers"
            ));
        }
        let criteria: Vec<_> = listed.iter().filter_map(criterion).collect();
        if criteria.len() != listed.len() {
            return self.problem("each identifier of Parameters.ProfileRequestData needs IdentifierName and IdentifierValue");
        }
        let all = match request.get("LogicalOperator").map(Value::as_str) {
            None | Some(Some("AND")) => true,
            Some(Some("OR")) => false,
            Some(_) => {
                return self
                    .problem("Parameters.ProfileRequestData.LogicalOperator must be AND or OR");
            }
        };
        let fields = match self.given.get("ProfileResponseData") {
            None => Some(Vec::new()),
            Some(Value::Array(fields)) => fields
                .iter()
                .map(|field| field.as_str().map(str::to_owned))
                .collect(),
            Some(_) => None,
        };
        match fields {
            Some(fields) => Some(ProfileSearch {
                criteria,
                all,
                fields,
            }),
            None => self.problem("Parameters.ProfileResponseData must be a list of field names"),
        }
    }
}

/// One identifier of a search; the language's page spells the names in two ways.
fn criterion(given: &Value) -> Option<(String, Text)> {
    let text = |names: [&str; 2]| names.iter().find_map(|name| given.get(*name)?.as_str());
    let name = text(["IdentifierName", "IdentiferName"]).filter(|name| !name.is_empty())?;
    let value = text(["IdentifierValue", "IdentiferValue"])?;
    Some((name.to_owned(), Text::parse(value)))
}

/// A number that may be written as text.
fn whole_number(given: &Value) -> Option<u32> {
    match given {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_u64().and_then(|number| number.try_into().ok()),
        _ => None,
    }
}
