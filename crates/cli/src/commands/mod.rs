//! What there is to call: services, aliases, and what stands at the cursor of an unfinished line.

pub mod alias;
pub mod context;
pub mod known;
pub mod services;
