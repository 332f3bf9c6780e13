//! The operations of the participant service on a chat's items.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Refusal;
use crate::Connect;
use crate::contacts::{self, Contact, Participant, Role, bearer, content_problem};
use crate::transcript::{
    self, Author, Item, Kind, Metadata, NewItem, Receipt, append_if_room, event, record_receipt,
};
use signback_platform::client_token::{Recalled, Repeatable, recall, remember_in};
use signback_platform::ids::ItemId;
use signback_platform::operation::{Call, Operation, Write};
use signback_platform::secret::Secret;
use signback_platform::store::Tx;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connectparticipant", "SendMessage", &Write(send_message)),
    Operation::new("connectparticipant", "SendEvent", &Write(send_event)),
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

fn send_message(tx: &mut Tx<'_>, _: &Call, input: &SendMessage) -> Result<Sent, Refusal> {
    let SendMessage {
        content_type,
        content,
        ..
    } = input;
    let asked = Asked {
        operation: "SendMessage",
        connection_token: &input.connection_token,
        client_token: input.client_token.as_deref(),
        payload: json!({"ContentType": content_type, "Content": content}),
    };
    once(tx, &asked, |tx, contact, participant| {
        if let Some(problem) = content_problem(content_type, content, &contact.content_types) {
            return Err(Refusal::Invalid(problem));
        }
        let message = NewItem::message(Author::participant(participant), content_type, content);
        said(tx, &contact, message)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct SendEvent {
    content_type: String,
    content: Option<String>,
    client_token: Option<String>,
    connection_token: Secret,
}

fn send_event(tx: &mut Tx<'_>, _: &Call, input: &SendEvent) -> Result<Sent, Refusal> {
    let (content_type, content) = (&*input.content_type, &input.content);
    let asked = Asked {
        operation: "SendEvent",
        connection_token: &input.connection_token,
        client_token: input.client_token.as_deref(),
        payload: json!({"ContentType": content_type, "Content": content}),
    };
    once(tx, &asked, |tx, mut contact, participant| {
        let author = Author::participant(participant);
        match content_type {
            event::TYPING => said(tx, &contact, NewItem::typing(author, content.clone())),
            event::CONNECTION_ACKNOWLEDGED => {
                if participant.role == Role::Customer {
                    contacts::mark_connected(tx, &mut contact)?;
                }
                let acknowledged = NewItem::event(author, content_type, content.clone());
                said(tx, &contact, acknowledged)
            }
            event::MESSAGE_DELIVERED => {
                receipt(tx, &contact, participant, content.as_deref(), false)
            }
            event::MESSAGE_READ => receipt(tx, &contact, participant, content.as_deref(), true),
            other => Err(Refusal::Invalid(format!(
                "ContentType: {other:?} is not an event that participants send"
            ))),
        }
    })
}

/// A request to put something into a chat.
struct Asked<'a> {
    operation: &'static str,
    connection_token: &'a Secret,
    client_token: Option<&'a str>,
    payload: Value,
}

/// Does for the bearer of a token what they ask, under the contact's lock; repeated with the same
/// `ClientToken` it gives the same answer, even after the chat's end.
fn once(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    send: impl Fn(&mut Tx<'_>, Contact, &Participant) -> Result<Sent, Refusal>,
) -> Result<Sent, Refusal> {
    let bearer = bearer(tx, asked.connection_token)?.ok_or(Refusal::Denied)?;
    let participant = &bearer.participant;
    let contact = contacts::lock(tx, &participant.contact)?.ok_or(Refusal::Denied)?;
    let request = Repeatable::new(
        &participant.instance,
        participant.id.as_str(),
        asked.operation,
        asked.client_token,
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
    remember_in(tx, request.as_ref(), &answer, Some(&participant.contact))?;
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
    let message = transcript::by_id(tx, &contact.id, &message_id)?
        .filter(|item| item.kind == Kind::Message)
        .ok_or_else(|| invalid("Content: the chat has no message with this messageId"))?;
    if message.author.id.as_ref() == Some(&participant.id) {
        return Err(invalid("Content: the message is the participant's own"));
    }
    let recorded = record_receipt(tx, contact, &message, &participant.id, read)?;
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
        return said(tx, contact, told);
    }
    Ok(Sent {
        id: message.id,
        absolute_time: tx.now().iso8601(),
    })
}

/// Puts an item into a chat that has room for it.
fn said(tx: &mut Tx<'_>, contact: &Contact, item: NewItem) -> Result<Sent, Refusal> {
    let item = append_if_room(tx, contact, item)?.ok_or(Refusal::Full)?;
    Ok(item.into())
}

fn invalid(problem: &str) -> Refusal {
    Refusal::Invalid(problem.to_owned())
}
