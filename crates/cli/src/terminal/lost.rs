//! Output that could not be written: a full disk, or a reader that has gone away.
//!
//! What a command prints itself must arrive, or the command fails. A result laid out as a whole
//! (JSON, YAML, a table) and a help page may be lost without a word, as with the AWS CLI.

use std::io;
use std::sync::OnceLock;

use crate::failure::{ErrorFormat, Failure};
use crate::output::report;
use crate::terminal::paint::Colour;

/// The first loss of this process.
static LOST: OnceLock<String> = OnceLock::new();

/// Remembers that output was lost.
pub(crate) fn note(error: &io::Error) {
    let _ = LOST.set(crate::python::errno(error));
}

/// The exit status, given that of the command: one that succeeded but lost its output has failed.
#[must_use]
pub fn status(program: &str, status: i32) -> i32 {
    match LOST.get() {
        Some(loss) if status == 0 => {
            let failure = Failure::general(loss.clone());
            report::print(program, ErrorFormat::Enhanced, Colour::Off, &failure)
        }
        _ => status,
    }
}
