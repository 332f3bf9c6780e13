//! The operations of sts.

use serde::{Deserialize, Serialize};

use signback_platform::Platform;
use signback_platform::answer::Answer;
use signback_platform::operation::{Call, Operation, Tell};

pub(crate) const OPERATIONS: &[Operation<Platform>] = &[Operation::new(
    "sts",
    "GetCallerIdentity",
    &Tell(get_caller_identity),
)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GetCallerIdentity {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerIdentity {
    user_id: String,
    account: String,
    arn: String,
}

/// Names the account and key that signed the call. Every key acts as a user of its own; there are
/// no roles.
#[expect(clippy::unnecessary_wraps, reason = "a line of the table")]
fn get_caller_identity(call: &Call, _input: &GetCallerIdentity) -> Result<CallerIdentity, Answer> {
    let account = &call.scope.account;
    let key = call.access_key_id.as_deref().unwrap_or("root");
    Ok(CallerIdentity {
        user_id: key.to_owned(),
        account: account.clone(),
        arn: format!("arn:aws:iam::{account}:user/{key}"),
    })
}
