//! The rows of transcripts.

use std::collections::BTreeMap;

use super::item::Receipt;
use super::range::Range;
use super::{Author, Item, NewItem, event};
use crate::contacts::Contact;
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::{ContactId, ItemId, ParticipantId, SignInId};
use signback_platform::params;
use signback_platform::store::{Error, Slice, Tx};

/// How long typing and receipts mean something.
const FLEETING_SECONDS: i64 = 30;
/// How many of them that mean nothing any more one that follows takes away.
const FLEETING_DELETED_MAX: i64 = 100;
/// How many items that are kept a chat may hold before it takes no more from participants and flows.
pub const ITEMS_MAX: i64 = 10_000;
/// How many bytes their contents may have together.
pub const BYTES_MAX: i64 = 16 * 1024 * 1024;

columns! {
    /// The last item of a chat.
    struct Last as select_last {
        sequence: i64 = "last_sequence",
        at: Timestamp = "last_item_at",
    }
}

/// Adds an item of the service's own to the end of a chat and has its sockets woken after the commit.
/// The chat's items never run backwards in time, whatever the clock does. There is room for these in
/// every chat: they are a few for each participant and sign-in.
pub fn append(tx: &mut Tx<'_>, contact: &Contact, new: NewItem) -> Result<Item, Error> {
    append_below(tx, contact, new, [i64::MAX; 2])?.ok_or(Error::Corrupt {
        what: "contact of a transcript",
    })
}

/// Adds what a participant or a flow says; `None` if the chat is full, and then nothing is changed.
pub fn append_if_room(
    tx: &mut Tx<'_>,
    contact: &Contact,
    new: NewItem,
) -> Result<Option<Item>, Error> {
    append_below(tx, contact, new, [ITEMS_MAX, BYTES_MAX])
}

/// Whether a chat takes another item.
pub(crate) fn has_room(tx: &mut Tx<'_>, contact: &ContactId) -> Result<bool, Error> {
    let found: Option<i64> = tx.find(
        "SELECT items_kept FROM contacts WHERE id = $1 AND items_kept < $2 AND items_bytes < $3",
        params![contact, ITEMS_MAX, BYTES_MAX],
    )?;
    Ok(found.is_some())
}

/// Takes the next number of a chat that holds fewer items and bytes than these.
fn number(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    new: &NewItem,
    [items_max, bytes_max]: [i64; 2],
) -> Result<Option<Last>, Error> {
    let now = tx.now();
    let bytes = new.content.as_deref().map_or(0, str::len);
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    let kept = i64::from(new.fleeting.is_none());
    tx.find(
        concat!(
            "UPDATE contacts SET last_sequence = last_sequence + 1,
                    last_item_at = CASE WHEN last_item_at > $2 THEN last_item_at ELSE $2 END,
                    items_kept = items_kept + $3, items_bytes = items_bytes + $4
             WHERE id = $1 AND items_kept < $5 AND items_bytes <= $6 RETURNING ",
            select_last!(columns)
        ),
        params![
            contact,
            now,
            kept,
            bytes * kept,
            items_max,
            bytes_max - bytes
        ],
    )
}

fn append_below(
    tx: &mut Tx<'_>,
    contact: &Contact,
    new: NewItem,
    limits: [i64; 2],
) -> Result<Option<Item>, Error> {
    let Some(Last { sequence, at }) = number(tx, &contact.id, &new, limits)? else {
        return Ok(None);
    };
    let fleeting_until = new
        .fleeting
        .is_some()
        .then(|| at.plus_seconds(FLEETING_SECONDS));
    let receipt = new.fleeting.and_then(|fleeting| fleeting.receipt);
    let (message, metadata, not_to) = match receipt {
        Some(receipt) => (
            Some(receipt.message),
            Some(receipt.metadata),
            Some(receipt.recipient),
        ),
        None => (None, None, None),
    };
    let item = Item {
        sequence,
        id: message.unwrap_or_else(|| ItemId::new(tx.new_uuid())),
        contact: contact.id.clone(),
        at,
        kind: new.kind,
        content_type: new.content_type,
        content: new.content,
        author: new.author,
        metadata,
        hidden: new.sign_in.is_some(),
        sign_in: new.sign_in,
        fleeting_until,
        not_to,
    };
    if item.fleeting_until.is_some() {
        delete_past(tx, &item)?;
    }
    insert(tx, contact, &item)?;
    tx.wake_contact(&contact.id);
    Ok(Some(item))
}

/// Takes away what a fleeting item puts an end to: some that mean nothing any more, and with typing
/// what the same participant typed before.
fn delete_past(tx: &mut Tx<'_>, item: &Item) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "DELETE FROM items WHERE contact = $1 AND sequence IN
            (SELECT sequence FROM items WHERE contact = $1 AND fleeting_until < $2
             ORDER BY fleeting_until LIMIT $3)",
        params![item.contact, now, FLEETING_DELETED_MAX],
    )?;
    if item.content_type != event::TYPING {
        return Ok(());
    }
    tx.write(
        "DELETE FROM items WHERE contact = $1 AND fleeting_until IS NOT NULL
           AND content_type = $2 AND participant = $3",
        params![item.contact, event::TYPING, item.author.id],
    )
}

fn insert(tx: &mut Tx<'_>, contact: &Contact, item: &Item) -> Result<(), Error> {
    tx.write(
        "INSERT INTO items (contact, sequence, instance, id, at, type, content_type, content,
                            participant, role, display_name, metadata, sign_in, hidden,
                            fleeting_until, not_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            contact.id,
            item.sequence,
            contact.instance,
            item.id,
            item.at,
            item.kind,
            item.content_type,
            item.content,
            item.author.id,
            item.author.role,
            item.author.display_name,
            item.metadata,
            item.sign_in,
            item.hidden,
            item.fleeting_until,
            item.not_to
        ],
    )
}

/// The sign-in is no longer pending: `GetTranscript` may list its announcement.
pub fn reveal_sign_in(tx: &mut Tx<'_>, sign_in: &SignInId) -> Result<(), Error> {
    tx.write(
        "UPDATE items SET hidden = 0 WHERE sign_in = $1 AND hidden = 1",
        params![sign_in],
    )
}

columns! {
    impl Item as select_items {
        sequence,
        id,
        contact,
        at,
        kind = "type",
        content_type,
        content,
        author = "participant, role, display_name",
        metadata,
        sign_in,
        hidden,
        fleeting_until,
        not_to,
    }
}

columns! {
    impl Author { id, role, display_name }
}

/// The items that follow a cursor, in order, with those that are only pushed.
pub(crate) fn following(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    cursor: i64,
    limit: i64,
) -> Result<Vec<Item>, Error> {
    tx.list(
        select_items!("FROM items WHERE contact = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"),
        params![contact, cursor, limit],
    )
}

/// Up to `limit` listed items of a range, in its direction.
pub(crate) fn listed(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    range: Range,
    with_hidden: bool,
    limit: i64,
) -> Result<Vec<Item>, Error> {
    let hidden_max = i64::from(with_hidden);
    let (sql, bound) = match range {
        Range::From(first) => (
            select_items!(
                "FROM items WHERE contact = $1 AND sequence >= $2 AND fleeting_until IS NULL
                   AND hidden <= $3
                 ORDER BY sequence LIMIT $4"
            ),
            first,
        ),
        Range::UpTo(last) => (
            select_items!(
                "FROM items WHERE contact = $1 AND sequence <= $2 AND fleeting_until IS NULL
                   AND hidden <= $3
                 ORDER BY sequence DESC LIMIT $4"
            ),
            last,
        ),
    };
    tx.list(sql, params![contact, bound, hidden_max, limit])
}

/// A kept item of a chat by its id.
pub(crate) fn by_id(tx: &mut Tx<'_>, contact: &ContactId, id: &str) -> Result<Option<Item>, Error> {
    tx.find(
        select_items!("FROM items WHERE contact = $1 AND id = $2 AND fleeting_until IS NULL"),
        params![contact, id],
    )
}

/// The number of the first item at or after a moment, if there is one.
pub(crate) fn first_at_or_after(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    at: Timestamp,
) -> Result<Option<i64>, Error> {
    let number = tx.find(
        "SELECT MIN(sequence) FROM items WHERE contact = $1 AND at >= $2 AND fleeting_until IS NULL",
        params![contact, at],
    )?;
    Ok(number.flatten())
}

/// The number of the last item at or before a moment, if there is one.
pub(crate) fn last_at_or_before(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    at: Timestamp,
) -> Result<Option<i64>, Error> {
    let number = tx.find(
        "SELECT MAX(sequence) FROM items WHERE contact = $1 AND at <= $2 AND fleeting_until IS NULL",
        params![contact, at],
    )?;
    Ok(number.flatten())
}

/// Records that a message reached its recipient, or was read by them, which says that it reached
/// them too. `None` if that was known.
pub(crate) fn record_receipt(
    tx: &mut Tx<'_>,
    contact: &Contact,
    message: &Item,
    recipient: &ParticipantId,
    read: bool,
) -> Result<Option<Receipt>, Error> {
    let now = tx.now();
    let known = receipts(tx, &contact.id, message.sequence, message.sequence)?
        .remove(&message.sequence)
        .unwrap_or_default()
        .into_iter()
        .find(|receipt| receipt.recipient_participant_id == *recipient);
    if known
        .as_ref()
        .is_some_and(|known| !read || known.read_timestamp.is_some())
    {
        return Ok(None);
    }
    let read_at = read.then_some(now);
    tx.write(
        "INSERT INTO receipts (contact, sequence, participant, instance, delivered_at, read_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (contact, sequence, participant) DO UPDATE SET read_at = excluded.read_at",
        params![
            contact.id,
            message.sequence,
            recipient,
            contact.instance,
            now,
            read_at
        ],
    )?;
    Ok(Some(Receipt {
        delivered_timestamp: known.map_or_else(|| now.iso8601(), |known| known.delivered_timestamp),
        read_timestamp: read_at.map(Timestamp::iso8601),
        recipient_participant_id: recipient.clone(),
    }))
}

columns! {
    struct ReceiptRow as select_receipts {
        sequence: i64,
        participant: ParticipantId,
        delivered_at: Timestamp,
        read_at: Option<Timestamp>,
    }
}

/// The receipts of the messages with numbers from `first` to `last`, by number.
pub(crate) fn receipts(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    first: i64,
    last: i64,
) -> Result<BTreeMap<i64, Vec<Receipt>>, Error> {
    let rows = tx.list::<ReceiptRow>(
        select_receipts!(
            "FROM receipts WHERE contact = $1 AND sequence >= $2 AND sequence <= $3
             ORDER BY sequence, participant"
        ),
        params![contact, first, last],
    )?;
    let mut receipts: BTreeMap<i64, Vec<Receipt>> = BTreeMap::new();
    for row in rows {
        receipts.entry(row.sequence).or_default().push(Receipt {
            delivered_timestamp: row.delivered_at.iso8601(),
            read_timestamp: row.read_at.map(Timestamp::iso8601),
            recipient_participant_id: row.participant,
        });
    }
    Ok(receipts)
}

/// Forgets a chat's transcript as far as there is room; gives whether nothing is left.
pub(crate) fn forget_chat(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    contact: &ContactId,
) -> Result<bool, Error> {
    let statements = [
        "DELETE FROM receipts WHERE contact = $1 AND (sequence, participant) IN
            (SELECT sequence, participant FROM receipts WHERE contact = $1 LIMIT $2)",
        "DELETE FROM items WHERE contact = $1 AND sequence IN
            (SELECT sequence FROM items WHERE contact = $1 LIMIT $2)",
    ];
    slice.delete_each(tx, &statements, contact.as_str())
}
