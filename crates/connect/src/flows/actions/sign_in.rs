//! The customer's sign-in.

use serde_json::Value;

use super::{Does, Done, Kind, Parameters, Rule, does};
use crate::flows::block::{Block, TIME_LIMIT_MINUTES_MAX, TIME_LIMIT_MINUTES_MIN};
use crate::flows::engine::Effect;
use crate::flows::language::{Conditions, NO_MATCHING_ERROR, OPTED_OUT, TIME_LIMIT_EXCEEDED};
use crate::flows::parameters::whole_number;
use signback_platform::arn;

/// The predefined object type for the identities of a user pool.
pub(in crate::flows) const OBJECT_TYPE_DEFAULT: &str = "Cognito-attributes";
/// How long the name of an object type may be.
const OBJECT_TYPE_CHARS_MAX: usize = 255;

pub(super) const AUTHENTICATE_PARTICIPANT: Kind = Kind {
    name: "AuthenticateParticipant",
    rule: Rule {
        // It is for those who signed in, and for nobody else.
        next_is_success: true,
        errors: Some(&[TIME_LIMIT_EXCEEDED, NO_MATCHING_ERROR]),
        errors_required: &[TIME_LIMIT_EXCEEDED, NO_MATCHING_ERROR],
        // Without this condition a customer who declines would go on as one who signed in.
        conditions: Conditions::Equals(&[OPTED_OUT], &[OPTED_OUT]),
        flow_types: Some(&["CONTACT_FLOW"]),
        ..Rule::ORDINARY
    },
    read,
};

fn read(parameters: &mut Parameters<'_>) -> Option<Does> {
    let user_pool_arn = match parameters.fixed("CognitoConfiguration", "UserPoolArn") {
        Some(pool) if !arn::is_user_pool(&pool) => parameters
            .problem("Parameters.CognitoConfiguration.UserPoolArn must be the ARN of a user pool"),
        other => other,
    };
    let app_client_id = parameters.fixed("CognitoConfiguration", "AppClientId");
    let object_type = object_type(parameters);
    let (least, most) = (TIME_LIMIT_MINUTES_MIN, TIME_LIMIT_MINUTES_MAX);
    let time_limit_minutes = match parameters.given.get("TimeLimitMinutes") {
        None => Some(least),
        Some(given) => whole_number(given).filter(|minutes| (least..=most).contains(minutes)),
    };
    let Some(time_limit_minutes) = time_limit_minutes else {
        return parameters.problem(format_args!(
            "Parameters.TimeLimitMinutes must be a whole number from {least} to {most}"
        ));
    };
    let block = Block {
        user_pool_arn: user_pool_arn?,
        app_client_id: app_client_id?,
        object_type: object_type?,
        time_limit_minutes,
    };
    does(move |_| Done::Act(Effect::SignIn(block.clone())))
}

fn object_type(parameters: &mut Parameters<'_>) -> Option<String> {
    let absent = match parameters.given.get("CustomerProfilesConfiguration") {
        None => true,
        Some(Value::Object(configuration)) => !configuration.contains_key("ObjectTypeName"),
        Some(_) => {
            return parameters
                .problem("Parameters.CustomerProfilesConfiguration must be an object");
        }
    };
    if absent {
        return Some(OBJECT_TYPE_DEFAULT.to_owned());
    }
    let name = parameters.fixed("CustomerProfilesConfiguration", "ObjectTypeName")?;
    let is_name = name.len() <= OBJECT_TYPE_CHARS_MAX
        && name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if is_name {
        Some(name)
    } else {
        parameters.problem("Parameters.CustomerProfilesConfiguration.ObjectTypeName must be the name of an object type")
    }
}
