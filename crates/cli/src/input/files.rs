//! Values that stand in files: `file://` and `fileb://`.

use std::fs::File;
use std::io::Read as _;

use crate::failure::Failure;
use crate::formats::encodings;
use crate::python;
use crate::session::environment::Environment;
use crate::value::Value;

/// How many bytes of a file are taken: far more than any service accepts.
const BYTES_MAX: u64 = 64 << 20;

/// Why a file's content cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The file cannot be read.
    File(String),
    /// The encoding asked for cannot be used, whatever the file.
    Encoding(String),
}

/// Reads the file if the value names one.
///
/// # Errors
/// Why the file cannot be read, without saying for which parameter.
pub(crate) fn load(environment: &Environment, value: &str) -> Result<Option<Value>, Unreadable> {
    let read = |path: &str| {
        let path = expand(environment, path);
        let refused =
            |why: &str| Unreadable::File(format!("Unable to load paramfile {value}: {why}"));
        let mut bytes = Vec::new();
        File::open(&path)
            .and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
            .map_err(|error| refused(&python::os_error(&error, &path)))?;
        if bytes.len() as u64 > BYTES_MAX {
            return Err(refused(&format!("it is longer than {BYTES_MAX} bytes")));
        }
        Ok((path, bytes))
    };
    if let Some(path) = value.strip_prefix("fileb://") {
        return Ok(Some(Value::Bytes(read(path)?.1)));
    }
    let Some(path) = value.strip_prefix("file://") else {
        return Ok(None);
    };
    let (path, bytes) = read(path)?;
    let encoding = environment.get("AWS_CLI_FILE_ENCODING").unwrap_or("utf-8");
    let text = encodings::decode(encoding, bytes).map_err(|problem| match problem {
        encodings::Problem::Bytes => Unreadable::File(format!(
            "Unable to load paramfile ({path}), text contents could not be decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix."
        )),
        encodings::Problem::Encoding(message) => Unreadable::Encoding(message),
    })?;
    Ok(Some(Value::Str(text)))
}

/// The value of a parameter, read from its file if it names one.
///
/// # Errors
/// A usage failure that names the parameter, or an encoding that nobody knows.
pub(crate) fn parameter(
    environment: &Environment,
    name: &str,
    value: &str,
) -> Result<Option<Value>, Failure> {
    load(environment, value).map_err(|problem| match problem {
        Unreadable::File(message) => {
            Failure::usage(format!("Error parsing parameter '{name}': {message}"))
        }
        Unreadable::Encoding(message) => Failure::general(message),
    })
}

/// The path with `~` and variables replaced.
pub(crate) fn expand(environment: &Environment, path: &str) -> String {
    environment.expand_variables(&environment.expand_user(path))
}
