//! What the prompt looks like: the line, suggestions, panels, the command to be run, and the keys.
//!
//! A frame is made of plain values and only then drawn, so that tests can look at it.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{Attribute, Print, SetAttribute};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};

use super::editor::{Editor, Focus};
use super::panels::{self, Size};
use crate::terminal::columns::{clipped, padded, width, width_of, wrapped};

/// From this many columns on, panels stand beside the suggestions, and the documentation opens by itself.
pub(super) const WIDE: usize = 100;
/// The fewest rows between line and command that panels are shown in.
const PANEL_ROWS_MIN: usize = 6;
/// From this many rows on, a line separates what is written from what will be run.
const RULE_ROWS_MIN: usize = 8;

/// What a value is for and the command take one row each of so many.
const SHARE: usize = 7;

/// What stands before the command.
const RUNS: &str = "runs  ";
/// What stands before its further lines.
const INDENT: &str = "      ";

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As the terminal's other text.
    Plain,
    /// Less important.
    Dim,
    /// Important.
    Bold,
    /// Chosen.
    Reverse,
}

/// A row of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row(Vec<(Style, String)>);

impl Row {
    /// A row with one piece of text.
    pub(super) fn of(style: Style, text: impl Into<String>) -> Self {
        Self(vec![(style, text.into())])
    }

    /// The same row with more text behind it.
    pub(super) fn then(mut self, style: Style, text: impl Into<String>) -> Self {
        self.0.push((style, text.into()));
        self
    }

    /// The row in exactly that many columns, with another one behind it.
    pub(super) fn beside(mut self, columns: usize, other: Row) -> Self {
        self.clip(columns);
        let used = self.width();
        self.0.push((Style::Plain, " ".repeat(columns - used)));
        self.0.extend(other.0);
        self
    }

    /// How many columns the row takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| width(text)).sum()
    }

    fn clip(&mut self, columns: usize) {
        let mut left = columns;
        for (_, text) in &mut self.0 {
            text.truncate(clipped(text, left).len());
            left -= width(text);
        }
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// Everything on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) rows: Vec<Row>,
    /// Column and row.
    pub(super) cursor: (usize, usize),
}

/// What is shown beside the line itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Advice {
    /// What the value at the cursor is for, or what the chosen suggestion is.
    pub(super) hint: String,
    /// The required options that are not given.
    pub(super) missing: Vec<String>,
    /// The documentation, line by line.
    pub(super) documentation: Vec<String>,
    /// The sample of the result, line by line.
    pub(super) output: Vec<String>,
}

impl Frame {
    /// The frame for a screen of that size.
    pub(super) fn of(program: &str, editor: &Editor, advice: &Advice, size: Size) -> Self {
        let (mut rows, cursor) = line_rows(program, editor, size);
        let left = size.rows - rows.len();
        let mut bottom = Vec::new();
        if left > 0 {
            bottom.push(panels::key_bar(editor, size.columns));
        }
        if left > 2 {
            let missing = &advice.missing;
            if left > 4 && !missing.is_empty() {
                let text = format!("needs {}", missing.join(" "));
                bottom.insert(0, Row::of(Style::Dim, text));
            }
            bottom.splice(
                0..0,
                command_rows(program, editor, size.columns, left / SHARE),
            );
        }
        if left > RULE_ROWS_MIN {
            let hint = wrapped(&advice.hint, size.columns).into_iter();
            let most = if advice.hint.is_empty() {
                0
            } else {
                left / SHARE
            };
            bottom.splice(0..0, hint.take(most).map(|line| Row::of(Style::Dim, line)));
            bottom.insert(0, panels::rule(editor, size.columns));
        }
        let body = size.rows - rows.len() - bottom.len();
        let inner = Size { rows: body, ..size };
        let mut middle = body_rows(editor, advice, inner);
        middle.resize(body, Row::default());
        rows.append(&mut middle);
        rows.append(&mut bottom);
        for row in &mut rows {
            row.clip(size.columns);
        }
        Self { rows, cursor }
    }

    /// Draws the frame over what was there.
    pub(super) fn draw(&self, columns: usize, out: &mut impl Write) -> io::Result<()> {
        let mut bytes = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate, Hide)?;
        for (place, row) in self.rows.iter().enumerate() {
            queue!(bytes, MoveTo(0, short(place)))?;
            for (style, text) in &row.0 {
                let attribute = match style {
                    Style::Plain => Attribute::Reset,
                    Style::Dim => Attribute::Dim,
                    Style::Bold => Attribute::Bold,
                    Style::Reverse => Attribute::Reverse,
                };
                queue!(
                    bytes,
                    SetAttribute(attribute),
                    Print(text),
                    SetAttribute(Attribute::Reset)
                )?;
            }
            if row.width() < columns {
                queue!(bytes, Clear(ClearType::UntilNewLine))?;
            }
        }
        let (column, row) = self.cursor;
        queue!(
            bytes,
            MoveTo(short(column), short(row)),
            Show,
            EndSynchronizedUpdate
        )?;
        out.write_all(&bytes)?;
        out.flush()
    }
}

fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// A letter as it is shown: controls as `^J`.
fn shown(letter: char) -> String {
    match letter {
        letter if letter.is_ascii_control() => format!("^{}", char::from((letter as u8) ^ 0x40)),
        letter if letter.is_control() => "?".to_owned(),
        letter => letter.to_string(),
    }
}

/// The line in as many rows as it needs, but not more than a third of the screen.
fn line_rows(program: &str, editor: &Editor, size: Size) -> (Vec<Row>, (usize, usize)) {
    let mut rows = vec![String::new()];
    let mut taken = 0;
    let mut cursor = (0, 0);
    let mark = format!("> {program} ");
    let letters = mark
        .chars()
        .chain(editor.text().chars())
        .collect::<Vec<_>>();
    let at = mark.chars().count() + editor.cursor();
    for (place, letter) in letters.iter().map(Some).chain([None]).enumerate() {
        let text = letter.map_or(String::new(), |letter| shown(*letter));
        // One column is kept for the cursor behind the last letter.
        let needed = letter.map_or(1, |_| width(&text));
        if taken + needed > size.columns && taken > 0 {
            rows.push(String::new());
            taken = 0;
        }
        if place == at {
            cursor = (taken, rows.len() - 1);
        }
        taken += text.chars().map(width_of).sum::<usize>();
        if let Some(row) = rows.last_mut() {
            row.push_str(&text);
        }
    }
    let count = rows.len().min((size.rows / 3).max(1));
    let first = (cursor.1 + 1).saturating_sub(count);
    let shown = rows.into_iter().skip(first).take(count);
    let rows = shown.map(|row| Row::of(Style::Bold, row)).collect();
    (
        rows,
        (
            cursor.0.min(size.columns.saturating_sub(1)),
            cursor.1 - first,
        ),
    )
}

/// The command as it would be run now, in that many rows at most.
fn command_rows(program: &str, editor: &Editor, columns: usize, most: usize) -> Vec<Row> {
    if !editor.notice.is_empty() {
        return vec![Row::of(Style::Reverse, editor.notice.clone())];
    }
    let preview: String = editor.preview().chars().map(shown).collect();
    let room = columns.saturating_sub(width(RUNS));
    wrapped(&format!("{program} {preview}"), room)
        .into_iter()
        .take(most.max(1))
        .enumerate()
        .map(|(place, line)| {
            let mark = if place == 0 { RUNS } else { INDENT };
            Row::of(Style::Dim, mark).then(Style::Plain, line)
        })
        .collect()
}

/// Suggestions and panels.
fn body_rows(editor: &Editor, advice: &Advice, size: Size) -> Vec<Row> {
    if editor.keys {
        return panels::keys(editor.focus, size);
    }
    let documentation = editor.documentation.shown == Some(true);
    let open: Vec<Focus> = [
        documentation.then_some(Focus::Documentation),
        (editor.output.shown == Some(true)).then_some(Focus::Output),
    ]
    .into_iter()
    .flatten()
    .collect();
    if open.is_empty() || size.rows < PANEL_ROWS_MIN {
        return menu(editor, size);
    }
    if size.columns >= WIDE {
        let left = size.columns / 2;
        let inner = Size {
            columns: left - 1,
            ..size
        };
        let right = Size {
            columns: size.columns - left,
            ..size
        };
        let mut rows = menu(editor, inner);
        rows.resize(size.rows, Row::default());
        let beside = panels::stacked(editor, advice, &open, right);
        return rows
            .into_iter()
            .zip(beside)
            .map(|(row, panel)| row.beside(left, panel))
            .collect();
    }
    let top = (editor.suggestions().len() + 1).clamp(2, size.rows / 2);
    let mut rows = menu(editor, Size { rows: top, ..size });
    rows.resize(top, Row::default());
    let below = Size {
        rows: size.rows - top,
        ..size
    };
    rows.extend(panels::stacked(editor, advice, &open, below));
    rows
}

/// The suggestions, each with what it is.
fn menu(editor: &Editor, size: Size) -> Vec<Row> {
    let suggestions = editor.suggestions();
    let room = size.rows;
    let label = |suggestion: &crate::completion::Suggestion| {
        let required = if suggestion.required {
            " (required)"
        } else {
            ""
        };
        let shown: String = suggestion.shown.chars().map(shown).collect();
        format!("{shown}{required}")
    };
    let first = editor
        .chosen
        .map_or(0, |chosen| (chosen + 1).saturating_sub(room));
    let shown: Vec<_> = suggestions
        .iter()
        .enumerate()
        .skip(first)
        .take(room)
        .collect();
    let longest = shown
        .iter()
        .map(|(_, suggestion)| width(&label(suggestion)))
        .max();
    let names = (longest.unwrap_or(0) + 2).min(size.columns);
    shown
        .into_iter()
        .map(|(place, suggestion)| {
            let is_chosen = editor.chosen == Some(place);
            let style = if is_chosen {
                Style::Reverse
            } else {
                Style::Plain
            };
            let name = padded(&label(suggestion), names.saturating_sub(1));
            let room = size.columns.saturating_sub(names);
            Row::of(style, name)
                .then(Style::Plain, " ")
                .then(Style::Dim, clipped(&suggestion.meaning, room))
        })
        .collect()
}

#[cfg(test)]
#[path = "frame_tests.rs"]
mod tests;
