//! How a text is written as a YAML scalar.

use crate::formats::yaml;

/// The styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
}

/// Whether the character ends a line.
pub(super) fn is_break(letter: char) -> bool {
    matches!(letter, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(letter: char) -> bool {
    matches!(letter, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

/// The plainest style that says the same; folded text may not be a key beside its value.
pub(super) fn style(text: &str, folded: bool) -> Style {
    if text.is_empty() {
        return Style::Single;
    }
    let letters: Vec<char> = text.chars().collect();
    let (first, last) = (letters[0], letters[letters.len() - 1]);
    let pairs = || letters.windows(2).map(|pair| (pair[0], pair[1]));
    let has_breaks = letters.iter().any(|letter| is_break(*letter));
    let blank_after_break = pairs().any(|(one, two)| is_break(one) && two == ' ');
    let break_after_blank = pairs().any(|(one, two)| one == ' ' && is_break(two));
    if blank_after_break
        || break_after_blank
        || !letters.iter().all(|letter| is_printable(*letter))
        || (has_breaks && !folded)
    {
        return Style::Double;
    }
    let on_the_edge = |letter: char| letter == ' ' || is_break(letter);
    if has_breaks
        || on_the_edge(first)
        || on_the_edge(last)
        || has_indicators(text, &letters)
        || !yaml::is_text(text)
    {
        return Style::Single;
    }
    Style::Plain
}

/// Whether something in the text means something else in a block.
fn has_indicators(text: &str, letters: &[char]) -> bool {
    let ends = |at: usize| {
        letters
            .get(at)
            .is_none_or(|letter| *letter == ' ' || *letter == '\t' || is_break(*letter))
    };
    if text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    match letters[0] {
        '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' => {
            return true;
        }
        '?' | ':' | '-' if ends(1) => return true,
        _ => {}
    }
    (1..letters.len()).any(|at| match letters[at] {
        ':' => ends(at + 1),
        '#' => ends(at - 1),
        _ => false,
    })
}

/// A character between double quotes.
pub(super) fn escaped(letter: char) -> String {
    let short = match letter {
        '\0' => "\\0",
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{b}' => "\\v",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\u{1b}' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{85}' => "\\N",
        '\u{2028}' => "\\L",
        '\u{2029}' => "\\P",
        other if is_printable(other) => return other.to_string(),
        other => {
            let code = u32::from(other);
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    short.to_owned()
}
