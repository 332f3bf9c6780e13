//! What participants' clients do: they connect, write, and read, over calls and the websocket.
//!
//! `connection` opens and closes a participant's part in a chat, `messages` puts something into it,
//! `get_transcript` reads a page; `admission`, `frame` and `socket` are the websocket, a cursor on
//! the transcript.

mod admission;
mod connection;
mod frame;
mod get_transcript;
mod messages;
mod offer;
mod refusal;
mod socket;
#[cfg(test)]
mod tests;

pub use admission::{Admission, NotAdmitted, admit, is_socket};
pub(crate) use connection::OPERATIONS as CONNECTION_OPERATIONS;
pub(crate) use get_transcript::OPERATIONS as TRANSCRIPT_OPERATIONS;
pub(crate) use messages::OPERATIONS as MESSAGE_OPERATIONS;
pub(crate) use refusal::Refusal;
pub use socket::socket;
