//! The prompt that asks for a command and its options.
//!
//! `input` waits for keys and signals, `keys` makes keys of bytes, `editor` does what they ask for,
//! `advice` looks up what to show, `frame` and `panels` lay it out, and `terminal` puts the
//! terminal back whatever happens. `history` keeps commands, `discreet` without their secrets.

mod advice;
mod discreet;
pub(crate) mod editor;
mod frame;
mod history;
mod input;
pub(crate) mod keys;
mod panels;
mod plain;
mod terminal;

use std::io::{self, IsTerminal as _};

use crate::completion::{self, Matching};
use crate::failure::{Failure, complain, status};
use crate::python;
use crate::python::words::{shell_quoted, unfinished};
use crate::session::Session;
use crate::terminal::streams::write_stdout;
use advice::Advisor;
use editor::{Editor, Outcome};
use frame::{Frame, WIDE};
use input::{Event, Input};
use panels::Size;
use terminal::Terminal;

/// When the prompt opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Never.
    Off,
    /// Always.
    On,
    /// When the words do not make a command.
    OnPartial,
}

/// The mode by options and settings.
///
/// # Errors
/// Both options at once.
pub(crate) fn mode(session: &Session, words: &[String]) -> Result<Mode, Failure> {
    let has = |word: &str| words.iter().any(|given| given == word);
    let (on, off) = (has("--cli-auto-prompt"), has("--no-cli-auto-prompt"));
    if on && off {
        return Err(Failure::usage(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.",
        ));
    }
    if off || has("help") || has("--version") {
        return Ok(Mode::Off);
    }
    if on {
        return Ok(Mode::On);
    }
    // A profile that does not exist is a problem for later.
    let setting = session
        .setting(&["AWS_CLI_AUTO_PROMPT"], "cli_auto_prompt")
        .unwrap_or_default();
    Ok(match setting.map(str::to_ascii_lowercase).as_deref() {
        Some("on") => Mode::On,
        Some("on-partial") => Mode::OnPartial,
        _ => Mode::Off,
    })
}

/// How the prompt was left.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The line is to be run.
    Run,
    /// The user left.
    Left,
    /// There is nothing more to read.
    Closed,
}

/// Asks for the words of a command, and first tells what was wrong with these.
///
/// # Errors
/// A prompt that is left without a command.
pub(crate) fn ask(
    session: &Session,
    words: &[String],
    problem: &str,
) -> Result<Vec<String>, Failure> {
    let is_terminal = io::stdin().is_terminal();
    if !is_terminal {
        complain("Warning: Input is not a terminal (fd=0).\n");
    }
    let mut editor = Editor::new(&beginning(session, words), history::load(session));
    let notice = problem.lines().next().unwrap_or_default();
    notice.clone_into(&mut editor.notice);
    let is_dumb = matches!(session.environment.get("TERM"), Some("dumb" | "unknown"));
    let end = if is_dumb {
        plain::converse(session, &mut editor)
    } else {
        converse(session, &mut editor, is_terminal)
    };
    let line = format!("> {} {}\n", session.environment.program, editor.text());
    match end.map_err(|error| Failure::general(error.to_string()))? {
        End::Left => {
            complain(&line);
            Err(Failure::silent(status::INTERRUPTED))
        }
        End::Closed => Err(Failure::general("")),
        End::Run => {
            // The screen is gone: what follows is the output of this command.
            write_stdout(line.as_bytes());
            let text = editor.text();
            let words = python::split_words(&text).map_err(Failure::general)?;
            history::add(session, text.trim());
            Ok(words)
        }
    }
}

/// The line that the prompt begins with. Its last word is taken as finished, unless it may go on.
fn beginning(session: &Session, words: &[String]) -> String {
    let words: Vec<&String> = words
        .iter()
        .filter(|word| *word != "--cli-auto-prompt")
        .collect();
    let quoted: Vec<String> = words.iter().map(|word| shell_quoted(word)).collect();
    let text = quoted.join(" ");
    if text.is_empty() {
        return text;
    }
    let split = unfinished(&text);
    let fitting =
        completion::suggestions(session, &split.finished, &split.word, Matching::Beginning);
    let is_whole = fitting
        .iter()
        .any(|suggestion| suggestion.word == split.word);
    if is_whole || fitting.is_empty() {
        text + " "
    } else {
        text
    }
}

/// Draws, waits for something to happen, and does what it asks for, until the prompt is left.
fn converse(session: &Session, editor: &mut Editor, is_terminal: bool) -> io::Result<End> {
    let mut input = Input::open(is_terminal)?;
    let mut terminal = Terminal::open()?;
    let mut advisor = Advisor::new(session);
    let (columns, _) = terminal.size();
    editor.documentation.shown = Some(usize::from(columns) >= WIDE);
    advisor.suggest(editor);
    loop {
        draw(&mut terminal, &mut advisor, editor)?;
        let keys = match input.next()? {
            Event::Keys(keys) => keys,
            Event::Closed => return Ok(End::Closed),
            Event::Changed => {
                terminal.clear();
                continue;
            }
            Event::Continue => {
                terminal.enter();
                continue;
            }
            Event::Stop => {
                stop(&mut terminal, &mut input);
                continue;
            }
            Event::End(signal) => {
                terminal.leave();
                return Ok(end_by(signal));
            }
        };
        for key in keys {
            match editor.press(key) {
                Outcome::Redraw => terminal.clear(),
                Outcome::Leave => return Ok(End::Left),
                Outcome::Suspend if is_terminal => stop(&mut terminal, &mut input),
                Outcome::Continue | Outcome::Suspend => {}
                Outcome::Run => match python::split_words(&editor.text()) {
                    Ok(_) => return Ok(End::Run),
                    Err(problem) => problem.clone_into(&mut editor.notice),
                },
            }
            advisor.suggest(editor);
        }
    }
}

fn draw(terminal: &mut Terminal, advisor: &mut Advisor<'_>, editor: &mut Editor) -> io::Result<()> {
    let (columns, rows) = terminal.size();
    let size = Size {
        columns: usize::from(columns),
        rows: usize::from(rows),
    };
    let session = advisor.session;
    let advice = advisor.advice(editor, size.columns);
    let program = &session.environment.program;
    Frame::of(program, editor, advice, size).draw(size.columns, terminal.out())
}

fn stop(terminal: &mut Terminal, input: &mut Input) {
    terminal.leave();
    input.stop_job();
    terminal.enter();
}

/// Ends by a signal; the interrupt signal means the same as its key.
fn end_by(signal: i32) -> End {
    if signal == signal_hook::consts::SIGINT {
        return End::Left;
    }
    input::end_by(signal);
    End::Closed
}
