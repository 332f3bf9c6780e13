//! The terminal: its streams, width and colours, the pager, and answers that nobody shall see.

pub(crate) mod columns;
pub(crate) mod encoding;
pub(crate) mod interrupt;
pub(crate) mod pager;
pub(crate) mod paint;
pub(crate) mod secret;
pub(crate) mod streams;
