//! The one binary: the AWS-style command line, and the program's own commands.
//!
//! A call walks through the modules in this order: [`roles`] picks the role; [`driver`] parses the
//! words with [`arguments`]; [`operation`] gathers the parameters ([`values`], [`input_files`],
//! [`input_document`], [`shorthand`]); [`caller`] checks them ([`validation`]), finds address
//! ([`endpoint`]) and keys ([`credentials`]), builds and signs the [`request`], sends it ([`http`],
//! [`retry`]) and reads the [`response`]; [`query`] and [`output`] show it. [`failure`] and
//! [`report`] say what went wrong. Spellings of Python live in [`python`] alone.
//!
//! Beside that walk: [`configure`] changes the shared files; [`help`], [`prompt`] and [`completion`]
//! read the same table of arguments, with [`words`] for a line that is still being written.

pub mod alias;
pub mod arguments;
pub mod blobs;
pub mod caller;
pub mod clock;
pub mod columns;
pub mod completion;
pub mod config;
pub mod configure;
pub mod conversions;
pub mod credentials;
pub mod demo;
pub mod document;
pub mod driver;
pub mod encodings;
pub mod endpoint;
pub mod environment;
pub mod failure;
pub mod help;
pub mod http;
pub mod input_document;
pub mod input_files;
pub mod jmespath;
pub mod json;
pub mod lost;
pub mod models;
pub mod operation;
pub mod output;
pub mod pager;
pub mod pagination;
pub mod prompt;
pub mod python;
pub mod query;
pub mod report;
pub mod request;
pub mod response;
pub mod retry;
pub mod roles;
pub mod session;
pub mod shorthand;
pub mod skeleton;
pub mod timestamps;
pub mod url;
pub mod validation;
pub mod value;
pub mod values;
pub mod version;
pub mod words;
pub mod xml;
pub mod yaml;
