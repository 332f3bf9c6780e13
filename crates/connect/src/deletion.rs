//! The end of an instance: everything in it goes too.

use serde::Deserialize;
use serde_json::json;

use crate::Connect;
use crate::contacts;
use crate::instances::{self, Refusal, asker};
use crate::retention::FORGET_INSTANCE;
use signback_platform::arn;
use signback_platform::client_token::{self, Recalled, Repeatable, recall, remember};
use signback_platform::ids::InstanceId;
use signback_platform::jobs::{self, JobError, Kind};
use signback_platform::operation::{Call, Operation, Write};
use signback_platform::store::{Error, Tx};

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[Operation::new(
    "connect",
    "DeleteInstance",
    &Write(delete_instance),
)];

/// Forgetting the last that is known of an instance: how its deletion was answered.
pub(crate) const FORGET: Kind<InstanceId> = Kind::new("forget_instance");
/// How long a deletion that is asked for again gets the same answer.
const REMEMBERED_SECONDS: i64 = 24 * 60 * 60;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteInstance {
    instance_id: String,
    client_token: Option<String>,
}

/// Deletes an instance in which no chat goes on. With its row it is gone for everybody; a job takes
/// its flows and ended chats away, a part at a time.
fn delete_instance(tx: &mut Tx<'_>, call: &Call, input: &DeleteInstance) -> Result<(), Refusal> {
    let scope = &call.scope;
    let id = arn::instance_id(scope, &input.instance_id).ok_or(Refusal::NoSuchInstance)?;
    let token = input.client_token.as_deref();
    let request = Repeatable::new(&id, &asker(scope), "DeleteInstance", token, &json!(id));
    match recall(tx, request.as_ref())? {
        Recalled::Nothing => {}
        Recalled::Answer(()) => return Ok(()),
        Recalled::OtherRequest => return Err(Refusal::OtherRequest),
    }
    instances::by_id(tx, scope, &id)?.ok_or(Refusal::NoSuchInstance)?;
    if contacts::active_chats(tx, &id, 1)? > 0 {
        return Err(Refusal::ChatsGoOn);
    }
    signback_profiles::forget_instance(tx, scope, &arn::instance(scope, &id))?;
    instances::delete(tx, &id)?;
    jobs::schedule_now(tx, &FORGET_INSTANCE, &id)?;
    // The answer outlives the instance for a while.
    if request.is_some() {
        remember(tx, request.as_ref(), &())?;
        jobs::schedule(tx, &FORGET, &id, tx.now().plus_seconds(REMEMBERED_SECONDS))?;
    }
    Ok(())
}

/// Forgets how the deletion of an instance was answered.
pub(crate) async fn forget(connect: &Connect, instance: &InstanceId) -> Result<(), JobError> {
    let id = instance.clone();
    let forget = move |tx: &mut Tx<'_>| client_token::forget_deletion(tx, &id);
    Ok(connect.platform.store.transact::<_, Error>(forget).await?)
}
