//! The checks on parameters before anything is sent: types, least lengths, missing and unknown names.
//!
//! What the service checks beyond that (greatest lengths, patterns) is left to it, as the command
//! being replaced does.

use signback_wire::{Bound, Kind, Member, Service, Shape, Trait};

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::value::{Map, Value};

/// Checks the parameters of a call, of which some were read as JSON of their own.
///
/// # Errors
/// Every problem, one a line.
pub(crate) fn check(
    service: &Service,
    shape: &Shape,
    parameters: &Map,
    read_as_json: &[String],
) -> Result<(), Failure> {
    let mut report = Report {
        service,
        read_as_json,
        problems: Vec::new(),
        stumbled: None,
    };
    report.structure(shape, parameters, "");
    if let Some(problem) = report.stumbled {
        return Err(Failure::general(problem));
    }
    if report.problems.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "Parameter validation failed:\n{}",
        report.problems.join("\n")
    )))
}

struct Report<'a> {
    service: &'a Service,
    read_as_json: &'a [String],
    problems: Vec<String>,
    /// What the original stumbles over while it checks.
    stumbled: Option<String>,
}

impl Report<'_> {
    fn value(&mut self, member: &Member, value: &Value, name: &str) {
        let shape = self.service.shape(member.shape);
        if member.has(Trait::JsonValue) {
            return;
        }
        match (&shape.kind, value) {
            (Kind::Structure { .. }, _) if shape.has(Trait::Document) => self.document(value, name),
            (Kind::Structure { .. }, Value::Map(map)) => self.structure(shape, map, name),
            (Kind::Map { .. }, Value::Map(map)) => self.map(shape, map, name),
            (Kind::List { .. }, Value::List(items)) => self.list(shape, items, name),
            (Kind::String, Value::Str(text)) => {
                self.least(
                    "length",
                    shape,
                    member,
                    Measure::Length(text.chars().count()),
                    name,
                );
            }
            // To Python a truth value is also a number.
            (
                Kind::Integer | Kind::Long | Kind::Float | Kind::Double,
                Value::Int(_) | Value::BigInt(_) | Value::Bool(_),
            )
            | (Kind::Float | Kind::Double, Value::Float(_)) => {
                self.least("value", shape, member, Measure::Number(value), name);
            }
            (Kind::Blob, Value::Str(_) | Value::Bytes(_)) | (Kind::Boolean, Value::Bool(_)) => {}
            (Kind::Timestamp, value) if crate::formats::timestamps::is_timestamp(value) => {}
            (Kind::Timestamp, value) if crate::formats::timestamps::is_uncountable(value) => {
                let problem = crate::formats::timestamps::uncountable(value);
                self.stumbled.get_or_insert(problem);
            }
            (kind, value) => self.wrong_type(kind, value, name),
        }
    }

    fn wrong_type(&mut self, kind: &Kind, value: &Value, name: &str) {
        let valid = sentences::classes_of(kind);
        self.problems.push(format!(
            "Invalid type for parameter {}, value: {}, type: {}, valid types: {valid}",
            shown(name),
            self.display(value, name),
            self.class(value, name),
        ));
    }

    /// Whether the parameter is, or stands in, one that was read as JSON of its own.
    fn is_ordered(&self, name: &str) -> bool {
        let whole = name.strip_prefix('.').unwrap_or(name);
        let first = whole.split(['.', '[', ' ']).next().unwrap_or_default();
        self.read_as_json.iter().any(|known| known == first)
    }

    fn display(&self, value: &Value, name: &str) -> String {
        if self.is_ordered(name) {
            python::display_ordered(value)
        } else {
            python::display(value)
        }
    }

    fn class(&self, value: &Value, name: &str) -> &'static str {
        match value {
            Value::Map(_) if self.is_ordered(name) => "<class 'collections.OrderedDict'>",
            _ => python::class(value),
        }
    }

    fn structure(&mut self, shape: &Shape, given: &Map, name: &str) {
        let names = |between: &str| {
            shape
                .members()
                .iter()
                .map(|member| member.name.as_str())
                .collect::<Vec<_>>()
                .join(between)
        };
        if shape.has(Trait::Union) {
            match given.len() {
                0 => self.problems.push(format!(
                    "Must set one of the following keys for tagged unionstructure {}: {}.",
                    shown(name),
                    names(". ")
                )),
                1 => {}
                _ => self.problems.push(format!(
                    "Invalid number of parameters set for tagged union structure {}. Can only set one of the following keys: {}.",
                    shown(name),
                    names(". ")
                )),
            }
        }
        for member in shape
            .required()
            .filter(|member| !given.contains_key(&member.name))
        {
            self.problems.push(format!(
                "Missing required parameter in {}: \"{}\"",
                shown(name),
                member.name
            ));
        }
        for unknown in given.keys().filter(|key| shape.member(key).is_none()) {
            let unknown = python::display(&python::key_of_name(unknown));
            self.problems.push(format!(
                "Unknown parameter in {}: \"{unknown}\", must be one of: {}",
                shown(name),
                names(", ")
            ));
        }
        for (key, value) in given {
            if let Some(member) = shape.member(key) {
                self.value(member, value, &format!("{name}.{key}"));
            }
        }
    }

    fn map(&mut self, shape: &Shape, given: &Map, name: &str) {
        let Kind::Map { key, value } = &shape.kind else {
            return;
        };
        for (word, item) in given {
            let word = python::key_of_name(word);
            let shown = python::display(&word);
            self.value(key, &word, &format!("{name} (key: {shown})"));
            self.value(value, item, &format!("{name}.{shown}"));
        }
    }

    fn list(&mut self, shape: &Shape, items: &[Value], name: &str) {
        let Kind::List { member } = &shape.kind else {
            return;
        };
        self.least("length", shape, member, Measure::Length(items.len()), name);
        for (index, item) in items.iter().enumerate() {
            self.value(member, item, &format!("{name}[{index}]"));
        }
    }

    fn document(&mut self, value: &Value, name: &str) {
        match value {
            Value::Map(map) => {
                for (key, item) in map {
                    self.document(item, &python::display(&python::key_of_name(key)));
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.document(item, &format!("{name}[{index}]"));
                }
            }
            Value::Bytes(_) | Value::Date(_) | Value::Set(_) => self.problems.push(format!(
                "Invalid type for document parameter {}, value: {}, type: {}, valid types: {}",
                shown(name),
                python::display(value),
                python::class(value),
                sentences::DOCUMENT_CLASSES,
            )),
            _ => {}
        }
    }

    fn least(
        &mut self,
        what: &str,
        shape: &Shape,
        member: &Member,
        measure: Measure<'_>,
        name: &str,
    ) {
        let implied = member.has(Trait::HostLabel).then_some(Bound::Whole(1));
        let Some(least) = shape.min.or(implied) else {
            return;
        };
        if measure.is_below(least) {
            let name = shown(name);
            let least = match least {
                Bound::Whole(least) => least.to_string(),
                Bound::Real(least) => python::float(least),
            };
            self.problems.push(format!(
                "Invalid {what} for parameter {name}, value: {measure}, valid min {what}: {least}"
            ));
        }
    }
}

/// The name of a parameter in messages; the whole input has none of its own.
fn shown(name: &str) -> &str {
    if name.is_empty() {
        "input"
    } else {
        name.strip_prefix('.').unwrap_or(name)
    }
}

/// What is compared with a least value.
#[derive(Clone, Copy, Debug)]
enum Measure<'a> {
    Length(usize),
    Number(&'a Value),
}

impl Measure<'_> {
    #[expect(clippy::cast_precision_loss, reason = "bounds of the models are small")]
    fn is_below(self, least: Bound) -> bool {
        let number = match self {
            Self::Length(length) => length as f64,
            Self::Number(Value::Int(number)) => *number as f64,
            Self::Number(Value::Float(number)) => *number,
            Self::Number(Value::Bool(on)) => f64::from(*on),
            Self::Number(Value::BigInt(digits)) => digits.parse().unwrap_or(f64::INFINITY),
            Self::Number(_) => return false,
        };
        match least {
            Bound::Whole(least) => number < least as f64,
            Bound::Real(least) => number < least,
        }
    }
}

impl std::fmt::Display for Measure<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Length(length) => length.fmt(formatter),
            Self::Number(number) => formatter.write_str(&python::display(number)),
        }
    }
}
