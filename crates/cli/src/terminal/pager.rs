//! The pager in front of long output on a terminal.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::session::Session;
use crate::session::environment::Environment;
use crate::terminal::encoding::{self, Encoding, Pieces};
use crate::terminal::streams::{stdout_is_empty, try_stdout};

/// The pager when nothing names one.
const USUAL: &str = "less";
/// What `less` is told unless the user tells it something: leave short output alone, show colours.
const LESS: &str = "FRX";

/// Where a result goes: to a pager that starts with the first text, or straight to standard output.
#[derive(Debug)]
pub(crate) struct Stream {
    command: Option<Vec<String>>,
    less: Option<&'static str>,
    child: Option<Child>,
    is_deaf: bool,
    encoding: Encoding,
    /// Whether text that does not arrive is a failure.
    must_arrive: bool,
}

impl Stream {
    /// The stream for results, by terminal, options and settings. Without a pager, what is lost is a
    /// failure only if it `must_arrive`.
    ///
    /// # Errors
    /// A profile that does not exist, or a command that cannot be split into words.
    pub(crate) fn for_results(session: &Session, must_arrive: bool) -> Result<Self, Failure> {
        let command =
            if session.environment.stdout_is_terminal && !session.globals.flag("no-cli-pager") {
                let environment = &session.environment;
                let given = session
                    .setting(&["AWS_PAGER"], "cli_pager")?
                    .or_else(|| environment.get("PAGER"));
                Some(given.unwrap_or(USUAL)).filter(|command| !command.is_empty())
            } else {
                None
            };
        let command = command.map(python::split_words).transpose();
        let command = command.map_err(Failure::general)?;
        Ok(Self {
            command,
            less: less(session),
            child: None,
            is_deaf: false,
            encoding: encoding::in_use(),
            must_arrive,
        })
    }

    /// The stream for help pages.
    pub(crate) fn for_help(session: &Session) -> Self {
        let environment = &session.environment;
        let command = environment.stdout_is_terminal.then(|| {
            let given = environment
                .filled("MANPAGER")
                .or_else(|| environment.filled("PAGER"));
            python::split_words(given.unwrap_or("less -R")).unwrap_or_default()
        });
        // Help is shown in any case.
        let command = command.filter(|command| exists(environment, command));
        Self {
            command,
            less: None,
            child: None,
            is_deaf: false,
            encoding: Encoding::Utf8,
            must_arrive: false,
        }
    }

    /// Whether there is a pager, once there is text.
    pub(crate) fn is_paged(&self) -> bool {
        self.command.is_some()
    }

    /// Writes text in these pieces; a pager that is left early is no failure.
    ///
    /// # Errors
    /// A pager that cannot be started, text that must arrive and does not, or letters that the
    /// encoding lacks.
    pub(crate) fn write(&mut self, text: &str, pieces: Pieces) -> Result<(), Failure> {
        let begins_file = self.command.is_none() && stdout_is_empty();
        match self.encoding.encode(text, pieces, begins_file) {
            Ok(bytes) => self.put(&bytes),
            Err(unencodable) => {
                self.put(&unencodable.before)?;
                Err(Failure::general(unencodable.problem))
            }
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let Some(command) = &self.command else {
            return match try_stdout(bytes) {
                Err(error) if self.must_arrive => Err(Failure::general(python::errno(&error))),
                _ => Ok(()),
            };
        };
        if self.is_deaf {
            return Ok(());
        }
        if self.child.is_none() {
            self.child = start(command, self.less)?;
            // A pager that is there but cannot be run reads nothing, and nobody is told.
            self.is_deaf = self.child.is_none();
        }
        if let Some(input) = self.child.as_mut().and_then(|child| child.stdin.as_mut()) {
            let _ = input.write_all(bytes);
        }
        Ok(())
    }

    /// Waits until the pager is left.
    pub(crate) fn finish(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.stdin.take());
            let _ = child.wait();
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Whether the program that the words call can be found.
fn exists(environment: &Environment, words: &[String]) -> bool {
    let Some(program) = words.first() else {
        return false;
    };
    let folders = environment.get("PATH").unwrap_or_default();
    folders
        .split(':')
        .any(|folder| Path::new(folder).join(program).exists())
}

fn less(session: &Session) -> Option<&'static str> {
    session.environment.get("LESS").is_none().then_some(LESS)
}

fn start(command: &[String], less: Option<&str>) -> Result<Option<Child>, Failure> {
    let Some((program, words)) = command.split_first() else {
        return Err(Failure::general(sentences::LIST_TOO_SHORT));
    };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if let Some(less) = less {
        command.env("LESS", less);
    }
    match command.spawn() {
        Ok(child) => Ok(Some(child)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let cause = python::os_error(&error, program);
            Err(Failure::configuration(
                "Pager",
                format!(
                    "Unable to redirect output to pager. Received the following error when opening pager:\n{cause}\n\nLearn more about configuring the output pager by running \"aws help config-vars\"."
                ),
            ))
        }
        Err(_) => Ok(None),
    }
}
