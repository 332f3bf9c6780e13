//! Command lines and their words, as `shlex` splits and quotes them.

/// Splits a command line as `shlex.split` does.
///
/// # Errors
/// `No closing quotation` or `No escaped character`.
pub(crate) fn split_words(text: &str) -> Result<Vec<String>, &'static str> {
    let lexed = lex(text);
    match lexed.problem {
        Some(problem) => Err(problem),
        None => Ok(lexed.words.into_iter().map(|(_, word)| word).collect()),
    }
}

/// A command line whose last word is still being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unfinished {
    /// The words before it.
    pub finished: Vec<String>,
    /// Where the last word begins, in bytes.
    pub start: usize,
    /// The last word so far, without quotes; empty after a blank.
    pub word: String,
    /// The quote that it has opened and not closed.
    pub quote: Option<char>,
}

/// Splits a command line that ends at the cursor.
pub(crate) fn unfinished(text: &str) -> Unfinished {
    let mut lexed = lex(text);
    let (start, word) = match lexed.words.pop() {
        Some(last) if lexed.is_open => last,
        other => {
            lexed.words.extend(other);
            (text.len(), String::new())
        }
    };
    Unfinished {
        finished: lexed.words.into_iter().map(|(_, word)| word).collect(),
        start,
        word,
        quote: lexed.quote,
    }
}

/// Words with where they begin, and how the text ends.
#[derive(Default)]
struct Lexed {
    words: Vec<(usize, String)>,
    /// Whether the text ends inside a word.
    is_open: bool,
    quote: Option<char>,
    problem: Option<&'static str>,
}

fn lex(text: &str) -> Lexed {
    let mut lexed = Lexed::default();
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if !lexed.is_open && !matches!(letter, ' ' | '\t' | '\r' | '\n') {
            lexed.words.push((at, String::new()));
            lexed.is_open = true;
        }
        let Some((_, word)) = lexed.words.last_mut().filter(|_| lexed.is_open) else {
            continue;
        };
        match (lexed.quote, letter) {
            (quote, letter) if escaped => {
                // Inside quotes only these two need the backslash; before others it stays.
                if quote.is_some() && !matches!(letter, '"' | '\\') {
                    word.push('\\');
                }
                word.push(letter);
                escaped = false;
            }
            (None | Some('"'), '\\') => escaped = true,
            (None, '\'' | '"') => lexed.quote = Some(letter),
            (Some(open), _) if open == letter => lexed.quote = None,
            (None, ' ' | '\t' | '\r' | '\n') => lexed.is_open = false,
            _ => word.push(letter),
        }
    }
    lexed.problem = if lexed.quote.is_some() {
        Some("No closing quotation")
    } else {
        escaped.then_some("No escaped character")
    };
    lexed
}

/// A word quoted for the shell, as `shlex.quote` does.
pub(crate) fn shell_quoted(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'"))
}

/// A word in which every letter that a shell treats specially has a backslash.
pub(crate) fn shell_escaped(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for letter in word.chars() {
        let safe = letter.is_alphanumeric() || "@%+=:,./-_~".contains(letter);
        if !safe {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{split_words, unfinished};

    #[test]
    fn words_are_split_like_a_shell_splits_them() {
        assert_eq!(
            split_words(r#"/bin/sh "a b" c\ d 'e"f' "" "\"\\\n" "#),
            Ok(vec![
                "/bin/sh".into(),
                "a b".into(),
                "c d".into(),
                "e\"f".into(),
                String::new(),
                "\"\\\\n".into(),
            ])
        );
        assert_eq!(split_words("'a"), Err("No closing quotation"));
        assert_eq!(split_words("\"a\\"), Err("No closing quotation"));
        assert_eq!(split_words("a\\"), Err("No escaped character"));
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        for (text, finished, word, start) in [
            ("", &[][..], "", 0),
            ("a", &[], "a", 0),
            ("a ", &["a"], "", 2),
            ("a 'b c", &["a"], "b c", 2),
            ("a \"b\" c\\ d", &["a", "b"], "c d", 6),
            ("é\tü", &["é"], "ü", 3),
        ] {
            let split = unfinished(text);
            assert_eq!(split.finished, finished, "{text}");
            assert_eq!((split.word.as_str(), split.start), (word, start), "{text}");
        }
    }
}
