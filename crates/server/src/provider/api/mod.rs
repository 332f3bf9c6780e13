//! The administrative operations of `cognito-idp`.

mod clients;
mod domains;
mod pools;
mod search;
mod users;

use serde_json::{Map, Value, json};

use super::Pools;
use super::refusal::Refusal;
use crate::operation::Operation;
use crate::paging::ForeignToken;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Pools>] = &[
    Operation::new("cognito-idp", "CreateUserPool", wait!(pools::create)).refusing(&[
        "AcrConfiguration",
        "DcrConfiguration",
        "DeviceConfiguration",
        "IssuerConfiguration",
        "KeyConfiguration",
        "LambdaConfig",
    ]),
    Operation::new("cognito-idp", "DescribeUserPool", wait!(pools::describe)),
    Operation::new("cognito-idp", "ListUserPools", wait!(pools::list)),
    Operation::new("cognito-idp", "DeleteUserPool", wait!(pools::delete)),
    Operation::new(
        "cognito-idp",
        "CreateUserPoolClient",
        wait!(clients::create),
    )
    .refusing(&[
        "AnalyticsConfiguration",
        "PublishSecretsInAWSSecretsManager",
    ]),
    Operation::new(
        "cognito-idp",
        "DescribeUserPoolClient",
        wait!(clients::describe),
    ),
    Operation::new("cognito-idp", "ListUserPoolClients", wait!(clients::list))
        .refusing(&["ClientType"]),
    Operation::new(
        "cognito-idp",
        "UpdateUserPoolClient",
        wait!(clients::update),
    )
    .refusing(&[
        "AnalyticsConfiguration",
        "PublishSecretsInAWSSecretsManager",
    ]),
    Operation::new(
        "cognito-idp",
        "DeleteUserPoolClient",
        wait!(clients::delete),
    ),
    Operation::new(
        "cognito-idp",
        "CreateUserPoolDomain",
        wait!(domains::create),
    )
    .refusing(&["CustomDomainConfig", "Routing"]),
    Operation::new(
        "cognito-idp",
        "DescribeUserPoolDomain",
        wait!(domains::describe),
    ),
    Operation::new(
        "cognito-idp",
        "DeleteUserPoolDomain",
        wait!(domains::delete),
    ),
    Operation::new("cognito-idp", "AdminCreateUser", wait!(users::create)),
    Operation::new(
        "cognito-idp",
        "AdminSetUserPassword",
        wait!(users::set_password),
    ),
    Operation::new("cognito-idp", "AdminGetUser", wait!(users::get)),
    Operation::new(
        "cognito-idp",
        "AdminUpdateUserAttributes",
        wait!(users::update),
    ),
    Operation::new("cognito-idp", "AdminDeleteUser", wait!(users::delete)),
    Operation::new("cognito-idp", "ListUsers", wait!(search::list)),
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
