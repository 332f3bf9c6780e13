//! Object types: which fields of an object are read, what they mean, and where they go.
//!
//! A [`definition`] has its [`rules`] and some are [`predefined`]. A field comes from a `source`, a
//! `path` or a `template`, has a [`content`] (what makes two spellings the same) and goes to a
//! [`target`]; `keys` are what profiles are found by.

pub mod content;
pub mod definition;
pub(crate) mod keys;
mod path;
pub mod predefined;
pub mod rules;
pub(crate) mod source;
pub mod target;
mod template;
mod template_render;
pub(crate) mod timestamp_format;
