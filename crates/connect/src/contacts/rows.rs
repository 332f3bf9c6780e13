//! The rows of contacts and participants.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::{Contact, Customer, EndReason, Ended, Participant, Role};
use signback_platform::columns;
use signback_platform::ids::{ContactId, FlowId, InstanceId, ParticipantId, Scope};
use signback_platform::store::{Error, Param, Row, Tx};

columns! {
    struct ContactRow as contact_columns {
        id: text = "c.id",
        instance: text = "c.instance",
        account: text = "c.account",
        region: text = "c.region",
        flow: text = "c.flow",
        customer: text = "c.customer",
        display_name: text = "p.display_name",
        system: text = "c.system",
        attributes: text = "c.attributes",
        segment_attributes: text = "c.segment_attributes",
        customer_id: optional_text = "c.customer_id",
        related_contact: optional_text = "c.related_contact",
        content_types: text = "c.content_types",
        initial_message: optional_text = "c.initial_message",
        initiated_at: timestamp = "c.initiated_at",
        expires_at: timestamp = "c.expires_at",
        connected_at: optional_timestamp = "c.connected_at",
        updated_at: timestamp = "c.updated_at",
        ended_at: optional_timestamp = "c.ended_at",
        end_reason: optional_text = "c.end_reason",
    }
}

macro_rules! select_contact {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            contact_columns!(),
            " FROM contacts c JOIN participants p ON p.id = c.customer WHERE c.id = $1",
            $rest
        )
    };
}

/// Reads a contact and locks it until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: &ContactId) -> Result<Option<Contact>, Error> {
    let row = tx.fetch_optional(select_contact!(" /* FOR UPDATE */"), &[id.into()])?;
    row.as_ref().map(from_row).transpose()
}

/// Reads a contact.
pub(crate) fn find(tx: &mut Tx<'_>, id: &ContactId) -> Result<Option<Contact>, Error> {
    let row = tx.fetch_optional(select_contact!(""), &[id.into()])?;
    row.as_ref().map(from_row).transpose()
}

fn from_row(row: &Row) -> Result<Contact, Error> {
    let row = ContactRow::read(row)?;
    let ended = match (row.ended_at, row.end_reason) {
        (Some(at), Some(reason)) => {
            let reason = EndReason::named(&reason).ok_or(Error::Corrupt {
                what: "reason of a contact's end",
            })?;
            Some(Ended { at, reason })
        }
        _ => None,
    };
    Ok(Contact {
        id: ContactId::new(row.id),
        instance: InstanceId::new(row.instance),
        scope: Scope {
            account: row.account,
            region: row.region,
        },
        flow: FlowId::new(row.flow),
        customer: Customer {
            id: ParticipantId::new(row.customer),
            display_name: row.display_name,
        },
        system: ParticipantId::new(row.system),
        attributes: document::<BTreeMap<_, _>>(&row.attributes)?,
        segment_attributes: document(&row.segment_attributes)?,
        customer_id: row.customer_id,
        related: row.related_contact.map(ContactId::new),
        content_types: document(&row.content_types)?,
        initial_message: row.initial_message,
        initiated_at: row.initiated_at,
        expires_at: row.expires_at,
        connected_at: row.connected_at,
        updated_at: row.updated_at,
        ended,
    })
}

fn document<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt {
        what: "document of a contact",
    })
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("maps of text keys and lists of text are JSON")
}

/// Writes a contact that does not exist yet.
pub(crate) fn insert(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    tx.write(
        "INSERT INTO contacts (id, instance, account, region, flow, customer, system, attributes,
                               segment_attributes, customer_id, related_contact, content_types,
                               initial_message, initiated_at, expires_at, updated_at,
                               last_sequence, last_item_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, 0, $14)",
        &[
            (&contact.id).into(),
            (&contact.instance).into(),
            (&contact.scope.account).into(),
            (&contact.scope.region).into(),
            (&contact.flow).into(),
            (&contact.customer.id).into(),
            (&contact.system).into(),
            (&json(&contact.attributes)).into(),
            (&json(&contact.segment_attributes)).into(),
            (&contact.customer_id).into(),
            contact.related.as_ref().into(),
            (&json(&contact.content_types)).into(),
            (&contact.initial_message).into(),
            contact.initiated_at.into(),
            contact.expires_at.into(),
        ],
    )
}

/// Writes what of a contact can change: attributes, the customer's number, connection and end.
/// The caller holds its lock.
pub fn save(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "UPDATE contacts SET attributes = $2, segment_attributes = $3, customer_id = $4,
                connected_at = $5, ended_at = $6, end_reason = $7, updated_at = $8
         WHERE id = $1",
        &[
            (&contact.id).into(),
            (&json(&contact.attributes)).into(),
            (&json(&contact.segment_attributes)).into(),
            (&contact.customer_id).into(),
            contact.connected_at.into(),
            contact.ended.map(|ended| ended.at).into(),
            contact.ended.map(|ended| ended.reason.name()).into(),
            now.into(),
        ],
    )
}

/// How many of an instance's chats go on, counted up to `limit`.
pub(crate) fn active_chats(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    limit: u32,
) -> Result<i64, Error> {
    let row = tx.fetch_optional(
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM contacts WHERE instance = $1 AND ended_at IS NULL LIMIT $2) active",
        &[instance.into(), limit.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// Forgets the chats of an instance that is deleted.
pub(crate) fn delete_all(tx: &mut Tx<'_>, instance: &InstanceId) -> Result<(), Error> {
    tx.write(
        "DELETE FROM contacts WHERE instance = $1",
        &[instance.into()],
    )?;
    tx.write(
        "DELETE FROM participants WHERE instance = $1",
        &[instance.into()],
    )?;
    tx.write(
        "DELETE FROM connections WHERE instance = $1",
        &[instance.into()],
    )
}

/// Writes a participant who does not exist yet, with the hash of their token.
pub(crate) fn insert_participant(
    tx: &mut Tx<'_>,
    participant: &Participant,
    token_hash: &[u8],
) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "INSERT INTO participants (id, instance, contact, role, display_name, token_hash, joined_at, pushed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        &[
            (&participant.id).into(),
            (&participant.instance).into(),
            (&participant.contact).into(),
            participant.role.name().into(),
            (&participant.display_name).into(),
            token_hash.into(),
            now.into(),
        ],
    )
}

/// The participants of a chat who have not left, oldest first.
pub(crate) fn participants(
    tx: &mut Tx<'_>,
    contact: &ContactId,
) -> Result<Vec<Participant>, Error> {
    let rows = tx.fetch_all(
        "SELECT id, contact, instance, role, display_name FROM participants
         WHERE contact = $1 AND left_at IS NULL ORDER BY id",
        &[contact.into()],
    )?;
    rows.iter().map(|row| participant_from(row, 0)).collect()
}

/// Reads id, contact, instance, role and name, in this order, from column `first` on.
pub(crate) fn participant_from(row: &Row, first: usize) -> Result<Participant, Error> {
    let role = row.text(first + 3)?;
    Ok(Participant {
        id: ParticipantId::new(row.text(first)?),
        contact: ContactId::new(row.text(first + 1)?),
        instance: InstanceId::new(row.text(first + 2)?),
        role: Role::named(&role).ok_or(Error::Corrupt {
            what: "role of a participant",
        })?,
        display_name: row.text(first + 4)?,
    })
}

pub(crate) fn mark_left(tx: &mut Tx<'_>, participant: &ParticipantId) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "UPDATE participants SET left_at = $2 WHERE id = $1",
        &[participant.into(), now.into()],
    )
}

pub(crate) fn rename(
    tx: &mut Tx<'_>,
    participant: &ParticipantId,
    name: &str,
) -> Result<(), Error> {
    tx.write(
        "UPDATE participants SET display_name = $2 WHERE id = $1",
        &[participant.into(), Param::Text(name)],
    )
}

/// The last item that is known to have reached one of a participant's sockets.
pub(crate) fn reached(tx: &mut Tx<'_>, participant: &ParticipantId) -> Result<i64, Error> {
    let row = tx.fetch_optional(
        "SELECT pushed FROM participants WHERE id = $1",
        &[participant.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer(0))
}

/// Records that the items up to `sequence` reached one of a participant's sockets.
pub(crate) fn save_reached(
    tx: &mut Tx<'_>,
    participant: &ParticipantId,
    sequence: i64,
) -> Result<(), Error> {
    tx.write(
        "UPDATE participants SET pushed = $2 WHERE id = $1 AND pushed < $2",
        &[participant.into(), sequence.into()],
    )
}
