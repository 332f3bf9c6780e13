//! Keys, from the terminal or from whatever else the input is.

use std::collections::VecDeque;
use std::io::{self, Read as _};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::editor::Key;

/// Where keys come from.
#[derive(Debug)]
pub(super) enum Keys {
    /// A terminal.
    Terminal,
    /// Bytes of a file or pipe.
    Bytes(VecDeque<char>),
}

impl Keys {
    /// The next key; nothing if only the size of the terminal has changed.
    pub(super) fn next(&mut self) -> io::Result<Option<Key>> {
        match self {
            Self::Terminal => Ok(match event::read()? {
                Event::Key(key) if key.kind != KeyEventKind::Release => from_terminal(key),
                _ => None,
            }),
            Self::Bytes(letters) => Ok(Some(letters.pop_front().map_or(Key::Closed, from_letter))),
        }
    }

    /// Keys from standard input, whatever it is.
    pub(super) fn of_standard_input(is_terminal: bool) -> Self {
        if is_terminal {
            return Self::Terminal;
        }
        let mut bytes = Vec::new();
        let _ = io::stdin().lock().read_to_end(&mut bytes);
        Self::Bytes(String::from_utf8_lossy(&bytes).chars().collect())
    }
}

fn from_letter(letter: char) -> Key {
    match letter {
        '\r' | '\n' => Key::Enter,
        '\t' => Key::Tab,
        '\u{3}' => Key::Interrupt,
        '\u{4}' => Key::EndOfInput,
        '\u{8}' | '\u{7f}' => Key::Backspace,
        '\u{15}' => Key::EraseLine,
        '\u{17}' => Key::EraseWord,
        '\u{1b}' => Key::Escape,
        letter => Key::Letter(letter),
    }
}

fn from_terminal(key: KeyEvent) -> Option<Key> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char('c') if control => Key::Interrupt,
        KeyCode::Char('d') if control => Key::EndOfInput,
        KeyCode::Char('a') if control => Key::Home,
        KeyCode::Char('e') if control => Key::End,
        KeyCode::Char('u') if control => Key::EraseLine,
        KeyCode::Char('w') if control => Key::EraseWord,
        KeyCode::Char('j') if control => Key::Enter,
        KeyCode::Char('h') if control => Key::Backspace,
        KeyCode::Char('p') if control => Key::Up,
        KeyCode::Char('n') if control => Key::Down,
        KeyCode::Char(letter) if !control => Key::Letter(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Esc => Key::Escape,
        KeyCode::F(2) => Key::Page,
        _ => return None,
    })
}
