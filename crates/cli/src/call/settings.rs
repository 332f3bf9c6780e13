//! Settings that change nothing here, yet stop a call when their value makes no sense.

use crate::failure::Failure;
use crate::python;
use crate::session::Session;

/// The sizes from which a body may be compressed.
const COMPRESSED_BYTES: std::ops::RangeInclusive<i64> = 1..=1_048_576;

/// Checks them in the order in which they are looked at.
///
/// # Errors
/// The first value that is none of the setting's.
pub(super) fn check(session: &Session) -> Result<(), Failure> {
    let value = |name: &str| {
        let variable = format!("AWS_{}", name.to_ascii_uppercase());
        session.setting(&[&variable], name)
    };
    if let Some(size) = value("request_min_compression_size_bytes")? {
        compression(size)?;
    }
    for name in [
        "request_checksum_calculation",
        "response_checksum_validation",
    ] {
        let mode = value(name)?.map(str::to_lowercase);
        if let Some(mode) = mode
            && !["when_supported", "when_required"].contains(&mode.as_str())
        {
            return Err(Failure::general(format!(
                "Unsupported configuration value for {name}. Expected one of ('when_supported', 'when_required') but got {mode}."
            )));
        }
    }
    let mode = value("account_id_endpoint_mode")?.map(str::to_lowercase);
    if let Some(mode) = mode
        && !session.globals.flag("no-sign-request")
        && !["preferred", "disabled", "required"].contains(&mode.as_str())
    {
        return Err(Failure::general(format!(
            "The configured value '{mode}' for 'account_id_endpoint_mode' is invalid. Valid values are: ('preferred', 'disabled', 'required')."
        )));
    }
    let express = "s3_disable_express_session_auth";
    let variable = ["AWS_S3_DISABLE_EXPRESS_SESSION_AUTH"];
    match session.setting(&variable, express)? {
        Some(word) if !["true", "false"].contains(&word.to_lowercase().as_str()) => {
            Err(Failure::general(format!(
                "Invalid value \"{word}\" for {express}. Value must be a boolean"
            )))
        }
        _ => Ok(()),
    }
}

fn compression(size: &str) -> Result<(), Failure> {
    let wanted = match python::int(size) {
        Ok(number) if COMPRESSED_BYTES.contains(&number) => return Ok(()),
        Ok(_) => format!(
            "between {} and {}.",
            COMPRESSED_BYTES.start(),
            COMPRESSED_BYTES.end()
        ),
        Err(_) => "an integer. Received <class 'str'> instead.".to_owned(),
    };
    Err(Failure::general(format!(
        "Invalid value \"{size}\" for request_min_compression_size_bytes. Value must be {wanted}"
    )))
}

/// Whether parameters are checked before they are sent: unless the profile says anything but `true`.
pub(super) fn checks_parameters(session: &Session) -> bool {
    let setting = session.profile_setting("parameter_validation");
    setting
        .unwrap_or_default()
        .is_none_or(|word| word.eq_ignore_ascii_case("true"))
}
