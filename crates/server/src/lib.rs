//! The service as a process: the services on their platform, and their front door.
//!
//! [`config`] reads the settings, [`access`] knows who calls and what they may do, [`app`] puts the
//! services together, [`api`] leads a request to the operation that answers it. [`bootstrap`] and
//! [`pages`] stand on the API like any caller, and [`serve`] is the process.

pub mod access;
pub mod api;
pub mod app;
pub mod bootstrap;
pub mod config;
pub mod pages;
pub mod serve;
pub mod sts;
