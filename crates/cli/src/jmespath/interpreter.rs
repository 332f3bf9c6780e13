//! Walks an expression over a value.

use std::borrow::Cow;
use std::cell::Cell;

use super::comparison::{compare, is_false};
use super::functions::{self, Argument};
use super::{COPIES_MAX, Form, Node};
use crate::python::sentences;
use crate::value::{Map, Value};

/// What the expression finds in the value.
pub(super) fn search(root: &Node, value: &Value) -> Result<Value, String> {
    let interpreter = Interpreter {
        copies: Cell::new(0),
    };
    let found = interpreter.visit(root, value)?;
    interpreter.own(found)
}

/// Counts what a search copies.
pub(super) struct Interpreter {
    copies: Cell<usize>,
}

impl Interpreter {
    /// The value as an own one.
    pub(super) fn own(&self, value: Cow<'_, Value>) -> Result<Value, String> {
        if let Cow::Borrowed(borrowed) = &value {
            self.copies.set(self.copies.get() + borrowed.size());
            if self.copies.get() > COPIES_MAX {
                return Err("The query makes a result that is too large.".to_owned());
            }
        }
        Ok(value.into_owned())
    }

    /// What one part of the expression finds in the value.
    pub(super) fn visit<'v>(
        &self,
        node: &'v Node,
        value: &'v Value,
    ) -> Result<Cow<'v, Value>, String> {
        let nothing = Cow::Owned(Value::Null);
        Ok(match &node.form {
            Form::Current => Cow::Borrowed(value),
            Form::Field(name) => value.get(name).map_or(nothing, Cow::Borrowed),
            Form::Literal(literal) => Cow::Borrowed(literal),
            Form::Index(index) => element(value, *index).map_or(nothing, Cow::Borrowed),
            Form::Slice(parts) => match value {
                Value::List(items) => Cow::Owned(self.slice(items, *parts)?),
                _ => nothing,
            },
            Form::Path(steps) | Form::Indexes(steps) => self.chain(steps, value)?,
            Form::Pipe(sides) => self.chain(&sides[..], value)?,
            Form::Projection(sides) => match &*self.visit(&sides[0], value)? {
                Value::List(items) => self.project(items, &sides[1], None)?,
                _ => nothing,
            },
            Form::ValueProjection(sides) => match &*self.visit(&sides[0], value)? {
                Value::Map(map) => self.project(map.values(), &sides[1], None)?,
                _ => nothing,
            },
            Form::Filter(sides) => match &*self.visit(&sides[0], value)? {
                Value::List(items) => self.project(items, &sides[1], Some(&sides[2]))?,
                _ => nothing,
            },
            Form::Flatten(inner) => match &*self.visit(inner, value)? {
                Value::List(items) => Cow::Owned(self.flatten(items)?),
                _ => nothing,
            },
            Form::List(_) | Form::Map(_) if *value == Value::Null => nothing,
            Form::List(items) => {
                let items = items.iter().map(|item| self.own(self.visit(item, value)?));
                Cow::Owned(Value::List(items.collect::<Result<_, _>>()?))
            }
            Form::Map(members) => {
                let mut map = Map::new();
                for (name, item) in members {
                    map.insert(name.clone(), self.own(self.visit(item, value)?)?);
                }
                Cow::Owned(Value::Map(map))
            }
            Form::Comparison(comparator, sides) => {
                let left = self.visit(&sides[0], value)?;
                let right = self.visit(&sides[1], value)?;
                Cow::Owned(compare(*comparator, &left, &right)?)
            }
            Form::Or(sides) => match self.visit(&sides[0], value)? {
                found if is_false(&found) => self.visit(&sides[1], value)?,
                found => found,
            },
            Form::And(sides) => match self.visit(&sides[0], value)? {
                found if is_false(&found) => found,
                _ => self.visit(&sides[1], value)?,
            },
            Form::Not(inner) => Cow::Owned(Value::Bool(is_false(&*self.visit(inner, value)?))),
            Form::Reference(_) => return Err(functions::NO_VALUE.to_owned()),
            Form::Call(name, arguments) => self.call(name, arguments, value)?,
        })
    }

    fn chain<'v>(&self, steps: &'v [Node], value: &'v Value) -> Result<Cow<'v, Value>, String> {
        let mut current = Cow::Borrowed(value);
        for step in steps {
            current = match current {
                Cow::Borrowed(value) => self.visit(step, value)?,
                Cow::Owned(value) => Cow::Owned(self.own(self.visit(step, &value)?)?),
            };
        }
        Ok(current)
    }

    fn project<'v, 'i>(
        &self,
        items: impl IntoIterator<Item = &'i Value>,
        right: &Node,
        condition: Option<&Node>,
    ) -> Result<Cow<'v, Value>, String> {
        let mut found = Vec::new();
        for item in items {
            if let Some(condition) = condition
                && is_false(&*self.visit(condition, item)?)
            {
                continue;
            }
            let value = self.visit(right, item)?;
            if *value != Value::Null {
                found.push(self.own(value)?);
            }
        }
        Ok(Cow::Owned(Value::List(found)))
    }

    fn flatten(&self, items: &[Value]) -> Result<Value, String> {
        let mut flat = Vec::new();
        for item in items {
            match item {
                Value::List(inner) => {
                    for item in inner {
                        flat.push(self.own(Cow::Borrowed(item))?);
                    }
                }
                other => flat.push(self.own(Cow::Borrowed(other))?),
            }
        }
        Ok(Value::List(flat))
    }

    fn slice(
        &self,
        items: &[Value],
        [start, stop, stride]: [Option<i64>; 3],
    ) -> Result<Value, String> {
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let stride = stride.unwrap_or(1);
        if stride == 0 {
            return Err(sentences::NO_STEP.to_owned());
        }
        let (lowest, highest) = if stride > 0 {
            (0, length)
        } else {
            (-1, length - 1)
        };
        let bound = |bound: Option<i64>, absent: i64| match bound {
            None => absent,
            Some(bound) if bound < 0 => bound.saturating_add(length).max(lowest),
            Some(bound) => bound.min(highest),
        };
        let (front, end) = if stride > 0 {
            (lowest, highest)
        } else {
            (highest, lowest)
        };
        let (mut at, stop) = (bound(start, front), bound(stop, end));
        let mut found = Vec::new();
        while (stride > 0 && at < stop) || (stride < 0 && at > stop) {
            let place = usize::try_from(at).expect("the bounds lie inside the list");
            found.push(self.own(Cow::Borrowed(&items[place]))?);
            at = at.saturating_add(stride);
        }
        Ok(Value::List(found))
    }

    fn call<'v>(
        &self,
        name: &str,
        arguments: &'v [Node],
        value: &'v Value,
    ) -> Result<Cow<'v, Value>, String> {
        let argument = |node: &'v Node| match &node.form {
            Form::Reference(inner) => Ok(Argument::Reference(inner)),
            _ => self.visit(node, value).map(Argument::Value),
        };
        let arguments: Vec<_> = arguments.iter().map(argument).collect::<Result<_, _>>()?;
        functions::call(self, name, arguments)
    }
}

fn element(value: &Value, index: i64) -> Option<&Value> {
    let Value::List(items) = value else {
        return None;
    };
    let place = match usize::try_from(index) {
        Ok(place) => place,
        Err(_) => items
            .len()
            .checked_sub(usize::try_from(index.unsigned_abs()).ok()?)?,
    };
    items.get(place)
}
