//! Documents in rows: JSON text.

use serde::Serialize;
use serde::de::DeserializeOwned;

use signback_platform::store::Error;

/// A document as it is stored.
pub(super) fn json<T: Serialize>(document: &T) -> String {
    serde_json::to_string(document).expect("documents of this feature are maps with text keys")
}

/// A stored document.
pub(super) fn parsed<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| Error::Corrupt { what })
}
