//! From a named operation and its input document to the handler's answer.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;
use signback_wire::{Operation as Modelled, Rule, Service, Violation};

use super::{Built, operations};
use crate::app::App;
use signback_platform::answer::Answer;
use signback_platform::operation::Call;
use signback_platform::store::Tx;

/// The line of the operation table, if the operation is built.
pub(super) fn built(service: &str, operation: &str) -> Option<&'static Built> {
    static TABLE: OnceLock<HashMap<(&str, &str), &Built>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        operations()
            .iter()
            .map(|line| ((line.service, line.name), line))
            .collect()
    });
    table.get(&(service, operation)).copied()
}

/// Runs an operation for a call that comes from inside the service.
pub(crate) async fn invoke(
    app: &App,
    call: &Call,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, Answer> {
    let line = checked(service, operation, &input)?;
    line.answer(app, call, input).await
}

/// Runs an operation within a transaction. It must be one that only reads or writes.
pub(crate) fn invoke_within(
    tx: &mut Tx<'_>,
    call: &Call,
    service: &str,
    operation: &str,
    input: Value,
) -> Result<Value, Answer> {
    let line = checked(service, operation, &input)?;
    let answer = line.answer_within(tx, call, input);
    answer.unwrap_or_else(|| {
        let message = format!("{service} {operation} waits for more than the database");
        Err(Answer::Fault(anyhow::Error::msg(message)))
    })
}

/// The line of an operation whose input fits the interface model.
pub(crate) fn checked(
    service: &str,
    operation: &str,
    input: &Value,
) -> Result<&'static Built, Answer> {
    let modelled = Service::builtin(service)
        .and_then(|service| Some((service, service.operation(operation)?)))
        .ok_or_else(|| anyhow::anyhow!("{service} has no operation {operation}"))?;
    let line = built(service, operation)
        .ok_or_else(|| anyhow::anyhow!("{service} {operation} is not built"))?;
    check_input(modelled.0, modelled.1, line, input)
        .map_err(|problem| Answer::refuse("ValidationException", problem))?;
    Ok(line)
}

/// What callers are told who send U+0000.
pub(super) const NUL: &str = "the character U+0000 cannot be stored: leave it out";
/// How many broken rules one answer names.
const VIOLATIONS_TOLD_MAX: usize = 10;

/// Checks an input document against the interface model, and that it gives no member that this
/// service would not act on. The problem names the member and the rule, never a value that is
/// sensitive.
pub(super) fn check_input(
    service: &Service,
    operation: &Modelled,
    line: &Built,
    input: &Value,
) -> Result<(), String> {
    if has_nul(input) {
        return Err(NUL.to_owned());
    }
    if let Some(shape) = service.input(operation) {
        let violations = signback_wire::validate(service, shape, input, false);
        if !violations.is_empty() {
            return Err(told(service, &violations));
        }
    }
    if let Some(member) = line
        .refuses
        .iter()
        .find(|member| input.get(**member).is_some())
    {
        return Err(format!(
            "{member} is not supported by Signback's {}: leave it out",
            line.name
        ));
    }
    Ok(())
}

/// Whether any text in a document holds U+0000, which PostgreSQL's texts cannot.
fn has_nul(document: &Value) -> bool {
    match document {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Broken rules in words: Cognito's callers match its own wording, all others get ours.
fn told(service: &Service, violations: &[Violation]) -> String {
    let first = &violations[..violations.len().min(VIOLATIONS_TOLD_MAX)];
    if service.name() == "cognito-idp" {
        return signback_wire::report(first);
    }
    let each: Vec<String> = first
        .iter()
        .map(|violation| format!("{} {}", violation.member(), rule(violation.rule())))
        .collect();
    each.join("; ")
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Required => "is required".to_owned(),
        Rule::Type(expected) => format!("must be {expected}"),
        Rule::MinLength(min) => format!("must have a length of {min} at least"),
        Rule::MaxLength(max) => format!("must have a length of {max} at most"),
        Rule::MinValue(min) => format!("must be {min} or more"),
        Rule::MaxValue(max) => format!("must be {max} or less"),
        Rule::Pattern(pattern) => format!("must match the pattern {pattern}"),
        Rule::Enumeration(values) => format!("must be one of {}", values.join(", ")),
        Rule::Union => "must have exactly one member".to_owned(),
        Rule::Unknown => "is not known".to_owned(),
    }
}
