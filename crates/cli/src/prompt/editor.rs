//! The state of the prompt: a line, suggestions for it, panels, and what keys do to them.

use super::keys::Key;
use crate::completion::Suggestion;
use crate::python::words::{shell_quoted, unfinished};

/// The longest line, in letters.
const LINE_MAX: usize = 100_000;
/// How many suggestions are passed over at once.
const PAGE: isize = 10;

/// What follows a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The prompt goes on.
    Continue,
    /// The line is to be run.
    Run,
    /// The user left.
    Leave,
    /// The program is to stop for the shell's job control.
    Suspend,
    /// The screen is to be drawn anew.
    Redraw,
}

/// What takes the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The line.
    #[default]
    Line,
    /// The documentation.
    Documentation,
    /// The sample of the result.
    Output,
}

/// A panel of text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Panel {
    /// Whether it is shown; by the size of the screen if the user did not say.
    pub shown: Option<bool>,
    /// How many lines are scrolled away.
    pub scrolled: usize,
}

/// The line that is being written, and what is shown around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Editor {
    line: Vec<char>,
    cursor: usize,
    erased: Vec<char>,
    history: Vec<String>,
    recalled: Option<usize>,
    draft: Vec<char>,
    suggestions: Vec<Suggestion>,
    is_menu_closed: bool,
    /// Which suggestion is chosen.
    pub chosen: Option<usize>,
    /// Whether suggestions come from the history.
    pub in_history: bool,
    /// Whether the keys are explained.
    pub keys: bool,
    /// What takes the keys.
    pub focus: Focus,
    /// The documentation.
    pub documentation: Panel,
    /// The sample of the result.
    pub output: Panel,
    /// What to tell the user until the next key.
    pub notice: String,
}

impl Editor {
    /// A prompt that begins with this text; the newest command of the history comes last.
    pub(crate) fn new(text: &str, history: Vec<String>) -> Self {
        let line: Vec<char> = text.chars().take(LINE_MAX).collect();
        Self {
            cursor: line.len(),
            line,
            history,
            ..Self::default()
        }
    }

    /// The whole line.
    pub(crate) fn text(&self) -> String {
        self.line.iter().collect()
    }

    /// The line before the cursor.
    pub(crate) fn before_cursor(&self) -> String {
        self.line[..self.cursor].iter().collect()
    }

    /// The line as it would be with the chosen suggestion.
    pub(crate) fn preview(&self) -> String {
        let mut taken = self.clone();
        if let Some(chosen) = self.chosen {
            taken.take(chosen, true);
        }
        taken.text()
    }

    /// Where the cursor stands, in letters.
    pub(crate) fn cursor(&self) -> usize {
        self.cursor
    }

    /// The commands of the past, the newest last.
    pub(crate) fn history(&self) -> &[String] {
        &self.history
    }

    /// The suggestions that are shown.
    pub(crate) fn suggestions(&self) -> &[Suggestion] {
        if self.is_menu_closed {
            &[]
        } else {
            &self.suggestions
        }
    }

    /// Sets what may stand at the cursor.
    pub(crate) fn suggest(&mut self, suggestions: Vec<Suggestion>) {
        self.suggestions = suggestions;
        let count = self.suggestions().len();
        self.chosen = self.chosen.filter(|chosen| *chosen < count);
    }

    /// Does what a key asks for.
    pub(crate) fn press(&mut self, key: Key) -> Outcome {
        self.notice.clear();
        match key {
            Key::Leave => return Outcome::Leave,
            Key::Suspend => return Outcome::Suspend,
            Key::Redraw => return Outcome::Redraw,
            Key::Keys => self.keys = !self.keys,
            Key::Documentation => self.toggle(Focus::Documentation),
            Key::Output => self.toggle(Focus::Output),
            Key::Panel => self.focus_next(),
            key if self.focus != Focus::Line => self.scroll(key),
            key => return self.press_in_line(key),
        }
        Outcome::Continue
    }

    fn press_in_line(&mut self, key: Key) -> Outcome {
        let has_menu = !self.suggestions().is_empty();
        match key {
            Key::Enter if self.in_history && has_menu => self.take(self.chosen.unwrap_or(0), true),
            Key::Enter => match self.chosen {
                Some(chosen) => self.take(chosen, true),
                None => return Outcome::Run,
            },
            Key::Tab if self.suggestions().len() == 1 => self.take(0, true),
            Key::Tab | Key::Down if has_menu => self.choose(1),
            Key::Tab => self.is_menu_closed = false,
            Key::BackTab | Key::Up if has_menu => self.choose(-1),
            Key::PageUp if has_menu => self.choose(-PAGE),
            Key::PageDown if has_menu => self.choose(PAGE),
            Key::Up => self.recall(true),
            Key::Down => self.recall(false),
            Key::History => {
                self.in_history = !self.in_history;
                (self.chosen, self.is_menu_closed) = (None, false);
            }
            Key::Escape => self.escape(),
            Key::BackTab | Key::PageUp | Key::PageDown => {}
            edit => self.edit(edit),
        }
        Outcome::Continue
    }

    /// Each press undoes one thing: the choice, the search, the menu.
    fn escape(&mut self) {
        if self.chosen.take().is_none() && !std::mem::take(&mut self.in_history) {
            self.is_menu_closed = true;
        }
    }

    fn edit(&mut self, key: Key) {
        if let Some(chosen) = self.chosen {
            match &key {
                // A blank ends the chosen word, as it ends one that was typed.
                Key::Text(text) => {
                    self.take(chosen, text.starts_with(' '));
                    if text == " " {
                        return;
                    }
                }
                Key::Paste(_) => self.take(chosen, false),
                _ => self.chosen = None,
            }
        }
        self.is_menu_closed = false;
        match key {
            Key::Text(text) => self.insert(&text),
            Key::Paste(text) => self.paste(&text),
            Key::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.line.remove(self.cursor);
            }
            Key::Delete if self.cursor < self.line.len() => {
                self.line.remove(self.cursor);
            }
            Key::Left => self.cursor = self.cursor.saturating_sub(1),
            Key::Right => self.cursor = (self.cursor + 1).min(self.line.len()),
            Key::WordLeft => self.cursor = self.word_before(),
            Key::WordRight => self.cursor = self.word_after(),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.line.len(),
            Key::EraseLine => self.erase(0, self.cursor),
            Key::EraseEnd => self.erase(self.cursor, self.line.len()),
            Key::EraseWord => self.erase(self.word_before(), self.cursor),
            Key::PutBack => self.insert(&self.erased.iter().collect::<String>()),
            _ => {}
        }
    }

    fn insert(&mut self, text: &str) {
        let room = LINE_MAX - self.line.len();
        let letters: Vec<char> = text.chars().take(room).collect();
        let count = letters.len();
        self.line.splice(self.cursor..self.cursor, letters);
        self.cursor += count;
    }

    /// Puts in text whose lines belong to one command: line ends count as blanks, unless they are quoted.
    fn paste(&mut self, text: &str) {
        let joined = text.replace("\\\n", " ").replace('\t', " ");
        let mut plain = String::with_capacity(joined.len());
        let mut quote = unfinished(&self.before_cursor()).quote;
        for letter in joined.trim_end_matches('\n').chars() {
            match (quote, letter) {
                (None, '\'' | '"') => quote = Some(letter),
                (Some(open), _) if open == letter => quote = None,
                _ => {}
            }
            match letter {
                '\n' if quote.is_none() => plain.push(' '),
                '\n' => plain.push(letter),
                letter if letter.is_control() => {}
                letter => plain.push(letter),
            }
        }
        self.insert(&plain);
    }

    fn erase(&mut self, from: usize, to: usize) {
        if from < to {
            self.erased = self.line.drain(from..to).collect();
            self.cursor = from;
        }
    }

    fn word_before(&self) -> usize {
        self.cursor - word_length(self.line[..self.cursor].iter().rev())
    }

    fn word_after(&self) -> usize {
        self.cursor + word_length(self.line[self.cursor..].iter())
    }

    /// Puts a suggestion in the place of the word that is being written, and ends the word if it is whole.
    fn take(&mut self, place: usize, whole: bool) {
        let Some(suggestion) = self.suggestions().get(place).cloned() else {
            return;
        };
        self.chosen = None;
        if std::mem::take(&mut self.in_history) {
            self.line = suggestion.word.chars().collect();
            self.cursor = self.line.len();
            return;
        }
        let before = self.before_cursor();
        let start = before[..unfinished(&before).start].chars().count();
        let mut end = self.cursor;
        while start < self.cursor && end < self.line.len() && self.line[end] != ' ' {
            end += 1;
        }
        let mut word = quoted(&suggestion.word);
        let blank_follows = self.line.get(end) == Some(&' ');
        if whole && !suggestion.goes_on && !blank_follows {
            word.push(' ');
        }
        let passes_blank = whole && !suggestion.goes_on && blank_follows;
        self.line.splice(start..end, word.chars());
        self.cursor = start + word.chars().count() + usize::from(passes_blank);
    }

    fn choose(&mut self, step: isize) {
        let last = self.suggestions().len() - 1;
        self.chosen = Some(match self.chosen {
            None if step > 0 => 0,
            None => last,
            Some(0) if step < 0 => last,
            Some(chosen) if chosen == last && step > 0 => 0,
            Some(chosen) => chosen.saturating_add_signed(step).min(last),
        });
    }

    fn recall(&mut self, older: bool) {
        let next = match (self.recalled, older) {
            (None, true) => self.history.len().checked_sub(1),
            (Some(at), true) => Some(at.saturating_sub(1)),
            (Some(at), false) if at + 1 < self.history.len() => Some(at + 1),
            (_, false) => None,
        };
        if next == self.recalled {
            return;
        }
        if self.recalled.is_none() {
            self.draft = std::mem::take(&mut self.line);
        }
        self.line = match next {
            Some(at) => self.history[at].chars().take(LINE_MAX).collect(),
            None => std::mem::take(&mut self.draft),
        };
        self.cursor = self.line.len();
        self.recalled = next;
        // The arrows walk on through the history, not through suggestions for what was found.
        self.is_menu_closed = true;
    }

    fn panel(&mut self, which: Focus) -> &mut Panel {
        match which {
            Focus::Output => &mut self.output,
            _ => &mut self.documentation,
        }
    }

    fn toggle(&mut self, which: Focus) {
        let panel = self.panel(which);
        panel.shown = Some(!panel.shown.unwrap_or(false));
        if self.focus == which {
            self.focus = Focus::Line;
        }
    }

    fn focus_next(&mut self) {
        let shown = |panel: &Panel| panel.shown == Some(true);
        self.focus = match self.focus {
            Focus::Line if shown(&self.documentation) => Focus::Documentation,
            Focus::Line | Focus::Documentation if shown(&self.output) => Focus::Output,
            _ => Focus::Line,
        };
    }

    /// Moves the text of the panel that takes the keys, which the letters of pagers do as well.
    fn scroll(&mut self, key: Key) {
        let key = match key {
            Key::Text(text) => match text.as_str() {
                "q" => Key::Escape,
                "k" => Key::Up,
                "j" => Key::Down,
                "w" => Key::PageUp,
                "z" | " " => Key::PageDown,
                "g" => Key::Home,
                "G" => Key::End,
                _ => return,
            },
            key => key,
        };
        let page = PAGE.unsigned_abs();
        let panel = self.panel(self.focus);
        match key {
            Key::Escape => self.focus = Focus::Line,
            Key::Up => panel.scrolled = panel.scrolled.saturating_sub(1),
            Key::Down | Key::Enter => panel.scrolled = panel.scrolled.saturating_add(1),
            Key::PageUp => panel.scrolled = panel.scrolled.saturating_sub(page),
            Key::PageDown => panel.scrolled = panel.scrolled.saturating_add(page),
            Key::Home => panel.scrolled = 0,
            Key::End => panel.scrolled = usize::MAX,
            _ => {}
        }
    }
}

/// How many letters the blanks in front and the first word take.
fn word_length<'l>(letters: impl Iterator<Item = &'l char> + Clone) -> usize {
    let blanks = letters.clone().take_while(|letter| **letter == ' ').count();
    let word = letters.skip(blanks).take_while(|letter| **letter != ' ');
    blanks + word.count()
}

/// A word as it must stand in the line; no shell reads it, so only blanks, quotes and backslashes matter.
fn quoted(word: &str) -> String {
    let special = |letter: char| letter.is_whitespace() || matches!(letter, '\'' | '"' | '\\');
    if word.is_empty() || word.contains(special) {
        shell_quoted(word)
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
#[path = "editor_tests.rs"]
pub(in crate::prompt) mod tests;
