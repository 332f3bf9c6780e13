//! XML, as much of it as answers use: elements and text.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;

use super::DEPTH_MAX;
use super::failure::{Coded, Problem};

/// An element: its name without namespace, its text, its children.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// The first child of that name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of that name.
    pub(super) fn children_named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of that name.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }
}

/// Parses a document.
pub(super) fn parse(body: &[u8]) -> Coded<Element> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    // The first entry gathers the root.
    let mut open = vec![Element::default()];
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(&error.to_string()))?;
        let current = open.last_mut().ok_or_else(|| malformed("unbalanced"))?;
        match event {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err(Problem::TooDeep(DEPTH_MAX).into());
                }
                open.push(element(start.local_name().as_ref()));
            }
            Event::Empty(empty) => current.children.push(element(empty.local_name().as_ref())),
            Event::End(_) => {
                let done = open.pop().ok_or_else(|| malformed("unbalanced"))?;
                open.last_mut()
                    .ok_or_else(|| malformed("unbalanced"))?
                    .children
                    .push(done);
            }
            Event::Text(text) => current.text.push_str(&text.xml10_content()),
            Event::CData(text) => current.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference
                    .resolve_char_ref()
                    .map_err(|error| malformed(&error.to_string()))?;
                if let Some(character) = character {
                    current.text.push(character);
                } else {
                    let text = resolve_predefined_entity(&reference)
                        .ok_or_else(|| malformed("an unknown entity"))?;
                    current.text.push_str(text);
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => {}
        }
    }
    let [top] = &mut open[..] else {
        return Err(malformed("cut off"));
    };
    if !top.text.trim().is_empty() || top.children.len() != 1 {
        return Err(malformed("no single root element"));
    }
    Ok(top.children.remove(0))
}

fn element(name: &str) -> Element {
    Element {
        name: name.to_owned(),
        ..Element::default()
    }
}

fn malformed(problem: &str) -> super::CodecError {
    Problem::Malformed(format!("invalid XML: {problem}")).into()
}

/// Writes an element around what `content` writes.
pub(super) fn wrapped(
    text: &mut String,
    name: &str,
    content: impl FnOnce(&mut String) -> Coded<()>,
) -> Coded<()> {
    text.extend(["<", name, ">"]);
    content(text)?;
    text.extend(["</", name, ">"]);
    Ok(())
}

/// Writes an element with text.
pub(super) fn leaf(text: &mut String, name: &str, content: &str) {
    text.extend(["<", name, ">"]);
    for character in content.chars() {
        match character {
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '&' => text.push_str("&amp;"),
            // Written as they are, these would come back as something else or break the document.
            '\0'..' ' if !matches!(character, '\n' | '\t') => {
                text.extend(["&#", &u32::from(character).to_string(), ";"]);
            }
            other => text.push(other),
        }
    }
    text.extend(["</", name, ">"]);
}
