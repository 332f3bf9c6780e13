//! The terminal while the prompt is open: its modes and its screen, and how they are put back.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

/// The size of a terminal that does not tell its own.
const USUAL_SIZE: (u16, u16) = (80, 24);

/// Whether the screen is the prompt's.
static OPEN: AtomicBool = AtomicBool::new(false);

/// The prompt's own screen. Dropping it puts the terminal back, also when the program panics.
#[derive(Debug)]
pub(super) struct Terminal {
    out: File,
    /// Keys are taken one by one.
    raw: bool,
}

impl Terminal {
    /// Opens the screen, on whichever of the outputs is a terminal.
    pub(super) fn open() -> io::Result<Self> {
        let mut terminal = Self {
            out: File::from(output()?),
            raw: io::stdin().is_terminal(),
        };
        tell_panics_on_the_usual_screen();
        terminal.enter();
        Ok(terminal)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        rustix::termios::tcgetwinsize(&self.out)
            .map(|size| (size.ws_col, size.ws_row))
            .ok()
            .filter(|(columns, rows)| *columns > 0 && *rows > 0)
            .unwrap_or(USUAL_SIZE)
    }

    /// Where to draw.
    pub(super) fn out(&mut self) -> &mut File {
        &mut self.out
    }

    /// Takes the screen; again after the program was stopped.
    pub(super) fn enter(&mut self) {
        OPEN.store(true, Ordering::SeqCst);
        if self.raw {
            // Whoever had the terminal in the meantime may have set other modes.
            let _ = disable_raw_mode();
            let _ = enable_raw_mode();
        }
        let _ = execute!(self.out, EnterAlternateScreen, EnableBracketedPaste);
    }

    /// Wipes the screen.
    pub(super) fn clear(&mut self) {
        let _ = execute!(self.out, Clear(ClearType::All));
    }

    /// Puts the terminal back.
    pub(super) fn leave(&mut self) {
        put_back(&mut self.out);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

fn output() -> io::Result<OwnedFd> {
    let (stdout, stderr) = (io::stdout(), io::stderr());
    if !stdout.is_terminal() && stderr.is_terminal() {
        stderr.as_fd().try_clone_to_owned()
    } else {
        stdout.as_fd().try_clone_to_owned()
    }
}

fn put_back(out: &mut File) {
    if OPEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(
            out,
            SetAttribute(Attribute::Reset),
            DisableBracketedPaste,
            Show,
            LeaveAlternateScreen
        );
        let _ = out.flush();
        let _ = disable_raw_mode();
    }
}

/// The message of a panic would vanish with the prompt's screen.
fn tell_panics_on_the_usual_screen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if let Ok(out) = output() {
                put_back(&mut File::from(out));
            }
            usual(panic);
        }));
    });
}
