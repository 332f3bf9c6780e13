//! Transcripts: what was said in a chat, and everyone's view of it.
//!
//! There is one table and one order. [`append`] numbers an item under its contact's lock; a
//! websocket is a cursor on the table that sends what follows it, and `GetTranscript` is a page of
//! the same rows. So a reconnect loses nothing, and replicas need only be told to look.
//!
//! *What is pushed but not kept.* Typing and receipts take the same way: they are items with the
//! same numbering and a moment after which they mean nothing. `GetTranscript` leaves them out, a
//! socket that comes too late skips them, and the next such item of the chat deletes them. One
//! path to every replica, in order with the messages, costs a short-lived row; a second path for
//! them would cost its own cursor, wake-up and repair.
//!
//! `rows` keeps items, `item` says how they are written, `event` which events there are, and `page`
//! has the rules of `GetTranscript`. Who reads and writes them is the participants'.

mod author;
pub mod event;
mod item;
mod new_item;
pub(crate) mod page;
mod range;
mod rows;
#[cfg(test)]
mod tests;

pub use author::Author;
pub use item::{Item, Kind};
pub(crate) use item::{Metadata, signs_in};
pub use new_item::NewItem;
pub(crate) use new_item::Receipt;
pub(crate) use range::Direction;
pub use rows::{BYTES_MAX, ITEMS_MAX, append, append_if_room, reveal_sign_in};
pub(crate) use rows::{by_id, following, forget_chat, has_room, record_receipt};
