//! The embedded Cognito-compatible user pool: pools, clients and users, the sign-in pages and the
//! OAuth endpoints.
//!
//! `api` has the administrative operations, `http` the pages and endpoints for browsers and
//! applications, `rows` the rows. The rules stand between them: `pool` and `client` (settings),
//! `schema` and `user` (attributes and names), `password`, `hasher`, `lockout`, `authorize` (whether an
//! `authorization` may be asked), `redirect` (where browsers are sent back), `exchange` (codes and
//! refresh tokens) and `claims` (what tokens say). `pools` is what lives in memory; `app_client` and
//! `endpoints` are what other services see.

mod api;
mod app_client;
mod authorization;
mod authorize;
mod claims;
mod client;
mod endpoints;
mod exchange;
mod filter;
mod hasher;
mod http;
mod keys;
mod lockout;
mod password;
mod pool;
mod pools;
mod redirect;
mod refusal;
pub mod retention;
mod rows;
mod schema;
mod sign_in;
mod user;

pub use api::{Declared, DeclaredUser, OPERATIONS, check_first_password, hash_passwords};
pub use app_client::{ClientRef, client};
pub use client::is_acceptable_address;
pub use endpoints::{Endpoints, endpoints};
pub use http::{respond, sign_in_unattended};
pub use pools::Pools;
pub use rows::forget_keys_of_no_pool;
