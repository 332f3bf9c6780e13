//! The rows of contacts and participants.

use super::{Contact, Customer, Ended, Participant};
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::{ContactId, InstanceId, ParticipantId};
use signback_platform::params;
use signback_platform::store::{Error, Slice, Tx, json};

columns! {
    impl Contact as select_contact {
        id = "c.id",
        instance = "c.instance",
        scope = "c.account, c.region",
        flow = "c.flow",
        customer = "c.customer, p.display_name",
        system = "c.system",
        attributes as Json = "c.attributes",
        segment_attributes as Json = "c.segment_attributes",
        customer_id = "c.customer_id",
        related = "c.related_contact",
        content_types as Json = "c.content_types",
        initial_message = "c.initial_message",
        initiated_at = "c.initiated_at",
        expires_at = "c.expires_at",
        connected_at = "c.connected_at",
        updated_at = "c.updated_at",
        ended = "c.ended_at, c.end_reason",
    }
}

columns! {
    impl Customer { id, display_name }
}

columns! {
    impl Ended { at, reason }
}

columns! {
    impl Participant as select_participant {
        id,
        contact,
        instance,
        role,
        display_name,
    }
}

/// Reads a contact and locks it until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: &ContactId) -> Result<Option<Contact>, Error> {
    tx.find(
        select_contact!(
            "FROM contacts c JOIN participants p ON p.id = c.customer
             WHERE c.id = $1 /* FOR UPDATE */"
        ),
        params![id],
    )
}

/// Reads a contact.
pub(crate) fn find(tx: &mut Tx<'_>, id: &ContactId) -> Result<Option<Contact>, Error> {
    tx.find(
        select_contact!("FROM contacts c JOIN participants p ON p.id = c.customer WHERE c.id = $1"),
        params![id],
    )
}

/// Writes a contact that does not exist yet.
pub(crate) fn insert(tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
    tx.write(
        "INSERT INTO contacts (id, instance, account, region, flow, customer, system, attributes,
                               segment_attributes, customer_id, related_contact, content_types,
                               initial_message, initiated_at, expires_at, updated_at,
                               last_sequence, last_item_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, 0, $14)",
        params![
            contact.id,
            contact.instance,
            contact.scope.account,
            contact.scope.region,
            contact.flow,
            contact.customer.id,
            contact.system,
            json(&contact.attributes),
            json(&contact.segment_attributes),
            contact.customer_id,
            contact.related,
            json(&contact.content_types),
            contact.initial_message,
            contact.initiated_at,
            contact.expires_at
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
        params![
            contact.id,
            json(&contact.attributes),
            json(&contact.segment_attributes),
            contact.customer_id,
            contact.connected_at,
            contact.ended.map(|ended| ended.at),
            contact.ended.map(|ended| ended.reason),
            now
        ],
    )
}

/// How many of an instance's chats go on, counted up to `limit`.
pub(crate) fn active_chats(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    limit: u32,
) -> Result<i64, Error> {
    tx.count(
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM contacts WHERE instance = $1 AND ended_at IS NULL LIMIT $2) active",
        params![instance, limit],
    )
}

/// Some ended chats whose requests with a `ClientToken` are still known, those that ended before a
/// moment.
pub(crate) fn ended_with_tokens(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<ContactId>, Error> {
    tx.list(
        "SELECT id FROM contacts WHERE tokens_kept = 1 AND ended_at < $1
         ORDER BY ended_at LIMIT $2",
        params![before, limit],
    )
}

/// Notes that the requests about a chat are forgotten.
pub(crate) fn mark_tokens_forgotten(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    tx.write(
        "UPDATE contacts SET tokens_kept = 0 WHERE id = $1",
        params![contact],
    )
}

/// Some chats that ended before a moment, the first first.
pub(crate) fn ended(
    tx: &mut Tx<'_>,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<ContactId>, Error> {
    tx.list(
        "SELECT id FROM contacts WHERE ended_at < $1 ORDER BY ended_at LIMIT $2",
        params![before, limit],
    )
}

/// Some chats of an instance.
pub(crate) fn of_instance(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    limit: i64,
) -> Result<Vec<ContactId>, Error> {
    tx.list(
        "SELECT id FROM contacts WHERE instance = $1 ORDER BY id LIMIT $2",
        params![instance, limit],
    )
}

/// Forgets a chat of which nothing else is left, its connections and participants first, as far as
/// there is room; gives whether it is gone.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    contact: &ContactId,
) -> Result<bool, Error> {
    let statements = [
        "DELETE FROM connections WHERE id IN
            (SELECT c.id FROM participants p JOIN connections c ON c.participant = p.id
             WHERE p.contact = $1 LIMIT $2)",
        "DELETE FROM participants WHERE id IN
            (SELECT id FROM participants WHERE contact = $1 LIMIT $2)",
        "DELETE FROM contacts WHERE id IN (SELECT id FROM contacts WHERE id = $1 LIMIT $2)",
    ];
    slice.delete_each(tx, &statements, contact.as_str())
}

/// Forgets connections whose tokens have expired, as far as there is room.
pub(crate) fn forget_connections(tx: &mut Tx<'_>, slice: &mut Slice) -> Result<bool, Error> {
    let now = tx.now();
    slice.delete_before(
        tx,
        "DELETE FROM connections WHERE id IN
            (SELECT id FROM connections WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)",
        now,
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
        params![participant.id, participant.instance, participant.contact, participant.role, participant.display_name, token_hash, now],
    )
}

/// The participants of a chat who have not left, oldest first.
pub(crate) fn participants(
    tx: &mut Tx<'_>,
    contact: &ContactId,
) -> Result<Vec<Participant>, Error> {
    tx.list(
        select_participant!("FROM participants WHERE contact = $1 AND left_at IS NULL ORDER BY id"),
        params![contact],
    )
}

pub(crate) fn mark_left(tx: &mut Tx<'_>, participant: &ParticipantId) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "UPDATE participants SET left_at = $2 WHERE id = $1",
        params![participant, now],
    )
}

pub(crate) fn rename(
    tx: &mut Tx<'_>,
    participant: &ParticipantId,
    name: &str,
) -> Result<(), Error> {
    tx.write(
        "UPDATE participants SET display_name = $2 WHERE id = $1",
        params![participant, name],
    )
}

/// The last item that is known to have reached one of a participant's sockets.
pub(crate) fn reached(tx: &mut Tx<'_>, participant: &ParticipantId) -> Result<i64, Error> {
    tx.count(
        "SELECT pushed FROM participants WHERE id = $1",
        params![participant],
    )
}

/// Records that the items up to `sequence` reached one of a participant's sockets.
pub(crate) fn save_reached(
    tx: &mut Tx<'_>,
    participant: &ParticipantId,
    sequence: i64,
) -> Result<(), Error> {
    tx.write(
        "UPDATE participants SET pushed = $2 WHERE id = $1 AND pushed < $2",
        params![participant, sequence],
    )
}
