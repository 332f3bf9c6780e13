//! Output that could not be written: a full disk, or a reader that has gone away.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::failure::complain;

/// The exit status of a command that succeeded, but whose output was lost.
pub const STATUS: i32 = 120;

static LOST: AtomicBool = AtomicBool::new(false);

/// Remembers that output was lost. A reader that has gone away knows why; anything else is said once.
pub fn note(error: &io::Error) {
    if !LOST.swap(true, Ordering::Relaxed) && error.kind() != io::ErrorKind::BrokenPipe {
        complain(&format!(
            "\n[ERROR]: standard output: {}\n",
            crate::python::errno(error)
        ));
    }
}

/// The exit status, given that of the command.
#[must_use]
pub fn status(status: i32) -> i32 {
    if status == 0 && LOST.load(Ordering::Relaxed) {
        STATUS
    } else {
        status
    }
}
