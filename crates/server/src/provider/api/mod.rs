//! The administrative operations of `cognito-idp`.

mod clients;
mod domains;
mod pools;
mod search;
mod users;

use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::api::{Operation, operation};
use crate::paging::ForeignToken;

pub(crate) const OPERATIONS: &[Operation] = &[
    operation!("cognito-idp", "CreateUserPool", pools::create, refuses: ["LambdaConfig", "DeviceConfiguration"]),
    operation!("cognito-idp", "DescribeUserPool", pools::describe),
    operation!("cognito-idp", "ListUserPools", pools::list),
    operation!("cognito-idp", "DeleteUserPool", pools::delete),
    operation!("cognito-idp", "CreateUserPoolClient", clients::create, refuses: ["AnalyticsConfiguration"]),
    operation!("cognito-idp", "DescribeUserPoolClient", clients::describe),
    operation!("cognito-idp", "ListUserPoolClients", clients::list),
    operation!("cognito-idp", "UpdateUserPoolClient", clients::update, refuses: ["AnalyticsConfiguration"]),
    operation!("cognito-idp", "DeleteUserPoolClient", clients::delete),
    operation!("cognito-idp", "CreateUserPoolDomain", domains::create, refuses: ["CustomDomainConfig"]),
    operation!("cognito-idp", "DescribeUserPoolDomain", domains::describe),
    operation!("cognito-idp", "DeleteUserPoolDomain", domains::delete),
    operation!("cognito-idp", "AdminCreateUser", users::create),
    operation!("cognito-idp", "AdminSetUserPassword", users::set_password),
    operation!("cognito-idp", "AdminGetUser", users::get),
    operation!("cognito-idp", "AdminUpdateUserAttributes", users::update),
    operation!("cognito-idp", "AdminDeleteUser", users::delete),
    operation!("cognito-idp", "ListUsers", search::list),
];

/// A list's answer: the entries and, if there is another page, its token.
fn listed(list: &str, entries: Vec<Value>, token_name: &str, token: Option<String>) -> Value {
    let mut answer = Map::new();
    answer.insert(list.to_owned(), Value::Array(entries));
    if let Some(token) = token {
        answer.insert(token_name.to_owned(), json!(token));
    }
    Value::Object(answer)
}

impl From<ForeignToken> for Refusal {
    fn from(_: ForeignToken) -> Self {
        Self::parameter("Invalid pagination token.")
    }
}
