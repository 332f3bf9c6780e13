//! JMESPath, the language of `--query` and of paginators.
//!
//! Results are Python's: integers stay integers, members keep their order, and the texts of errors
//! are those of the Python package, since scripts see them. `lexer` makes tokens, `parser` a
//! tree, `interpreter` walks it over a value with the help of `functions`.

mod comparison;
#[cfg(test)]
mod compliance;
mod functions;
mod interpreter;
mod lexer;
mod number;
mod parser;
#[cfg(test)]
mod tests;

use crate::value::Value;

/// How deep an expression may nest, so that every stack holds it.
const DEPTH_MAX: usize = 200;

/// How many values one search may copy: `[@,@]|[@,@]|…` doubles its input at every step.
const COPIES_MAX: usize = 10_000_000;

/// An expression that can be used.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expression {
    root: Node,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with the text, with the place.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parser::parse(text).map(|root| Self { root })
    }

    /// What the expression finds in a value.
    ///
    /// # Errors
    /// A function that does not exist or does not take its arguments.
    pub(crate) fn search(&self, value: &Value) -> Result<Value, String> {
        interpreter::search(&self.root, value)
    }
}

/// A part of an expression, with its own depth.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    depth: usize,
    form: Form,
}

impl Node {
    fn leaf(form: Form) -> Self {
        Self { depth: 1, form }
    }
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// The value itself: written `@`, or where nothing is written.
    Current,
    /// A member.
    Field(String),
    /// A value that stands in the expression.
    Literal(Value),
    /// `[3]`.
    Index(i64),
    /// `[1:2:3]`.
    Slice([Option<i64>; 3]),
    /// `a.b.c`, each applied to the result of the one before.
    Path(Vec<Node>),
    /// `a[0][1]`, likewise.
    Indexes(Vec<Node>),
    /// `a | b`, likewise.
    Pipe(Box<[Node; 2]>),
    /// `a[*].b`: the right side of every element.
    Projection(Box<[Node; 2]>),
    /// `a.*.b`: the right side of every member.
    ValueProjection(Box<[Node; 2]>),
    /// `a[?c].b`: list, right side, condition.
    Filter(Box<[Node; 3]>),
    /// `a[]`.
    Flatten(Box<Node>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// `{a: b}`.
    Map(Vec<(String, Node)>),
    /// `a == b`.
    Comparison(Comparator, Box<[Node; 2]>),
    /// `a || b`.
    Or(Box<[Node; 2]>),
    /// `a && b`.
    And(Box<[Node; 2]>),
    /// `!a`.
    Not(Box<Node>),
    /// `&a`.
    Reference(Box<Node>),
    /// `f(a, b)`.
    Call(String, Vec<Node>),
}

/// The comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
