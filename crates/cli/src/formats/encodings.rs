//! Text files in other encodings than UTF-8: `AWS_CLI_FILE_ENCODING`.

/// Why bytes are no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// They are not in that encoding.
    Bytes,
    /// The encoding cannot be used, in the words of the original.
    Encoding(String),
}

/// Text with every kind of line end made a line feed.
///
/// # Errors
/// Bytes that are not in the encoding, or an encoding that is not known.
pub(crate) fn decode(encoding: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    let text = decoded(encoding, bytes)?;
    if text.contains('\r') {
        Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Ok(text)
    }
}

/// The name of an encoding without what names may differ in: case, hyphens, blanks.
pub(crate) fn plain_name(encoding: &str) -> String {
    encoding
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

fn decoded(encoding: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    let name = plain_name(encoding);
    let each = |letter: fn(u8) -> Option<char>| bytes.iter().map(|byte| letter(*byte)).collect();
    let text = match name.as_str() {
        "utf8" | "u8" | "utf" | "cp65001" => String::from_utf8(bytes).ok(),
        "utf8sig" => String::from_utf8(bytes)
            .ok()
            .map(|text| text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()),
        "ascii" | "usascii" | "646" => String::from_utf8(bytes).ok().filter(|text| text.is_ascii()),
        "iso88591" | "latin1" | "latin" | "l1" | "cp819" | "88591" => {
            each(|byte| Some(char::from(byte)))
        }
        "iso885915" | "latin9" | "l9" => each(|byte| Some(latin_9(byte))),
        "cp1252" | "windows1252" | "1252" => each(windows_1252),
        "utf16" | "u16" => {
            let is_marked = matches!(bytes[..], [0xfe, 0xff, ..] | [0xff, 0xfe, ..]);
            if !is_marked && bytes.len() >= 2 && bytes.len().is_multiple_of(2) {
                let message = "UTF-16 stream does not start with BOM";
                return Err(Problem::Encoding(message.to_owned()));
            }
            decode_utf16(&bytes, None)
        }
        "utf16le" => decode_utf16(&bytes, Some(false)),
        "utf16be" => decode_utf16(&bytes, Some(true)),
        _ => return Err(Problem::Encoding(format!("unknown encoding: {encoding}"))),
    };
    text.ok_or(Problem::Bytes)
}

/// Text in UTF-8, or in UTF-16 with a mark that says so.
pub(crate) fn decode_marked(bytes: Vec<u8>) -> Option<String> {
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

/// The letter of a byte of ISO 8859-15.
pub(crate) fn latin_9(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        _ => char::from(byte),
    }
}

/// The letter of a byte of Windows-1252, if it has one.
pub(crate) fn windows_1252(byte: u8) -> Option<char> {
    const HIGH: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => Some(HIGH[usize::from(byte) - 0x80]).filter(|letter| *letter != '\0'),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_in_the_encoding_that_is_named() {
        let unknown = |name: &str| Err(Problem::Encoding(format!("unknown encoding: {name}")));
        let text = |text: &str| Ok(text.to_owned());
        let rows: &[(&str, &[u8], Result<String, Problem>)] = &[
            ("UTF_8", b"a\r\nb\r", text("a\nb\n")),
            ("utf-8", b"\xe9", Err(Problem::Bytes)),
            ("utf-8-sig", b"\xef\xbb\xbfa", text("a")),
            ("latin-1", b"\xe9\x80", text("\u{e9}\u{80}")),
            ("iso-8859-15", b"\xa4", text("€")),
            ("cp1252", b"\x80", text("€")),
            ("cp1252", b"\x81", Err(Problem::Bytes)),
            ("ascii", b"\x80", Err(Problem::Bytes)),
            ("utf-16", b"\xff\xfea\0", text("a")),
            (
                "utf-16",
                b"a\0",
                Err(Problem::Encoding(
                    "UTF-16 stream does not start with BOM".into(),
                )),
            ),
            ("utf-16-be", b"\0a", text("a")),
            ("utf-16-le", b"a", Err(Problem::Bytes)),
            ("nope", b"a", unknown("nope")),
            ("", b"a", unknown("")),
        ];
        for (name, bytes, read) in rows {
            assert_eq!(decode(name, bytes.to_vec()), *read, "{name}");
        }
    }
}
