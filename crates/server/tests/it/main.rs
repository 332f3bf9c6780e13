//! The service through its public doors: HTTP and the websocket, with a held clock and seeded
//! randomness.

mod support;

mod authentication;
mod chat;
mod coverage;
mod exchange;
mod front_door;
mod profiles;
mod provider;
mod tidy;
