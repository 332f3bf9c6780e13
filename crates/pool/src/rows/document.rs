//! Documents in rows: JSON text.

use signback_platform::store::Error;

/// Reads a stored JSON document.
pub(super) fn document<T: serde::de::DeserializeOwned>(
    text: &str,
    what: &'static str,
) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt { what })
}

/// Writes a document to be stored.
pub(super) fn text<T: serde::Serialize>(document: &T, what: &'static str) -> Result<String, Error> {
    serde_json::to_string(document).map_err(|_| Error::Corrupt { what })
}
