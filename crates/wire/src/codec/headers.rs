//! Members that travel in headers.

use http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::failure::{Coded, Problem};
use super::scalar;
use crate::json::{self, Style};
use crate::model::{Kind, Location, Member, Service, Shape, TimestampFormat, Trait};

/// The format in which headers hold timestamps.
const TIMESTAMPS: TimestampFormat = TimestampFormat::Rfc822;

/// Sets a header to a text.
pub(super) fn set(headers: &mut HeaderMap, name: &str, text: &str) -> Coded<()> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Problem::HeaderText)?;
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| Problem::HeaderText)?;
    headers.insert(name, value);
    Ok(())
}

/// Writes a member into its header, or a map into its headers.
pub(super) fn write(
    service: &Service,
    headers: &mut HeaderMap,
    member: &Member,
    value: &Value,
    style: Style,
) -> Coded<()> {
    let text = |member, value| scalar::to_text(service, member, value, TIMESTAMPS, style);
    match (&service.shape(member.shape).kind, value) {
        (Kind::Map { value: entry, .. }, Value::Object(map)) => {
            for (key, value) in map {
                set(
                    headers,
                    &format!("{}{key}", member.location_name.as_deref().unwrap_or("")),
                    &text(entry, value)?,
                )?;
            }
            Ok(())
        }
        (Kind::List { member: element }, Value::Array(items)) => {
            let items = items
                .iter()
                .filter(|item| !item.is_null())
                .map(|item| text(element, item));
            let items = items
                .map(|item| item.map(|item| quoted(service, element, item)))
                .collect::<Coded<Vec<_>>>()?;
            if items.is_empty() {
                Ok(())
            } else {
                set(headers, member.wire_name(), &items.join(","))
            }
        }
        (_, value) if member.has(Trait::JsonValue) => {
            let json = json::write(value, Style::Compact);
            set(
                headers,
                member.wire_name(),
                &scalar::blob_text(json.as_bytes()),
            )
        }
        _ => set(headers, member.wire_name(), &text(member, value)?),
    }
}

/// Puts an element of a list in quotes where a comma or quote would split it.
fn quoted(service: &Service, element: &Member, text: String) -> String {
    if service.shape(element.shape).kind == Kind::String && text.contains(['"', ',']) {
        return format!("\"{}\"", text.replace('"', "\\\""));
    }
    text
}

/// Reads the members that travel in headers.
pub(super) fn read(
    service: &Service,
    shape: &Shape,
    headers: &HeaderMap,
    document: &mut Map<String, Value>,
) -> Coded<()> {
    for member in shape.members() {
        let value = match member.location {
            Location::Header => headers
                .get(member.wire_name())
                .map(|value| header(service, member, &decoded(value))),
            Location::Headers => Some(prefixed(service, member, headers)),
            _ => None,
        };
        if let Some(value) = value
            .transpose()
            .map_err(|error| error.in_member(&member.name))?
        {
            document.insert(member.name.clone(), value);
        }
    }
    Ok(())
}

fn header(service: &Service, member: &Member, text: &str) -> Coded<Value> {
    match &service.shape(member.shape).kind {
        Kind::List { member: element } => {
            let timestamps = service.shape(element.shape).kind == Kind::Timestamp;
            let items = if timestamps { dates(text) } else { items(text) };
            let items = items
                .iter()
                .map(|item| scalar::from_text(service, element, item));
            Ok(Value::Array(items.collect::<Coded<_>>()?))
        }
        _ if member.has(Trait::JsonValue) => {
            let json = scalar::blob(text)?;
            serde_json::from_slice(&json)
                .map_err(|error| Problem::Malformed(error.to_string()).into())
        }
        _ => scalar::from_text(service, member, text),
    }
}

fn prefixed(service: &Service, member: &Member, headers: &HeaderMap) -> Coded<Value> {
    let prefix = member
        .location_name
        .as_deref()
        .unwrap_or("")
        .to_ascii_lowercase();
    let Kind::Map { value: entry, .. } = &service.shape(member.shape).kind else {
        return Err(Problem::WrongType("a map").into());
    };
    let mut map = Map::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix(&prefix) {
            map.insert(
                key.to_owned(),
                scalar::from_text(service, entry, &decoded(value))?,
            );
        }
    }
    Ok(Value::Object(map))
}

/// A header's text: UTF-8 if it is, else byte by byte as HTTP once meant it.
fn decoded(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value
            .as_bytes()
            .iter()
            .map(|&byte| char::from(byte))
            .collect(),
    }
}

/// The elements of a list in a header, out of their quotes.
fn items(text: &str) -> Vec<String> {
    let (mut items, mut item, mut in_quotes, mut characters) =
        (Vec::new(), String::new(), false, text.chars());
    let mut was_quoted = false;
    let finished = |item: &str, was_quoted| {
        if was_quoted {
            item.to_owned()
        } else {
            item.trim().to_owned()
        }
    };
    while let Some(character) = characters.next() {
        match character {
            '"' if !in_quotes && item.trim().is_empty() => {
                (in_quotes, was_quoted, item) = (true, true, String::new());
            }
            '"' if in_quotes => in_quotes = false,
            '\\' if in_quotes && characters.as_str().starts_with('"') => {
                item.extend(characters.next());
            }
            ',' if !in_quotes => {
                items.push(finished(&item, was_quoted));
                (item, was_quoted) = (String::new(), false);
            }
            _ if was_quoted && !in_quotes => {}
            other => item.push(other),
        }
    }
    items.push(finished(&item, was_quoted));
    items
}

/// The elements of a list of dates, each of which has a comma of its own.
fn dates(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split(',').collect();
    if parts
        .iter()
        .any(|part| part.contains('T') && part.contains('-'))
    {
        return parts.iter().map(|part| part.trim().to_owned()).collect();
    }
    parts
        .chunks(2)
        .map(|date| date.join(",").trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_split_outside_quotes() {
        assert_eq!(
            items("a, b,\"c,d\", \"e\\\"f\" ,"),
            ["a", "b", "c,d", "e\"f", ""]
        );
    }

    #[test]
    fn dates_keep_their_comma() {
        let text = "Sun, 30 Aug 2015 12:36:00 GMT, Mon, 31 Aug 2015 12:36:00 GMT";
        assert_eq!(
            dates(text),
            [
                "Sun, 30 Aug 2015 12:36:00 GMT",
                "Mon, 31 Aug 2015 12:36:00 GMT"
            ]
        );
        assert_eq!(
            dates("2015-08-30T12:36:00Z,2015-08-31T12:36:00Z"),
            ["2015-08-30T12:36:00Z", "2015-08-31T12:36:00Z"]
        );
    }
}
