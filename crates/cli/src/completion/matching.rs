//! Which words fit what was typed, and in which order they are shown.

use super::Suggestion;

/// How suggestions are picked by what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matching {
    /// They begin with it: for shells, which do not take anything else.
    Beginning,
    /// Its letters stand in them in that order: for the prompt.
    Anywhere,
}

impl Matching {
    /// Keeps what fits, best first.
    pub(super) fn pick(self, mut found: Vec<Suggestion>, typed: &str) -> Vec<Suggestion> {
        if self == Self::Beginning {
            found.retain(|suggestion| suggestion.shown.starts_with(typed));
            return found;
        }
        let mut ranked: Vec<_> = found
            .into_iter()
            .filter_map(|suggestion| Some((distance(&suggestion.shown, typed)?, suggestion)))
            .collect();
        if typed.is_empty() {
            ranked.sort_by_key(|(_, suggestion)| !suggestion.required);
        } else {
            ranked.sort_by(|(a, first), (b, second)| {
                let required = second.required.cmp(&first.required);
                required
                    .then(a.cmp(b))
                    .then_with(|| first.shown.cmp(&second.shown))
            });
        }
        ranked
            .into_iter()
            .map(|(_, suggestion)| suggestion)
            .collect()
    }
}

/// How far apart the typed letters stand in the word, and how far from its beginning.
fn distance(word: &str, typed: &str) -> Option<(usize, usize)> {
    let lower = |letter: char| letter.to_lowercase().next().unwrap_or(letter);
    let mut wanted = typed.chars().map(lower);
    let Some(first) = wanted.next() else {
        return Some((0, 0));
    };
    let letters: Vec<char> = word.chars().map(lower).collect();
    let start = letters.iter().position(|letter| *letter == first)?;
    let mut at = start + 1;
    for wanted in wanted {
        at += letters[at..].iter().position(|letter| *letter == wanted)? + 1;
    }
    Some((at - start, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(matching: Matching, words: &[&str], typed: &str) -> Vec<String> {
        let words = words.iter().map(|word| Suggestion::new(*word, ""));
        let picked = matching.pick(words.collect(), typed).into_iter();
        picked.map(|suggestion| suggestion.word).collect()
    }

    #[test]
    fn letters_that_stand_close_together_come_first() {
        let words = ["update-user", "put-data", "list-users", "update"];
        assert_eq!(
            picked(Matching::Anywhere, &words, "upd"),
            ["update", "update-user"]
        );
        assert_eq!(
            picked(Matching::Anywhere, &words, "PD"),
            ["update", "update-user", "put-data"]
        );
        assert_eq!(picked(Matching::Anywhere, &words, ""), words);
        assert_eq!(picked(Matching::Anywhere, &words, "xyz"), [""; 0]);
    }

    #[test]
    fn shells_get_what_begins_as_typed() {
        let words = ["update-user", "put-data", "update"];
        assert_eq!(
            picked(Matching::Beginning, &words, "upd"),
            ["update-user", "update"]
        );
    }
}
