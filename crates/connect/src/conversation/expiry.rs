//! The jobs: what ends a chat when its time is over. A job that runs again, or too late, finds
//! the contact connected or ended and does nothing.

use super::end;
use crate::Connect;
use crate::contacts::{CONNECT_LIMIT_SECONDS, Contact, EndReason, lock};
use signback_platform::clock::Timestamp;
use signback_platform::ids::ContactId;
use signback_platform::jobs::JobError;
use signback_platform::store::Error;

/// Ends a chat that no client connected to within the limit.
pub(crate) async fn expire_connect(connect: &Connect, contact: &ContactId) -> Result<(), JobError> {
    end_if(connect, contact, EndReason::NotConnected, |contact, now| {
        contact.connected_at.is_none()
            && contact.initiated_at.plus_seconds(CONNECT_LIMIT_SECONDS) <= now
    })
    .await
}

/// Ends a chat whose duration is over.
pub(crate) async fn expire_chat(connect: &Connect, contact: &ContactId) -> Result<(), JobError> {
    end_if(connect, contact, EndReason::Expired, |contact, now| {
        contact.expires_at <= now
    })
    .await
}

/// Ends a chat whose jobs keep failing: it could neither go on nor end by itself.
pub(crate) async fn give_up(connect: &Connect, contact: &ContactId) -> Result<(), JobError> {
    tracing::error!(contact = %contact, "ends a chat whose job failed for good");
    end_if(connect, contact, EndReason::Failed, |_, _| true).await
}

async fn end_if(
    connect: &Connect,
    contact: &ContactId,
    reason: EndReason,
    is_due: fn(&Contact, Timestamp) -> bool,
) -> Result<(), JobError> {
    let id = contact.clone();
    let ended = connect
        .platform
        .store
        .transact(move |tx| {
            let Some(mut contact) = lock(tx, &id)? else {
                return Ok::<_, Error>(false);
            };
            let ends = contact.is_active() && is_due(&contact, tx.now());
            if ends {
                end(tx, &mut contact, reason)?;
            }
            Ok(ends)
        })
        .await?;
    if ended {
        tracing::info!(%contact, reason = reason.name(), "a chat ends");
    }
    Ok(())
}
