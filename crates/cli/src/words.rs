//! Command lines and their words, as `shlex` splits and quotes them.

/// Splits a command line as `shlex.split` does.
///
/// # Errors
/// `No closing quotation` or `No escaped character`.
pub fn split_words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next().ok_or("No closing quotation")? {
                        '\'' => break,
                        inner => word.push(inner),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next().ok_or("No closing quotation")? {
                        '"' => break,
                        '\\' => match letters.next().ok_or("No closing quotation")? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        inner => word.push(inner),
                    }
                }
            }
            '\\' => word
                .get_or_insert_default()
                .push(letters.next().ok_or("No escaped character")?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// A word quoted for the shell, as `shlex.quote` does.
#[must_use]
pub fn shell_quoted(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'"))
}

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn words_are_split_like_a_shell_splits_them() {
        assert_eq!(
            split_words(r#"/bin/sh "a b" c\ d 'e"f'"#),
            Ok(vec![
                "/bin/sh".into(),
                "a b".into(),
                "c d".into(),
                "e\"f".into()
            ])
        );
        assert_eq!(split_words("'a"), Err("No closing quotation"));
    }
}
