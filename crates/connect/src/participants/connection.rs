//! The operations of the participant service that open and close a participant's part in a chat.

use serde::Deserialize;
use serde_json::json;

use super::Refusal;
use crate::Connect;
use crate::contacts::{
    self, Connection, ConnectionData, EndReason, Role, Wanted, lock, mark_connected,
};
use crate::conversation::{end, leave};
use signback_platform::answer::Answer;
use signback_platform::client_token::{Recalled, Repeatable, recall, remember_in};
use signback_platform::ids::ContactId;
use signback_platform::operation::{Call, Operation};
use signback_platform::secret::Secret;
use signback_platform::store::Tx;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new(
        "connectparticipant",
        "CreateParticipantConnection",
        wait!(create_participant_connection),
    ),
    Operation::new(
        "connectparticipant",
        "DisconnectParticipant",
        wait!(disconnect_participant),
    ),
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateParticipantConnection {
    #[serde(default)]
    r#type: Vec<String>,
    participant_token: Secret,
    #[serde(default)]
    connect_participant: bool,
}

async fn create_participant_connection(
    connect: &Connect,
    _: &Call,
    input: CreateParticipantConnection,
) -> Result<ConnectionData, Answer> {
    if input
        .r#type
        .iter()
        .any(|wanted| wanted == "WEBRTC_CONNECTION")
    {
        let problem = "Type: WEBRTC_CONNECTION is not offered by this service".to_owned();
        return Err(Refusal::Invalid(problem).into());
    }
    let (wanted, connects) = (Wanted::of(&input.r#type), input.connect_participant);
    if wanted.is_nothing() && !connects {
        let problem =
            "Type: name WEBSOCKET, CONNECTION_CREDENTIALS or both, or set ConnectParticipant";
        return Err(Refusal::Invalid(problem.to_owned()).into());
    }
    let connection = connect
        .platform
        .store
        .transact(move |tx| open(tx, &input.participant_token, wanted, connects))
        .await?;
    let websocket_url = &connect.platform.settings.websocket_url;
    Ok(ConnectionData::new(connection, websocket_url))
}

fn open(
    tx: &mut Tx<'_>,
    token: &Secret,
    wanted: Wanted,
    connects: bool,
) -> Result<Connection, Refusal> {
    let participant = contacts::by_participant_token(tx, token)?.ok_or(Refusal::Denied)?;
    if connects && participant.role == Role::Customer {
        let mut contact = lock(tx, &participant.contact)?.ok_or(Refusal::Denied)?;
        if !contact.is_active() {
            return Err(Refusal::Denied);
        }
        mark_connected(tx, &mut contact)?;
    }
    if wanted.is_nothing() {
        return Ok(Connection {
            credentials: None,
            ticket: None,
        });
    }
    Ok(contacts::connect(tx, &participant, wanted)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DisconnectParticipant {
    client_token: Option<String>,
    connection_token: Secret,
}

async fn disconnect_participant(
    connect: &Connect,
    _: &Call,
    input: DisconnectParticipant,
) -> Result<(), Answer> {
    let DisconnectParticipant {
        client_token,
        connection_token,
    } = input;
    let ended = connect
        .platform
        .store
        .transact(move |tx| disconnect(tx, &connection_token, client_token.as_deref()))
        .await?;
    if let Some(contact) = ended {
        tracing::info!(%contact, reason = EndReason::Customer.name(), "a chat ends");
    }
    Ok(())
}

/// Takes a participant out of their chat; gives the chat if that ended it.
fn disconnect(
    tx: &mut Tx<'_>,
    token: &Secret,
    client_token: Option<&str>,
) -> Result<Option<ContactId>, Refusal> {
    let participant = contacts::bearer(tx, token)?
        .ok_or(Refusal::Denied)?
        .participant;
    let mut contact = lock(tx, &participant.contact)?.ok_or(Refusal::Denied)?;
    let request = Repeatable::new(
        &participant.instance,
        participant.id.as_str(),
        "DisconnectParticipant",
        client_token,
        &json!({}),
    );
    if let Recalled::Answer(()) = recall(tx, request.as_ref())? {
        return Ok(None);
    }
    // Looked up again under the lock: they may have left since.
    contacts::by_connection_token(tx, token)?.ok_or(Refusal::Denied)?;
    if participant.role == Role::Customer {
        end(tx, &mut contact, EndReason::Customer)?;
    } else {
        leave(tx, &contact, &participant)?;
    }
    remember_in(tx, request.as_ref(), &(), Some(&contact.id))?;
    Ok(contact.ended.map(|_| contact.id))
}
