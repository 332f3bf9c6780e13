//! The part of Handlebars that field sources may use: interpolation, nested paths, `#if`,
//! `#unless`, `#each`, `#with`, `else`, comments and the block helper `removeExtraSpace`.
//!
//! A template is read when its object type is put, so that a wrong one is refused there. Nothing
//! is escaped: the result is a value, not a page.

use serde_json::Value;

use super::path::{self, Path};

/// How deep blocks may stand inside blocks.
const DEPTH_MAX: usize = 16;

/// A template that has been read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template {
    pub(crate) nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Value(Reference),
    Block(Block),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) kind: Kind,
    pub(crate) about: Reference,
    pub(crate) body: Vec<Node>,
    pub(crate) otherwise: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    If,
    Unless,
    Each,
    With,
    RemoveExtraSpace,
}

/// What an expression names: a path from the context `up` levels above, or a loop variable.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reference {
    pub(crate) up: usize,
    pub(crate) variable: Option<String>,
    pub(crate) steps: Vec<String>,
}

impl Template {
    /// Reads a template; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { rest: text };
        let (nodes, end) = reader.nodes(0)?;
        match end {
            End::Text => Ok(Self { nodes }),
            End::Else => Err("`else` stands outside a block".to_owned()),
            End::Close(name) => Err(format!("`{{{{/{name}}}}}` closes no block")),
        }
    }
}

enum End {
    Text,
    Else,
    Close(String),
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// Reads nodes up to the end of the text, an `else` or a closing tag.
    fn nodes(&mut self, depth: usize) -> Result<(Vec<Node>, End), String> {
        if depth > DEPTH_MAX {
            return Err(format!(
                "blocks stand inside each other at most {DEPTH_MAX} deep"
            ));
        }
        let mut nodes = Vec::new();
        loop {
            let Some((text, after)) = self.rest.split_once("{{") else {
                push_text(&mut nodes, self.rest);
                self.rest = "";
                return Ok((nodes, End::Text));
            };
            push_text(&mut nodes, text);
            let (close, after) = match after.strip_prefix('{') {
                Some(inner) => ("}}}", inner),
                None => ("}}", after),
            };
            let (tag, after) = after
                .split_once(close)
                .ok_or_else(|| format!("`{{{{` without `{close}`"))?;
            self.rest = after;
            let tag = tag.trim();
            if close == "}}}" {
                nodes.push(Node::Value(reference(tag)?));
            } else if tag.starts_with('!') {
                // A comment.
            } else if tag == "else" || tag == "^" {
                return Ok((nodes, End::Else));
            } else if let Some(name) = tag.strip_prefix('/') {
                return Ok((nodes, End::Close(name.trim().to_owned())));
            } else if let Some(opening) = tag.strip_prefix('#') {
                nodes.push(Node::Block(self.block(opening.trim(), depth)?));
            } else {
                nodes.push(Node::Value(reference(tag)?));
            }
        }
    }

    fn block(&mut self, opening: &str, depth: usize) -> Result<Block, String> {
        let (name, argument) = opening
            .split_once(char::is_whitespace)
            .unwrap_or((opening, ""));
        let kind = match name {
            "if" => Kind::If,
            "unless" => Kind::Unless,
            "each" => Kind::Each,
            "with" => Kind::With,
            "removeExtraSpace" => Kind::RemoveExtraSpace,
            other => return Err(format!("the block helper `{other}` is not known")),
        };
        let about = match (kind, argument.trim()) {
            (Kind::RemoveExtraSpace, "") => Reference::default(),
            (Kind::RemoveExtraSpace, _) => return Err(format!("`#{name}` takes no argument")),
            (_, "") => return Err(format!("`#{name}` needs a path")),
            (_, argument) => reference(argument)?,
        };
        let (body, mut end) = self.nodes(depth + 1)?;
        let mut otherwise = Vec::new();
        if matches!(end, End::Else) && kind != Kind::RemoveExtraSpace {
            (otherwise, end) = self.nodes(depth + 1)?;
        }
        match end {
            End::Close(closing) if closing == name => Ok(Block {
                kind,
                about,
                body,
                otherwise,
            }),
            End::Close(closing) => Err(format!("`#{name}` is closed by `/{closing}`")),
            End::Else => Err(format!("`else` does not belong into `#{name}` here")),
            End::Text => Err(format!("`#{name}` is not closed")),
        }
    }
}

fn push_text(nodes: &mut Vec<Node>, text: &str) {
    if !text.is_empty() {
        nodes.push(Node::Text(text.to_owned()));
    }
}

/// Reads `_source.name`, `this`, `this.name`, `../name`, `@index`.
fn reference(text: &str) -> Result<Reference, String> {
    let mut found = Reference::default();
    let mut rest = text;
    while let Some(above) = rest.strip_prefix("../") {
        found.up += 1;
        rest = above;
    }
    if let Some(variable) = rest.strip_prefix('@') {
        if found.up > 0 || !["index", "key", "first", "last"].contains(&variable) {
            return Err(format!("`{text}` is not a loop variable"));
        }
        found.variable = Some(variable.to_owned());
    } else if !matches!(rest, "this" | "." | "..") {
        found.steps = Path::parse(rest.strip_prefix("this.").unwrap_or(rest))?.steps;
    } else if rest == ".." {
        found.up += 1;
    }
    Ok(found)
}

/// The claims that a template reads: the first step below `_source` of everything it names.
/// `None` when it reads the source as a whole, so that they cannot be told.
pub(crate) fn claims(nodes: &[Node]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    for node in nodes {
        match node {
            Node::Text(_) => {}
            Node::Value(reference) => found.extend(reference.claims()?),
            Node::Block(block) => {
                // `#each this` at the root walks over the source as a whole.
                let walks = matches!(block.kind, Kind::Each | Kind::With);
                if walks && block.about.steps.is_empty() {
                    return None;
                }
                found.extend(block.about.claims()?);
                found.extend(claims(&block.body)?);
                found.extend(claims(&block.otherwise)?);
            }
        }
    }
    Some(found)
}

impl Reference {
    /// The claim that is read, or none: anything that does not begin at the source lies below
    /// what a block around it names, which is counted there. `None` when it may be any claim.
    fn claims(&self) -> Option<Vec<String>> {
        match self.steps.iter().position(|step| step == "_source") {
            Some(at) => self.steps.get(at + 1).map(|claim| vec![claim.clone()]),
            None => Some(Vec::new()),
        }
    }
}

/// The text of what a reference names, as a field's text.
pub(crate) fn text(value: Option<&Value>) -> String {
    path::text_of(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn rendered(template: &str) -> String {
        let root = json!({"_source": {
            "first": "Ada", "last": "Lovelace", "blank": "", "zero": 0, "yes": true,
            "custom:tier": "gold", "none": [], "html": "<b>&",
            "tags": ["a", "b"], "address": {"city": "London", "lines": ["1", "2"]},
        }});
        Template::parse(template).unwrap().render(&root)
    }

    #[test]
    fn values_blocks_and_helpers_render() {
        for (template, text) in [
            ("{{_source.first}} {{ _source.last }}", "Ada Lovelace"),
            ("{{{_source.html}}}{{_source.html}}", "<b>&<b>&"),
            (
                "{{_source.custom:tier}}{{_source.['custom:tier']}}{{_source.[custom:tier]}}",
                "goldgoldgold",
            ),
            ("{{#if _source.first}}y{{else}}n{{/if}}", "y"),
            ("{{#if _source.blank}}y{{else}}n{{/if}}", "n"),
            (
                "{{#if _source.zero}}y{{else}}n{{/if}}{{#if _source.none}}y{{/if}}",
                "n",
            ),
            ("{{#unless _source.missing}}y{{/unless}}", "y"),
            (
                "{{#each _source.tags}}{{@index}}{{this}}{{#unless @last}},{{/unless}}{{/each}}",
                "0a,1b",
            ),
            ("{{#each _source.none}}x{{else}}empty{{/each}}", "empty"),
            ("{{#each _source.address}}{{@key}};{{/each}}", "city;lines;"),
            (
                "{{#with _source.address}}{{city}}/{{this.city}}/{{../_source.first}}{{/with}}",
                "London/London/Ada",
            ),
            (
                "{{#with _source.address}}{{#each lines}}{{this}}{{../city}} {{/each}}{{/with}}",
                "1London 2London ",
            ),
            (
                "{{#removeExtraSpace}}  {{_source.first}}   {{_source.blank}}  {{_source.last}} {{/removeExtraSpace}}",
                "Ada Lovelace",
            ),
            ("{{! nothing }}a{{!-- b --}}", "a"),
            ("{{first}}{{_source}}{{_source.address}}", ""),
            ("{{_source.yes}}{{_source.zero}}", "true0"),
        ] {
            assert_eq!(rendered(template), text, "{template}");
        }
    }

    #[test]
    fn malformed_templates_are_refused() {
        for template in [
            "{{",
            "{{}}",
            "{{a",
            "{{#if}}{{/if}}",
            "{{#if a}}",
            "{{/if}}",
            "{{else}}",
            "{{#if a}}{{/each}}",
            "{{#nope a}}{{/nope}}",
            "{{helper a}}",
            "{{> partial}}",
            "{{#removeExtraSpace a}}{{/removeExtraSpace}}",
            "{{@root}}",
            "{{{a}}",
            "{{#if a}}{{else}}{{else}}{{/if}}",
            "{{~a}}",
        ] {
            assert!(Template::parse(template).is_err(), "{template}");
        }
        let deep = "{{#if a}}".repeat(20) + &"{{/if}}".repeat(20);
        assert!(Template::parse(&deep).is_err());
    }

    #[test]
    fn the_claims_of_a_template_are_known_or_it_says_that_they_are_not() {
        let known = |text: &str| claims(&Template::parse(text).unwrap().nodes);
        assert_eq!(
            known("{{#if _source.email_verified}}{{_source.email}}{{/if}}"),
            Some(vec!["email_verified".to_owned(), "email".to_owned()])
        );
        assert_eq!(
            known("{{#with _source.address}}{{city}}{{../_source.sub}}{{/with}}"),
            Some(vec!["address".to_owned(), "sub".to_owned()])
        );
        assert_eq!(known("{{#with _source}}{{email}}{{/with}}"), None);
        assert_eq!(known("{{#each _source}}{{this}}{{/each}}"), None);
        assert_eq!(known("{{#each this}}{{email}}{{/each}}"), None);
        assert_eq!(
            known("{{#with _source.a}}{{#each ..}}{{email}}{{/each}}{{/with}}"),
            None
        );
    }

    #[test]
    fn loops_inside_loops_end() {
        let items: Vec<u32> = (0..2000).collect();
        let root = json!({"_source": {"a": items}});
        let each = "{{#each ../_source.a}}";
        let template = format!(
            "{{{{#each _source.a}}}}{}{}x{}{{{{/each}}}}",
            each,
            "{{#each ../../_source.a}}",
            "{{/each}}".repeat(2)
        );
        assert_eq!(Template::parse(&template).unwrap().render(&root), "");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_or_the_renderer_panic(text in "(\\{\\{|\\}\\}|#if |#each |/if|/each|else|_source|\\.|this|@index|[ a])*") {
            if let Ok(template) = Template::parse(&text) {
                template.render(&json!({"_source": {"a": [1, {"a": 2}]}}));
            }
        }

        #[test]
        fn text_without_braces_renders_as_itself(text in "[^{}]{0,60}") {
            prop_assert_eq!(rendered(&text), text);
        }
    }
}
