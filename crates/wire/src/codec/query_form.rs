//! Requests of the Query protocol: forms with dotted names.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::failure::{CodecError, Coded, Problem};
use super::{Limits, scalar, uri};
use crate::encoding::percent_encode;
use crate::json::Style;
use crate::model::{Kind, Member, Operation, Service, Shape, TimestampFormat, Trait};

/// The format of timestamps.
const TIMESTAMPS: TimestampFormat = TimestampFormat::Iso8601;

/// Writes an input document as a form.
pub(super) fn write_form(
    service: &Service,
    operation: &Operation,
    input: Option<&Shape>,
    document: &Map<String, Value>,
    style: Style,
) -> Coded<String> {
    let mut form = Form {
        service,
        style,
        text: String::new(),
    };
    form.push("Action", &operation.name);
    form.push("Version", &service.metadata().api_version);
    if let Some(input) = input {
        form.members(input, document, "")?;
    }
    Ok(form.text)
}

struct Form<'s> {
    service: &'s Service,
    style: Style,
    text: String,
}

impl Form<'_> {
    fn push(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        // Forms write blanks as plus signs.
        self.text
            .push_str(&percent_encode(name).replace("%20", "+"));
        self.text.push('=');
        self.text
            .push_str(&percent_encode(value).replace("%20", "+"));
    }

    fn members(&mut self, shape: &Shape, document: &Map<String, Value>, prefix: &str) -> Coded<()> {
        for (name, value) in document.iter().filter(|(_, value)| !value.is_null()) {
            let member = shape
                .member(name)
                .ok_or_else(|| CodecError::from(Problem::UnknownMember).in_member(name))?;
            let prefix = joined(prefix, member.wire_name());
            self.value(member, value, &prefix)
                .map_err(|error| error.in_member(name))?;
        }
        Ok(())
    }

    fn value(&mut self, member: &Member, value: &Value, name: &str) -> Coded<()> {
        let shape = self.service.shape(member.shape);
        match (&shape.kind, value) {
            (Kind::Structure { .. }, Value::Object(document)) => {
                self.members(shape, document, name)?;
            }
            (Kind::List { .. }, Value::Array(items)) if items.is_empty() => self.push(name, ""),
            (Kind::List { member: element }, Value::Array(items)) => {
                let name = elements(name, shape, member, element);
                for (place, item) in items.iter().enumerate() {
                    let name = format!("{name}.{}", place + 1);
                    self.value(element, item, &name)
                        .map_err(|error| error.in_element(place))?;
                }
            }
            (Kind::Map { key, value: entry }, Value::Object(map)) => {
                let flattened = shape.has(Trait::Flattened) || member.has(Trait::Flattened);
                for (place, (text, value)) in map.iter().enumerate() {
                    let name = if flattened {
                        format!("{name}.{}", place + 1)
                    } else {
                        format!("{name}.entry.{}", place + 1)
                    };
                    self.push(&format!("{name}.{}", key.wire_name()), text);
                    let name = format!("{name}.{}", entry.wire_name());
                    self.value(entry, value, &name)
                        .map_err(|error| error.in_member(text))?;
                }
            }
            _ => {
                let text = scalar::to_text(self.service, member, value, TIMESTAMPS, self.style)?;
                self.push(name, &text);
            }
        }
        Ok(())
    }
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

/// The name in front of the numbers of a list's elements.
fn elements(name: &str, shape: &Shape, member: &Member, element: &Member) -> String {
    if !shape.has(Trait::Flattened) && !member.has(Trait::Flattened) {
        return format!("{name}.{}", element.wire_name());
    }
    match (&element.location_name, name.rsplit_once('.')) {
        (None, _) => name.to_owned(),
        (Some(location), None) => location.clone(),
        (Some(location), Some((prefix, _))) => format!("{prefix}.{location}"),
    }
}

/// The values of a form, by the parts of their dotted names.
#[derive(Debug, Default)]
struct Branch {
    value: Option<String>,
    branches: BTreeMap<String, Branch>,
}

/// Reads a form into an input document.
pub(super) fn read_form(
    service: &Service,
    input: &Shape,
    body: &[u8],
    limits: &Limits,
) -> Coded<Map<String, Value>> {
    let text = std::str::from_utf8(body)
        .map_err(|_| Problem::Malformed("the form is not UTF-8".into()))?;
    let mut root = Branch::default();
    for (name, value) in uri::pairs(text, true)? {
        if name.split('.').count() > limits.depth() {
            return Err(Problem::TooDeep(limits.depth()).into());
        }
        let branch = name.split('.').fold(&mut root, |branch, part| {
            branch.branches.entry(part.to_owned()).or_default()
        });
        branch.value = Some(value);
    }
    for name in ["Action", "Version"] {
        root.branches.remove(name);
    }
    if limits.refuse_unknown {
        let known = |name: &String| {
            input
                .members()
                .iter()
                .any(|member| member.wire_name() == name)
        };
        if let Some(unknown) = root.branches.keys().find(|name| !known(name)) {
            return Err(CodecError::from(Problem::UnknownMember).in_member(unknown));
        }
    }
    form_members(service, input, &root)
}

fn form_members(service: &Service, shape: &Shape, branch: &Branch) -> Coded<Map<String, Value>> {
    let mut document = Map::new();
    for member in shape.members() {
        let mut name = member.wire_name();
        if let Kind::List { member: element } = &service.shape(member.shape).kind
            && (service.shape(member.shape).has(Trait::Flattened) || member.has(Trait::Flattened))
        {
            name = element.location_name.as_deref().unwrap_or(name);
        }
        if let Some(branch) = branch.branches.get(name) {
            let value = form_value(service, member, branch)
                .map_err(|error| error.in_member(&member.name))?;
            document.insert(member.name.clone(), value);
        }
    }
    Ok(document)
}

fn form_value(service: &Service, member: &Member, branch: &Branch) -> Coded<Value> {
    let shape = service.shape(member.shape);
    let flattened = shape.has(Trait::Flattened) || member.has(Trait::Flattened);
    Ok(match &shape.kind {
        Kind::Structure { .. } => Value::Object(form_members(service, shape, branch)?),
        Kind::List { member: element } => {
            let items = numbered(branch, (!flattened).then(|| element.wire_name()));
            let read = |(place, item)| {
                form_value(service, element, item).map_err(|error| error.in_element(place))
            };
            Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(read)
                    .collect::<Coded<_>>()?,
            )
        }
        Kind::Map { key, value: entry } => {
            let mut map = Map::new();
            for pair in numbered(branch, (!flattened).then_some("entry")) {
                let text = pair
                    .branches
                    .get(key.wire_name())
                    .and_then(|branch| branch.value.clone());
                let text =
                    text.ok_or_else(|| Problem::Malformed("a map's entry has no key".into()))?;
                let branch = pair.branches.get(entry.wire_name());
                let branch = branch
                    .ok_or_else(|| Problem::Malformed("a map's entry has no value".into()))?;
                let value =
                    form_value(service, entry, branch).map_err(|error| error.in_member(&text))?;
                map.insert(text, value);
            }
            Value::Object(map)
        }
        kind => match &branch.value {
            Some(text) => scalar::from_text(service, member, text)?,
            None => return Err(Problem::WrongType(scalar::expected(kind)).into()),
        },
    })
}

/// The branches with numbers for names, in their order.
fn numbered<'b>(branch: &'b Branch, below: Option<&str>) -> Vec<&'b Branch> {
    let branch = below.map_or(Some(branch), |name| branch.branches.get(name));
    let numbers = branch.into_iter().flat_map(|branch| &branch.branches);
    let mut items: Vec<(u32, &Branch)> = numbers
        .filter_map(|(name, branch)| Some((name.parse().ok()?, branch)))
        .collect();
    items.sort_by_key(|(number, _)| *number);
    items.into_iter().map(|(_, branch)| branch).collect()
}
