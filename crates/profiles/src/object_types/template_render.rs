//! Renders the templates of field sources, within a budget.

use serde_json::Value;

use super::path::follow;
use super::template::{Block, Kind, Node, Reference, Template, text};

/// Most nodes that one rendering may visit: loops in loops over a large object must end.
const VISITS_MAX: usize = 100_000;
/// Longest text that one rendering may make, in bytes.
const LENGTH_MAX: usize = 65_536;

impl Template {
    /// The template's text for a root context; empty when the budget does not suffice.
    pub(crate) fn render(&self, root: &Value) -> String {
        let mut rendering = Rendering {
            output: String::new(),
            visits: 0,
        };
        let scope = Scope {
            value: root,
            position: None,
            above: None,
        };
        match rendering.nodes(&self.nodes, &scope) {
            Ok(()) => rendering.output,
            Err(Exhausted) => String::new(),
        }
    }
}

struct Exhausted;

struct Rendering {
    output: String,
    visits: usize,
}

/// A context, the contexts above it, and its place in a loop.
struct Scope<'a> {
    value: &'a Value,
    position: Option<Position<'a>>,
    above: Option<&'a Scope<'a>>,
}

struct Position<'a> {
    index: usize,
    key: Option<&'a str>,
    last: bool,
}

impl Rendering {
    fn nodes(&mut self, nodes: &[Node], scope: &Scope<'_>) -> Result<(), Exhausted> {
        for node in nodes {
            self.visits += 1;
            if self.visits > VISITS_MAX || self.output.len() > LENGTH_MAX {
                return Err(Exhausted);
            }
            match node {
                Node::Text(text) => self.output.push_str(text),
                Node::Value(reference) => self.output.push_str(&scope.text(reference)),
                Node::Block(block) => self.block(block, scope)?,
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, scope: &Scope<'_>) -> Result<(), Exhausted> {
        let truth = scope.truth(&block.about);
        match block.kind {
            Kind::If if truth => self.nodes(&block.body, scope),
            Kind::Unless if !truth => self.nodes(&block.body, scope),
            Kind::If | Kind::Unless => self.nodes(&block.otherwise, scope),
            Kind::With => match scope.find(&block.about) {
                Some(value) if truth => {
                    let inner = Scope {
                        value,
                        position: None,
                        above: Some(scope),
                    };
                    self.nodes(&block.body, &inner)
                }
                _ => self.nodes(&block.otherwise, scope),
            },
            Kind::Each => self.each(block, scope),
            Kind::RemoveExtraSpace => {
                let start = self.output.len();
                self.nodes(&block.body, scope)?;
                let inside = self.output.split_off(start);
                let words: Vec<&str> = inside.split_whitespace().collect();
                self.output.push_str(&words.join(" "));
                Ok(())
            }
        }
    }

    fn each(&mut self, block: &Block, scope: &Scope<'_>) -> Result<(), Exhausted> {
        let entries: Vec<(Option<&str>, &Value)> = match scope.find(&block.about) {
            Some(Value::Array(items)) => items.iter().map(|item| (None, item)).collect(),
            Some(Value::Object(members)) => members
                .iter()
                .map(|(key, value)| (Some(key.as_str()), value))
                .collect(),
            _ => Vec::new(),
        };
        if entries.is_empty() {
            return self.nodes(&block.otherwise, scope);
        }
        let count = entries.len();
        for (index, (key, value)) in entries.into_iter().enumerate() {
            let position = Some(Position {
                index,
                key,
                last: index + 1 == count,
            });
            self.nodes(
                &block.body,
                &Scope {
                    value,
                    position,
                    above: Some(scope),
                },
            )?;
        }
        Ok(())
    }
}

impl Scope<'_> {
    fn find(&self, reference: &Reference) -> Option<&Value> {
        let mut scope = self;
        for _ in 0..reference.up {
            scope = scope.above?;
        }
        follow(&reference.steps, scope.value)
    }

    fn text(&self, reference: &Reference) -> String {
        match (&reference.variable, self.loop_position()) {
            (None, _) => text(self.find(reference)),
            (Some(variable), Some(position)) => match variable.as_str() {
                "index" => position.index.to_string(),
                "key" => position
                    .key
                    .map_or_else(|| position.index.to_string(), ToOwned::to_owned),
                "first" => (position.index == 0).to_string(),
                _ => position.last.to_string(),
            },
            (Some(_), None) => String::new(),
        }
    }

    fn truth(&self, reference: &Reference) -> bool {
        if reference.variable.is_some() {
            return !matches!(self.text(reference).as_str(), "" | "false" | "0");
        }
        match self.find(reference) {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Bool(true) | Value::Object(_)) => true,
        }
    }

    /// The place in the nearest loop.
    fn loop_position(&self) -> Option<&Position<'_>> {
        let mut scope = Some(self);
        while let Some(inner) = scope {
            if inner.position.is_some() {
                return inner.position.as_ref();
            }
            scope = inner.above;
        }
        None
    }
}
