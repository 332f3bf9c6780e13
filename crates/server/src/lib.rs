//! The service: chat contacts, flows, customer authentication, profiles and user pools.
//!
//! A feature is one folder: `mod.rs` its types and rules, `api.rs` its operations, `run.rs` its
//! jobs, `store.rs` its rows. The platform below them is small: [`app`] holds what lives as long
//! as the process, [`api`] is the front door, [`store`] the database, [`jobs`] everything that
//! waits.

pub use signback_platform::{
    answer, arn, client_token, clock, ids, jobs, metrics, operation, outbound, paging, random,
    secret, settings, store, token,
};

pub mod access;
pub mod api;
pub mod app;
pub mod authentication;
pub mod bootstrap;
pub mod config;
pub mod connect;
pub mod contacts;
pub mod conversation;
pub mod deletion;
pub mod documents;
pub mod flows;
pub mod instances;
pub mod pages;
pub mod participants;
pub mod serve;
pub mod sockets;
#[cfg(test)]
pub(crate) mod testing;
pub mod transcript;
