//! From tokens to a tree, by binding power.

use super::lexer::{self, Kind, Token};
use super::{Comparator, DEPTH_MAX, Form, Node};
use crate::python;
use crate::python::sentences;
use crate::value::Value;

/// The greatest power of a token that ends a projection.
const PROJECTION_STOP: u8 = 10;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Node, String> {
    let mut parser = Parser {
        text,
        tokens: lexer::tokens(text)?,
        at: 0,
        nesting: 0,
    };
    let node = parser.expression(0)?;
    if parser.kind() != Kind::Eof {
        let reason = format!(
            "Unexpected token: {}",
            python::display(&parser.token().value)
        );
        return Err(parser.problem(parser.at, &reason));
    }
    Ok(node)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    nesting: usize,
}

impl Parser<'_> {
    fn token(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn kind(&self) -> Kind {
        self.token().kind
    }

    /// The kind of the token after the current one.
    fn following(&self) -> Kind {
        self.tokens
            .get(self.at + 1)
            .map_or(Kind::Eof, |token| token.kind)
    }

    fn problem(&self, place: usize, reason: &str) -> String {
        self.problem_at(self.tokens[place].start, place, reason)
    }

    fn problem_at(&self, column: usize, place: usize, reason: &str) -> String {
        let token = &self.tokens[place];
        format!(
            "{reason}: Parse error at column {column}, token \"{}\" ({}), for expression:\n\"{}\"\n{}^",
            python::display(&token.value),
            token.kind.name().to_uppercase(),
            self.text,
            " ".repeat(column + 1),
        )
    }

    fn incomplete(&self) -> String {
        let blanks = " ".repeat(self.text.chars().count() + 1);
        format!(
            "Invalid jmespath expression: Incomplete expression:\n\"{}\"\n{blanks}^",
            self.text
        )
    }

    fn expected(&self, what: &str) -> String {
        if self.kind() == Kind::Eof {
            return self.incomplete();
        }
        let reason = format!("Expecting: {what}, got: {}", self.kind().name());
        self.problem(self.at, &reason)
    }

    fn take(&mut self, kind: Kind) -> Result<(), String> {
        if self.kind() != kind {
            return Err(self.expected(kind.name()));
        }
        self.at += 1;
        Ok(())
    }

    /// The form as a node above parts of that depth.
    fn above(depth: usize, form: Form) -> Result<Node, String> {
        if depth >= DEPTH_MAX {
            return Err(sentences::TOO_DEEP.to_owned());
        }
        let depth = depth + 1;
        Ok(Node { depth, form })
    }

    fn pair(
        left: Node,
        right: Node,
        form: impl FnOnce(Box<[Node; 2]>) -> Form,
    ) -> Result<Node, String> {
        let depth = left.depth.max(right.depth);
        Self::above(depth, form(Box::new([left, right])))
    }

    fn expression(&mut self, power: u8) -> Result<Node, String> {
        if self.nesting == DEPTH_MAX {
            return Err(sentences::TOO_DEEP.to_owned());
        }
        self.nesting += 1;
        let mut left = self.prefix()?;
        while power < self.kind().power() {
            left = self.infix(left)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    /// What begins with the current token.
    fn prefix(&mut self) -> Result<Node, String> {
        let place = self.at;
        if self.kind() == Kind::Eof {
            return Err(self.incomplete());
        }
        let Token { kind, value, .. } = self.token().clone();
        self.at += 1;
        match kind {
            Kind::Literal => Ok(Node::leaf(Form::Literal(value))),
            Kind::Unquoted => Ok(Node::leaf(Form::Field(python::display(&value)))),
            Kind::Quoted => {
                if self.kind() == Kind::LeftParen {
                    let reason = "Quoted identifier not allowed for function names.";
                    return Err(self.problem_at(0, self.at, reason));
                }
                Ok(Node::leaf(Form::Field(python::display(&value))))
            }
            Kind::Star => {
                let right = if self.kind() == Kind::RightBracket {
                    Node::leaf(Form::Current)
                } else {
                    self.projected(Kind::Star.power())?
                };
                Self::pair(Node::leaf(Form::Current), right, Form::ValueProjection)
            }
            Kind::Filter => self.filter(Node::leaf(Form::Current)),
            Kind::LeftBrace => self.map(),
            Kind::LeftParen => {
                let inner = self.expression(0)?;
                self.take(Kind::RightParen)?;
                Ok(inner)
            }
            Kind::Flatten => self.flatten(Node::leaf(Form::Current)),
            Kind::Not => {
                let inner = self.expression(Kind::Not.power())?;
                Self::above(inner.depth, Form::Not(Box::new(inner)))
            }
            Kind::LeftBracket => match self.kind() {
                Kind::Number | Kind::Colon => {
                    let index = self.index()?;
                    self.indexed(Node::leaf(Form::Current), index)
                }
                Kind::Star if self.following() == Kind::RightBracket => {
                    self.at += 2;
                    let right = self.projected(Kind::Star.power())?;
                    Self::pair(Node::leaf(Form::Current), right, Form::Projection)
                }
                _ => self.list(),
            },
            Kind::Current => Ok(Node::leaf(Form::Current)),
            Kind::Reference => {
                let inner = self.expression(Kind::Reference.power())?;
                Self::above(inner.depth, Form::Reference(Box::new(inner)))
            }
            _ => Err(self.problem(place, "invalid token")),
        }
    }

    /// What the current token makes of the expression before it.
    fn infix(&mut self, left: Node) -> Result<Node, String> {
        let place = self.at;
        let kind = self.kind();
        self.at += 1;
        let comparator = match kind {
            Kind::Equal => Comparator::Equal,
            Kind::NotEqual => Comparator::NotEqual,
            Kind::Less => Comparator::Less,
            Kind::LessOrEqual => Comparator::LessOrEqual,
            Kind::Greater => Comparator::Greater,
            Kind::GreaterOrEqual => Comparator::GreaterOrEqual,
            Kind::Dot => return self.dot(left),
            Kind::Pipe => return Self::pair(left, self.expression(kind.power())?, Form::Pipe),
            Kind::Or => return Self::pair(left, self.expression(kind.power())?, Form::Or),
            Kind::And => return Self::pair(left, self.expression(kind.power())?, Form::And),
            Kind::LeftParen => return self.call(left, place),
            Kind::Filter => return self.filter(left),
            Kind::Flatten => return self.flatten(left),
            Kind::LeftBracket if matches!(self.kind(), Kind::Number | Kind::Colon) => {
                let index = self.index()?;
                return self.indexed(left, index);
            }
            Kind::LeftBracket => {
                self.take(Kind::Star)?;
                self.take(Kind::RightBracket)?;
                let right = self.projected(Kind::Star.power())?;
                return Self::pair(left, right, Form::Projection);
            }
            _ => return Err(self.problem(place, "invalid token")),
        };
        let right = self.expression(kind.power())?;
        Self::pair(left, right, |sides| Form::Comparison(comparator, sides))
    }

    fn dot(&mut self, left: Node) -> Result<Node, String> {
        if self.kind() == Kind::Star {
            self.at += 1;
            let right = self.projected(Kind::Dot.power())?;
            return Self::pair(left, right, Form::ValueProjection);
        }
        let right = self.after_dot(Kind::Dot.power())?;
        let depth = left.depth.max(right.depth + 1);
        match left.form {
            Form::Path(mut steps) => {
                steps.push(right);
                Self::above(depth - 1, Form::Path(steps))
            }
            _ => Self::above(depth, Form::Path(vec![left, right])),
        }
    }

    fn after_dot(&mut self, power: u8) -> Result<Node, String> {
        match self.kind() {
            Kind::Quoted | Kind::Unquoted | Kind::Star => self.expression(power),
            Kind::LeftBracket => {
                self.at += 1;
                self.list()
            }
            Kind::LeftBrace => {
                self.at += 1;
                self.map()
            }
            kind => {
                let reason = format!(
                    "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: {}",
                    kind.name()
                );
                Err(self.problem(self.at, &reason))
            }
        }
    }

    /// The right side of a projection, which may be missing.
    fn projected(&mut self, power: u8) -> Result<Node, String> {
        match self.kind() {
            kind if kind.power() < PROJECTION_STOP => Ok(Node::leaf(Form::Current)),
            Kind::LeftBracket | Kind::Filter => self.expression(power),
            Kind::Dot => {
                self.at += 1;
                self.after_dot(power)
            }
            _ => Err(self.problem(self.at, "syntax error")),
        }
    }

    fn filter(&mut self, left: Node) -> Result<Node, String> {
        let condition = self.expression(0)?;
        self.take(Kind::RightBracket)?;
        let right = if self.kind() == Kind::Flatten {
            Node::leaf(Form::Current)
        } else {
            self.projected(Kind::Filter.power())?
        };
        let depth = left.depth.max(right.depth).max(condition.depth);
        Self::above(depth, Form::Filter(Box::new([left, right, condition])))
    }

    fn flatten(&mut self, inner: Node) -> Result<Node, String> {
        let left = Self::above(inner.depth, Form::Flatten(Box::new(inner)))?;
        let right = self.projected(Kind::Flatten.power())?;
        Self::pair(left, right, Form::Projection)
    }

    fn call(&mut self, left: Node, place: usize) -> Result<Node, String> {
        let Form::Field(name) = left.form else {
            let named = place - 1;
            let reason = format!(
                "Invalid function name '{}'",
                python::display(&self.tokens[named].value)
            );
            return Err(self.problem(named, &reason));
        };
        let mut arguments = Vec::new();
        while self.kind() != Kind::RightParen {
            arguments.push(self.expression(0)?);
            if self.kind() == Kind::Comma {
                self.at += 1;
            }
        }
        self.at += 1;
        Self::above(deepest(&arguments), Form::Call(name, arguments))
    }

    /// An index or a slice whose bracket has been read.
    fn index(&mut self) -> Result<Node, String> {
        if self.kind() == Kind::Colon || self.following() == Kind::Colon {
            return self.slice();
        }
        let index = whole(&self.token().value);
        self.at += 1;
        self.take(Kind::RightBracket)?;
        Ok(Node::leaf(Form::Index(index)))
    }

    fn slice(&mut self) -> Result<Node, String> {
        let mut parts = [None; 3];
        let mut part = 0;
        while self.kind() != Kind::RightBracket {
            match self.kind() {
                Kind::Colon if part < 2 => part += 1,
                Kind::Number => parts[part] = Some(whole(&self.token().value)),
                _ => return Err(self.problem(self.at, "syntax error")),
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(Node::leaf(Form::Slice(parts)))
    }

    fn indexed(&mut self, left: Node, index: Node) -> Result<Node, String> {
        let is_slice = matches!(index.form, Form::Slice(_));
        if let Form::Indexes(mut steps) = left.form {
            // A slice after an index does not project.
            steps.push(index);
            return Ok(Node {
                depth: left.depth,
                form: Form::Indexes(steps),
            });
        }
        let indexes = Self::above(left.depth, Form::Indexes(vec![left, index]))?;
        if is_slice {
            let right = self.projected(Kind::Star.power())?;
            return Self::pair(indexes, right, Form::Projection);
        }
        Ok(indexes)
    }

    fn list(&mut self) -> Result<Node, String> {
        let mut items = vec![self.expression(0)?];
        while self.kind() != Kind::RightBracket {
            self.take(Kind::Comma)?;
            items.push(self.expression(0)?);
        }
        self.at += 1;
        Self::above(deepest(&items), Form::List(items))
    }

    fn map(&mut self) -> Result<Node, String> {
        let mut members = Vec::new();
        loop {
            if !matches!(self.kind(), Kind::Quoted | Kind::Unquoted) {
                return Err(self.expected("['quoted_identifier', 'unquoted_identifier']"));
            }
            let name = python::display(&self.token().value);
            self.at += 1;
            self.take(Kind::Colon)?;
            members.push((name, self.expression(0)?));
            match self.kind() {
                Kind::Comma => self.at += 1,
                Kind::RightBrace => {
                    self.at += 1;
                    break;
                }
                _ => {}
            }
        }
        let depth = deepest(members.iter().map(|(_, node)| node));
        Self::above(depth, Form::Map(members))
    }
}

/// The depth of the deepest node.
fn deepest<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> usize {
    let depths = nodes.into_iter().map(|node| node.depth);
    depths.max().unwrap_or(0)
}

/// A number in brackets; what does not fit is beyond every list anyway.
fn whole(value: &Value) -> i64 {
    match value {
        Value::Int(number) => *number,
        Value::BigInt(digits) if digits.starts_with('-') => i64::MIN,
        _ => i64::MAX,
    }
}
