//! Validation of documents against their model, as the service does it.
//!
//! The command checks less, and words it as Python does; that is the command's own affair.

mod report;

use serde_json::{Map, Value};

pub use report::report;

use crate::codec::{blob_bytes, fits};
use crate::model::{Bound, Kind, Member, Pattern, Service, Shape, ShapeId, Trait};

/// The most violations that are looked for in one document.
pub const VIOLATIONS_MAX: usize = 100;

/// A rule of the model that a document breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    steps: Vec<Step>,
    rule: Rule,
    /// The value as it may be shown; `None` if it must not be, or there is none.
    shown: Option<String>,
}

/// A rule of the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// The member must be given.
    Required,
    /// The value must be of this type.
    Type(&'static str),
    /// Text, lists, maps and bytes: the least length.
    MinLength(Bound),
    /// Text, lists, maps and bytes: the greatest length.
    MaxLength(Bound),
    /// Numbers: the least value.
    MinValue(Bound),
    /// Numbers: the greatest value.
    MaxValue(Bound),
    /// Text: the regular expression.
    Pattern(String),
    /// Text: the values allowed.
    Enumeration(Vec<String>),
    /// A union has exactly one member set.
    Union,
    /// The model has no such member.
    Unknown,
}

/// One step from the document to the value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
    Key(String),
    Entry(String),
}

impl Violation {
    /// The member, such as `Filters[2].Name`.
    #[must_use]
    pub fn member(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            match step {
                Step::Member(name) if path.is_empty() => path.push_str(name),
                Step::Member(name) | Step::Entry(name) | Step::Key(name) => {
                    path.extend([".", name]);
                }
                Step::Element(place) => path.extend(["[", &place.to_string(), "]"]),
            }
        }
        path
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }
}

/// Finds what a document breaks, in the model's order. Members that the model does not know are
/// violations if `refuse_unknown` says so.
#[must_use]
pub fn validate(
    service: &Service,
    shape: &Shape,
    document: &Value,
    refuse_unknown: bool,
) -> Vec<Violation> {
    let mut validation = Validation {
        service,
        refuse_unknown,
        steps: Vec::new(),
        found: Vec::new(),
    };
    match document {
        Value::Object(document) => validation.structure(shape, document, shape.is_sensitive()),
        _ => validation.report(Rule::Type("an object"), None),
    }
    validation.found
}

/// The patterns of a service's shapes that cannot be held against anything, because the regular
/// expression engine does not know what they use. There are none in the embedded models.
#[must_use]
pub fn unchecked_patterns(service: &Service) -> Vec<&str> {
    let patterns = service
        .shapes()
        .filter_map(|shape| shape.pattern.as_deref());
    patterns
        .filter(|pattern| Pattern::compile(pattern).is_none())
        .collect()
}

struct Validation<'v> {
    service: &'v Service,
    refuse_unknown: bool,
    steps: Vec<Step>,
    found: Vec<Violation>,
}

impl Validation<'_> {
    fn report(&mut self, rule: Rule, shown: Option<String>) {
        if self.found.len() < VIOLATIONS_MAX {
            self.found.push(Violation {
                steps: self.steps.clone(),
                rule,
                shown,
            });
        }
    }

    fn within(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        check(self);
        self.steps.pop();
    }

    fn structure(&mut self, shape: &Shape, document: &Map<String, Value>, hidden: bool) {
        for member in shape.members() {
            match document.get(&member.name).filter(|value| !value.is_null()) {
                Some(value) => {
                    let hidden = hidden || self.service.hides(member);
                    self.within(Step::Member(member.name.clone()), |this| {
                        this.value(member, value, hidden);
                    });
                }
                None if member.is_required() => {
                    self.within(Step::Member(member.name.clone()), |this| {
                        this.report(Rule::Required, None);
                    });
                }
                None => {}
            }
        }
        if shape.has(Trait::Union)
            && document.values().filter(|value| !value.is_null()).count() != 1
        {
            self.report(Rule::Union, None);
        }
        if self.refuse_unknown {
            for name in document.keys().filter(|name| shape.member(name).is_none()) {
                self.within(Step::Member(name.clone()), |this| {
                    this.report(Rule::Unknown, None);
                });
            }
        }
    }

    fn value(&mut self, member: &Member, value: &Value, hidden: bool) {
        let shape = self.service.shape(member.shape);
        let shown = |hidden: bool, value: &Value| (!hidden).then(|| report::shown(value));
        match (&shape.kind, value) {
            _ if shape.has(Trait::Document) => {}
            (Kind::Structure { .. }, Value::Object(document)) => {
                self.structure(shape, document, hidden);
            }
            (Kind::List { member: element }, Value::Array(items)) => {
                self.length(shape, items.len(), || shown(hidden, value));
                for (place, item) in items.iter().enumerate() {
                    self.within(Step::Element(place), |this| {
                        this.part(element, item, value, hidden);
                    });
                }
            }
            (Kind::Map { key, value: entry }, Value::Object(map)) => {
                self.length(shape, map.len(), || shown(hidden, value));
                for (name, item) in map {
                    let text = Value::String(name.clone());
                    self.within(Step::Key(name.clone()), |this| {
                        this.part(key, &text, value, hidden);
                    });
                    self.within(Step::Entry(name.clone()), |this| {
                        this.part(entry, item, value, hidden);
                    });
                }
            }
            (kind @ (Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. }), _) => {
                self.report(Rule::Type(crate::codec::expected(kind)), None);
            }
            _ => self.scalar(member.shape, shape, value, || shown(hidden, value)),
        }
    }

    /// Checks an element of a list or map. A scalar's violation shows what it stands in.
    fn part(&mut self, member: &Member, value: &Value, whole: &Value, hidden: bool) {
        let shape = self.service.shape(member.shape);
        let hidden = hidden || shape.is_sensitive();
        match &shape.kind {
            Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. } => {
                self.value(member, value, hidden);
            }
            _ => self.scalar(member.shape, shape, value, || {
                (!hidden).then(|| report::shown(whole))
            }),
        }
    }

    fn scalar(
        &mut self,
        id: ShapeId,
        shape: &Shape,
        value: &Value,
        shown: impl Fn() -> Option<String>,
    ) {
        if !fits(&shape.kind, value) {
            return self.report(Rule::Type(crate::codec::expected(&shape.kind)), None);
        }
        match (&shape.kind, value) {
            (Kind::String, Value::String(text)) => {
                self.length(shape, text.chars().count(), &shown);
                if !shape.enumeration.is_empty() && !shape.enumeration.contains(text) {
                    self.report(Rule::Enumeration(shape.enumeration.clone()), shown());
                }
                if self
                    .service
                    .pattern(id)
                    .is_some_and(|pattern| !pattern.matches(text))
                {
                    self.report(
                        Rule::Pattern(shape.pattern.clone().unwrap_or_default()),
                        shown(),
                    );
                }
            }
            (Kind::Blob, Value::String(text)) => {
                let bytes = blob_bytes(text).map_or(0, |bytes| bytes.len());
                self.length(shape, bytes, &shown);
            }
            (Kind::Integer | Kind::Long | Kind::Float | Kind::Double, Value::Number(number)) => {
                if let Some(min) = shape.min.filter(|min| min.exceeds(number)) {
                    self.report(Rule::MinValue(min), shown());
                }
                if let Some(max) = shape.max.filter(|max| max.is_exceeded_by(number)) {
                    self.report(Rule::MaxValue(max), shown());
                }
            }
            _ => {}
        }
    }

    fn length(&mut self, shape: &Shape, length: usize, shown: impl Fn() -> Option<String>) {
        let length = u64::try_from(length).unwrap_or(u64::MAX).into();
        if let Some(min) = shape.min.filter(|min| min.exceeds(&length)) {
            self.report(Rule::MinLength(min), shown());
        }
        if let Some(max) = shape.max.filter(|max| max.is_exceeded_by(&length)) {
            self.report(Rule::MaxLength(max), shown());
        }
    }
}

#[cfg(test)]
mod tests;
