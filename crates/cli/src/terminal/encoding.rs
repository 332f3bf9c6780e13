//! `AWS_CLI_OUTPUT_ENCODING`: results in another encoding than UTF-8.

use std::borrow::Cow;

use crate::failure::Failure;
use crate::formats::encodings::plain_name;
use crate::python::sentences;

/// The text in the encoding of that name; unknown ones are left at UTF-8.
///
/// # Errors
/// A character that the encoding does not have.
pub(crate) fn encode<'t>(text: &'t str, name: Option<&str>) -> Result<Cow<'t, [u8]>, Failure> {
    let name = plain_name(name.unwrap_or_default());
    let units = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
    let encoded = match name.as_str() {
        "iso88591" | "latin1" | "l1" | "88591" | "cp819" => {
            sentences::encoded(text, "latin-1", 0x100).map_err(Failure::general)?
        }
        "ascii" | "usascii" | "646" => {
            sentences::encoded(text, "ascii", 0x80).map_err(Failure::general)?
        }
        "utf16" => [vec![0xff, 0xfe], units(u16::to_le_bytes)].concat(),
        "utf16le" => units(u16::to_le_bytes),
        "utf16be" => units(u16::to_be_bytes),
        _ => return Ok(Cow::Borrowed(text.as_bytes())),
    };
    Ok(Cow::Owned(encoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_an_encoding_lacks_are_named() {
        assert_eq!(encode("é", Some("ISO-8859-1")).unwrap().as_ref(), b"\xe9");
        for (text, name, problem) in [
            (
                "aé",
                "ascii",
                "'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)",
            ),
            (
                "日",
                "latin1",
                "'latin-1' codec can't encode character '\\u65e5' in position 0: ordinal not in range(256)",
            ),
            (
                "a日本",
                "latin1",
                "'latin-1' codec can't encode characters in position 1-2: ordinal not in range(256)",
            ),
        ] {
            assert_eq!(
                encode(text, Some(name)),
                Err(Failure::general(problem)),
                "{text}"
            );
        }
    }
}
