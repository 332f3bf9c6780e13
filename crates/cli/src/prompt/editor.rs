//! The state of the prompt: a line, suggestions for it, and what keys do to them.

use crate::completion::Suggestion;
use crate::python;

/// A key, whatever the terminal calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Letter(char),
    /// Runs the command, or takes the chosen suggestion.
    Enter,
    /// The next suggestion; the only one is taken.
    Tab,
    /// The suggestion before.
    BackTab,
    /// Erases before the cursor.
    Backspace,
    /// Erases under the cursor.
    Delete,
    /// Moves the cursor.
    Left,
    /// Moves the cursor.
    Right,
    /// To the beginning of the line.
    Home,
    /// To the end of the line.
    End,
    /// The suggestion above; without suggestions, the command before in the history.
    Up,
    /// The suggestion below, or the next command of the history.
    Down,
    /// Lets go of the chosen suggestion.
    Escape,
    /// Erases the line before the cursor.
    EraseLine,
    /// Erases the word before the cursor.
    EraseWord,
    /// Shows the page about the command, or hides it.
    Page,
    /// Leaves.
    Interrupt,
    /// Leaves an empty line; erases under the cursor of another.
    EndOfInput,
    /// There is nothing more to read.
    Closed,
}

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The prompt goes on.
    Continue,
    /// The line is to be run.
    Run,
    /// The user left.
    Interrupt,
    /// There is nothing more to read.
    End,
}

/// The line that is being written.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    line: Vec<char>,
    cursor: usize,
    history: Vec<String>,
    recalled: Option<usize>,
    /// What may stand at the cursor.
    pub suggestions: Vec<Suggestion>,
    /// What the word at the cursor is for.
    pub hint: String,
    /// Which suggestion is chosen.
    pub chosen: Option<usize>,
    /// Whether the page about the command is shown.
    pub page: bool,
}

impl Editor {
    /// A prompt that begins with these words; the newest command of the history comes last.
    #[must_use]
    pub fn new(words: &[String], history: Vec<String>) -> Self {
        let mut text: String = words
            .iter()
            .map(|word| python::shell_quoted(word) + " ")
            .collect();
        if words.is_empty() {
            text.clear();
        }
        let line: Vec<char> = text.chars().collect();
        Self {
            cursor: line.len(),
            line,
            history,
            ..Self::default()
        }
    }

    /// The whole line.
    #[must_use]
    pub fn text(&self) -> String {
        self.line.iter().collect()
    }

    /// Where the cursor stands, in characters.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The finished words before the cursor, and the one that is being written.
    #[must_use]
    pub fn words(&self) -> (Vec<String>, String) {
        let before: String = self.line[..self.cursor].iter().collect();
        let start = self.word_start();
        let current: String = self.line[start..self.cursor].iter().collect();
        let finished: String = before.chars().take(start).collect();
        (
            python::split_words(&finished).unwrap_or_default(),
            current.trim_start_matches(['\'', '"']).to_owned(),
        )
    }

    /// Where the word under the cursor begins: after the last blank that is not quoted.
    fn word_start(&self) -> usize {
        let mut start = 0;
        let mut quote = None;
        let mut escaped = false;
        for (index, &letter) in self.line[..self.cursor].iter().enumerate() {
            match (quote, letter) {
                _ if escaped => escaped = false,
                (None | Some('"'), '\\') => escaped = true,
                (None, '\'' | '"') => quote = Some(letter),
                (Some(open), _) if open == letter => quote = None,
                (None, ' ') => start = index + 1,
                _ => {}
            }
        }
        start
    }

    /// Does what a key asks for.
    pub fn press(&mut self, key: Key) -> Outcome {
        match key {
            Key::Interrupt => return Outcome::Interrupt,
            Key::Closed => return Outcome::End,
            Key::EndOfInput if self.line.is_empty() => return Outcome::End,
            Key::EndOfInput => self.edit(Key::Delete),
            Key::Enter => match self.chosen {
                Some(chosen) => self.take(chosen),
                None => return Outcome::Run,
            },
            Key::Tab if self.suggestions.len() == 1 => self.take(0),
            Key::Tab | Key::Down if !self.suggestions.is_empty() => self.choose(1),
            Key::BackTab | Key::Up if !self.suggestions.is_empty() => self.choose(-1),
            Key::Up => self.recall(true),
            Key::Down => self.recall(false),
            Key::Tab | Key::BackTab => {}
            Key::Escape => self.chosen = None,
            Key::Page => self.page = !self.page,
            edit => {
                self.chosen = None;
                self.edit(edit);
            }
        }
        Outcome::Continue
    }

    fn edit(&mut self, key: Key) {
        match key {
            Key::Letter(letter) => {
                self.line.insert(self.cursor, letter);
                self.cursor += 1;
            }
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.line.remove(self.cursor);
            }
            Key::Delete if self.cursor < self.line.len() => {
                self.line.remove(self.cursor);
            }
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(self.line.len()),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.line.len(),
            Key::EraseLine => {
                self.line.drain(..self.cursor);
                self.cursor = 0;
            }
            Key::EraseWord => {
                let mut start = self.cursor;
                while start > 0 && self.line[start - 1] == ' ' {
                    start -= 1;
                }
                while start > 0 && self.line[start - 1] != ' ' {
                    start -= 1;
                }
                self.line.drain(start..self.cursor);
                self.cursor = start;
            }
            _ => {}
        }
    }

    /// Puts a suggestion in the place of the word that is being written.
    fn take(&mut self, place: usize) {
        let Some(suggestion) = self.suggestions.get(place) else {
            return;
        };
        let open_ended = suggestion.word.ends_with('/');
        let mut word = python::shell_quoted(&suggestion.word);
        if !open_ended {
            word.push(' ');
        }
        let start = self.word_start();
        self.line.splice(start..self.cursor, word.chars());
        self.cursor = start + word.chars().count();
        self.chosen = None;
    }

    fn choose(&mut self, step: isize) {
        let count = self.suggestions.len();
        let next = match self.chosen {
            None if step > 0 => 0,
            None => count - 1,
            Some(chosen) => (chosen + count).wrapping_add_signed(step) % count,
        };
        self.chosen = Some(next);
    }

    fn recall(&mut self, older: bool) {
        let next = match (self.recalled, older) {
            (None, true) => self.history.len().checked_sub(1),
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) if at + 1 < self.history.len() => Some(at + 1),
            (_, false) => None,
        };
        let text = next.map_or("", |at| self.history[at].as_str());
        self.line = text.chars().collect();
        self.cursor = self.line.len();
        self.recalled = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(editor: &mut Editor, text: &str) {
        for letter in text.chars() {
            editor.press(Key::Letter(letter));
        }
    }

    fn suggestion(word: &str) -> Suggestion {
        Suggestion {
            word: word.to_owned(),
            meaning: String::new(),
            required: false,
        }
    }

    #[test]
    fn a_chosen_suggestion_takes_the_place_of_the_word() {
        let mut editor = Editor::new(&["connect".to_owned()], Vec::new());
        typed(&mut editor, "upd");
        assert_eq!(
            editor.words(),
            (vec!["connect".to_owned()], "upd".to_owned())
        );
        editor.suggestions = vec![suggestion("update-a"), suggestion("update-b")];
        editor.press(Key::Tab);
        editor.press(Key::Tab);
        assert_eq!(editor.press(Key::Enter), Outcome::Continue);
        assert_eq!(editor.text(), "connect update-b ");
        editor.suggestions.clear();
        assert_eq!(editor.press(Key::Enter), Outcome::Run);
    }

    #[test]
    fn quoted_words_are_one_word() {
        let mut editor = Editor::default();
        typed(&mut editor, "--state 'a b");
        assert_eq!(
            editor.words(),
            (vec!["--state".to_owned()], "a b".to_owned())
        );
    }

    #[test]
    fn the_history_is_walked_in_both_directions() {
        let mut editor = Editor::new(&[], vec!["one".to_owned(), "two".to_owned()]);
        editor.press(Key::Up);
        assert_eq!(editor.text(), "two");
        editor.press(Key::Up);
        assert_eq!(editor.text(), "one");
        editor.press(Key::Down);
        editor.press(Key::Down);
        assert_eq!(editor.text(), "");
    }

    #[test]
    fn words_and_lines_are_erased() {
        let mut editor = Editor::default();
        typed(&mut editor, "one two  ");
        editor.press(Key::EraseWord);
        assert_eq!(editor.text(), "one ");
        editor.press(Key::EraseLine);
        assert_eq!(editor.text(), "");
    }
}
