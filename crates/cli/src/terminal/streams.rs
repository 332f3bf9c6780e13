//! Standard output, and what could not be written to it: a full disk, or a reader that has gone away.
//!
//! What a command prints itself must arrive, or the command fails. A result laid out as a whole
//! (JSON, YAML, a table) and a help page may be lost without a word, as with the AWS CLI.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::OnceLock;

use crate::python;

/// The first loss of this process.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes to standard output; a loss makes the command fail at its end.
pub(crate) fn write_stdout(bytes: &[u8]) {
    if let Err(error) = try_stdout(bytes) {
        let _ = LOST.set(python::errno(&error));
    }
}

/// Writes to standard output, and leaves a loss to the caller.
pub(super) fn try_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush())
}

/// Whether standard output is a file with nothing before what is written next.
pub(super) fn stdout_is_empty() -> bool {
    let file = io::stdout().as_fd().try_clone_to_owned();
    file.is_ok_and(|file| {
        File::from(file)
            .stream_position()
            .is_ok_and(|place| place == 0)
    })
}

/// What was the first loss, if something was lost.
pub(crate) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}
