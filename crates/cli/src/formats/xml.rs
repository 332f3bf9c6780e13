//! XML, as much of it as answers use: elements and text.
//!
//! What is wrong with a document is said with the place and in the words of the parser of the
//! command being replaced.

use crate::python::sentences;

/// What is said about a character that cannot stand where it does.
const INVALID: &str = "not well-formed (invalid token)";
/// What is said about markup that does not end.
const UNCLOSED: &str = "unclosed token";
/// How deep elements may nest.
const DEPTH_MAX: usize = 900;

/// An element: its name without namespace, the text before its children, and those.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// The name.
    pub name: String,
    /// The text.
    pub text: String,
    /// The children.
    pub children: Vec<Element>,
}

impl Element {
    /// All children of that name.
    pub(crate) fn named(&self, name: &str) -> Vec<&Element> {
        self.children
            .iter()
            .filter(|child| child.name == name)
            .collect()
    }
}

/// Reads a document.
///
/// # Errors
/// What is wrong, and where.
pub(crate) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = Reader { text, at: 0 };
    reader.skip("\u{feff}");
    let mut open: Vec<(String, Element)> = Vec::new();
    let mut root: Option<Element> = None;
    loop {
        let start = reader.at;
        if reader.rest().is_empty() {
            return match (root, open.is_empty()) {
                (Some(root), true) => Ok(root),
                _ => Err(reader.problem("no element found", start)),
            };
        }
        if !reader.rest().starts_with('<') {
            let text = reader.text()?;
            match open.last_mut() {
                Some((_, element)) if element.children.is_empty() => element.text.push_str(&text),
                None if !text.trim().is_empty() => {
                    let at = reader.text.len() - reader.text[start..].trim_start().len();
                    return Err(reader.stray(at, root.is_some()));
                }
                _ => {}
            }
            continue;
        }
        match reader.markup()? {
            Markup::Skipped => {}
            Markup::Text(text) => match open.last_mut() {
                Some((_, element)) if element.children.is_empty() => element.text.push_str(&text),
                Some(_) => {}
                None => return Err(reader.problem("syntax error", start)),
            },
            Markup::Open { name, ends } => {
                if root.is_some() {
                    return Err(reader.problem("junk after document element", start));
                }
                if open.len() == DEPTH_MAX {
                    return Err(sentences::TOO_DEEP.to_owned());
                }
                let local = name.rsplit(':').next().unwrap_or_default().to_owned();
                let element = Element {
                    name: local,
                    ..Element::default()
                };
                if ends {
                    close(&mut open, &mut root, element);
                } else {
                    open.push((name, element));
                }
            }
            Markup::Close(name) => match open.pop() {
                Some((known, element)) if known == name => close(&mut open, &mut root, element),
                Some(_) => return Err(reader.problem("mismatched tag", start + 2)),
                None => return Err(reader.problem(INVALID, start + 1)),
            },
        }
    }
}

fn close(open: &mut [(String, Element)], root: &mut Option<Element>, element: Element) {
    match open.last_mut() {
        Some((_, parent)) => parent.children.push(element),
        None => *root = Some(element),
    }
}

/// What stands between angle brackets.
enum Markup {
    Open { name: String, ends: bool },
    Close(String),
    Text(String),
    Skipped,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn problem(&self, what: &str, at: usize) -> String {
        let before = &self.text[..at.min(self.text.len())];
        let (line, column) = place_after(before);
        format!("{what}: line {line}, column {column}")
    }

    /// What is wrong with text outside of the root element.
    fn stray(&self, at: usize, is_behind: bool) -> String {
        if is_behind {
            return self.problem("junk after document element", at);
        }
        let word = &self.text[at..];
        let end = word.find(|c| !is_name(c)).unwrap_or(word.len());
        let after = &word[end..];
        if end > 0 && (after.is_empty() || after.starts_with([' ', '\t', '\r', '\n'])) {
            return self.problem("syntax error", at);
        }
        self.problem(INVALID, at + end)
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// Everything up to an end, which is skipped.
    fn until(&mut self, end: &str) -> Option<&'a str> {
        let rest = self.rest();
        let place = rest.find(end)?;
        self.at += place + end.len();
        Some(&rest[..place])
    }

    fn markup(&mut self) -> Result<Markup, String> {
        let start = self.at;
        if self.skip("<![CDATA[") {
            return match self.until("]]>") {
                Some(text) => Ok(Markup::Text(text.replace("\r\n", "\n").replace('\r', "\n"))),
                None => Err(self.problem("unclosed CDATA section", self.text.len())),
            };
        }
        for (begin, end) in [("<!--", "-->"), ("<?", "?>"), ("<!", ">")] {
            if self.skip(begin) {
                return match self.until(end) {
                    Some(_) => Ok(Markup::Skipped),
                    None => Err(self.problem(UNCLOSED, start)),
                };
            }
        }
        self.at += 1;
        if self.skip("/") {
            let name = self.name(start)?;
            self.blanks();
            return if self.skip(">") {
                Ok(Markup::Close(name))
            } else {
                Err(self.broken(start))
            };
        }
        let name = self.name(start)?;
        loop {
            self.blanks();
            if self.skip("/>") {
                return Ok(Markup::Open { name, ends: true });
            }
            if self.skip(">") {
                return Ok(Markup::Open { name, ends: false });
            }
            self.attribute(start)?;
        }
    }

    fn attribute(&mut self, start: usize) -> Result<(), String> {
        self.name(start)?;
        self.blanks();
        if !self.skip("=") {
            return Err(self.broken(start));
        }
        self.blanks();
        let quote = match self.rest().chars().next() {
            Some('"') => "\"",
            Some('\'') => "'",
            _ => return Err(self.broken(start)),
        };
        self.at += 1;
        let at = self.at;
        let value = self.until(quote);
        match value.unwrap_or(&self.text[at..]).find('<') {
            Some(place) => Err(self.problem(INVALID, at + place)),
            None if value.is_some() => Ok(()),
            None => Err(self.problem(UNCLOSED, start)),
        }
    }

    fn blanks(&mut self) {
        self.at = self.text.len()
            - self
                .rest()
                .trim_start_matches([' ', '\t', '\r', '\n'])
                .len();
    }

    fn name(&mut self, start: usize) -> Result<String, String> {
        let rest = self.rest();
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let begins = |c: char| c.is_alphabetic() || c == '_' || c == ':';
        if !rest[..end].starts_with(begins) {
            return Err(self.broken(start));
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    /// What is wrong with markup that cannot go on here.
    fn broken(&self, start: usize) -> String {
        if self.rest().is_empty() {
            return self.problem(UNCLOSED, start);
        }
        self.problem(INVALID, self.at)
    }

    /// Text up to the next markup, entities replaced.
    fn text(&mut self) -> Result<String, String> {
        let rest = self.rest();
        let raw = &rest[..rest.find('<').unwrap_or(rest.len())];
        let start = self.at;
        self.at += raw.len();
        let is_control = |c| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}');
        if let Some(place) = raw.find(is_control) {
            return Err(self.problem(INVALID, start + place));
        }
        let mut out = String::new();
        let mut left = raw;
        while let Some(place) = left.find('&') {
            out.push_str(&left[..place]);
            let at = start + raw.len() - left.len() + place;
            left = &left[place + 1..];
            let end = left.find(|c| !is_name(c) && c != '#').unwrap_or(left.len());
            if !left[end..].starts_with(';') {
                let is_last = self.rest().is_empty() && end == left.len();
                let (what, at) = if is_last {
                    (UNCLOSED, at)
                } else {
                    (INVALID, at + 1 + end)
                };
                return Err(self.problem(what, at));
            }
            let letter =
                entity(&left[..end]).ok_or_else(|| self.problem("undefined entity", at))?;
            out.push(letter);
            left = &left[end + 1..];
        }
        out.push_str(left);
        Ok(out.replace("\r\n", "\n").replace('\r', "\n"))
    }
}

/// The line and column of what follows a text, counted from one and from nought.
pub(crate) fn place_after(text: &str) -> (usize, usize) {
    let last = text.rfind('\n').map_or(text, |end| &text[end + 1..]);
    (text.matches('\n').count() + 1, last.chars().count())
}

/// Whether the character may stand in a name.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "_:-.".contains(c) || c == '\u{b7}'
}

/// The character that an entity stands for.
fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, base| u32::from_str_radix(digits, base).ok();
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hexadecimal) => number(hexadecimal, 16)?,
                None => number(digits, 10)?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_have_local_names_text_and_children() {
        let root = parse("<?xml version=\"1.0\"?>\n<!-- x --><a:A xmlns:a='u'> <B>1 &lt; &#x32;<![CDATA[<3>]]></B><B/></a:A>\n").unwrap();
        let [first, second] = &root.named("B")[..] else {
            panic!("two children")
        };
        assert_eq!(root.name, "A");
        assert_eq!(
            (first.text.as_str(), second.text.as_str()),
            ("1 < 2<3>", "")
        );
    }

    #[test]
    fn problems_have_expats_words_and_places() {
        for (text, problem) in [
            ("", "no element found: line 1, column 0"),
            ("x", "syntax error: line 1, column 0"),
            ("\n Not Found", "syntax error: line 2, column 1"),
            ("{}", "not well-formed (invalid token): line 1, column 0"),
            (
                "<a>\u{1}</a>",
                "not well-formed (invalid token): line 1, column 3",
            ),
            (
                "<a>& b</a>",
                "not well-formed (invalid token): line 1, column 4",
            ),
            ("<a>&", "unclosed token: line 1, column 3"),
            ("<a><!-- ", "unclosed token: line 1, column 3"),
            ("<a><![CDATA[x", "unclosed CDATA section: line 1, column 13"),
            ("<a><b>", "no element found: line 1, column 6"),
            ("<a>\n<b", "unclosed token: line 2, column 0"),
            ("<é>é</b>", "mismatched tag: line 1, column 6"),
            ("<a></b>", "mismatched tag: line 1, column 5"),
            ("<a/>x", "junk after document element: line 1, column 4"),
            ("<a/><b/>", "junk after document element: line 1, column 4"),
            ("<a>&x;</a>", "undefined entity: line 1, column 3"),
            (
                "<a b></a>",
                "not well-formed (invalid token): line 1, column 4",
            ),
            (
                "<a b=\"</a>",
                "not well-formed (invalid token): line 1, column 6",
            ),
        ] {
            assert_eq!(parse(text), Err(problem.to_owned()), "{text}");
        }
    }

    #[test]
    fn elements_beyond_every_need_are_refused() {
        let deep = "<a>".repeat(100_000);
        assert_eq!(parse(&deep), Err(sentences::TOO_DEEP.to_owned()));
    }
}
