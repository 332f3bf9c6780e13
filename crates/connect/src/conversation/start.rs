//! `StartChatContact`: a contact, its customer, the first items, and the flow up to its first wait.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::flow;
use crate::contacts::{
    self, CONNECT_LIMIT_SECONDS, Connection, Contact, Customer, Participant, Role, Wanted,
};
use crate::transcript::{self, Author, NewItem, event};
use crate::{flows, instances};
use signback_platform::client_token::{Recalled, Repeatable, recall, remember_in};
use signback_platform::ids::{ContactId, FlowId, InstanceId, ParticipantId, Scope};
use signback_platform::jobs;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Tx};

/// What a chat is started with, checked as far as that goes without the database.
pub(super) struct Start {
    pub(super) scope: Scope,
    pub(super) instance: InstanceId,
    pub(super) flow: FlowId,
    pub(super) display_name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) segment_attributes: Map<String, Value>,
    pub(super) customer_id: Option<String>,
    pub(super) related: Option<ContactId>,
    pub(super) content_types: Vec<String>,
    pub(super) initial_message: Option<Message>,
    pub(super) duration_minutes: i64,
    /// What the answer is to have for taking part at once.
    pub(super) connection: Wanted,
    pub(super) request: Option<Repeatable>,
    /// The most chats that the instance may have at once.
    pub(super) chats_max: Option<u32>,
}

/// A message's type and text.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Message {
    pub(super) content_type: String,
    pub(super) content: String,
}

/// The started chat. The participant token makes it a secret: it has no `Debug`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Started {
    pub(super) contact_id: ContactId,
    participant_id: ParticipantId,
    participant_token: String,
}

/// Why no chat is started.
pub(super) enum Refusal {
    NoSuchInstance,
    NoSuchFlow,
    NoSuchRelatedContact,
    OtherRequest,
    TooManyChats(u32),
    Fault(Error),
}

signback_platform::conversions!(Refusal: Fault(Error));

/// Starts a chat, or gives the answer that the same request got before; with a connection of its own
/// each time, for a websocket's address is good for one use.
pub(super) fn start(
    tx: &mut Tx<'_>,
    start: &Start,
) -> Result<(Started, Option<Connection>), Refusal> {
    let started = start_once(tx, start)?;
    if start.connection.is_nothing() {
        return Ok((started, None));
    }
    let token = Secret::new(&*started.participant_token);
    let connection = match contacts::by_participant_token(tx, &token)? {
        Some(customer) => Some(contacts::connect(tx, &customer, start.connection)?),
        // The chat has ended since the first answer.
        None => None,
    };
    Ok((started, connection))
}

fn start_once(tx: &mut Tx<'_>, start: &Start) -> Result<Started, Refusal> {
    if instances::by_id(tx, &start.scope, &start.instance)?.is_none() {
        return Err(Refusal::NoSuchInstance);
    }
    if let Some(answer) = answered(tx, start.request.as_ref())? {
        return Ok(answer);
    }
    check(tx, start)?;
    let contact_id = ContactId::new(tx.new_uuid());
    let (participant_id, token) = contacts::new_participant(tx);
    let started = Started {
        contact_id: contact_id.clone(),
        participant_id: participant_id.clone(),
        participant_token: token.text().expose().to_owned(),
    };
    if !remember_in(tx, start.request.as_ref(), &started, Some(&contact_id))? {
        // The same request was answered between the look-up and now.
        return answered(tx, start.request.as_ref())?.ok_or(Refusal::Fault(Error::Corrupt {
            what: "answer to a request with a ClientToken",
        }));
    }
    let customer = Participant {
        id: participant_id,
        contact: contact_id,
        instance: start.instance.clone(),
        role: Role::Customer,
        display_name: start.display_name.clone(),
    };
    contacts::insert_participant(tx, &customer, &token.hash())?;
    let mut contact = new_contact(tx, start, &customer);
    contacts::insert(tx, &contact)?;
    open(tx, &mut contact, start.initial_message.as_ref())?;
    Ok(started)
}

fn answered(tx: &mut Tx<'_>, request: Option<&Repeatable>) -> Result<Option<Started>, Refusal> {
    match recall(tx, request)? {
        Recalled::Nothing => Ok(None),
        Recalled::Answer(answer) => Ok(Some(answer)),
        Recalled::OtherRequest => Err(Refusal::OtherRequest),
    }
}

fn check(tx: &mut Tx<'_>, start: &Start) -> Result<(), Refusal> {
    if !flows::can_start(tx, &start.instance, &start.flow)? {
        return Err(Refusal::NoSuchFlow);
    }
    if let Some(related) = &start.related {
        let found = contacts::find(tx, related)?;
        if found.is_none_or(|contact| contact.instance != start.instance) {
            return Err(Refusal::NoSuchRelatedContact);
        }
    }
    if let Some(max) = start.chats_max
        && contacts::active_chats(tx, &start.instance, max)? >= i64::from(max)
    {
        return Err(Refusal::TooManyChats(max));
    }
    Ok(())
}

fn new_contact(tx: &Tx<'_>, start: &Start, customer: &Participant) -> Contact {
    let mut segment_attributes = start.segment_attributes.clone();
    segment_attributes
        .entry(contacts::SUBTYPE)
        .or_insert_with(|| serde_json::json!({"ValueString": "connect:Chat"}));
    let now = tx.now();
    Contact {
        id: customer.contact.clone(),
        instance: start.instance.clone(),
        scope: start.scope.clone(),
        flow: start.flow.clone(),
        customer: Customer {
            id: customer.id.clone(),
            display_name: customer.display_name.clone(),
        },
        system: ParticipantId::new(tx.new_uuid()),
        attributes: start.attributes.clone(),
        segment_attributes,
        customer_id: start.customer_id.clone(),
        related: start.related.clone(),
        content_types: start.content_types.clone(),
        initial_message: start
            .initial_message
            .as_ref()
            .map(|message| message.content.clone()),
        initiated_at: now,
        expires_at: now.plus_seconds(start.duration_minutes.saturating_mul(60)),
        connected_at: None,
        updated_at: now,
        ended: None,
    }
}

/// The first items, the two limits, and the flow.
fn open(tx: &mut Tx<'_>, contact: &mut Contact, message: Option<&Message>) -> Result<(), Error> {
    let joined = NewItem::event(Author::customer(contact), event::PARTICIPANT_JOINED, None);
    transcript::append(tx, contact, joined)?;
    if let Some(Message {
        content_type,
        content,
    }) = message
    {
        let first = NewItem::message(Author::customer(contact), content_type, content);
        transcript::append(tx, contact, first)?;
    }
    let connect_by = contact.initiated_at.plus_seconds(CONNECT_LIMIT_SECONDS);
    jobs::schedule(tx, &contacts::EXPIRE_CONNECT, &contact.id, connect_by)?;
    jobs::schedule(tx, &contacts::EXPIRE_CHAT, &contact.id, contact.expires_at)?;
    flow::start(tx, contact)
}
