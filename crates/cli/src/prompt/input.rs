//! What the prompt waits for: keys, and signals.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::SigId;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::SignalOnly;

use super::keys::{Decoder, Key};

/// How much is read at once.
const READ_BYTES: usize = 4096;
/// How long the rest of a key may take to arrive.
const KEY_MILLIS: i64 = 60;
/// The most that is read from what is no terminal: enough for any command.
const BYTES_MAX: usize = 4 << 20;
/// Signals that end the program unless it says otherwise.
const ENDING: [i32; 4] = [SIGTERM, SIGHUP, SIGQUIT, SIGINT];

/// Something that happened.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Keys were pressed.
    Keys(Vec<Key>),
    /// There is nothing more to read.
    Closed,
    /// The screen has another size, or was used by others.
    Changed,
    /// The program is to stop for the shell's job control.
    Stop,
    /// The program is to go on after it was stopped.
    Continue,
    /// The program is to end by that signal.
    End(i32),
}

/// Standard input and the signals.
pub(super) struct Input {
    keys: File,
    decoder: Decoder,
    left: usize,
    signals: SignalDelivery<UnixStream, SignalOnly>,
    /// Once the prompt is left, signals mean again what they usually do.
    is_over: Arc<AtomicBool>,
    /// What ends the program at the interrupt signal. The command that follows does that itself.
    interrupt: SigId,
}

impl Input {
    /// Begins to listen.
    pub(super) fn open(is_terminal: bool) -> io::Result<Self> {
        let (read, write) = UnixStream::pair()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let usual =
            |signal| signal_hook::flag::register_conditional_default(signal, Arc::clone(&is_over));
        let interrupt = usual(SIGINT)?;
        for signal in [SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] {
            usual(signal)?;
        }
        let watched = ENDING.into_iter().chain([SIGTSTP, SIGCONT, SIGWINCH]);
        Ok(Self {
            keys: File::from(io::stdin().as_fd().try_clone_to_owned()?),
            decoder: Decoder::default(),
            left: if is_terminal { usize::MAX } else { BYTES_MAX },
            signals: SignalDelivery::with_pipe(read, write, SignalOnly, watched)?,
            is_over,
            interrupt,
        })
    }

    /// Waits for what happens next.
    pub(super) fn next(&mut self) -> io::Result<Event> {
        loop {
            let waiting = self.decoder.is_waiting();
            let (has_signals, has_keys) = self.wait(waiting)?;
            if has_signals && let Some(event) = self.signal() {
                return Ok(event);
            }
            let keys = if has_keys {
                let mut bytes = [0; READ_BYTES];
                let count = match self.keys.read(&mut bytes) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    // The terminal is gone.
                    Err(_) => 0,
                    Ok(count) => count,
                };
                self.left = self.left.saturating_sub(count);
                if count == 0 || self.left == 0 {
                    let keys = self.decoder.flush();
                    if keys.is_empty() {
                        return Ok(Event::Closed);
                    }
                    keys
                } else {
                    self.decoder.feed(&bytes[..count])
                }
            } else if waiting {
                self.decoder.flush()
            } else {
                Vec::new()
            };
            if !keys.is_empty() {
                return Ok(Event::Keys(keys));
            }
        }
    }

    /// Stops the job that the program belongs to, until the shell lets it go on.
    pub(super) fn stop_job(&mut self) {
        if !has_job_control() {
            return;
        }
        let _ = rustix::process::kill_current_process_group(rustix::process::Signal::TSTP);
        // The signal reached this process, too: it is obeyed here, not when it is met in the queue.
        self.signals.pending().for_each(drop);
        let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
    }

    /// Waits for signals or keys; if a key is incomplete, only for a moment.
    fn wait(&self, waiting: bool) -> io::Result<(bool, bool)> {
        let mut sources = [
            PollFd::new(self.signals.get_read(), PollFlags::IN),
            PollFd::new(&self.keys, PollFlags::IN),
        ];
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: KEY_MILLIS * 1_000_000,
        };
        match poll(&mut sources, waiting.then_some(&moment)) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => return Ok((true, false)),
            Err(error) => return Err(error.into()),
        }
        let ready = |source: &PollFd<'_>| !source.revents().is_empty();
        Ok((ready(&sources[0]), ready(&sources[1])))
    }

    /// The most important of the signals that came.
    fn signal(&mut self) -> Option<Event> {
        let came: Vec<i32> = self.signals.pending().collect();
        if let Some(signal) = came.iter().find(|signal| ENDING.contains(signal)) {
            return Some(Event::End(*signal));
        }
        let has = |signal| came.contains(&signal);
        if has(SIGTSTP) && has_job_control() {
            Some(Event::Stop)
        } else if has(SIGCONT) {
            Some(Event::Continue)
        } else {
            has(SIGWINCH).then_some(Event::Changed)
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        signal_hook::low_level::unregister(self.interrupt);
    }
}

/// Whether a shell would let the program go on after it was stopped: not the one in whose place it was started.
fn has_job_control() -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session != rustix::process::getpgrp())
}

/// Ends the program by a signal, as if nobody had caught it.
pub(super) fn end_by(signal: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}
