//! From a named operation and its input document to the handler's answer.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::Value;

use super::{Call, Operation, operations};
use crate::app::App;
use crate::error::Answer;

/// The line of the operation table, if the operation is built.
pub(super) fn built(service: &str, operation: &str) -> Option<&'static Operation> {
    static TABLE: OnceLock<HashMap<(&str, &str), &Operation>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        operations()
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
    let Some(line) = built(service, operation) else {
        return Err(Answer::Fault(anyhow::anyhow!(
            "{service} {operation} is not built"
        )));
    };
    (line.handler)(app, call, input).await
}
