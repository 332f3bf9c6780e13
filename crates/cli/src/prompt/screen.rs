//! What the prompt looks like: the line, suggestions, documentation, and the command to be run.

use std::io::{self, Write as _};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::style::{Attribute, Print, SetAttribute};
use crossterm::terminal::{self, BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};

use super::editor::Editor;

/// The size of a terminal that does not tell its own.
const USUAL_SIZE: (u16, u16) = (80, 24);
/// Lines beside suggestions and documentation: title, line, rule, and the command at the bottom.
const FRAME_LINES: u16 = 5;
/// The narrowest column of suggestions.
const NAMES_MIN: usize = 24;
/// What the keys do.
const TITLE: &str = "Tab completes   Enter runs   F2 the whole page   Ctrl-C leaves";
/// What stands before the line.
const MARK: &str = "> ";

/// The screen while the prompt is open. Dropping it puts the terminal back.
#[derive(Debug)]
pub(super) struct Screen {
    raw: bool,
    program: String,
}

impl Screen {
    /// Opens the screen; keys are taken one by one if the input is a terminal.
    pub(super) fn open(program: &str, input_is_terminal: bool) -> Self {
        let raw = input_is_terminal && terminal::enable_raw_mode().is_ok();
        let _ = execute!(io::stdout(), EnterAlternateScreen);
        Self {
            raw,
            program: program.to_owned(),
        }
    }

    /// Draws everything anew.
    pub(super) fn draw(&self, editor: &Editor, page: &str) -> io::Result<()> {
        let (columns, rows) = terminal::size()
            .ok()
            .filter(|size| size.0 > 0 && size.1 > 0)
            .unwrap_or(USUAL_SIZE);
        let width = usize::from(columns);
        let mut out = io::stdout().lock();
        queue!(
            out,
            BeginSynchronizedUpdate,
            Hide,
            MoveTo(0, 0),
            Clear(ClearType::All)
        )?;
        queue!(
            out,
            SetAttribute(Attribute::Reverse),
            Print(padded(&format!(" {} - {TITLE}", self.program), width))
        )?;
        queue!(out, SetAttribute(Attribute::Reset), MoveTo(0, 1))?;
        let (shown, cursor) = window(
            &editor.text(),
            editor.cursor(),
            width.saturating_sub(MARK.len() + 1),
        );
        queue!(
            out,
            Print(MARK),
            Print(shown),
            MoveTo(0, 2),
            Print("-".repeat(width))
        )?;
        let height = usize::from(rows.saturating_sub(FRAME_LINES));
        Self::draw_body(&mut out, editor, page, width, height)?;
        let preview = format!("{} {}", self.program, editor.text().trim());
        queue!(
            out,
            MoveTo(0, rows.saturating_sub(2)),
            Print("-".repeat(width))
        )?;
        queue!(
            out,
            MoveTo(0, rows.saturating_sub(1)),
            Print(clipped(
                &format!("runs: {preview}"),
                width.saturating_sub(1)
            ))
        )?;
        let column = u16::try_from(MARK.len() + cursor).unwrap_or(columns);
        queue!(out, MoveTo(column, 1), Show, EndSynchronizedUpdate)?;
        out.flush()
    }

    fn draw_body(
        out: &mut impl io::Write,
        editor: &Editor,
        page: &str,
        width: usize,
        height: usize,
    ) -> io::Result<()> {
        let row = |index: usize| u16::try_from(index + 3).unwrap_or(u16::MAX);
        if editor.page {
            for (index, line) in page.lines().take(height).enumerate() {
                queue!(out, MoveTo(0, row(index)), Print(clipped(line, width)))?;
            }
            return Ok(());
        }
        let longest = editor
            .suggestions
            .iter()
            .map(|suggestion| suggestion.word.chars().count())
            .max()
            .unwrap_or(0);
        let names = (longest + 3)
            .clamp(NAMES_MIN, (width / 2).max(NAMES_MIN))
            .min(width);
        let first = editor
            .chosen
            .map_or(0, |chosen| (chosen + 1).saturating_sub(height));
        for (index, suggestion) in editor
            .suggestions
            .iter()
            .enumerate()
            .skip(first)
            .take(height)
        {
            let mark = if suggestion.required { '*' } else { ' ' };
            let chosen = editor.chosen == Some(index);
            let attribute = if chosen {
                Attribute::Reverse
            } else {
                Attribute::Reset
            };
            let text = padded(
                &format!("{mark}{}", suggestion.word),
                names.saturating_sub(1),
            );
            queue!(
                out,
                MoveTo(0, row(index - first)),
                SetAttribute(attribute),
                Print(text)
            )?;
            queue!(out, SetAttribute(Attribute::Reset))?;
        }
        let suggested = editor
            .suggestions
            .get(editor.chosen.unwrap_or(0))
            .map(|suggestion| suggestion.meaning.as_str());
        let meaning = suggested
            .filter(|meaning| !meaning.is_empty())
            .unwrap_or(&editor.hint);
        let room = width.saturating_sub(names + 3);
        for (index, line) in wrapped(meaning, room).into_iter().take(height).enumerate() {
            queue!(
                out,
                MoveTo(u16::try_from(names).unwrap_or(u16::MAX), row(index)),
                Print(format!("| {line}"))
            )?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = execute!(
            io::stdout(),
            SetAttribute(Attribute::Reset),
            Show,
            LeaveAlternateScreen
        );
        if self.raw {
            let _ = terminal::disable_raw_mode();
        }
    }
}

/// The part of the line around the cursor that fits, and where the cursor is in it.
fn window(line: &str, cursor: usize, width: usize) -> (String, usize) {
    let start = cursor.saturating_sub(width);
    (
        line.chars().skip(start).take(width).collect(),
        cursor - start,
    )
}

fn clipped(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

fn padded(text: &str, width: usize) -> String {
    format!("{:<width$}", clipped(text, width))
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&clipped(word, width));
    }
    lines.push(line);
    lines
}
