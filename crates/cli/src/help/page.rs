//! The layout of a help page: 80 columns, headings, indented paragraphs.

/// The width of a page.
const COLUMNS: usize = 80;
/// How far the body of a section is indented.
const BODY: usize = 7;
/// How far what belongs to an option is indented further.
const DEEPER: usize = 3;

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    bold: bool,
}

impl Page {
    /// A page; with `bold`, headings are overstruck as terminals' pagers show them bold.
    #[must_use]
    pub(super) fn new(bold: bool) -> Self {
        Self {
            text: String::new(),
            bold,
        }
    }

    /// The finished page.
    #[must_use]
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Begins a section.
    pub(super) fn heading(&mut self, title: &str) {
        let title = self.strong(title);
        self.text.extend([title.as_str(), "\n"]);
    }

    /// Writes a paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        self.wrapped(BODY, text);
        self.text.push('\n');
    }

    /// Writes an item of a list.
    pub(super) fn item(&mut self, text: &str) {
        let start = self.text.len();
        self.wrapped(BODY + 2, text);
        self.text.replace_range(start + BODY..=start + BODY, "*");
    }

    /// Ends a list.
    pub(super) fn end_items(&mut self) {
        self.text.push('\n');
    }

    /// Writes the name of an option with its type, and what belongs to it.
    pub(super) fn option(&mut self, name: &str, kind: &str, paragraphs: &[String]) {
        let name = self.strong(name);
        self.text.extend([
            " ".repeat(BODY).as_str(),
            &name,
            " (",
            kind,
            ")
",
        ]);
        for paragraph in paragraphs {
            self.wrapped(BODY + DEEPER, paragraph);
        }
        self.text.push('\n');
    }

    /// Writes a line as it is.
    pub(super) fn line(&mut self, text: &str) {
        self.text
            .push_str(format!("{}{text}", " ".repeat(BODY)).trim_end());
        self.text.push('\n');
    }

    /// Ends a block of lines.
    pub(super) fn end_lines(&mut self) {
        self.text.push('\n');
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

    fn wrapped(&mut self, indent: usize, text: &str) {
        let room = COLUMNS - indent - 2;
        let mut line = String::new();
        let mut lines = Vec::new();
        for word in text.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        for line in lines {
            self.text.extend([
                " ".repeat(indent).as_str(),
                &line,
                "
",
            ]);
        }
    }
}
