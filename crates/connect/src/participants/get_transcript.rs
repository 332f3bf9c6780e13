//! `GetTranscript`: a page of a chat, and the start of what is announced on it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Refusal;
use super::offer::offer;
use crate::Connect;
use crate::contacts::by_connection_token;
use crate::transcript::Direction;
use crate::transcript::page::{self, Order, Query, StartPosition};
use signback_platform::answer::Answer;
use signback_platform::ids::ContactId;
use signback_platform::operation::{Call, Operation};
use signback_platform::secret::Secret;
use signback_platform::store::Tx;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[Operation::new(
    "connectparticipant",
    "GetTranscript",
    wait!(get_transcript),
)];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetTranscript {
    contact_id: Option<ContactId>,
    max_results: Option<i64>,
    next_token: Option<String>,
    scan_direction: Option<Direction>,
    sort_order: Option<Order>,
    #[serde(default)]
    start_position: StartPosition,
    connection_token: Secret,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Transcript {
    initial_contact_id: ContactId,
    #[serde(rename = "Transcript")]
    items: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

async fn get_transcript(
    connect: &Connect,
    _: &Call,
    input: GetTranscript,
) -> Result<Transcript, Answer> {
    let GetTranscript {
        contact_id,
        connection_token,
        ..
    } = input;
    let query = Query {
        direction: input.scan_direction,
        order: input.sort_order,
        start: input.start_position,
        next_token: input.next_token,
        items_max: input.max_results,
    };
    let with_pending = connect.platform.settings.list_pending_sign_in;
    let read = move |tx: &mut Tx<'_>| {
        let participant = by_connection_token(tx, &connection_token)?.ok_or(Refusal::Denied)?;
        let contact = participant.contact;
        if contact_id.as_ref().is_some_and(|asked| *asked != contact) {
            return Err(Refusal::Denied);
        }
        let page = page::read(tx, &contact, participant.role, &query, with_pending)?;
        offer(tx, &page.announced)?;
        Ok(Transcript {
            initial_contact_id: contact,
            items: page.items,
            next_token: page.next_token,
        })
    };
    // A pending sign-in that is listed for the first time is changed by that.
    Ok(if with_pending {
        connect.platform.store.transact(read).await?
    } else {
        connect.platform.store.read(read).await?
    })
}

impl From<page::Refusal> for Refusal {
    fn from(refusal: page::Refusal) -> Self {
        match refusal {
            page::Refusal::Invalid(problem) => Self::Invalid(problem.to_owned()),
            page::Refusal::Fault(error) => Self::Fault(error),
        }
    }
}
