//! `CancelParticipantAuthentication`: the customer goes on without signing in.

use serde::Deserialize;

use super::sign_in::{Ending, end_locked};
use crate::Connect;
use crate::authentication::{Refused, own_sign_in, participant_answer};
use signback_platform::answer::Answer;
use signback_platform::operation::{Call, Operation};
use signback_platform::secret::Secret;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[Operation::new(
    "connectparticipant",
    "CancelParticipantAuthentication",
    wait!(cancel_participant_authentication),
)];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CancelParticipantAuthentication {
    connection_token: Secret,
    session_id: String,
}

async fn cancel_participant_authentication(
    connect: &Connect,
    _call: &Call,
    input: CancelParticipantAuthentication,
) -> Result<(), Answer> {
    let ended = connect.platform.store.transact(move |tx| {
        let (mut contact, mut sign_in) =
            own_sign_in(tx, &input.connection_token, &input.session_id)?;
        let ended = end_locked(tx, &mut contact, &mut sign_in, &Ending::OptOut)?;
        Ok::<_, Refused>(ended)
    });
    ended.await.map_err(participant_answer)?.report(connect);
    Ok(())
}
