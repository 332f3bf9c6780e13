//! `AWS_CLI_OUTPUT_ENCODING`: results and errors in another encoding than UTF-8.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::failure::Failure;
use crate::formats::encodings::{latin_9, plain_name, windows_1252};
use crate::python::sentences;
use crate::session::environment::Environment;

/// The variable that names the encoding.
const VARIABLE: &str = "AWS_CLI_OUTPUT_ENCODING";

/// The encoding of this process.
static IN_USE: OnceLock<Encoding> = OnceLock::new();

/// An encoding of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8.
    Utf8,
    /// ASCII.
    Ascii,
    /// ISO 8859-1.
    Latin1,
    /// ISO 8859-15.
    Latin9,
    /// Windows-1252.
    Windows1252,
    /// UTF-16 in little-endian order, with a mark at the beginning of a file.
    Utf16,
    /// UTF-16 in little-endian order.
    Utf16Little,
    /// UTF-16 in big-endian order.
    Utf16Big,
}

/// In what pieces a text is written: what stands before the piece that cannot be encoded is out already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pieces {
    /// All of it at once.
    Whole,
    /// Line by line.
    Lines,
    /// A table's row, but for the bars of the tables around it.
    Rows,
    /// JSON: a string, together with what precedes it in a list.
    Strings,
}

/// A text that cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unencodable {
    /// What is written all the same.
    pub before: Vec<u8>,
    /// What is said about the first letters that the encoding lacks.
    pub problem: String,
}

/// Takes the encoding over that the environment names, if it is known.
pub(crate) fn begin(environment: &Environment) {
    if let Some(encoding) = environment.get(VARIABLE).and_then(Encoding::named) {
        let _ = IN_USE.set(encoding);
    }
}

/// Checks the encoding that the environment names.
///
/// # Errors
/// One that is not known.
pub(crate) fn check(environment: &Environment) -> Result<(), Failure> {
    match environment.get(VARIABLE) {
        Some(name) if Encoding::named(name).is_none() => Err(Failure::general(format!(
            "Unknown codec `{name}` specified for {VARIABLE}."
        ))),
        _ => Ok(()),
    }
}

/// The encoding of what this process prints.
pub(crate) fn in_use() -> Encoding {
    IN_USE.get().copied().unwrap_or(Encoding::Utf8)
}

impl Encoding {
    /// The encoding of that name.
    fn named(name: &str) -> Option<Self> {
        Some(match plain_name(name).as_str() {
            "utf8" | "u8" | "utf" | "cp65001" => Self::Utf8,
            "ascii" | "usascii" | "646" => Self::Ascii,
            "iso88591" | "latin1" | "latin" | "l1" | "88591" | "cp819" => Self::Latin1,
            "iso885915" | "latin9" | "l9" => Self::Latin9,
            "cp1252" | "windows1252" | "1252" => Self::Windows1252,
            "utf16" | "u16" => Self::Utf16,
            "utf16le" => Self::Utf16Little,
            "utf16be" => Self::Utf16Big,
            _ => return None,
        })
    }

    /// The text in this encoding, for a file that has or has not something in it.
    ///
    /// # Errors
    /// Letters that the encoding lacks.
    pub(crate) fn encode(
        self,
        text: &str,
        pieces: Pieces,
        begins_file: bool,
    ) -> Result<Cow<'_, [u8]>, Unencodable> {
        let units = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let mark: &[u8] = if begins_file { &[0xff, 0xfe] } else { &[] };
        Ok(match self {
            Self::Utf8 => Cow::Borrowed(text.as_bytes()),
            Self::Utf16 => Cow::Owned([mark, &units(u16::to_le_bytes)].concat()),
            Self::Utf16Little => Cow::Owned(units(u16::to_le_bytes)),
            Self::Utf16Big => Cow::Owned(units(u16::to_be_bytes)),
            _ => Cow::Owned(self.in_bytes(text, pieces)?),
        })
    }

    fn in_bytes(self, text: &str, pieces: Pieces) -> Result<Vec<u8>, Unencodable> {
        let (name, reason) = match self {
            Self::Ascii => ("ascii", "ordinal not in range(128)"),
            Self::Latin1 => ("latin-1", "ordinal not in range(256)"),
            _ => ("charmap", "character maps to <undefined>"),
        };
        let encoded = |text| sentences::encoded(text, name, |letter| self.byte(letter), reason);
        let lacks = |(_, letter): &(usize, char)| self.byte(*letter).is_none();
        let Some((at, _)) = text.char_indices().find(lacks) else {
            return Ok(encoded(text).unwrap_or_default());
        };
        let (before, piece) = text.split_at(pieces.start(text, at));
        Err(Unencodable {
            before: encoded(before).unwrap_or_default(),
            problem: encoded(piece).err().unwrap_or_default(),
        })
    }

    /// The letter in an encoding of single bytes.
    fn byte(self, letter: char) -> Option<u8> {
        let among =
            |of: &dyn Fn(u8) -> Option<char>| (0..=u8::MAX).find(|b| of(*b) == Some(letter));
        match self {
            Self::Ascii => u8::try_from(letter).ok().filter(u8::is_ascii),
            Self::Latin1 => u8::try_from(letter).ok(),
            Self::Latin9 => among(&|byte| Some(latin_9(byte))),
            _ => among(&windows_1252),
        }
    }
}

impl Pieces {
    /// Where the piece begins in which that letter stands.
    fn start(self, text: &str, at: usize) -> usize {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        match self {
            Self::Whole => 0,
            Self::Lines => line,
            Self::Rows => {
                let bars = text[line..at]
                    .bytes()
                    .take_while(|byte| *byte == b'|')
                    .count();
                line + bars.saturating_sub(1)
            }
            Self::Strings => {
                let (quote, end) = string_around(text, at);
                let is_in_list = text[..quote].ends_with(' ')
                    && !text[..quote].ends_with("\": ")
                    && !text[end..].starts_with("\": ");
                let blanks = text[..quote].trim_end().len();
                // The comma or bracket before it.
                if is_in_list { blanks - 1 } else { quote }
            }
        }
    }
}

/// Where the JSON string begins and ends in which that letter stands: at its quotes.
fn string_around(text: &str, at: usize) -> (usize, usize) {
    let (mut open, mut is_escaped) = (None, false);
    for (place, letter) in text.char_indices() {
        match (open, letter) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(start), '"') if place > at => return (start, place),
            (Some(_), '"') => open = None,
            (None, '"') => open = Some(place),
            _ => {}
        }
    }
    (at, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_an_encoding_lacks_are_named() {
        let latin1 = Encoding::named("ISO-8859-1").unwrap();
        assert_eq!(
            latin1.encode("é", Pieces::Whole, false).unwrap().as_ref(),
            b"\xe9"
        );
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
            (
                "€日",
                "cp1252",
                "'charmap' codec can't encode character '\\u65e5' in position 1: character maps to <undefined>",
            ),
        ] {
            let encoding = Encoding::named(name).unwrap();
            let unencodable = encoding.encode(text, Pieces::Whole, false).unwrap_err();
            assert_eq!(unencodable.problem, problem, "{text}");
            assert!(unencodable.before.is_empty());
        }
    }

    #[test]
    fn what_stands_before_the_piece_is_written() {
        for (pieces, text, before, place) in [
            (
                Pieces::Strings,
                "{\n    \"a\": \"\\\"é\"\n}",
                "{\n    \"a\": ",
                3,
            ),
            (
                Pieces::Strings,
                "{\n    \"b\": 1,\n    \"é\": 1\n}",
                "{\n    \"b\": 1,\n    ",
                1,
            ),
            (
                Pieces::Strings,
                "[\n    \"a\",\n    \"é\"\n]",
                "[\n    \"a\"",
                7,
            ),
            (Pieces::Strings, "[\n    \"é\"\n]", "", 7),
            (Pieces::Strings, "\"é\"", "", 1),
            (Pieces::Rows, "+--+\n||  a  |  é  ||\n", "+--+\n|", 9),
            (Pieces::Rows, "+--+\n|  é  |\n", "+--+\n", 3),
            (Pieces::Lines, "a\nb\té\n", "a\n", 2),
        ] {
            let unencodable = Encoding::Ascii.encode(text, pieces, false).unwrap_err();
            assert_eq!(
                String::from_utf8(unencodable.before).unwrap(),
                before,
                "{text}"
            );
            let said = format!(" in position {place}: ");
            assert!(
                unencodable.problem.contains(&said),
                "{}",
                unencodable.problem
            );
        }
    }
}
