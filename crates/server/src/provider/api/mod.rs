//! The administrative operations of `cognito-idp`.

mod clients;
mod domains;
mod pools;
mod users;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::api::{Operation, operation};

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
    operation!("cognito-idp", "ListUsers", users::list),
];

/// A page of a list: its entries and, if there are more, the key of the last one.
struct Page {
    entries: Vec<Value>,
    last: Option<String>,
}

impl Page {
    /// The first `limit` of the rows that were read, one more than a page holds.
    fn of<T>(
        mut rows: Vec<T>,
        limit: usize,
        key: impl Fn(&T) -> &str,
        entry: impl Fn(&T) -> Value,
    ) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| more).map(|row| key(row).to_owned());
        Self {
            entries: rows.iter().map(entry).collect(),
            last,
        }
    }

    fn into_answer(self, list: &str, token: &str) -> Value {
        let mut answer = Map::new();
        answer.insert(list.to_owned(), json!(self.entries));
        if let Some(last) = self.last {
            answer.insert(token.to_owned(), json!(URL_SAFE_NO_PAD.encode(last)));
        }
        Value::Object(answer)
    }
}

/// The key that a page's token stands for; nothing before the first page.
fn after(token: Option<&str>) -> Result<String, Refusal> {
    let Some(token) = token else {
        return Ok(String::new());
    };
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .filter(|key| key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_graphic()))
        .ok_or_else(|| Refusal::parameter("Invalid pagination token."))
}
