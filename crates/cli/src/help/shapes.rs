//! What a value is made of: its type, limits and members, from the interface model.

use signback_wire::{Kind, Member, Service, Shape, Trait};

use super::page::Page;
use crate::commands::meaning::{kind_name, limits};

/// How deep members are shown; what lies deeper is told by its type.
const DEPTH_MAX: usize = 12;
/// Stands for a structure inside itself.
pub(super) const RECURSIVE: &str = "( ... recursive ... )";

/// Writes limits, allowed words and members of a value.
pub(super) fn write(page: &mut Page, service: &Service, shape: &Shape, level: usize) {
    Writer {
        page,
        service,
        around: Vec::new(),
    }
    .value(shape, level);
}

/// Writes a member with its type, and what it is made of.
pub(super) fn write_member(page: &mut Page, service: &Service, member: &Member, level: usize) {
    Writer {
        page,
        service,
        around: Vec::new(),
    }
    .member(&member.name, member, level);
}

struct Writer<'a> {
    page: &'a mut Page,
    service: &'a Service,
    /// The structures around what is being written.
    around: Vec<&'a str>,
}

impl<'a> Writer<'a> {
    fn value(&mut self, shape: &'a Shape, level: usize) {
        let limits = limits(shape);
        if !limits.is_empty() {
            self.page.name(level, "Constraints:", "");
            for limit in limits {
                self.page.item(level, &limit);
            }
        }
        if !shape.enumeration.is_empty() {
            self.page.name(level, "Possible values:", "");
            for word in &shape.enumeration {
                self.page.item(level, word);
            }
        }
        if shape.has(Trait::Union) {
            self.page
                .paragraph(level, "Exactly one of these members is set.");
        }
        match &shape.kind {
            Kind::Structure { members, .. } => {
                for member in members {
                    self.member(&member.name, member, level);
                }
            }
            Kind::List { member } => self.member("", member, level),
            Kind::Map { key, value } => {
                self.member("key", key, level);
                self.member("value", value, level);
            }
            _ => {}
        }
    }

    fn member(&mut self, name: &str, member: &Member, level: usize) {
        let shape = self.service.shape(member.shape);
        let required = if member.is_required() {
            " [required]"
        } else {
            ""
        };
        let kind = format!("({}){required}", kind_name(shape));
        if name.is_empty() {
            self.page.name(level, &kind, "");
        } else {
            self.page.name(level, name, &format!("-> {kind}"));
        }
        if self.around.contains(&shape.name.as_str()) || self.around.len() == DEPTH_MAX {
            self.page.paragraph(level + 1, RECURSIVE);
            return;
        }
        self.around.push(&shape.name);
        self.value(shape, level + 1);
        self.around.pop();
    }
}
