//! The panels beside the suggestions: documentation, a sample of the result, what the keys do.

use super::editor::{Editor, Focus};
use super::frame::{Advice, Row, Style};
use crate::terminal::columns::{clipped, width};

/// Columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// The keys that matter most, for the bar at the bottom.
const BAR: [(&str, &str); 8] = [
    ("ENTER", "Choose/Run"),
    ("TAB", "Next"),
    ("F1", "Keys"),
    ("F3", "Docs"),
    ("CTRL+R", "History"),
    ("CTRL+C", "Leave"),
    ("F5", "Output"),
    ("F2", "Panel"),
];
/// The same while a panel takes the keys.
const PANEL_BAR: [(&str, &str); 6] = [
    ("q", "Back to the line"),
    ("j k", "Scroll"),
    ("w z", "Page"),
    ("g G", "Ends"),
    ("F1", "Keys"),
    ("F2", "Next panel"),
];
/// What the keys do in the line.
const LINE_KEYS: [(&str, &str); 17] = [
    (
        "Enter",
        "takes the chosen suggestion, else runs the command",
    ),
    ("Tab, Down", "next suggestion; Tab takes the only one"),
    ("Shift-Tab, Up", "suggestion before"),
    ("Up, Down", "without suggestions: commands of the past"),
    ("Space", "takes the chosen suggestion"),
    ("Esc", "lets go of the choice, then closes the suggestions"),
    ("Ctrl-R", "looks through the commands of the past"),
    ("F1", "these keys"),
    ("F2", "gives the keys to the next panel"),
    ("F3", "documentation"),
    ("F5", "sample of the result"),
    ("Ctrl-A, Ctrl-E", "begin and end of the line"),
    ("Ctrl-Left, -Right", "word by word"),
    ("Ctrl-W, -U, -K", "erase a word, to the begin, to the end"),
    ("Ctrl-Y", "puts back what was erased"),
    ("Ctrl-Z", "stops the program"),
    ("Ctrl-C, -D, -Q", "leave"),
];
/// What the keys do in a panel.
const PANEL_KEYS: [(&str, &str); 6] = [
    ("j, k, arrows", "a line on, a line back"),
    ("z, w, page keys", "a page on, a page back"),
    ("g, G", "to the top, to the bottom"),
    ("q, Esc", "back to the line"),
    ("F2", "gives the keys to the next panel"),
    ("F1", "these keys"),
];

/// The bar at the bottom: as many keys as fit.
pub(super) fn key_bar(editor: &Editor, columns: usize) -> Row {
    let keys = match editor.focus {
        Focus::Line => &BAR[..],
        _ => &PANEL_BAR[..],
    };
    let mut row = Row::default();
    if editor.in_history {
        row = row.then(Style::Reverse, "history").then(Style::Plain, " ");
    }
    for (key, what) in keys {
        let text = format!("[{key}] ");
        if row.width() + width(&text) + width(what) > columns {
            break;
        }
        row = row
            .then(Style::Bold, text)
            .then(Style::Dim, format!("{what}  "));
    }
    row
}

/// The line above the command, with how many suggestions there are.
pub(super) fn rule(editor: &Editor, columns: usize) -> Row {
    let count = editor.suggestions().len();
    let place = editor
        .chosen
        .map_or(String::new(), |chosen| format!("{} of ", chosen + 1));
    let text = match count {
        0 => String::new(),
        _ => format!(" {place}{count} "),
    };
    titled(&text, columns, false)
}

fn titled(title: &str, columns: usize, has_focus: bool) -> Row {
    let title = clipped(title, columns.saturating_sub(2));
    let rest = columns.saturating_sub(width(title) + 2);
    let style = if has_focus {
        Style::Reverse
    } else {
        Style::Bold
    };
    Row::of(Style::Dim, "─".repeat(2.min(columns)))
        .then(style, title)
        .then(Style::Dim, "─".repeat(rest))
}

/// The open panels, one above the other.
pub(super) fn stacked(editor: &Editor, advice: &Advice, open: &[Focus], size: Size) -> Vec<Row> {
    let mut rows = Vec::new();
    for (place, which) in open.iter().enumerate() {
        let height = (size.rows - rows.len()) / (open.len() - place);
        let (title, lines, scrolled) = match which {
            Focus::Output => (
                " Sample of the result ",
                &advice.output,
                editor.output.scrolled,
            ),
            _ => (
                " Documentation ",
                &advice.documentation,
                editor.documentation.scrolled,
            ),
        };
        let room = height.saturating_sub(1);
        let first = scrolled.min(lines.len().saturating_sub(room));
        rows.push(titled(title, size.columns, editor.focus == *which));
        let shown = lines.iter().skip(first).take(room);
        let mut shown: Vec<Row> = shown
            .map(|line| Row::of(Style::Plain, line.clone()))
            .collect();
        shown.resize(room, Row::default());
        rows.append(&mut shown);
    }
    rows
}

/// What the keys do.
pub(super) fn keys(focus: Focus, size: Size) -> Vec<Row> {
    let keys = match focus {
        Focus::Line => &LINE_KEYS[..],
        _ => &PANEL_KEYS[..],
    };
    keys.iter()
        .take(size.rows)
        .map(|(key, what)| Row::of(Style::Bold, format!("{key:<18} ")).then(Style::Plain, *what))
        .collect()
}
