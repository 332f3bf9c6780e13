//! What ended chats leave behind, and how it goes: a part in each transaction, by a job that calls
//! itself again.

#[cfg(test)]
mod tests;

use signback_platform::client_token;
use signback_platform::ids::{ContactId, InstanceId};
use signback_platform::jobs::{self, JobError, Kind, parts};
use signback_platform::store::{Error, Slice, Tx};

use crate::{Connect, authentication, contacts, flows, transcript};

/// Taking away what has been kept long enough. It has no subject: there is one of it.
pub(crate) const SWEEP: Kind<String> = Kind::new("sweep_chats");
/// Taking away what belonged to an instance that is gone.
pub(crate) const FORGET_INSTANCE: Kind<InstanceId> = Kind::new("forget_instance_rows");

/// How many rows one transaction takes away.
pub const SLICE_ROWS_MAX: i64 = 250;
/// How many chats one transaction looks at.
const SLICE_CHATS_MAX: i64 = 50;
/// How long it rests once nothing is left to do.
const PAUSE_SECONDS: i64 = 10 * 60;
/// How long after a chat's end a repeated request gets the answer that it got before.
const TOKENS_SECONDS: i64 = 24 * 60 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// Has ended chats taken away from now on, if that does not happen already.
///
/// # Errors
///
/// When the database fails.
pub fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    jobs::begin_repeating(tx, &SWEEP, &String::new())
}

/// One part of what has been kept long enough.
pub(crate) async fn sweep(connect: &Connect, _: &str) -> Result<(), JobError> {
    let store = &connect.platform.store;
    parts::sweep(store, &SWEEP, SLICE_ROWS_MAX, PAUSE_SECONDS, sweep_some).await
}

/// Tries again later.
pub(crate) async fn put_off(connect: &Connect, _: &str) -> Result<(), JobError> {
    parts::put_off(&connect.platform.store, &SWEEP, PAUSE_SECONDS).await
}

fn sweep_some(tx: &mut Tx<'_>, slice: &mut Slice) -> Result<(), Error> {
    let now = tx.now();
    contacts::forget_connections(tx, slice)?;
    let before = now.plus_seconds(-TOKENS_SECONDS);
    for contact in contacts::ended_with_tokens(tx, before, SLICE_CHATS_MAX)? {
        if !client_token::forget_chat(tx, slice, &contact)? {
            return Ok(());
        }
        contacts::mark_tokens_forgotten(tx, &contact)?;
        slice.count(1);
    }
    let days = i64::from(tx.settings().retention.0);
    let before = now.plus_seconds(-days.saturating_mul(DAY_SECONDS));
    for contact in contacts::ended(tx, before, SLICE_CHATS_MAX)? {
        if !forget_chat(tx, slice, &contact)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Takes a chat and all that belongs to it away as far as there is room; gives whether it is gone. The
/// chat itself goes last, so what is interrupted is found again.
fn forget_chat(tx: &mut Tx<'_>, slice: &mut Slice, contact: &ContactId) -> Result<bool, Error> {
    Ok(client_token::forget_chat(tx, slice, contact)?
        && transcript::forget_chat(tx, slice, contact)?
        && flows::rows::forget_chat(tx, slice, contact)?
        && authentication::forget_chat(tx, slice, contact)?
        && contacts::forget(tx, slice, contact)?)
}

/// One part of what belonged to an instance that is gone.
pub(crate) async fn forget_instance(
    connect: &Connect,
    instance: &InstanceId,
) -> Result<(), JobError> {
    let store = &connect.platform.store;
    parts::forget(
        store,
        &FORGET_INSTANCE,
        instance.clone(),
        SLICE_ROWS_MAX,
        forget_some,
    )
    .await
}

fn forget_some(tx: &mut Tx<'_>, slice: &mut Slice, id: &InstanceId) -> Result<bool, Error> {
    loop {
        let chats = contacts::of_instance(tx, id, SLICE_CHATS_MAX)?;
        if chats.is_empty() {
            break;
        }
        for contact in chats {
            if !forget_chat(tx, slice, &contact)? {
                return Ok(false);
            }
        }
    }
    Ok(flows::rows::forget_instance(tx, slice, id)?
        && client_token::forget_instance(tx, slice, id)?)
}
