//! The layout of a help page: headings, indented paragraphs, lists and code, in so many columns.

use crate::terminal::columns::{broken, width, wrapped};

/// The columns of a page.
pub(super) const COLUMNS: usize = 80;
/// How far the body of a section is indented.
const BODY: usize = 7;
/// The same on a page that is too narrow for that.
const NARROW_BODY: usize = 2;
/// Pages of fewer columns are narrow.
const NARROW: usize = 70;
/// How far what belongs to an option is indented further, and what belongs to its members.
const DEEPER: [usize; 2] = [3, 4];
/// The fewest columns that are left for text.
const ROOM_MIN: usize = 16;
/// How far the rest of a broken line of code is indented.
const HANGING: usize = 4;

/// A page that is being written.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    bold: bool,
    columns: usize,
    /// What stands last, which decides whether an empty line follows.
    last: Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Nothing,
    Heading,
    Name(usize),
    Item,
    Block,
}

impl Page {
    /// A page; with `bold`, headings are overstruck as terminals' pagers show them bold.
    pub(super) fn new(bold: bool, columns: usize) -> Self {
        Self {
            text: String::new(),
            bold,
            columns,
            last: Last::Nothing,
        }
    }

    /// The finished page.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Begins a section.
    pub(super) fn heading(&mut self, title: &str) {
        self.begin(Last::Heading);
        let title = self.strong(title);
        self.text.extend([title.as_str(), "\n"]);
    }

    /// Writes a paragraph.
    pub(super) fn paragraph(&mut self, level: usize, text: &str) {
        self.begin(Last::Block);
        let indent = self.indent(level);
        for line in wrapped(text, self.columns - indent - 1) {
            self.push(indent, &line);
        }
    }

    /// Writes an item of a list.
    pub(super) fn item(&mut self, level: usize, text: &str) {
        self.begin(Last::Item);
        let indent = self.indent(level);
        for (place, line) in wrapped(text, self.columns - indent - 3).iter().enumerate() {
            let mark = if place == 0 { "* " } else { "  " };
            self.push(indent, &format!("{mark}{line}"));
        }
    }

    /// Writes the name of an option or a member, and its type.
    pub(super) fn name(&mut self, level: usize, name: &str, kind: &str) {
        self.begin(Last::Name(level));
        let indent = self.indent(level);
        let room = self.columns - indent - 1;
        if width(name) + 1 + width(kind) <= room {
            let name = self.strong(name);
            self.push(indent, &format!("{name} {kind}"));
        } else {
            for line in wrapped(&format!("{name} {kind}"), room) {
                self.push(indent, &line);
            }
        }
    }

    /// Writes lines as they are; those that are too long go on in the next line.
    pub(super) fn code(&mut self, lines: impl IntoIterator<Item = impl AsRef<str>>) {
        self.begin(Last::Block);
        let indent = self.indent(1);
        let room = self.columns - indent - HANGING;
        for line in lines {
            let text = line.as_ref().trim_start();
            let own = (line.as_ref().len() - text.len()).min(room / 2);
            for (place, part) in broken(text, room - own).iter().enumerate() {
                let hanging = if place == 0 { 0 } else { HANGING };
                self.push(indent + own + hanging, part.trim_start());
            }
        }
    }

    fn indent(&self, level: usize) -> usize {
        let body = if self.columns < NARROW {
            NARROW_BODY
        } else {
            BODY
        };
        let deeper = match level {
            0 => 0,
            level => DEEPER[0] + DEEPER[1] * (level - 1),
        };
        (body + deeper).min(self.columns.saturating_sub(ROOM_MIN))
    }

    /// An empty line before the next block, unless it follows its heading, its name or another item.
    fn begin(&mut self, next: Last) {
        let together = match (self.last, next) {
            (Last::Nothing | Last::Heading, _)
            | (Last::Name(_), Last::Item | Last::Block)
            | (Last::Item, Last::Item) => true,
            (Last::Name(outer), Last::Name(inner)) => inner > outer,
            _ => false,
        };
        if !together {
            self.text.push('\n');
        }
        self.last = next;
    }

    fn push(&mut self, indent: usize, line: &str) {
        self.text
            .extend([" ".repeat(indent).as_str(), line.trim_end(), "\n"]);
    }

    fn strong(&self, text: &str) -> String {
        if !self.bold {
            return text.to_owned();
        }
        text.chars()
            .map(|letter| {
                if letter == ' ' {
                    " ".to_owned()
                } else {
                    format!("{letter}\u{8}{letter}")
                }
            })
            .collect()
    }
}

/// The lines of one command of a shell.
pub(super) fn continued(lines: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.into_iter().collect();
    let count = lines.len();
    for line in lines.iter_mut().take(count.saturating_sub(1)) {
        line.push_str(" \\");
    }
    lines
}
