//! Texts that others define: JSON, YAML, XML, times and encodings.

pub mod encodings;
pub mod json;
pub mod timestamps;
pub mod xml;
pub mod yaml;
