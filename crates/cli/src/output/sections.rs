//! The boxes of a table, and how they are drawn below one another.

use super::wide::width;
use super::{Colour, Width};
use crate::failure::Failure;
use crate::python::sentences;
use crate::terminal::paint::RESET;

/// Blanks and border of a column.
const PADDING: usize = 4;

/// One box: title, headers and rows.
#[derive(Debug, Default)]
pub(super) struct Section {
    title: String,
    level: usize,
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    columns: Option<usize>,
    widths: Vec<usize>,
}

impl Section {
    pub(super) fn new(title: &str, level: usize) -> Self {
        Self {
            title: title.to_owned(),
            level,
            ..Self::default()
        }
    }

    pub(super) fn header(&mut self, headers: &[&String]) -> Result<(), Failure> {
        self.headers = headers.iter().map(|header| (*header).clone()).collect();
        if !self.widths.is_empty() && self.widths.len() < headers.len() {
            // Rows without headers stand above, and they are narrower.
            return Err(Failure::general(sentences::LIST_TOO_SHORT));
        }
        let headers = self.headers.clone();
        self.widen(&headers);
        self.columns.get_or_insert(headers.len());
        Ok(())
    }

    pub(super) fn row(&mut self, row: Vec<String>) -> Result<(), Failure> {
        let columns = *self.columns.get_or_insert(row.len());
        if row.len() != columns {
            return Err(Failure::general(format!(
                "Row should have {columns} elements, instead it has {}",
                row.len()
            )));
        }
        self.widen(&row);
        self.rows.push(row);
        Ok(())
    }

    fn widen(&mut self, cells: &[String]) {
        self.widths.resize(self.widths.len().max(cells.len()), 0);
        for (known, cell) in self.widths.iter_mut().zip(cells) {
            *known = width(cell).max(*known);
        }
    }

    fn total_width(&self) -> usize {
        let outer = 2 * self.level;
        let cells: usize = self.widths.iter().map(|width| width + PADDING).sum();
        (cells + 2 + outer).max(width(&self.title) + 2 + outer)
    }

    /// The widths of the columns, stretched to fill the box.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "widths of a screen; Python rounds them the same way"
    )]
    fn stretched(&self, inside: usize) -> Vec<usize> {
        let plain: Vec<usize> = self.widths.iter().map(|width| width + PADDING).collect();
        let sum: usize = plain.iter().sum();
        if sum == 0 {
            return plain;
        }
        let scale = inside as f64 / sum as f64;
        let mut scaled: Vec<usize> = plain
            .iter()
            .map(|width| (scale * *width as f64).round_ties_even() as usize)
            .collect();
        let total: usize = scaled.iter().sum();
        let count = scaled.len();
        for place in (0..count).cycle().take(total.saturating_sub(inside)) {
            scaled[place] -= 1;
        }
        for place in (0..count).rev().cycle().take(inside.saturating_sub(total)) {
            scaled[place] += 1;
        }
        scaled
    }

    /// With its one row as lines of key and value.
    fn upright(self) -> Self {
        let [row] = &self.rows[..] else {
            return self;
        };
        if self.headers.is_empty() {
            return self;
        }
        let mut section = Self::new(&self.title, self.level);
        for (header, cell) in self.headers.iter().zip(row) {
            let row = vec![header.clone(), cell.clone()];
            section.widen(&row);
            section.rows.push(row);
        }
        section
    }
}

/// All boxes of one table.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) sections: Vec<Section>,
}

impl Tables {
    /// The box that is being filled.
    pub(super) fn last(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        self.sections
            .last_mut()
            .expect("there is at least the one just made")
    }

    /// Draws the boxes; if they are wider than the terminal, single rows are turned upright.
    pub(super) fn render(mut self, colour: Colour, terminal: Width) -> String {
        let widest = |sections: &[Section]| {
            sections
                .iter()
                .map(Section::total_width)
                .max()
                .unwrap_or_default()
        };
        if widest(&self.sections) > terminal.0 {
            self.sections = self.sections.into_iter().map(Section::upright).collect();
        }
        let width = widest(&self.sections);
        let mut pen = Pen {
            out: String::new(),
            colour,
            level: 0,
        };
        pen.put(&format!("{}\n", "-".repeat(width)));
        for section in &self.sections {
            pen.level = section.level;
            draw(&mut pen, section, width - 2 * section.level);
        }
        pen.out
    }
}

/// Writes lines between the borders of the boxes around them.
struct Pen {
    out: String,
    colour: Colour,
    level: usize,
}

impl Pen {
    fn styled(&self, codes: &str, text: &str) -> String {
        match self.colour {
            Colour::Off => text.to_owned(),
            Colour::On { .. } => format!("{codes}{text}{RESET}"),
        }
    }

    /// Writes, and resets the colours after it, as the colour library of the original does.
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        if self.colour == (Colour::On { resets: true }) {
            self.out.push_str(RESET);
        }
    }

    fn line(&mut self, text: &str) {
        let border = self.styled("\x1b[2m\x1b[33m", "|").repeat(self.level);
        self.put(&border);
        self.put(text);
        self.put(&border);
        self.put("\n");
    }

    fn rule(&mut self, widths: &[usize]) {
        let mut text = String::new();
        for (place, width) in widths.iter().enumerate() {
            if place == 0 {
                text.push('+');
                text.push_str(&"-".repeat(width.saturating_sub(2)));
            } else {
                text.push_str(&"-".repeat(width.saturating_sub(1)));
            }
            text.push('+');
        }
        self.line(&text);
    }
}

fn draw(pen: &mut Pen, section: &Section, inside: usize) {
    if !section.title.is_empty() {
        pen.line(&centred(&section.title, inside, "|"));
        if section.headers.is_empty() && section.rows.is_empty() {
            pen.line(&format!("+{}+", "-".repeat(inside.saturating_sub(2))));
        }
    }
    let widths = section.stretched(inside);
    if !section.headers.is_empty() {
        pen.rule(&widths);
        let mut text = String::new();
        for (place, (header, width)) in section.headers.iter().zip(&widths).enumerate() {
            text.push_str(&centred(header, *width, if place == 0 { "|" } else { "" }));
        }
        pen.line(&text);
    }
    if section.rows.is_empty() || widths.is_empty() {
        return;
    }
    pen.rule(&widths);
    for row in &section.rows {
        let mut text = String::new();
        for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let edge = if place == 0 { "|" } else { "" };
            text.push_str(&left(pen, cell, *width, edge));
        }
        pen.line(&text);
    }
    pen.rule(&widths);
}

fn centred(text: &str, length: usize, edge: &str) -> String {
    let own = width(text);
    let before = (length / 2).saturating_sub(own / 2 + 1);
    let after = length.saturating_sub(1 + edge.len() + before + own);
    format!("{edge}{}{text}{}|", " ".repeat(before), " ".repeat(after))
}

fn left(pen: &Pen, text: &str, length: usize, edge: &str) -> String {
    let own = width(text);
    let padding = if length > own + 2 + edge.len() { 2 } else { 0 };
    let after = length.saturating_sub(edge.len() + padding + own + 1);
    let styled = pen.styled("\x1b[1m\x1b[34m", text);
    format!(
        "{edge}{}{styled}{}|",
        " ".repeat(padding),
        " ".repeat(after)
    )
}
