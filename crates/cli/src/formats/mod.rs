//! Texts that others define: JSON, YAML, XML, times and encodings.

pub(crate) mod encodings;
pub(crate) mod json;
#[cfg(test)]
mod strangers;
pub(crate) mod timestamps;
pub(crate) mod xml;
pub(crate) mod yaml;
