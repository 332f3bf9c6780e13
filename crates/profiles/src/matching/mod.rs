//! Matching: whose customer an object is, and taking it in.
//!
//! `voucher` says who vouches for a value, `mapping` reads an object under its type, `resolution`
//! decides whose it is, `ingestion` does all of it in a transaction, `import` with a sign-in, and
//! `scrub` takes out what an object type had filled.

mod import;
pub(crate) mod ingestion;
mod mapping;
mod resolution;
pub(crate) mod scrub;
pub(crate) mod voucher;

pub use import::{IdentityProvider, Import, Imported, import};
