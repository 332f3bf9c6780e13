//! Text in the columns of a terminal: how wide it is, cut and wrapped.

use unicode_width::UnicodeWidthChar as _;

/// After these a word that is too long for a line is broken rather than anywhere.
const BREAKS: [char; 6] = [',', '|', '/', '=', ';', '&'];

/// The width of the terminal that standard output goes to, also if another one controls the process.
pub(crate) fn of_stdout() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_col))
}

/// How many columns a letter takes.
pub(crate) fn width_of(letter: char) -> usize {
    letter.width().unwrap_or(0)
}

/// How many columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

/// As much of the beginning of a text as fits into that many columns.
pub(crate) fn clipped(text: &str, columns: usize) -> &str {
    let mut taken = 0;
    for (at, letter) in text.char_indices() {
        taken += width_of(letter);
        if taken > columns {
            return &text[..at];
        }
    }
    text
}

/// The text cut or filled up with blanks to exactly that many columns.
pub(crate) fn padded(text: &str, columns: usize) -> String {
    let text = clipped(text, columns);
    format!("{text}{}", " ".repeat(columns - width(text)))
}

/// The words of a text in lines of at most that many columns.
pub(crate) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for part in broken(word, columns) {
            if line.is_empty() {
                line.push_str(part);
            } else if width(&line) + 1 + width(part) <= columns {
                line.extend([" ", part]);
            } else {
                lines.push(std::mem::replace(&mut line, part.to_owned()));
            }
        }
    }
    lines.push(line);
    lines
}

/// A word in parts of at most that many columns, at least two of them.
pub(crate) fn broken(word: &str, columns: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = word;
    while width(rest) > columns {
        let fitting = clipped(rest, columns.max(2));
        let end = BREAKS
            .iter()
            .find_map(|letters| fitting.rfind(*letters))
            .map_or(fitting.len(), |at| at + 1);
        parts.push(&rest[..end]);
        rest = &rest[end..];
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wide_letters_take_two_columns() {
        assert_eq!(width("a界"), 3);
        assert_eq!(clipped("a界b", 2), "a");
        assert_eq!(padded("a界", 2), "a ");
        assert_eq!(padded("é", 3), "é  ");
    }

    #[test]
    fn long_words_are_broken_where_it_hurts_least() {
        assert_eq!(wrapped("one two", 5), ["one", "two"]);
        assert_eq!(
            wrapped("a First=string,Second=string", 14),
            ["a", "First=string,", "Second=string"]
        );
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in "\\PC{0,60}", columns in 2_usize..40) {
            for line in wrapped(&text, columns) {
                prop_assert!(width(&line) <= columns);
            }
        }
    }
}
