//! The service: chat contacts, flows, customer authentication, profiles and user pools.
//!
//! A feature is one folder: `mod.rs` its types and rules, `api.rs` its operations, `run.rs` its
//! jobs, `store.rs` its rows. The platform below them is small: [`app`] holds what lives as long
//! as the process, [`api`] is the front door, [`store`] the database, [`jobs`] everything that
//! waits.

pub mod access;
pub mod api;
pub mod app;
pub mod bootstrap;
pub mod config;
pub mod pages;
pub mod serve;
