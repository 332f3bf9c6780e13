//! A question on the terminal whose answer is not shown.

use std::fs::OpenOptions;
use std::io::{self, BufRead as _, Write as _};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::failure::{Failure, complain};

/// The longest answer.
const ANSWER_BYTES_MAX: usize = 4096;
/// The interrupt key.
const INTERRUPT: u8 = 3;
/// The end-of-input key.
const END: u8 = 4;
/// What the rub-out keys send.
const RUB_OUT: [u8; 2] = [8, 127];

/// Asks, on the terminal if there is one, else on standard error and input.
///
/// # Errors
/// The end of the input, or the interrupt key.
pub(crate) fn ask(question: &str) -> Result<String, Failure> {
    match OpenOptions::new().read(true).write(true).open("/dev/tty") {
        Ok(mut terminal) if enable_raw_mode().is_ok() => {
            let answer = terminal
                .write_all(question.as_bytes())
                .and_then(|()| read_hidden(&mut terminal));
            let _ = disable_raw_mode();
            let _ = terminal.write_all(b"\n");
            match answer {
                Ok(Some(answer)) => Ok(answer),
                Ok(None) => Err(Failure::interrupted()),
                Err(_) => Err(Failure::general("")),
            }
        }
        _ => {
            complain(question);
            let mut line = String::new();
            match io::stdin().lock().read_line(&mut line) {
                Ok(length) if length > 0 => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
                _ => Err(Failure::general("")),
            }
        }
    }
}

/// Reads up to the end of the line; nothing if the interrupt key is pressed.
fn read_hidden(terminal: &mut impl io::Read) -> io::Result<Option<String>> {
    let mut answer = Vec::new();
    let mut byte = [0];
    while terminal.read(&mut byte)? > 0 {
        match byte[0] {
            b'\r' | b'\n' => return Ok(Some(String::from_utf8_lossy(&answer).into_owned())),
            INTERRUPT => return Ok(None),
            END if answer.is_empty() => break,
            rubbed if RUB_OUT.contains(&rubbed) => {
                answer.pop();
            }
            byte if answer.len() < ANSWER_BYTES_MAX => answer.push(byte),
            _ => {}
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
