//! What a contact's run of a flow leaves: where it stands, and its log.

use serde_json::{Value, json};

use super::engine::Entry;
use super::rows;
use signback_platform::arn;
use signback_platform::ids::{ContactId, FlowId, InstanceId, Scope};
use signback_platform::jobs;
use signback_platform::store::{Error, Tx};

/// Forgets where a contact's flow stands; its log stays.
pub fn forget(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    rows::delete_run(tx, contact)?;
    jobs::cancel(tx, &super::WAKE, contact)
}

/// Writes a line into the flow log of a contact. It holds no codes, tokens or claims.
pub fn log(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    instance: &InstanceId,
    flow: &FlowId,
    entry: Entry,
) -> Result<(), Error> {
    rows::log(tx, contact, instance, flow, &[entry]).map(drop)
}

/// The flow log of a contact, oldest lines first, each as the document that logs have.
pub fn log_lines(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance: &InstanceId,
    contact: &ContactId,
) -> Result<Vec<Value>, Error> {
    let mut lines = Vec::new();
    for row in rows::logged(tx, contact)? {
        let flow_arn = arn::flow(scope, instance, &row.flow);
        let at = row.at.iso8601();
        lines.extend(row.entries.into_iter().map(|entry| {
            let mut line = json!({
                "ContactId": contact,
                "ContactFlowId": flow_arn,
                "Timestamp": at,
            });
            if let (Some(line), Ok(Value::Object(entry))) =
                (line.as_object_mut(), serde_json::to_value(entry))
            {
                line.extend(entry);
            }
            line
        }));
    }
    Ok(lines)
}
