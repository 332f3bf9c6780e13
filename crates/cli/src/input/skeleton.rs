//! `--generate-cli-skeleton`: samples of input and output.

use signback_wire::{Kind, Member, Operation, Service, Shape, Trait};

use crate::call::validation;
use crate::failure::Failure;
use crate::formats::json;
use crate::terminal::streams::write_stdout;
use crate::value::{Date, Map, Value};

/// What stands beside parameters of the operation that this program is about in the YAML sample.
const COMMENTS: [(&str, &str); 5] = [
    (
        "State",
        "The state query parameter that was provided by Cognito in the redirectUri.",
    ),
    (
        "InstanceId",
        "The identifier of the Connect Customer instance.",
    ),
    (
        "Code",
        "The code query parameter provided by Cognito in the redirectUri.",
    ),
    (
        "Error",
        "The error query parameter provided by Cognito in the redirectUri.",
    ),
    (
        "ErrorDescription",
        "The error_description parameter provided by Cognito in the redirectUri.",
    ),
];

/// Prints a sample of the input, as JSON or YAML.
pub(crate) fn input(service: &Service, operation: &Operation, kind: &str) {
    let mut sampler = Sampler {
        service,
        stack: Vec::new(),
        named: false,
    };
    let text = match service.input(operation) {
        None => "{}\n".to_owned(),
        Some(shape) if kind == "yaml-input" => {
            let mut out = String::new();
            let mut yaml = Commented {
                sampler,
                operation: &operation.name,
                out: &mut out,
            };
            yaml.structure(shape, 0, false);
            out
        }
        Some(shape) => {
            let sample = sampler.shape(shape, "");
            format!("{}\n", json::write(&sample, json::Layout::PRINTED))
        }
    };
    write_stdout(text.as_bytes());
}

/// A sample of the output.
///
/// # Errors
/// A sample that is not valid itself: names stand for values, whatever their least length.
pub(crate) fn output(service: &Service, operation: &Operation) -> Result<Value, Failure> {
    let sample = sample(service, operation);
    if let (Some(shape), Value::Map(map)) = (service.output(operation), &sample) {
        validation::check(service, shape, map, &[])?;
    }
    Ok(sample)
}

/// A sample of the output, valid or not.
pub(crate) fn sample(service: &Service, operation: &Operation) -> Value {
    let Some(shape) = service.output(operation) else {
        return Value::Map(Map::new());
    };
    let mut sampler = Sampler {
        service,
        stack: Vec::new(),
        named: true,
    };
    sampler.shape(shape, "")
}

/// Makes samples of shapes.
struct Sampler<'a> {
    service: &'a Service,
    /// The shapes around the current one: what contains itself is left empty.
    stack: Vec<&'a str>,
    /// Whether texts are the names of their members.
    named: bool,
}

impl<'a> Sampler<'a> {
    fn member(&mut self, member: &Member, name: &str) -> Value {
        self.shape(self.service.shape(member.shape), name)
    }

    fn is_repeated(&self, shape: &Shape) -> bool {
        self.stack
            .iter()
            .filter(|name| **name == shape.name)
            .count()
            > 1
    }

    fn shape(&mut self, shape: &'a Shape, name: &str) -> Value {
        self.stack.push(&shape.name);
        let sample = match &shape.kind {
            Kind::Structure { .. } if self.is_repeated(shape) => Value::Map(Map::new()),
            Kind::Structure { members, .. } => Value::Map(
                members
                    .iter()
                    .map(|member| (member.name.clone(), self.member(member, &member.name)))
                    .collect(),
            ),
            Kind::List { member } => {
                let element = self.service.shape(member.shape);
                let name = if self.named {
                    element.name.as_str()
                } else {
                    ""
                };
                Value::List(vec![self.shape(element, name)])
            }
            Kind::Map { value, .. } => Value::Map(Map::from_iter([(
                "KeyName".to_owned(),
                self.member(value, ""),
            )])),
            Kind::String if self.named => Value::from(name),
            Kind::String => Value::from(shape.enumeration.first().map_or("", String::as_str)),
            Kind::Integer | Kind::Long => Value::Int(0),
            Kind::Float | Kind::Double => Value::Float(0.0),
            Kind::Boolean => Value::Bool(true),
            Kind::Timestamp => Value::Date(Date {
                day: (1970, 1, 1),
                time: Some((0, 0, 0, 0)),
            }),
            Kind::Blob => Value::Null,
        };
        self.stack.pop();
        sample
    }
}

/// Whether the original's YAML writer finds another comment to align with: then one blank is enough.
/// It looks at the member before, and else through the members that come first, up to one whose
/// name is not smaller.
fn has_comment_near(before: &[Member], commented: &[&str], name: &str) -> bool {
    let is_commented = |member: &Member| commented.contains(&member.name.as_str());
    before.last().is_some_and(is_commented)
        || before
            .iter()
            .take_while(|member| member.name.as_str() < name)
            .any(is_commented)
}

/// Writes a sample as YAML with comments.
struct Commented<'a, 'o> {
    sampler: Sampler<'a>,
    operation: &'a str,
    out: &'o mut String,
}

impl<'a> Commented<'a, '_> {
    fn line(&mut self, indent: usize, begun: bool) {
        if !begun {
            self.out.push_str(&" ".repeat(indent));
        }
    }

    /// Writes the members of a structure; the first line may have begun with a dash.
    fn structure(&mut self, shape: &'a Shape, indent: usize, begun: bool) {
        self.sampler.stack.push(&shape.name);
        let mut commented = Vec::new();
        if shape.members().is_empty() {
            self.out.push_str("{}\n");
        }
        for (place, member) in shape.members().iter().enumerate() {
            self.line(indent, begun && place == 0);
            self.out.push_str(&member.name);
            self.out.push(':');
            let mut comment = self.comment(member);
            if let Some(comment) = &mut comment {
                let near = has_comment_near(&shape.members()[..place], &commented, &member.name);
                comment.insert_str(0, if near { " " } else { "  " });
                commented.push(member.name.as_str());
            }
            self.value(
                self.sampler.service.shape(member.shape),
                indent,
                comment.as_deref(),
            );
        }
        self.sampler.stack.pop();
    }

    /// Writes what follows a colon.
    fn value(&mut self, shape: &'a Shape, indent: usize, comment: Option<&str>) {
        let comment = comment.unwrap_or_default();
        match &shape.kind {
            Kind::Structure { members, .. } if !self.is_hollow(shape) && !members.is_empty() => {
                self.out.push_str(comment);
                self.out.push('\n');
                self.structure(shape, indent + 2, false);
            }
            Kind::List { member } => {
                self.out.push_str(comment);
                self.out.push('\n');
                self.sampler.stack.push(&shape.name);
                self.line(indent, false);
                self.element(self.sampler.service.shape(member.shape), indent);
                self.sampler.stack.pop();
            }
            Kind::Map { value, .. } => {
                self.out.push_str(comment);
                self.out.push('\n');
                self.sampler.stack.push(&shape.name);
                self.line(indent + 2, false);
                self.out.push_str("KeyName:");
                self.value(self.sampler.service.shape(value.shape), indent + 2, None);
                self.sampler.stack.pop();
            }
            _ => {
                self.out.push(' ');
                self.scalar(shape);
                self.out.push_str(comment);
                self.out.push('\n');
            }
        }
    }

    /// Writes the one element of a list.
    fn element(&mut self, shape: &'a Shape, indent: usize) {
        self.out.push_str("- ");
        match &shape.kind {
            Kind::Structure { members, .. } if !self.is_hollow(shape) && !members.is_empty() => {
                self.structure(shape, indent + 2, true);
            }
            Kind::List { member } => {
                self.sampler.stack.push(&shape.name);
                self.element(self.sampler.service.shape(member.shape), indent + 2);
                self.sampler.stack.pop();
            }
            Kind::Map { value, .. } => {
                self.sampler.stack.push(&shape.name);
                self.out.push_str("KeyName:");
                self.value(self.sampler.service.shape(value.shape), indent + 2, None);
                self.sampler.stack.pop();
            }
            _ => {
                self.scalar(shape);
                self.out.push('\n');
            }
        }
    }

    /// Whether the structure is left empty because it stands in itself.
    fn is_hollow(&self, shape: &Shape) -> bool {
        self.sampler.stack.contains(&shape.name.as_str())
    }

    fn scalar(&mut self, shape: &Shape) {
        let text = match shape.kind {
            Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. } => "{}",
            Kind::String => match shape.enumeration.first() {
                Some(word) if crate::formats::yaml::is_text(word) => word,
                Some(word) => {
                    self.out.extend(["'", word, "'"]);
                    return;
                }
                None => "''",
            },
            Kind::Integer | Kind::Long => "0",
            Kind::Float | Kind::Double => "0.0",
            Kind::Boolean => "true",
            Kind::Timestamp => "1970-01-01 00:00:00",
            Kind::Blob => "!!binary ''",
        };
        self.out.push_str(text);
    }

    fn comment(&self, member: &Member) -> Option<String> {
        let shape = self.sampler.service.shape(member.shape);
        let mut parts = Vec::new();
        if member.has(Trait::Required) {
            parts.push("[REQUIRED]".to_owned());
        }
        let known = COMMENTS.iter().find(|(name, _)| *name == member.name);
        let known = known.filter(|_| self.operation == "UpdateParticipantAuthentication");
        parts.extend(known.map(|(_, text)| (*text).to_owned()));
        if !shape.enumeration.is_empty() {
            parts.push(format!(
                "Valid values are: {}.",
                shape.enumeration.join(", ")
            ));
        }
        (!parts.is_empty()).then(|| format!("# {}", parts.join(" ")))
    }
}
