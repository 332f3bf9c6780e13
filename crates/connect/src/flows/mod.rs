//! The flow language and its engine.
//!
//! A flow's content is read by [`parse`], or refused with every problem that it has; the types of
//! actions that it may be made of are the table in `actions`. [`engine`] runs it one action at a time and touches nothing: effects are
//! handed out as data, and the conversation carries them out. Where a run stands is one row for each
//! contact, which goes on with the revision that it began with, whatever becomes of the flow
//! meanwhile.
//!
//! Flows that end, by an action or because they cannot go on, end their contact: there are no
//! queues and agents to hand a chat over to.

mod actions;
mod api;
mod block;
pub mod budget;
mod definition;
mod demo;
pub mod engine;
pub mod language;
mod parameters;
pub mod parse;
mod problems;
pub mod reference;
mod refusal;
pub(crate) mod rows;
mod run;

use language::FlowType;
use signback_platform::ids::{ContactId, FlowId, InstanceId};
use signback_platform::jobs;
use signback_platform::store::{Error, Tx};

pub(crate) use api::OPERATIONS;
pub use block::Block;
pub(crate) use definition::{Content, named};
pub use demo::demo;
pub use engine::Entry;
pub use run::{forget, log, log_lines};

/// Going on with a flow that waited.
pub(crate) const WAKE: jobs::Kind<ContactId> = jobs::Kind::new("wake_flow");

/// Whether new contacts of an instance can run a flow: it is published and an inbound flow.
pub fn can_start(tx: &mut Tx<'_>, instance: &InstanceId, flow: &FlowId) -> Result<bool, Error> {
    Ok(rows::published_type(tx, instance, flow)? == Some(FlowType::ContactFlow))
}
