//! The terminal: its streams, width and colours, the pager, and answers that nobody shall see.

pub mod columns;
pub mod encoding;
pub mod interrupt;
pub mod pager;
pub mod paint;
pub mod secret;
pub mod streams;
