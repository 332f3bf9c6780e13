//! Values that stand in files: `file://` and `fileb://`.

use std::io;

use crate::environment::Environment;
use crate::failure::Failure;
use crate::python;
use crate::value::Value;

/// Reads the file if the value names one.
///
/// # Errors
/// Why the file cannot be read, without saying for which parameter.
pub fn load(environment: &Environment, value: &str) -> Result<Option<Value>, String> {
    if let Some(path) = value.strip_prefix("fileb://") {
        let path = expand(environment, path);
        let bytes = std::fs::read(&path).map_err(|error| unreadable(value, &error, &path))?;
        return Ok(Some(Value::Bytes(bytes)));
    }
    let Some(path) = value.strip_prefix("file://") else {
        return Ok(None);
    };
    let path = expand(environment, path);
    let bytes = std::fs::read(&path).map_err(|error| unreadable(value, &error, &path))?;
    let encoding = environment.get("AWS_CLI_FILE_ENCODING").unwrap_or("utf-8");
    let text = decode(encoding, bytes).ok_or_else(|| {
        format!(
            "Unable to load paramfile ({path}), text contents could not be decoded.  If this is a binary file, please use the fileb:// prefix instead of the file:// prefix."
        )
    })?;
    Ok(Some(Value::Str(text)))
}

/// The value of a parameter, read from its file if it names one.
///
/// # Errors
/// A usage failure that names the parameter.
pub fn parameter(
    environment: &Environment,
    name: &str,
    value: &str,
) -> Result<Option<Value>, Failure> {
    load(environment, value)
        .map_err(|problem| Failure::usage(format!("Error parsing parameter '{name}': {problem}")))
}

/// The path with `~` and variables replaced.
#[must_use]
pub fn expand(environment: &Environment, path: &str) -> String {
    environment.expand_variables(&environment.expand_user(path))
}

fn unreadable(value: &str, error: &io::Error, path: &str) -> String {
    format!(
        "Unable to load paramfile {value}: {}",
        python::os_error(error, path)
    )
}

/// Text with every kind of line end made a line feed.
fn decode(encoding: &str, bytes: Vec<u8>) -> Option<String> {
    let name: String = encoding
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let text = match name.as_str() {
        "iso88591" | "latin1" | "l1" | "cp819" | "88591" => {
            bytes.iter().map(|byte| char::from(*byte)).collect()
        }
        "ascii" | "usascii" | "646" => String::from_utf8(bytes)
            .ok()
            .filter(|text| text.is_ascii())?,
        "utf16" => decode_utf16(&bytes, None)?,
        "utf16le" => decode_utf16(&bytes, Some(false))?,
        "utf16be" => decode_utf16(&bytes, Some(true))?,
        "utf8sig" => String::from_utf8(bytes)
            .ok()?
            .trim_start_matches('\u{feff}')
            .to_owned(),
        "cp1252" | "windows1252" => bytes
            .iter()
            .map(|byte| windows_1252(*byte))
            .collect::<Option<String>>()?,
        _ => String::from_utf8(bytes).ok()?,
    };
    if text.contains('\r') {
        Some(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Some(text)
    }
}

/// Text in UTF-8, or in UTF-16 with a mark that says so.
#[must_use]
pub fn decode_marked(bytes: Vec<u8>) -> Option<String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return decode_utf16(&bytes, None);
    }
    let text = String::from_utf8(bytes).ok()?;
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

fn decode_utf16(bytes: &[u8], big: Option<bool>) -> Option<String> {
    let (big, bytes) = match (big, bytes) {
        (None, [0xfe, 0xff, rest @ ..]) => (true, rest),
        (None, [0xff, 0xfe, rest @ ..]) => (false, rest),
        (big, bytes) => (big.unwrap_or(false), bytes),
    };
    if bytes.len() % 2 == 1 {
        return None;
    }
    let unit = |pair: &[u8]| {
        if big {
            u16::from_be_bytes([pair[0], pair[1]])
        } else {
            u16::from_le_bytes([pair[0], pair[1]])
        }
    };
    String::from_utf16(&bytes.chunks_exact(2).map(unit).collect::<Vec<_>>()).ok()
}

fn windows_1252(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => Some(HIGH[usize::from(byte) - 0x80]).filter(|letter| *letter != '\0'),
        _ => Some(char::from(byte)),
    }
}
