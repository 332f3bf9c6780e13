//! The service: chat contacts, flows, customer authentication, profiles and user pools.
//!
//! A feature is one folder: `mod.rs` its types and rules, `api.rs` its operations, `run.rs` its
//! jobs, `store.rs` its rows. The platform below them is small: [`app`] holds what lives as long
//! as the process, [`api`] is the front door, [`store`] the database, [`jobs`] everything that
//! waits.

pub mod access;
pub mod answer;
pub mod api;
pub mod app;
pub mod arn;
pub mod authentication;
pub mod bootstrap;
pub mod client_token;
pub mod clock;
pub mod config;
pub mod connect;
pub mod contacts;
pub mod conversation;
pub mod deletion;
pub mod documents;
pub mod flows;
pub mod ids;
pub mod instances;
pub mod jobs;
pub mod metrics;
pub mod operation;
pub mod outbound;
pub mod pages;
pub mod paging;
pub mod participants;
pub mod platform;
pub mod profiles;
pub mod provider;
pub mod random;
pub mod secret;
pub mod serve;
pub mod settings;
pub mod sockets;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
pub mod token;
pub mod transcript;
