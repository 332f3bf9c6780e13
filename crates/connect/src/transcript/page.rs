//! The rules of `GetTranscript`: where a page starts, which way it reads, how it is ordered, and
//! where the next one goes on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::item::signs_in;
use super::range::{Direction, Range};
use super::{Item, rows};
use crate::contacts::Role;
use signback_platform::clock::Timestamp;
use signback_platform::ids::{ContactId, SignInId};
use signback_platform::store::{Error, Tx};

const ITEMS_DEFAULT: i64 = 10;

/// How a page is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Order {
    Descending,
    Ascending,
}

/// Where reading starts; clients send it empty too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StartPosition {
    id: Option<String>,
    absolute_time: Option<String>,
    most_recent: Option<i64>,
}

/// A request for a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    pub(crate) direction: Option<Direction>,
    pub(crate) order: Option<Order>,
    pub(crate) start: StartPosition,
    pub(crate) next_token: Option<String>,
    pub(crate) items_max: Option<i64>,
}

/// A page of a transcript.
pub(crate) struct Page {
    pub(crate) items: Vec<Value>,
    pub(crate) next_token: Option<String>,
    /// Pending sign-ins that the customer sees announced here: whoever shows the page starts their
    /// clocks.
    pub(crate) announced: Vec<SignInId>,
}

/// Why there is no page.
#[derive(Debug)]
pub(crate) enum Refusal {
    Invalid(&'static str),
    Fault(Error),
}

signback_platform::conversions!(Refusal: Fault(Error));

/// Reads a page for a participant of `role`. `with_pending` lists announcements of sign-ins that
/// are pending.
pub(crate) fn read(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    role: Role,
    query: &Query,
    with_pending: bool,
) -> Result<Page, Refusal> {
    // An unset number is 0 in some clients.
    let items_max = query
        .items_max
        .filter(|max| *max > 0)
        .unwrap_or(ITEMS_DEFAULT);
    let range = range(tx, contact, query, with_pending)?;
    let mut items = rows::listed(tx, contact, range, with_pending, items_max + 1)?;
    let page_length = usize::try_from(items_max).unwrap_or(usize::MAX);
    let next_token = items
        .get(page_length)
        .map(|next| token(range.going_on_at(next.sequence), contact));
    items.truncate(page_length);
    match query.order.unwrap_or(Order::Descending) {
        Order::Ascending => items.sort_by_key(|item| item.sequence),
        Order::Descending => items.sort_by_key(|item| -item.sequence),
    }
    let announced = if signs_in(role) && with_pending {
        items
            .iter()
            .filter_map(Item::pending_sign_in)
            .cloned()
            .collect()
    } else {
        Vec::new()
    };
    Ok(Page {
        items: listed(tx, contact, role, &items)?,
        next_token,
        announced,
    })
}

fn listed(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    role: Role,
    items: &[Item],
) -> Result<Vec<Value>, Error> {
    let numbers = || items.iter().map(|item| item.sequence);
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else {
        return Ok(Vec::new());
    };
    let receipts = rows::receipts(tx, contact, first, last)?;
    let of = |item: &Item| receipts.get(&item.sequence).map_or(&[][..], Vec::as_slice);
    Ok(items
        .iter()
        .map(|item| item.listed(role, of(item)))
        .collect())
}

fn range(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    query: &Query,
    with_pending: bool,
) -> Result<Range, Refusal> {
    if let Some(text) = &query.next_token {
        let range = parse_token(text, contact)
            .ok_or(Refusal::Invalid("NextToken: it is none of this chat's"))?;
        // Clients repeat the other parameters or leave them out; only a contradiction is wrong.
        if query
            .direction
            .is_some_and(|direction| direction != range.direction())
        {
            return Err(Refusal::Invalid(
                "ScanDirection: NextToken goes on in the other direction",
            ));
        }
        return Ok(range);
    }
    let StartPosition {
        id,
        absolute_time,
        most_recent,
    } = &query.start;
    let direction = |default| query.direction.unwrap_or(default);
    Ok(match (id, absolute_time, most_recent) {
        (None, None, None) => match direction(Direction::Backward) {
            Direction::Backward => Range::UpTo(i64::MAX),
            Direction::Forward => Range::From(0),
        },
        (Some(id), None, None) => {
            let item = rows::by_id(tx, contact, id)?.ok_or(Refusal::Invalid(
                "StartPosition.Id: the chat has no such item",
            ))?;
            Range::new(direction(Direction::Forward), item.sequence)
        }
        (None, Some(time), None) => {
            let time = parse_time(time).ok_or(Refusal::Invalid(
                "StartPosition.AbsoluteTime: write yyyy-MM-ddThh:mm:ss.SSSZ",
            ))?;
            match direction(Direction::Forward) {
                Direction::Forward => {
                    Range::From(rows::first_at_or_after(tx, contact, time)?.unwrap_or(i64::MAX))
                }
                Direction::Backward => {
                    Range::UpTo(rows::last_at_or_before(tx, contact, time)?.unwrap_or(0))
                }
            }
        }
        (None, None, Some(count)) => {
            let newest = rows::listed(tx, contact, Range::UpTo(i64::MAX), with_pending, *count)?;
            // Of fewer items than asked for, the oldest; of none, the place after the newest.
            let start = newest.last().map_or(i64::MAX, |item| item.sequence);
            Range::new(direction(Direction::Forward), start)
        }
        _ => {
            return Err(Refusal::Invalid(
                "StartPosition: give one of Id, AbsoluteTime and MostRecent",
            ));
        }
    })
}

fn parse_time(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(time.as_millisecond()))
}

/// Where the next page starts, as a text that only says something to this chat.
fn token(range: Range, contact: &ContactId) -> String {
    let text = match range {
        Range::From(start) => format!("f{start} {contact}"),
        Range::UpTo(start) => format!("b{start} {contact}"),
    };
    URL_SAFE_NO_PAD.encode(text)
}

fn parse_token(token: &str, contact: &ContactId) -> Option<Range> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (place, owner) = text.split_once(' ')?;
    if owner != contact.as_str() {
        return None;
    }
    if let Some(start) = place.strip_prefix('f') {
        start.parse().ok().map(Range::From)
    } else {
        place.strip_prefix('b')?.parse().ok().map(Range::UpTo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_token_leads_on_in_its_own_chat_only() {
        let (mine, other) = (ContactId::new("c-1"), ContactId::new("c-2"));
        for range in [Range::From(7), Range::UpTo(i64::MAX)] {
            let token = token(range, &mine);
            assert_eq!(parse_token(&token, &mine), Some(range));
            assert_eq!(parse_token(&token, &other), None);
        }
        for wrong in ["", "x", "ZjE", "%%%"] {
            assert_eq!(parse_token(wrong, &mine), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_read_in_the_form_that_items_have() {
        let time = Timestamp::from_millis(1_709_210_096_789);
        assert_eq!(parse_time(&time.iso8601()), Some(time));
        assert_eq!(parse_time("2024-02-29"), None);
        assert_eq!(parse_time("yesterday"), None);
    }
}
