//! What is wrong with a flow, as its author is told.

/// How many problems an answer may list.
pub(super) const PROBLEMS_MAX: usize = 50;
/// How long the description of one may be, in characters.
pub(super) const PROBLEM_CHARS_MAX: usize = 256;

/// What is wrong with a flow's content: one line for each problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    lines: Vec<String>,
    omitted: usize,
}

impl Problems {
    pub(super) fn add(&mut self, line: impl AsRef<str>) {
        // The last line is kept for the number of those that do not fit.
        if self.lines.len() + 1 < PROBLEMS_MAX {
            self.lines.push(clip(line.as_ref(), PROBLEM_CHARS_MAX));
        } else {
            self.omitted += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The problems, at most as many and as long as the answer's shape allows.
    #[must_use]
    pub fn lines(mut self) -> Vec<String> {
        if self.omitted > 0 {
            self.lines.push(format!("{} more problems", self.omitted));
        }
        self.lines
    }
}

/// The first `chars` characters of a text that may be too long to repeat.
pub(super) fn clip(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some(_) => text.chars().take(chars - 1).chain(['…']).collect(),
    }
}
