//! Patterns of the models: Java's regular expressions, matched with Rust's engine.
//!
//! Rust's engine runs in linear time whatever a stranger sends, but knows no look-around. The
//! models use it only at the ends of patterns, where it is a second expression to hold against
//! the same text. Classes such as `\w` mean ASCII in Java.

use regex::{Regex, RegexBuilder};

/// Bytes that one compiled expression may take.
const COMPILED_BYTES_MAX: usize = 16 << 20;

/// A pattern, ready to match.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// What the text must match.
    required: Vec<Regex>,
    /// What the text must not match.
    forbidden: Vec<Regex>,
    /// Bounds on the number of characters, taken out of the expression.
    characters: (usize, usize),
}

impl Pattern {
    /// Compiles a pattern; `None` if it says something that cannot be expressed.
    pub(crate) fn compile(pattern: &str) -> Option<Pattern> {
        let pattern = undoubled(pattern);
        let mut rest = pattern.as_str();
        // One model writes a pattern as a literal of another language, between slashes.
        if let Some(inner) = rest
            .strip_prefix("/^")
            .and_then(|rest| rest.strip_suffix("$/"))
        {
            rest = inner;
        }
        let (mut required, mut forbidden) = (Vec::new(), Vec::new());
        let mut anchored = "";
        if let Some(after) = rest
            .strip_prefix('^')
            .filter(|after| after.starts_with("(?=") || after.starts_with("(?!"))
        {
            (anchored, rest) = ("^", after);
        }
        while let Some((inner, negative, after)) = look_ahead(rest) {
            let expression = compiled(&format!(r"\A(?:{})", translated(inner)?))?;
            if negative {
                forbidden.push(expression);
            } else {
                required.push(expression);
            }
            rest = after;
        }
        if let Some((before, inner)) = look_behind_end(rest) {
            forbidden.push(compiled(&format!(r"(?:{})\z", translated(inner)?))?);
            rest = before;
        }
        let (body, characters) = uncounted(rest);
        let end = if is_open_ended(&format!("{anchored}{rest}")) {
            ""
        } else {
            r"\z"
        };
        required.push(compiled(&format!(r"\A(?:{}){end}", translated(&body)?))?);
        Some(Pattern {
            required,
            forbidden,
            characters,
        })
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (least, most) = self.characters;
        let counted =
            (least, most) == (0, usize::MAX) || (least..=most).contains(&text.chars().count());
        counted
            && self
                .required
                .iter()
                .all(|expression| expression.is_match(text))
            && !self
                .forbidden
                .iter()
                .any(|expression| expression.is_match(text))
    }
}

fn compiled(expression: &str) -> Option<Regex> {
    RegexBuilder::new(expression)
        .size_limit(COMPILED_BYTES_MAX)
        .build()
        .ok()
}

/// Some models write every backslash twice. Taken literally, such a pattern for phone numbers
/// would ask for backslashes.
fn undoubled(pattern: &str) -> String {
    pattern.replace(r"\\", r"\")
}

/// A pattern that anchors its start but not its end is taken at its word: a prefix is enough.
fn is_open_ended(pattern: &str) -> bool {
    pattern.starts_with('^') && !pattern.ends_with('$')
}

/// Splits off a look-ahead at the start: its inside, whether it is negative, and the rest.
fn look_ahead(pattern: &str) -> Option<(&str, bool, &str)> {
    let negative = pattern.starts_with("(?!");
    if !negative && !pattern.starts_with("(?=") {
        return None;
    }
    let end = closing(pattern)?;
    Some((&pattern[3..end], negative, &pattern[end + 1..]))
}

/// Splits off a negative look-behind at the end: what is before it, and its inside.
fn look_behind_end(pattern: &str) -> Option<(&str, &str)> {
    let (before, inside) = pattern.rsplit_once("(?<!")?;
    Some((
        before,
        inside
            .strip_suffix(")$")
            .or_else(|| inside.strip_suffix(')'))?,
    ))
}

/// Where the parenthesis that opens the pattern closes.
fn closing(pattern: &str) -> Option<usize> {
    let (mut depth, mut in_class, mut escaped) = (0, false, false);
    for (at, byte) in pattern.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => depth += 1,
            b')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Turns `^[class]{m,n}$` into `^[class]*$` and a count. Hundreds of copies of a Unicode class
/// would take megabytes.
fn uncounted(pattern: &str) -> (String, (usize, usize)) {
    let all = (0, usize::MAX);
    let whole = || (pattern.to_owned(), all);
    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
    let Some((class, count)) = bare
        .strip_suffix('}')
        .and_then(|bare| bare.rsplit_once('{'))
    else {
        return whole();
    };
    let is_class = class.starts_with('[') && class.ends_with(']') && !class[1..].contains('[');
    let (least, most) = count.split_once(',').unwrap_or((count, count));
    match (is_class, least.parse(), most.parse()) {
        (true, Ok(least), Ok(most)) => (format!("{class}*"), (least, most)),
        _ => whole(),
    }
}

/// Rewrites what Java and Rust read differently.
fn translated(pattern: &str) -> Option<String> {
    let dot_is_all = pattern.starts_with("(?s)");
    let mut text = String::new();
    let (mut in_class, mut characters) = (false, pattern.chars());
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                'w' if in_class => text.push_str("a-zA-Z0-9_"),
                'd' if in_class => text.push_str("0-9"),
                's' if in_class => text.push_str(r" \t\n\x0B\f\r"),
                'w' => text.push_str("[a-zA-Z0-9_]"),
                'd' => text.push_str("[0-9]"),
                's' => text.push_str(r"[ \t\n\x0B\f\r]"),
                'W' => text.push_str("[^a-zA-Z0-9_]"),
                'D' => text.push_str("[^0-9]"),
                'S' => text.push_str(r"[^ \t\n\x0B\f\r]"),
                'b' if !in_class => text.push_str(r"(?-u:\b)"),
                // Back-references and other boundaries are not used.
                '1'..='9' | 'b' | 'B' | 'G' => return None,
                // Java takes any punctuation with a backslash for itself, Rust not all of it.
                other if other.is_ascii_alphanumeric() => text.extend(['\\', other]),
                other => text.push_str(&regex::escape(&other.to_string())),
            },
            '[' if in_class => text.push_str(r"\["),
            '[' => {
                in_class = true;
                text.push('[');
                if characters.as_str().starts_with('^') {
                    text.extend(characters.next());
                }
            }
            ']' => {
                in_class = false;
                text.push(']');
            }
            '.' if !in_class && !dot_is_all => text.push_str(r"[^\n\r\x{85}\x{2028}\x{2029}]"),
            // Doubled, these are operators on classes.
            '&' | '~' if in_class => text.extend(['\\', character]),
            other => text.push(other),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BUILTIN, Service};

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::compile(pattern).unwrap().matches(text)
    }

    fn patterns() -> Vec<String> {
        let services = BUILTIN.iter().map(|name| Service::builtin(name).unwrap());
        let mut patterns: Vec<_> = services
            .flat_map(Service::shapes)
            .filter_map(|shape| shape.pattern.clone())
            .collect();
        patterns.sort();
        patterns.dedup();
        patterns
    }

    #[test]
    fn every_pattern_of_the_embedded_models_can_be_expressed() {
        let patterns = patterns();
        assert_eq!(patterns.len(), 138);
        let lost: Vec<_> = patterns
            .iter()
            .filter(|pattern| Pattern::compile(pattern).is_none())
            .collect();
        assert!(lost.is_empty(), "{lost:#?}");
    }

    #[test]
    fn only_these_patterns_double_their_backslashes() {
        let doubled: Vec<_> = patterns()
            .into_iter()
            .filter(|pattern| pattern.contains(r"\\"))
            .collect();
        assert_eq!(
            doubled,
            [
                r".*\\S.*",
                r"\\+?[0-9]{1,11}",
                r"\\+[1-9]\\d{1,14}$",
                r"^$|^[\\p{L}\\p{Z}\\p{N}\\-_.:=@'|]{3,}$",
                r"^(?!\\.$)(?!\\.\\.$)[\\p{L}\\p{Z}\\p{N}\\-_.:=@'|]+$",
                r"^[\\P{C}\r\n\t]*$",
                r"^[\\P{C}\r\n\t]+$",
                r"^[\\P{C}]*$",
                r"s3://\S+/.+|https://\\S+\\.s3\\.\\S+\\.amazonaws\\.com/\\S+",
            ]
        );
    }

    #[test]
    fn only_these_patterns_leave_their_end_open() {
        let open: Vec<_> = patterns()
            .into_iter()
            .filter(|pattern| is_open_ended(pattern))
            .collect();
        assert_eq!(
            open,
            [
                "^[-:/A-Za-z0-9]+",
                "^[0-9a-zA-Z._-]+",
                r"^[\W\S_]*",
                "^arn:[a-z0-9]{1,10}:profile"
            ]
        );
    }

    #[test]
    fn a_pattern_matches_the_whole_text() {
        assert!(matches(r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_AbC123"));
        assert!(!matches(r"[\w-]+_[0-9a-zA-Z]+", "us-east-1_AbC123 "));
        assert!(!matches(r"^[0-9]+$", "1\n"));
        assert!(matches(r"(^[\S].*[\S]$)|(^[\S]$)", "a b"));
        assert!(!matches(r"(^[\S].*[\S]$)|(^[\S]$)", "a b "));
    }

    #[test]
    fn classes_are_ascii() {
        assert!(!matches(r"[\w]+", "é"));
        assert!(!matches(r"\d+", "٣"));
        assert!(matches(r"\S+", "é"));
        assert!(!matches(".", "\r"));
        assert!(matches("(?s).*", "a\r\nb"));
        assert!(matches(r"[\p{L}]+", "é"));
    }

    #[test]
    fn a_boundary_stands_between_a_word_and_what_is_none() {
        assert!(matches(r"[a-z]+\b-\b[a-z]+", "ab-cd"));
        assert!(!matches(r"[a-z]+\b[a-z]+", "abcd"));
    }

    #[test]
    fn look_around_is_held_against_the_same_text() {
        assert!(matches(r"^(?!aws:)[a-z:]*$", "mine:x"));
        assert!(!matches(r"^(?!aws:)[a-z:]*$", "aws:x"));
        assert!(!matches(r"^(?!\.$)(?!\.\.$)[.a]+$", ".."));
        assert!(matches(r"^(?!\.$)(?!\.\.$)[.a]+$", "..."));
        assert!(matches(r"^[0-9A-Za-z\.\-_]*(?<!\.)$", "a.b"));
        assert!(!matches(r"^[0-9A-Za-z\.\-_]*(?<!\.)$", "a.b."));
        let password = r"/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d\S]{8,64}$/";
        assert!(matches(password, "Passw0rd!"));
        assert!(!matches(password, "password1"));
        assert!(!matches(password, "Passw0r"));
    }

    #[test]
    fn phone_numbers_need_no_backslash() {
        assert!(matches(r"\\+[1-9]\\d{1,14}$", "+15551234567"));
        assert!(!matches(r"\\+[1-9]\\d{1,14}$", "5551234567"));
    }

    #[test]
    fn counts_are_of_characters() {
        assert!(matches(r"^[\P{C}\r\n\t]{1,250}$", &"é".repeat(250)));
        assert!(!matches(r"^[\P{C}\r\n\t]{1,250}$", &"é".repeat(251)));
        assert!(!matches(r"^[\P{C}\r\n\t]{1,250}$", ""));
    }

    #[test]
    fn what_cannot_be_expressed_is_none() {
        for pattern in [r"(a)\1", r"a(?=b)c", r"[", r"(?!a"] {
            assert!(Pattern::compile(pattern).is_none(), "{pattern}");
        }
    }
}
