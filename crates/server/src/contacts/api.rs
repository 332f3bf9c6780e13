//! The operations on contacts of the Connect service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::idempotency::Request;
use super::start::{self, Message, Start, Started};
use super::{Contact, EndReason, end, lock, rules, save, store};
use crate::answer::Answer;
use crate::connect::Connect;
use crate::ids::{ContactId, FlowId, InstanceId, Scope};
use crate::instances;
use crate::operation::{Call, Operation, wait};
use crate::store::{Error, Tx};

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connect", "StartChatContact", wait!(start_chat_contact)).refusing(&[
        "ChatStreamingConfiguration",
        "ConnectionTypes",
        "ParticipantConfiguration",
        "PersistentChat",
        "DisconnectOnCustomerExit",
    ]),
    Operation::new("connect", "StopContact", wait!(stop_contact)).refusing(&["DisconnectReason"]),
    Operation::new("connect", "DescribeContact", wait!(describe_contact)),
    Operation::new(
        "connect",
        "GetContactAttributes",
        wait!(get_contact_attributes),
    ),
    Operation::new(
        "connect",
        "UpdateContactAttributes",
        wait!(update_contact_attributes),
    ),
];

/// Why an operation on a contact is refused.
enum Refusal {
    NoSuchInstance,
    NoSuchContact,
    Invalid(String),
    Fault(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchInstance => Self::refuse(
                "ResourceNotFoundException",
                "InstanceId: there is no such instance",
            ),
            Refusal::NoSuchContact => Self::refuse(
                "ResourceNotFoundException",
                "ContactId: there is no such contact",
            ),
            Refusal::Invalid(problem) => Self::refuse("InvalidParameterException", problem),
            Refusal::Fault(error) => error.into(),
        }
    }
}

impl From<start::Refusal> for Answer {
    fn from(refusal: start::Refusal) -> Self {
        match refusal {
            start::Refusal::NoSuchInstance => Refusal::NoSuchInstance.into(),
            start::Refusal::NoSuchFlow => Self::refuse(
                "ResourceNotFoundException",
                "ContactFlowId: the instance has no such published inbound flow",
            ),
            start::Refusal::NoSuchRelatedContact => Self::refuse(
                "ResourceNotFoundException",
                "RelatedContactId: there is no such contact",
            ),
            start::Refusal::OtherRequest => Self::refuse(
                "InvalidRequestException",
                "ClientToken: it was used to start a chat with other parameters",
            ),
            start::Refusal::TooManyChats(max) => Self::refuse(
                "LimitExceededException",
                format!("the instance has {max} active chats, the most it may have"),
            ),
            start::Refusal::Fault(error) => error.into(),
        }
    }
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StartChatContact {
    instance_id: InstanceId,
    contact_flow_id: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    participant_details: ParticipantDetails,
    initial_message: Option<Message>,
    #[serde(skip_serializing)]
    client_token: Option<String>,
    chat_duration_in_minutes: Option<i64>,
    supported_messaging_content_types: Option<Vec<String>>,
    related_contact_id: Option<ContactId>,
    #[serde(default)]
    segment_attributes: Map<String, Value>,
    customer_id: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ParticipantDetails {
    display_name: String,
}

async fn start_chat_contact(
    connect: &Connect,
    call: &Call,
    input: StartChatContact,
) -> Result<Started, Answer> {
    let start = checked(
        input,
        &call.scope,
        connect.platform.settings.concurrent_chats_max,
    )?;
    let (instance, flow) = (start.instance.clone(), start.flow.clone());
    let started = connect
        .platform
        .store
        .transact(move |tx| start::start(tx, &start))
        .await?;
    tracing::info!(contact = %started.contact_id, %instance, %flow, "a chat is started");
    Ok(started)
}

fn checked(
    input: StartChatContact,
    scope: &Scope,
    chats_max: Option<u32>,
) -> Result<Start, Refusal> {
    let request = Request::new(
        &input.instance_id,
        input.instance_id.as_str(),
        "StartChatContact",
        input.client_token.as_deref(),
        &json!(input),
    );
    let content_types = input
        .supported_messaging_content_types
        .unwrap_or_else(|| vec![rules::PLAIN.to_owned()]);
    let message_problem = |message: &Message| {
        rules::content_problem(&message.content_type, &message.content, &content_types)
            .map(|problem| format!("InitialMessage.{problem}"))
    };
    let problem = rules::attributes_problem(&input.attributes)
        .or_else(|| rules::content_types_problem(&content_types))
        .or_else(|| rules::segment_attributes_problem(&input.segment_attributes, &content_types))
        .or_else(|| input.initial_message.as_ref().and_then(message_problem));
    if let Some(problem) = problem {
        return Err(Refusal::Invalid(problem));
    }
    // The identifier is the last part of the flow's ARN; either is taken.
    let flow = input.contact_flow_id.rsplit('/').next().unwrap_or_default();
    Ok(Start {
        scope: scope.clone(),
        instance: input.instance_id,
        flow: FlowId::new(flow),
        display_name: input.participant_details.display_name,
        attributes: input.attributes,
        segment_attributes: input.segment_attributes,
        customer_id: input.customer_id,
        related: input.related_contact_id,
        content_types,
        initial_message: input.initial_message,
        duration_minutes: input
            .chat_duration_in_minutes
            .unwrap_or(rules::DURATION_MINUTES_DEFAULT),
        request,
        chats_max,
    })
}

/// A contact of an instance of the caller's.
fn locate(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance: &InstanceId,
    contact: &ContactId,
    read: fn(&mut Tx<'_>, &ContactId) -> Result<Option<Contact>, Error>,
) -> Result<Contact, Refusal> {
    instances::by_id(tx, scope, instance)?.ok_or(Refusal::NoSuchInstance)?;
    read(tx, contact)?
        .filter(|contact| contact.instance == *instance && contact.scope == *scope)
        .ok_or(Refusal::NoSuchContact)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ContactOfInstance {
    instance_id: InstanceId,
    contact_id: ContactId,
}

/// Stopping a chat that has ended is no error: it is stopped.
async fn stop_contact(
    connect: &Connect,
    call: &Call,
    input: ContactOfInstance,
) -> Result<(), Answer> {
    let scope = call.scope.clone();
    let stopped: Result<Option<ContactId>, Refusal> = connect
        .platform
        .store
        .transact(move |tx| {
            let mut contact = locate(tx, &scope, &input.instance_id, &input.contact_id, lock)?;
            let ends = contact.is_active();
            end(tx, &mut contact, EndReason::Stopped)?;
            Ok(ends.then_some(contact.id))
        })
        .await;
    if let Some(contact) = stopped? {
        tracing::info!(%contact, reason = EndReason::Stopped.name(), "a chat ends");
    }
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    contact: Description,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    arn: String,
    id: ContactId,
    initial_contact_id: ContactId,
    #[serde(skip_serializing_if = "Option::is_none")]
    related_contact_id: Option<ContactId>,
    initiation_method: &'static str,
    channel: &'static str,
    initiation_timestamp: f64,
    connected_to_system_timestamp: f64,
    last_update_timestamp: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_timestamp: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    attributes: BTreeMap<String, String>,
    segment_attributes: Map<String, Value>,
}

impl From<Contact> for Description {
    fn from(contact: Contact) -> Self {
        Self {
            arn: contact.arn(),
            initial_contact_id: contact.id.clone(),
            id: contact.id,
            related_contact_id: contact.related,
            initiation_method: "API",
            channel: "CHAT",
            initiation_timestamp: contact.initiated_at.epoch_seconds(),
            // The flow takes the chat at once.
            connected_to_system_timestamp: contact.initiated_at.epoch_seconds(),
            last_update_timestamp: contact.updated_at.epoch_seconds(),
            disconnect_timestamp: contact.ended.map(|ended| ended.at.epoch_seconds()),
            disconnect_reason: contact.ended.map(|ended| ended.reason.name()),
            customer_id: contact.customer_id,
            attributes: contact.attributes,
            segment_attributes: contact.segment_attributes,
        }
    }
}

async fn describe_contact(
    connect: &Connect,
    call: &Call,
    input: ContactOfInstance,
) -> Result<Described, Answer> {
    let scope = call.scope.clone();
    let contact = connect
        .platform
        .store
        .read(move |tx| {
            locate(
                tx,
                &scope,
                &input.instance_id,
                &input.contact_id,
                store::find,
            )
        })
        .await?;
    Ok(Described {
        contact: contact.into(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetContactAttributes {
    instance_id: InstanceId,
    initial_contact_id: ContactId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContactAttributes {
    attributes: BTreeMap<String, String>,
}

async fn get_contact_attributes(
    connect: &Connect,
    call: &Call,
    input: GetContactAttributes,
) -> Result<ContactAttributes, Answer> {
    let scope = call.scope.clone();
    let contact = connect
        .platform
        .store
        .read(move |tx| {
            locate(
                tx,
                &scope,
                &input.instance_id,
                &input.initial_contact_id,
                store::find,
            )
        })
        .await?;
    Ok(ContactAttributes {
        attributes: contact.attributes,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UpdateContactAttributes {
    instance_id: InstanceId,
    initial_contact_id: ContactId,
    attributes: BTreeMap<String, String>,
}

/// Adds to the attributes of a chat, whether it goes on or has ended.
async fn update_contact_attributes(
    connect: &Connect,
    call: &Call,
    input: UpdateContactAttributes,
) -> Result<(), Answer> {
    let scope = call.scope.clone();
    let updated: Result<(), Refusal> = connect
        .platform
        .store
        .transact(move |tx| {
            let mut contact = locate(
                tx,
                &scope,
                &input.instance_id,
                &input.initial_contact_id,
                lock,
            )?;
            contact.attributes.extend(input.attributes.clone());
            if let Some(problem) = rules::attributes_problem(&contact.attributes) {
                return Err(Refusal::Invalid(problem));
            }
            Ok(save(tx, &contact)?)
        })
        .await;
    Ok(updated?)
}
