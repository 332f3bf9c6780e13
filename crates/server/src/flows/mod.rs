//! The flow language and its engine.
//!
//! A flow's content is read by [`parse`] into the types of [`language`], or refused with every
//! problem that it has. [`engine`] runs it one action at a time and touches nothing: effects are
//! handed out as data. `run` sets flows going and `place` carries the effects out, in the transaction
//! of whoever set the flow going and under the contact's lock; where the flow stands is one row for
//! each contact. A
//! contact goes on with the revision that it began with, whatever becomes of the flow meanwhile.
//!
//! Flows that end, by an action or because they cannot go on, end their contact: there are no
//! queues and agents to hand a chat over to.

mod api;
mod demo;
pub mod engine;
pub mod language;
pub mod parse;
mod place;
pub mod reference;
mod run;
mod store;
mod view;

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::ids::{ContactId, FlowId, InstanceId, Scope};
use crate::instances;
use crate::jobs;
use crate::store::{Error, Tx};
use language::FlowType;

pub(crate) use api::OPERATIONS;
pub use demo::demo;
pub use engine::Entry;
pub(crate) use parse::is_user_pool_arn;
pub(crate) use run::wake;
pub use run::{Resume, forget, log, log_lines, resume, start};

/// Going on with a flow that waited.
pub(crate) const WAKE: jobs::Kind<ContactId> = jobs::Kind::new("wake_flow");

/// The tags of a flow.
type Tags = BTreeMap<String, String>;

/// A flow as its owner sees it.
#[derive(Clone, Debug)]
struct Definition {
    id: FlowId,
    name: String,
    flow_type: FlowType,
    description: Option<String>,
    tags: Tags,
    modified_at: Timestamp,
    /// Content that is saved but not published.
    saved: Option<String>,
    /// Content that new contacts run.
    published: Option<String>,
}

/// Whether new contacts of an instance can run a flow: it is published and an inbound flow.
pub fn can_start(tx: &mut Tx<'_>, instance: &InstanceId, flow: &FlowId) -> Result<bool, Error> {
    Ok(store::published_type(tx, instance, flow)? == Some(FlowType::ContactFlow))
}

/// Takes the flows of an instance away, and what their runs left behind.
pub(crate) fn delete_all(tx: &mut Tx<'_>, instance: &InstanceId) -> Result<(), Error> {
    store::delete_all(tx, instance)
}

/// The ARN of a flow.
fn arn(scope: &Scope, instance: &InstanceId, flow: &FlowId) -> String {
    format!("{}/contact-flow/{flow}", instances::arn(scope, instance))
}

/// Which content of a flow is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    /// What contacts run.
    Published,
    /// What was saved last, `$SAVED` behind the identifier.
    Saved,
}

/// Reads a flow's id, or its ARN if that is of the same instance, each perhaps with `:$SAVED`.
/// Numbered versions are not built, so nothing has their identifiers.
fn named(scope: &Scope, instance: &InstanceId, text: &str) -> Option<(FlowId, Content)> {
    let prefix = arn(scope, instance, &FlowId::new(""));
    let text = match text.strip_prefix("arn:") {
        Some(_) => text.strip_prefix(&prefix)?,
        None => text,
    };
    let (id, content) = match text.split_once(':') {
        None => (text, Content::Published),
        Some((id, "$SAVED")) => (id, Content::Saved),
        Some(_) => return None,
    };
    (!id.is_empty()).then(|| (FlowId::new(id), content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_named_by_its_id_or_its_arn() {
        let scope = Scope {
            account: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let instance = InstanceId::new("i");
        let flow = FlowId::new("f");
        let arn = arn(&scope, &instance, &flow);
        assert_eq!(
            arn,
            "arn:aws:connect:us-east-1:111122223333:instance/i/contact-flow/f"
        );
        let read = |text: &str| named(&scope, &instance, text);
        for text in ["f", &arn] {
            assert_eq!(read(text), Some((flow.clone(), Content::Published)));
            assert_eq!(
                read(&format!("{text}:$SAVED")),
                Some((flow.clone(), Content::Saved))
            );
            assert_eq!(read(&format!("{text}:1")), None);
        }
        assert_eq!(read(&arn.replace("instance/i/", "instance/j/")), None);
        assert_eq!(read(&arn.replace("us-east-1", "eu-west-1")), None);
        assert_eq!(read(""), None);
    }
}
