//! The operations of the participant service on a chat's items.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::item::Metadata;
use super::page::{self, Direction, Order, Query, StartPosition};
use super::{Author, Item, Kind, NewItem, Receipt, append, event, store};
use crate::answer::Answer;
use crate::connect::Connect;
use crate::contacts::{
    self, Contact, Participant, Recalled, Refusal, Request, Role, bearer, by_connection_token,
    content_problem, recall, remember,
};
use crate::ids::{ContactId, ItemId};
use crate::operation::{Call, Operation, wait};
use crate::secret::Secret;
use crate::store::Tx;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connectparticipant", "SendMessage", wait!(send_message)),
    Operation::new("connectparticipant", "SendEvent", wait!(send_event)),
    Operation::new("connectparticipant", "GetTranscript", wait!(get_transcript)),
];

/// Receipts are for chats of two: one who writes and one who reads.
const RECEIPT_PARTICIPANTS_MAX: usize = 2;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SendMessage {
    content_type: String,
    content: String,
    client_token: Option<String>,
    connection_token: Secret,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sent {
    id: ItemId,
    absolute_time: String,
}

impl From<Item> for Sent {
    fn from(item: Item) -> Self {
        Self {
            absolute_time: item.at.iso8601(),
            id: item.id,
        }
    }
}

async fn send_message(connect: &Connect, _: &Call, input: SendMessage) -> Result<Sent, Answer> {
    let SendMessage {
        content_type,
        content,
        client_token,
        connection_token,
    } = input;
    let payload = json!({"ContentType": content_type, "Content": content});
    let asked = Asked {
        operation: "SendMessage",
        connection_token,
        client_token,
        payload,
    };
    let send = move |tx: &mut Tx<'_>, contact: Contact, participant: &Participant| {
        if let Some(problem) = content_problem(&content_type, &content, &contact.content_types) {
            return Err(Refusal::Invalid(problem));
        }
        let message = NewItem::message(Author::participant(participant), &content_type, &content);
        Ok(append(tx, &contact, message)?.into())
    };
    Ok(connect
        .platform
        .store
        .transact(move |tx| once(tx, &asked, &send))
        .await?)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SendEvent {
    content_type: String,
    content: Option<String>,
    client_token: Option<String>,
    connection_token: Secret,
}

async fn send_event(connect: &Connect, _: &Call, input: SendEvent) -> Result<Sent, Answer> {
    let SendEvent {
        content_type,
        content,
        client_token,
        connection_token,
    } = input;
    let payload = json!({"ContentType": content_type, "Content": content});
    let asked = Asked {
        operation: "SendEvent",
        connection_token,
        client_token,
        payload,
    };
    let send = move |tx: &mut Tx<'_>, mut contact: Contact, participant: &Participant| {
        let author = Author::participant(participant);
        match content_type.as_str() {
            event::TYPING => {
                Ok(append(tx, &contact, NewItem::typing(author, content.clone()))?.into())
            }
            event::CONNECTION_ACKNOWLEDGED => {
                if participant.role == Role::Customer {
                    contacts::mark_connected(tx, &mut contact)?;
                }
                let acknowledged = NewItem::event(author, &content_type, content.clone());
                Ok(append(tx, &contact, acknowledged)?.into())
            }
            event::MESSAGE_DELIVERED => {
                receipt(tx, &contact, participant, content.as_deref(), false)
            }
            event::MESSAGE_READ => receipt(tx, &contact, participant, content.as_deref(), true),
            other => Err(Refusal::Invalid(format!(
                "ContentType: {other:?} is not an event that participants send"
            ))),
        }
    };
    Ok(connect
        .platform
        .store
        .transact(move |tx| once(tx, &asked, &send))
        .await?)
}

/// A request to put something into a chat.
struct Asked {
    operation: &'static str,
    connection_token: Secret,
    client_token: Option<String>,
    payload: Value,
}

/// Does for the bearer of a token what they ask, under the contact's lock; repeated with the same
/// `ClientToken` it gives the same answer, even after the chat's end.
fn once(
    tx: &mut Tx<'_>,
    asked: &Asked,
    send: &impl Fn(&mut Tx<'_>, Contact, &Participant) -> Result<Sent, Refusal>,
) -> Result<Sent, Refusal> {
    let bearer = bearer(tx, &asked.connection_token)?.ok_or(Refusal::Denied)?;
    let participant = &bearer.participant;
    let contact = contacts::lock(tx, &participant.contact)?.ok_or(Refusal::Denied)?;
    let request = Request::new(
        &participant.instance,
        participant.id.as_str(),
        asked.operation,
        asked.client_token.as_deref(),
        &asked.payload,
    );
    match recall(tx, request.as_ref())? {
        Recalled::Answer(answer) => return Ok(answer),
        Recalled::OtherRequest => return Err(Refusal::OtherRequest),
        Recalled::Nothing => {}
    }
    if bearer.left || !contact.is_active() {
        return Err(Refusal::Denied);
    }
    let answer = send(tx, contact, participant)?;
    remember(tx, request.as_ref(), &answer)?;
    Ok(answer)
}

/// Records that a message reached or was read by the participant, and tells the others.
fn receipt(
    tx: &mut Tx<'_>,
    contact: &Contact,
    participant: &Participant,
    content: Option<&str>,
    read: bool,
) -> Result<Sent, Refusal> {
    let present = contacts::participants(tx, &contact.id)?.len();
    if present > RECEIPT_PARTICIPANTS_MAX {
        return Err(Refusal::Conflict(
            "the chat has more than two participants: it takes no receipts",
        ));
    }
    let message_id = content
        .and_then(|text| serde_json::from_str::<Value>(text).ok())
        .and_then(|content| content["messageId"].as_str().map(str::to_owned))
        .ok_or_else(|| invalid("Content: write {\"messageId\":\"…\"}"))?;
    let message = store::by_id(tx, &contact.id, &message_id)?
        .filter(|item| item.kind == Kind::Message)
        .ok_or_else(|| invalid("Content: the chat has no message with this messageId"))?;
    if message.author.id.as_ref() == Some(&participant.id) {
        return Err(invalid("Content: the message is the participant's own"));
    }
    let recorded = store::record_receipt(tx, contact, &message, &participant.id, read)?;
    if let Some(recorded) = recorded.filter(|_| present > 1) {
        let metadata = Metadata {
            message_id: &message.id,
            receipts: &[recorded],
        };
        let told = NewItem::receipt(Receipt {
            message: message.id.clone(),
            metadata: serde_json::to_string(&metadata).expect("texts are JSON"),
            recipient: participant.id.clone(),
        });
        return Ok(append(tx, contact, told)?.into());
    }
    Ok(Sent {
        id: message.id,
        absolute_time: tx.now().iso8601(),
    })
}

fn invalid(problem: &str) -> Refusal {
    Refusal::Invalid(problem.to_owned())
}

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
        Ok(Transcript {
            initial_contact_id: contact,
            items: page.items,
            next_token: page.next_token,
        })
    };
    // Listing a pending sign-in for the first time changes it.
    Ok(if with_pending {
        connect.platform.store.transact(read).await?
    } else {
        connect.platform.store.read(read).await?
    })
}

impl From<page::Refusal> for Refusal {
    fn from(refusal: page::Refusal) -> Self {
        match refusal {
            page::Refusal::Invalid(problem) => invalid(problem),
            page::Refusal::Fault(error) => Self::Fault(error),
        }
    }
}
