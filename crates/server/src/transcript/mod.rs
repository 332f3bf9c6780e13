//! Transcript items, the websocket and GetTranscript: one cursor over one table.

mod api;

pub(crate) use api::OPERATIONS;

/// The open sockets of this process; wakes them when their contact has new items.
#[derive(Debug, Default)]
pub struct Sockets {}
