//! `AWS_CLI_OUTPUT_ENCODING`: results in another encoding than UTF-8.

use std::borrow::Cow;

use crate::failure::Failure;

/// The text in the encoding of that name; unknown ones are left at UTF-8.
///
/// # Errors
/// A character that the encoding does not have.
pub fn encode<'t>(text: &'t str, name: Option<&str>) -> Result<Cow<'t, [u8]>, Failure> {
    let name: String = name
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    let units = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let encoded = match name.as_str() {
        "iso88591" | "latin1" | "l1" | "88591" | "cp819" => bytes(text, "latin-1", 0x100)?,
        "ascii" | "usascii" | "646" => bytes(text, "ascii", 0x80)?,
        "utf16" => [vec![0xff, 0xfe], units(u16::to_le_bytes)].concat(),
        "utf16le" => units(u16::to_le_bytes),
        "utf16be" => units(u16::to_be_bytes),
        _ => return Ok(Cow::Borrowed(text.as_bytes())),
    };
    Ok(Cow::Owned(encoded))
}

fn bytes(text: &str, name: &str, limit: u32) -> Result<Vec<u8>, Failure> {
    let byte = |(place, letter): (usize, char)| match u8::try_from(u32::from(letter)) {
        Ok(byte) if u32::from(byte) < limit => Ok(byte),
        _ => Err(Failure::general(format!(
            "'{name}' codec can't encode character {} in position {place}: ordinal not in range({limit})",
            escaped(letter)
        ))),
    };
    text.chars().enumerate().map(byte).collect()
}

fn escaped(letter: char) -> String {
    let code = u32::from(letter);
    match code {
        0..=0xff => format!("'\\x{code:02x}'"),
        0x100..=0xffff => format!("'\\u{code:04x}'"),
        _ => format!("'\\U{code:08x}'"),
    }
}
