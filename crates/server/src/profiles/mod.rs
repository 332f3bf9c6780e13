//! Customer Profiles: domains, object types, matching, import and search.
//!
//! - Values: [`content`] (what makes two spellings the same), `path`, `template` and `source`
//!   (where a field comes from), `target` and [`profile`] (where it goes, and who wins),
//!   [`object_type`] with its rules, [`predefined`] (the templates).
//! - Matching: `voucher` (who vouches for a value), `mapping` (an object under its type),
//!   `resolution` (whose object it is), `ingestion` (all of it in a transaction), `import`
//!   (a sign-in).
//! - Finding: `search`. Rows: `store`. Operations: `api`.
//!
//! Three rules keep customers apart. Nobody is attached by a value that nobody vouches for: an
//! unverified address is stored on the customer's own profile and found by searching, and that is
//! all. An ambiguous value attaches to nobody. Key values are locked before they are looked up,
//! so that two sign-ins of one customer at one moment make one profile.

mod api;
pub mod content;
mod domains;
mod import;
mod ingestion;
mod keys;
mod mapping;
pub mod object_type;
pub mod object_type_rules;
mod ordered;
mod page;
mod path;
pub mod predefined;
pub mod profile;
mod refusal;
mod resolution;
mod scrub;
mod search;
mod source;
mod store;
pub mod target;
mod template;
mod template_render;
mod timestamp_format;
mod voucher;

#[cfg(test)]
mod tests;

pub(crate) use api::OPERATIONS;
pub use api::{ShownIntegration, integrate};
pub use domains::{
    DomainRef, domain_of_instance, forget_instance, lock_domain, object_type_exists,
};
pub use import::{IdentityProvider, Import, Imported, import};
pub use ordered::Ordered;
pub use profile::Profile;
pub use refusal::Refusal;
pub use search::find;
