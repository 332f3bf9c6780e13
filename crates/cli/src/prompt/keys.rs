//! Keys, from the bytes that a terminal sends or that whatever else is read.

use std::mem::take;

/// The most text of one paste; what is longer comes in parts.
const PASTE_BYTES_MAX: usize = 1 << 20;
/// The longest sequence of bytes for one key.
const SEQUENCE_BYTES_MAX: usize = 32;
const ESCAPE: u8 = 0x1b;
const PASTE_END: &[u8] = b"\x1b[201~";

/// A key, whatever the terminal calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Letters, as typed.
    Text(String),
    /// Text that was put in at once; line ends in it do not run anything.
    Paste(String),
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
    /// To the word before.
    WordLeft,
    /// To the next word.
    WordRight,
    /// To the beginning of the line.
    Home,
    /// To the end of the line.
    End,
    /// The suggestion above; without suggestions, the command before in the history.
    Up,
    /// The suggestion below, or the next command of the history.
    Down,
    /// A screen of suggestions or text back.
    PageUp,
    /// A screen of suggestions or text on.
    PageDown,
    /// Lets go of the chosen suggestion, then of all suggestions.
    Escape,
    /// Erases the line before the cursor.
    EraseLine,
    /// Erases the line after the cursor.
    EraseEnd,
    /// Erases the word before the cursor.
    EraseWord,
    /// Puts in what was erased last.
    PutBack,
    /// Looks through the history, or no longer.
    History,
    /// Shows what the keys do, or hides it.
    Keys,
    /// The next panel takes the keys.
    Panel,
    /// Shows the documentation, or hides it.
    Documentation,
    /// Shows a sample of the result, or hides it.
    Output,
    /// Draws the screen anew.
    Redraw,
    /// Stops the program for the shell's job control.
    Suspend,
    /// Leaves.
    Leave,
}

/// Makes keys of bytes, which may come in any parts.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pending: Vec<u8>,
    is_paste: bool,
}

/// What the first of the pending bytes mean.
enum Step {
    /// This many bytes are a key, or nothing.
    Key(usize, Option<Key>),
    /// A paste begins after this many bytes.
    Paste(usize),
    /// More bytes are needed.
    Wait,
}

impl Decoder {
    /// The keys that are complete with these bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.pending.extend_from_slice(bytes);
        let mut keys = Vec::new();
        let mut at = 0;
        loop {
            let rest = &self.pending[at..];
            if self.is_paste {
                let end = rest
                    .windows(PASTE_END.len())
                    .position(|part| part == PASTE_END);
                let length = match end {
                    Some(length) => length,
                    None if rest.len() > PASTE_BYTES_MAX => rest.len() - PASTE_END.len(),
                    None => break,
                };
                keys.push(pasted(&rest[..length]));
                at += length;
                if end.is_some() {
                    at += PASTE_END.len();
                    self.is_paste = false;
                }
                continue;
            }
            match step(rest) {
                Step::Wait => break,
                Step::Paste(length) => {
                    at += length;
                    self.is_paste = true;
                }
                Step::Key(length, key) => {
                    at += length;
                    push(&mut keys, key);
                }
            }
        }
        self.pending.drain(..at);
        keys
    }

    /// Whether bytes wait for more of their key.
    pub(super) fn is_waiting(&self) -> bool {
        self.is_paste || !self.pending.is_empty()
    }

    /// The keys of the bytes that waited in vain for more.
    pub(super) fn flush(&mut self) -> Vec<Key> {
        let pending = take(&mut self.pending);
        if take(&mut self.is_paste) {
            return vec![pasted(&pending)];
        }
        let Some((first, rest)) = pending.split_first() else {
            return Vec::new();
        };
        let first = match *first {
            ESCAPE => Key::Escape,
            _ => Key::Text(char::REPLACEMENT_CHARACTER.to_string()),
        };
        let mut keys = vec![first];
        keys.extend(self.feed(rest));
        keys
    }
}

/// Letters that follow each other are one key.
fn push(keys: &mut Vec<Key>, key: Option<Key>) {
    match (keys.last_mut(), key) {
        (Some(Key::Text(text)), Some(Key::Text(more))) => text.push_str(&more),
        (_, key) => keys.extend(key),
    }
}

fn pasted(bytes: &[u8]) -> Key {
    Key::Paste(
        String::from_utf8_lossy(bytes)
            .replace("\r\n", "\n")
            .replace('\r', "\n"),
    )
}

fn step(bytes: &[u8]) -> Step {
    match bytes.first() {
        None => Step::Wait,
        Some(&ESCAPE) => escape(bytes),
        Some(&byte) if byte < b' ' || byte == 0x7f => Step::Key(1, control(byte)),
        Some(_) => letter(bytes),
    }
}

fn letter(bytes: &[u8]) -> Step {
    let start = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) if error.error_len().is_none() => return Step::Wait,
        Err(_) => "\u{fffd}",
    };
    match valid.chars().next() {
        Some(char::REPLACEMENT_CHARACTER) if !start.starts_with("\u{fffd}".as_bytes()) => {
            Step::Key(1, Some(Key::Text(char::REPLACEMENT_CHARACTER.to_string())))
        }
        // The controls of the upper half are no letters.
        Some(letter) if letter.is_control() => Step::Key(letter.len_utf8(), None),
        Some(letter) => Step::Key(letter.len_utf8(), Some(Key::Text(letter.to_string()))),
        None => Step::Wait,
    }
}

fn control(byte: u8) -> Option<Key> {
    Some(match byte {
        0x01 => Key::Home,
        0x02 => Key::Left,
        0x03 | 0x04 | 0x11 => Key::Leave,
        0x05 => Key::End,
        0x06 => Key::Right,
        0x07 => Key::Escape,
        0x08 | 0x7f => Key::Backspace,
        b'\t' => Key::Tab,
        b'\r' | b'\n' => Key::Enter,
        0x0b => Key::EraseEnd,
        0x0c => Key::Redraw,
        0x0e => Key::Down,
        0x10 => Key::Up,
        0x12 => Key::History,
        0x15 => Key::EraseLine,
        0x17 => Key::EraseWord,
        0x19 => Key::PutBack,
        0x1a => Key::Suspend,
        _ => return None,
    })
}

fn escape(bytes: &[u8]) -> Step {
    match bytes.get(1) {
        None => Step::Wait,
        Some(b'[') => sequence(bytes),
        Some(b'O') => match bytes.get(2) {
            None => Step::Wait,
            Some(&last) => Step::Key(3, named(last, false)),
        },
        Some(&ESCAPE) => Step::Key(1, Some(Key::Escape)),
        Some(b'b') => Step::Key(2, Some(Key::WordLeft)),
        Some(b'f') => Step::Key(2, Some(Key::WordRight)),
        Some(0x08 | 0x7f) => Step::Key(2, Some(Key::EraseWord)),
        // Another letter with Alt: the escape key, pressed just before it.
        Some(_) => Step::Key(1, Some(Key::Escape)),
    }
}

/// A sequence that begins with `ESC [`.
fn sequence(bytes: &[u8]) -> Step {
    // The function keys of the Linux console have a second bracket.
    if bytes.get(2) == Some(&b'[') {
        return match bytes.get(3) {
            None => Step::Wait,
            Some(letter @ b'A'..=b'E') => Step::Key(4, function(usize::from(letter - b'A') + 1)),
            Some(_) => Step::Key(3, None),
        };
    }
    let body = bytes[2..].iter().take(SEQUENCE_BYTES_MAX);
    let Some(length) = body.clone().position(|byte| !(0x20..0x40).contains(byte)) else {
        return if bytes.len() > SEQUENCE_BYTES_MAX + 2 {
            Step::Key(SEQUENCE_BYTES_MAX + 2, None)
        } else {
            Step::Wait
        };
    };
    let last = bytes[2 + length];
    if !(0x40..0x7f).contains(&last) {
        // Not the end of a sequence: what follows is a key of its own.
        return Step::Key(2 + length, None);
    }
    let text = String::from_utf8_lossy(&bytes[2..2 + length]).into_owned();
    let mut numbers = text
        .split(';')
        .map(|number| number.parse().unwrap_or(1_usize));
    let (first, modifier) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(1));
    let length = length + 3;
    if last != b'~' {
        return Step::Key(length, named(last, modifier > 1));
    }
    Step::Key(
        length,
        Some(match first {
            1 | 7 => Key::Home,
            3 => Key::Delete,
            4 | 8 => Key::End,
            5 => Key::PageUp,
            6 => Key::PageDown,
            11..=15 => return Step::Key(length, function(first - 10)),
            200 => return Step::Paste(length),
            _ => return Step::Key(length, None),
        }),
    )
}

fn named(last: u8, modified: bool) -> Option<Key> {
    Some(match last {
        b'A' => Key::Up,
        b'B' => Key::Down,
        b'C' if modified => Key::WordRight,
        b'C' => Key::Right,
        b'D' if modified => Key::WordLeft,
        b'D' => Key::Left,
        b'F' => Key::End,
        b'H' => Key::Home,
        b'M' => Key::Enter,
        b'Z' => Key::BackTab,
        b'P'..=b'S' => return function(usize::from(last - b'P') + 1),
        _ => return None,
    })
}

fn function(number: usize) -> Option<Key> {
    Some(match number {
        1 => Key::Keys,
        2 => Key::Panel,
        3 => Key::Documentation,
        5 => Key::Output,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Key {
        Key::Text(text.to_owned())
    }

    fn decoded(bytes: &[u8]) -> Vec<Key> {
        let mut decoder = Decoder::default();
        let mut keys = decoder.feed(bytes);
        keys.extend(decoder.flush());
        keys
    }

    #[test]
    fn keys_are_known_in_the_dialects_of_terminals() {
        for (bytes, keys) in [
            (&b"ab\r"[..], vec![text("ab"), Key::Enter]),
            ("é界".as_bytes(), vec![text("é界")]),
            (
                b"\x1b[A\x1bOB\x1b[1;5C\x1b[Z",
                vec![Key::Up, Key::Down, Key::WordRight, Key::BackTab],
            ),
            (
                b"\x1bOP\x1b[11~\x1b[[A",
                vec![Key::Keys, Key::Keys, Key::Keys],
            ),
            (
                b"\x1bOR\x1b[13~\x1b[15~",
                vec![Key::Documentation, Key::Documentation, Key::Output],
            ),
            (b"\x03\x04\x11", vec![Key::Leave, Key::Leave, Key::Leave]),
            (b"\x1b", vec![Key::Escape]),
            (b"\x1b[", vec![Key::Escape, text("[")]),
            (b"\x1bx", vec![Key::Escape, text("x")]),
            (b"\xff", vec![text("\u{fffd}")]),
            (
                b"\x1b[200~a\r\nb\x1b[201~c",
                vec![Key::Paste("a\nb".to_owned()), text("c")],
            ),
            (
                b"\x1b[200~never ended",
                vec![Key::Paste("never ended".to_owned())],
            ),
            (b"\x1b[?1;2c", vec![]),
        ] {
            assert_eq!(decoded(bytes), keys, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn keys_are_the_same_in_whatever_parts_they_come(
            bytes in proptest::collection::vec(any::<u8>(), 0..60),
            cut in 0_usize..60,
        ) {
            let cut = cut.min(bytes.len());
            let mut decoder = Decoder::default();
            let mut keys = Vec::new();
            for key in decoder.feed(&bytes[..cut]) {
                push(&mut keys, Some(key));
            }
            for key in decoder.feed(&bytes[cut..]) {
                push(&mut keys, Some(key));
            }
            for key in decoder.flush() {
                push(&mut keys, Some(key));
            }
            let mut whole = Vec::new();
            for key in decoded(&bytes) {
                push(&mut whole, Some(key));
            }
            prop_assert_eq!(keys, whole);
        }
    }
}
