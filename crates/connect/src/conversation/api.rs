//! `StartChatContact` and `StopContact`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::end;
use super::start::{self, Message, Start, Started};
use crate::Connect;
use crate::contacts::{self, ConnectionData, EndReason, Refusal, Wanted};
use signback_platform::answer::Answer;
use signback_platform::client_token::Repeatable;
use signback_platform::ids::{ContactId, FlowId, InstanceId, Scope};
use signback_platform::operation::{Call, Operation};
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connect", "StartChatContact", wait!(start_chat_contact)).refusing(&[
        "ChatStreamingConfiguration",
        "ParticipantConfiguration",
        "PersistentChat",
        "DisconnectOnCustomerExit",
    ]),
    Operation::new("connect", "StopContact", wait!(stop_contact)).refusing(&["DisconnectReason"]),
];

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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    connection_types: Vec<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ParticipantDetails {
    display_name: String,
}

/// The started chat, and what was wanted at once to take part in it.
#[derive(Serialize)]
struct StartedChat {
    #[serde(flatten)]
    started: Started,
    #[serde(flatten)]
    connection: Option<ConnectionData>,
}

async fn start_chat_contact(
    connect: &Connect,
    call: &Call,
    input: StartChatContact,
) -> Result<StartedChat, Answer> {
    let start = checked(
        input,
        &call.scope,
        connect.platform.settings.concurrent_chats_max,
    )?;
    let (instance, flow) = (start.instance.clone(), start.flow.clone());
    let (started, connection) = connect
        .platform
        .store
        .transact(move |tx| start::start(tx, &start))
        .await?;
    tracing::info!(contact = %started.contact_id, %instance, %flow, "a chat is started");
    let websocket_url = &connect.platform.settings.websocket_url;
    Ok(StartedChat {
        started,
        connection: connection.map(|it| ConnectionData::new(it, websocket_url)),
    })
}

fn checked(
    input: StartChatContact,
    scope: &Scope,
    chats_max: Option<u32>,
) -> Result<Start, Refusal> {
    let request = Repeatable::new(
        &input.instance_id,
        input.instance_id.as_str(),
        "StartChatContact",
        input.client_token.as_deref(),
        &json!(input),
    );
    let content_types = input
        .supported_messaging_content_types
        .unwrap_or_else(|| vec![contacts::PLAIN.to_owned()]);
    let message_problem = |message: &Message| {
        contacts::content_problem(&message.content_type, &message.content, &content_types)
            .map(|problem| format!("InitialMessage.{problem}"))
    };
    let problem = contacts::attributes_problem(&input.attributes)
        .or_else(|| contacts::content_types_problem(&content_types))
        .or_else(|| contacts::segment_attributes_problem(&input.segment_attributes, &content_types))
        .or_else(|| input.initial_message.as_ref().and_then(message_problem))
        .or_else(|| {
            let other = input.connection_types.iter().find(|it| !Wanted::NAMES.contains(&it.as_str()))?;
            Some(format!("ConnectionTypes: {other} is not offered at the start of a chat, only WEBSOCKET and CONNECTION_CREDENTIALS"))
        });
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
            .unwrap_or(contacts::DURATION_MINUTES_DEFAULT),
        connection: Wanted::of(&input.connection_types),
        request,
        chats_max,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StopContact {
    instance_id: InstanceId,
    contact_id: ContactId,
}

/// Stopping a chat that has ended is no error: it is stopped.
async fn stop_contact(connect: &Connect, call: &Call, input: StopContact) -> Result<(), Answer> {
    let scope = call.scope.clone();
    let stopped: Result<Option<ContactId>, Refusal> = connect
        .platform
        .store
        .transact(move |tx| {
            let mut contact = {
                let (instance, contact) = (&input.instance_id, &input.contact_id);
                contacts::locate(tx, &scope, instance, contact, contacts::lock)?
            };
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
