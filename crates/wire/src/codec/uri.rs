//! Paths and query strings.

use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::failure::{CodecError, Coded, Problem};
use super::scalar;
use crate::encoding::{RESERVED, RESERVED_IN_PATH};
use crate::json::Style;
use crate::model::{Kind, Location, Member, Service, Shape, TimestampFormat};

/// The format in which paths and query strings hold timestamps.
const TIMESTAMPS: TimestampFormat = TimestampFormat::Iso8601;

/// Fills the parameters of a path, and splits off the fixed query string.
pub(super) fn address<'u>(
    service: &Service,
    uri: &'u str,
    shape: Option<&Shape>,
    document: &Map<String, Value>,
    style: Style,
) -> Coded<(String, &'u str)> {
    let (template, query) = uri.split_once('?').unwrap_or((uri, ""));
    let path = filled(template, |name| {
        let greedy = name.ends_with('+');
        let name = name.trim_end_matches('+');
        let member = shape.into_iter().flat_map(Shape::members);
        let member = member
            .filter(|member| member.location == Location::Uri)
            .find(|member| member.wire_name() == name);
        let missing = || CodecError::from(Problem::MissingParameter).in_member(name);
        let member = member.ok_or_else(missing)?;
        let value = document.get(&member.name).ok_or_else(missing)?;
        let text = scalar::to_text(service, member, value, TIMESTAMPS, style);
        let text = text.map_err(|error| error.in_member(&member.name))?;
        // A greedy parameter spans several parts of the path.
        let set = if greedy { RESERVED_IN_PATH } else { RESERVED };
        Ok(utf8_percent_encode(&text, set).to_string())
    })?;
    Ok((path, query))
}

/// Replaces each `{name}` of a template.
pub(super) fn filled(
    template: &str,
    mut parameter: impl FnMut(&str) -> Coded<String>,
) -> Coded<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(&parameter(name)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

/// Gathers a query string.
#[derive(Default)]
pub(super) struct Query {
    text: String,
}

impl Query {
    pub(super) fn with(fixed: &str) -> Query {
        Query {
            text: fixed.to_owned(),
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn push(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.extend(utf8_percent_encode(name, RESERVED));
        self.text.push('=');
        self.text.extend(utf8_percent_encode(value, RESERVED));
    }

    /// Adds a member: a list once per element, a map once per entry.
    pub(super) fn member(
        &mut self,
        service: &Service,
        member: &Member,
        value: &Value,
        style: Style,
    ) -> Coded<()> {
        let text = |member, value| scalar::to_text(service, member, value, TIMESTAMPS, style);
        match (&service.shape(member.shape).kind, value) {
            (Kind::List { member: element }, Value::Array(items)) => {
                for item in items {
                    self.push(member.wire_name(), &text(element, item)?);
                }
            }
            (Kind::Map { value: entry, .. }, Value::Object(map)) => {
                for (key, value) in map {
                    match (&service.shape(entry.shape).kind, value) {
                        (Kind::List { member: element }, Value::Array(items)) => {
                            for item in items {
                                self.push(key, &text(element, item)?);
                            }
                        }
                        _ => self.push(key, &text(entry, value)?),
                    }
                }
            }
            _ => self.push(member.wire_name(), &text(member, value)?),
        }
        Ok(())
    }
}

/// Splits a query string or form into decoded names and values.
pub(super) fn pairs(query: &str, plus_is_blank: bool) -> Coded<Vec<(String, String)>> {
    let decoded = |text: &str| {
        let blanks = if plus_is_blank {
            text.replace('+', " ")
        } else {
            text.to_owned()
        };
        let decoded = percent_decode_str(&blanks)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned);
        decoded.map_err(|_| {
            CodecError::from(Problem::Malformed("the query string is not UTF-8".into()))
        })
    };
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(value)?))
        });
    pairs.collect()
}

/// Reads the members that travel in the query string.
pub(super) fn read_query(
    service: &Service,
    shape: &Shape,
    query: &str,
    document: &mut Map<String, Value>,
) -> Coded<()> {
    if query.is_empty()
        || !shape
            .members()
            .iter()
            .any(|member| member.location == Location::Query)
    {
        return Ok(());
    }
    let pairs = pairs(query, true)?;
    for member in shape
        .members()
        .iter()
        .filter(|member| member.location == Location::Query)
    {
        let value = query_member(service, shape, member, &pairs)
            .map_err(|error| error.in_member(&member.name))?;
        if let Some(value) = value {
            document.insert(member.name.clone(), value);
        }
    }
    Ok(())
}

fn query_member(
    service: &Service,
    shape: &Shape,
    member: &Member,
    pairs: &[(String, String)],
) -> Coded<Option<Value>> {
    let named = || {
        pairs
            .iter()
            .filter(|(key, _)| key == member.wire_name())
            .map(|(_, value)| value)
    };
    match &service.shape(member.shape).kind {
        Kind::List { member: element } => {
            let items = named().map(|text| scalar::from_text(service, element, text));
            let items = items.collect::<Coded<Vec<_>>>()?;
            Ok((!items.is_empty()).then_some(Value::Array(items)))
        }
        Kind::Map { value: entry, .. } => {
            // A map takes every name that is not another member's.
            let free = |name: &str| {
                !shape
                    .members()
                    .iter()
                    .any(|other| other.location == Location::Query && other.wire_name() == name)
            };
            let mut map = Map::new();
            for (key, text) in pairs.iter().filter(|(key, _)| free(key)) {
                match &service.shape(entry.shape).kind {
                    Kind::List { member: element } => {
                        let item = scalar::from_text(service, element, text)?;
                        let list = map
                            .entry(key.as_str())
                            .or_insert_with(|| Value::Array(Vec::new()));
                        list.as_array_mut().expect("made as a list").push(item);
                    }
                    _ => {
                        map.insert(key.clone(), scalar::from_text(service, entry, text)?);
                    }
                }
            }
            Ok((!map.is_empty()).then_some(Value::Object(map)))
        }
        _ => named()
            .next()
            .map(|text| scalar::from_text(service, member, text))
            .transpose(),
    }
}
