//! The administrative operations of `cognito-idp`.

mod clients;
mod declared;
mod domains;
mod pools;
mod search;
mod users;

use serde_json::{Map, Value, json};

use super::Pools;
use super::refusal::Refusal;
use signback_platform::operation::{Operation, Read, Write};
use signback_platform::paging::ForeignToken;
use signback_platform::wait;

pub use declared::{Declared, DeclaredUser, check_first_password, hash_passwords};

pub const OPERATIONS: &[Operation<Pools>] = &[
    Operation::new("cognito-idp", "CreateUserPool", &Write(pools::create)).refusing(&[
        "AcrConfiguration",
        "DcrConfiguration",
        "DeviceConfiguration",
        "IssuerConfiguration",
        "KeyConfiguration",
        "LambdaConfig",
    ]),
    Operation::new("cognito-idp", "DescribeUserPool", &Read(pools::describe)),
    Operation::new("cognito-idp", "ListUserPools", &Read(pools::list)),
    Operation::new("cognito-idp", "DeleteUserPool", &Write(pools::delete)),
    Operation::new(
        "cognito-idp",
        "CreateUserPoolClient",
        &Write(clients::create),
    )
    .refusing(&[
        "AnalyticsConfiguration",
        "PublishSecretsInAWSSecretsManager",
    ]),
    Operation::new(
        "cognito-idp",
        "DescribeUserPoolClient",
        &Read(clients::describe),
    ),
    Operation::new("cognito-idp", "ListUserPoolClients", &Read(clients::list))
        .refusing(&["ClientType"]),
    Operation::new(
        "cognito-idp",
        "UpdateUserPoolClient",
        &Write(clients::update),
    )
    .refusing(&[
        "AnalyticsConfiguration",
        "PublishSecretsInAWSSecretsManager",
    ]),
    Operation::new(
        "cognito-idp",
        "DeleteUserPoolClient",
        &Write(clients::delete),
    ),
    Operation::new(
        "cognito-idp",
        "CreateUserPoolDomain",
        &Write(domains::create),
    )
    .refusing(&["CustomDomainConfig", "Routing"]),
    Operation::new(
        "cognito-idp",
        "DescribeUserPoolDomain",
        &Read(domains::describe),
    ),
    Operation::new(
        "cognito-idp",
        "DeleteUserPoolDomain",
        &Write(domains::delete),
    ),
    Operation::new("cognito-idp", "AdminCreateUser", wait!(users::create)),
    Operation::new(
        "cognito-idp",
        "AdminSetUserPassword",
        wait!(users::set_password),
    ),
    Operation::new("cognito-idp", "AdminGetUser", &Read(users::get)),
    Operation::new(
        "cognito-idp",
        "AdminUpdateUserAttributes",
        &Write(users::update),
    ),
    Operation::new("cognito-idp", "AdminDeleteUser", &Write(users::delete)),
    Operation::new("cognito-idp", "ListUsers", &Read(search::list)),
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
