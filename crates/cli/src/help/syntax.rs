//! How a value is written on the command line: as shorthand, and as JSON.

use signback_wire::{Kind, Member, Service, Shape, Trait};

use super::page::Page;
use super::shapes::RECURSIVE;
use crate::commands::meaning::kind_name;

/// Values nested deeper than this are written as JSON.
const SHORTHAND_DEPTH_MAX: usize = 3;
/// How deep the JSON form is shown.
const JSON_DEPTH_MAX: usize = 12;

/// Writes the forms of an option's value; a plain one needs none.
pub(super) fn write(page: &mut Page, service: &Service, shape: &Shape) {
    match &shape.kind {
        Kind::List { member } if is_scalar(service.shape(member.shape)) => {
            let element = json_scalar(service.shape(member.shape));
            page.name(0, "Syntax:", "");
            page.code([format!("{element} {element} ...")]);
        }
        Kind::List { .. } | Kind::Structure { .. } | Kind::Map { .. } => {
            if let Some(text) = shorthand(service, shape) {
                page.name(0, "Shorthand Syntax:", "");
                page.code(text.lines());
            }
            let mut json = Json {
                service,
                lines: vec![String::new()],
                around: Vec::new(),
            };
            json.value(shape, 0);
            page.name(0, "JSON Syntax:", "");
            page.code(json.lines);
        }
        _ => {}
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !shape.has(Trait::Document)
        && !matches!(
            shape.kind,
            Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. }
        )
}

/// The shorthand form; documents and deep values have none.
fn shorthand(service: &Service, shape: &Shape) -> Option<String> {
    if shape.has(Trait::Document) {
        return None;
    }
    let mut around = Vec::new();
    match &shape.kind {
        Kind::List { member } => {
            let element = shorthand_value(service, service.shape(member.shape), &mut around)?;
            Some(format!("{element} ..."))
        }
        Kind::Structure { members, .. } => match &members[..] {
            [] => None,
            // The value alone is written then.
            [only] if only.name == "Value" && is_text(service, only) => None,
            _ => shorthand_value(service, shape, &mut around),
        },
        _ => shorthand_value(service, shape, &mut around),
    }
    .filter(|text| !text.is_empty())
}

fn is_text(service: &Service, member: &Member) -> bool {
    matches!(service.shape(member.shape).kind, Kind::String)
}

fn shorthand_value<'a>(
    service: &'a Service,
    shape: &'a Shape,
    around: &mut Vec<&'a str>,
) -> Option<String> {
    if around.len() > SHORTHAND_DEPTH_MAX {
        return None;
    }
    let is_outermost = around.is_empty();
    let mut inner = |member: &Member| {
        let shape = service.shape(member.shape);
        around.push(&shape.name);
        let text = shorthand_value(service, shape, around);
        around.pop();
        text
    };
    Some(match &shape.kind {
        Kind::Structure { members, .. } => {
            let mut parts = Vec::new();
            for member in members {
                let value = service.shape(member.shape);
                if value.has(Trait::Document) {
                    continue;
                }
                parts.push(match inner(member)? {
                    text if text == RECURSIVE => text,
                    text => format!("{}={text}", member.name),
                });
            }
            let text = parts.join(",");
            if is_outermost {
                text
            } else {
                format!("{{{text}}}")
            }
        }
        Kind::List { member } => {
            let element = inner(member)?;
            if is_scalar(service.shape(member.shape)) {
                format!("{element},{element}")
            } else {
                format!("[{element},{element}]")
            }
        }
        Kind::Map { value, .. } => {
            let value = inner(value)?;
            let text = format!("KeyName1={value},KeyName2={value}");
            if is_outermost {
                text
            } else {
                format!("{{{text}}}")
            }
        }
        _ => kind_name(shape).to_owned(),
    })
}

/// A plain value in JSON.
fn json_scalar(shape: &Shape) -> String {
    let quoted = |word: &String| format!("\"{word}\"");
    match shape.kind {
        _ if shape.has(Trait::Document) => "{...}".to_owned(),
        Kind::String if shape.enumeration.is_empty() => "\"string\"".to_owned(),
        Kind::String => {
            let words: Vec<String> = shape.enumeration.iter().map(quoted).collect();
            words.join("|")
        }
        Kind::Boolean => "true|false".to_owned(),
        _ => kind_name(shape).to_owned(),
    }
}

/// Writes the JSON form of a value.
struct Json<'a> {
    service: &'a Service,
    lines: Vec<String>,
    around: Vec<&'a str>,
}

impl<'a> Json<'a> {
    fn push(&mut self, text: &str) {
        if let Some(line) = self.lines.last_mut() {
            line.push_str(text);
        }
    }

    fn next_line(&mut self, depth: usize) {
        self.lines.push("  ".repeat(depth));
    }

    fn value(&mut self, shape: &'a Shape, depth: usize) {
        if is_scalar(shape) || shape.has(Trait::Document) {
            self.push(&json_scalar(shape));
            return;
        }
        if self.around.contains(&shape.name.as_str()) || self.around.len() == JSON_DEPTH_MAX {
            self.push("{ ... recursive ... }");
            return;
        }
        self.around.push(&shape.name);
        match &shape.kind {
            Kind::Structure { members, .. } => self.structure(members, depth),
            Kind::List { member } => {
                let element = self.service.shape(member.shape);
                if is_scalar(element) {
                    self.push(&format!("[{}, ...]", json_scalar(element)));
                } else {
                    self.push("[");
                    self.next_line(depth + 1);
                    self.value(element, depth + 1);
                    self.next_line(depth + 1);
                    self.push("...");
                    self.next_line(depth);
                    self.push("]");
                }
            }
            Kind::Map { key, value } => {
                let key = json_scalar(self.service.shape(key.shape));
                self.push(&format!("{{{key}: "));
                self.value(self.service.shape(value.shape), depth + 1);
                self.next_line(depth + 1);
                self.push("...}");
            }
            _ => {}
        }
        self.around.pop();
    }

    fn structure(&mut self, members: &'a [Member], depth: usize) {
        self.push("{");
        for (place, member) in members.iter().enumerate() {
            self.next_line(depth + 1);
            self.push(&format!("\"{}\": ", member.name));
            self.value(self.service.shape(member.shape), depth + 1);
            if place + 1 < members.len() {
                self.push(",");
            }
        }
        self.next_line(depth);
        self.push("}");
    }
}
