//! What is said about settings whose value makes no sense.

/// A mode of checksums that there is not.
pub(crate) fn bad_checksum_mode(name: &str, mode: &str) -> String {
    format!(
        "Unsupported configuration value for {name}. Expected one of ('when_supported', 'when_required') but got {mode}."
    )
}

/// A mode of account endpoints that there is not.
pub(crate) fn bad_account_mode(mode: &str) -> String {
    format!(
        "The configured value '{mode}' for 'account_id_endpoint_mode' is invalid. Valid values are: ('preferred', 'disabled', 'required')."
    )
}

/// A truth value that is none.
pub(crate) fn bad_truth(name: &str, word: &str) -> String {
    format!("Invalid value \"{word}\" for {name}. Value must be a boolean")
}

/// The beginning of what is said about a size from which bodies are compressed.
pub(crate) fn bad_compression_size(size: &str) -> String {
    format!("Invalid value \"{size}\" for request_min_compression_size_bytes.")
}
