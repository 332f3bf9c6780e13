//! The service through its public doors: HTTP and the websocket, with a held clock and seeded
//! randomness.

mod support;

mod authentication;
mod chat;
mod coverage;
mod exchange;
mod flows;
mod front_door;
mod instances;
mod profiles;
mod provider;
mod tidy;
