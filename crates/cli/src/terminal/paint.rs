//! Colours, and what the colour library of the original does around them: once a coloured table is
//! prepared, it resets the terminal after every write to its two streams, and once more at the end.

use std::sync::atomic::{AtomicBool, Ordering};

/// Ends a colour.
pub(crate) const RESET: &str = "\x1b[0m";

static BEGUN: AtomicBool = AtomicBool::new(false);

/// Whether tables are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Colour {
    /// They are.
    On {
        /// Whether the stream is one of those that are reset after every write.
        resets: bool,
    },
    /// They are not.
    Off,
}

/// Notes that a table is going to be shown.
pub(crate) fn begin(colour: Colour) {
    if colour != Colour::Off {
        BEGUN.store(true, Ordering::Relaxed);
    }
}

/// Whether a coloured table was prepared.
pub(crate) fn has_begun() -> bool {
    BEGUN.load(Ordering::Relaxed)
}

/// What is written after every piece to one of the two streams.
pub(crate) fn reset() -> &'static str {
    if has_begun() { RESET } else { "" }
}

/// Says goodbye to the terminal behind standard output.
pub(crate) fn end(stdout_is_terminal: bool) {
    if stdout_is_terminal && has_begun() {
        super::streams::write_stdout(RESET.as_bytes());
    }
}
