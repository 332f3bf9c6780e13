//! The service: chat contacts, flows, customer authentication, profiles and user pools.
//!
//! A feature is one folder: `mod.rs` its types and rules, `api.rs` its operations, `run.rs` its
//! jobs, `store.rs` its rows. The platform below them is small: [`app`] holds what lives as long
//! as the process, [`api`] is the front door, [`store`] the database, [`jobs`] everything that
//! waits.

pub mod clock;
pub mod config;
pub mod ids;
pub mod jobs;
pub mod random;
pub mod secret;
pub mod store;
pub mod token;

// Until the store lands:
// pub mod access; pub mod api; pub mod app; pub mod error; pub mod outbound;
// pub mod authentication; pub mod contacts; pub mod flows; pub mod instances; pub mod profiles; pub mod provider; pub mod transcript;
