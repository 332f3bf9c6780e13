//! The service through its public doors: HTTP and the websocket, with a held clock and seeded
//! randomness.

#![expect(
    clippy::unwrap_used,
    unreachable_pub,
    reason = "helpers of tests panic when something is not as they need it"
)]

mod support;

mod access;
mod authentication;
mod bootstrap;
mod chat;
mod controls;
mod coverage;
mod deaths;
mod exchange;
mod flows;
mod front_door;
mod instances;
mod limits;
mod outages;
mod over_tls;
mod pool;
mod profiles;
mod reach;
mod relying_party;
mod retention;
mod simulation;
mod strangers;
mod tidy;
