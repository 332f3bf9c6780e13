//! Customer Profiles: domains, object types, matching, import and search.
//!
//! A [`profile`] holds what objects wrote into it, under the rules of their [`object_types`];
//! `matching` decides whose customer an object or a sign-in is; `search` finds profiles; `domains`
//! keep them apart. Rows: `rows`. Operations: `api`.
//!
//! Three rules keep customers apart. Nobody is attached by a value that nobody vouches for: an
//! unverified address is stored on the customer's own profile and found by searching, and that is
//! all. An ambiguous value attaches to nobody. Key values are locked before they are looked up,
//! so that two sign-ins of one customer at one moment make one profile.

mod api;
mod domain;
mod domains;
mod matching;
pub mod object_types;
mod page;
pub mod profile;
mod refusal;
mod retention;
mod rows;
mod search;

#[cfg(test)]
mod tests;

pub use api::OPERATIONS;
pub use api::{ShownIntegration, integrate};
pub use domain::DomainRef;
pub use domains::{domain_of_instance, forget_instance, lock_domain, object_type_exists};
pub use matching::{IdentityProvider, Import, Imported, import};
pub use profile::Profile;
pub use refusal::Refusal;
pub use retention::JOBS;
pub use search::find;
