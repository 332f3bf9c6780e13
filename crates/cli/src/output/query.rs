//! `--query`: what is shown of a result.

use std::borrow::Cow;

use crate::failure::Failure;
use crate::jmespath::Expression;
use crate::session::Session;
use crate::value::Value;

/// Checks the syntax of an expression.
///
/// # Errors
/// An expression that cannot be used.
pub(crate) fn check(text: &str) -> Result<(), Failure> {
    parse(text).map(drop)
}

fn parse(text: &str) -> Result<Expression, Failure> {
    Expression::parse(text)
        .map_err(|problem| Failure::usage(format!("Bad value for --query {text}: {problem}")))
}

/// The expression that the command asks for, if it asks for one.
#[derive(Debug)]
pub(crate) struct Query(Option<Expression>);

impl Query {
    /// Reads the option.
    ///
    /// # Errors
    /// An expression that cannot be used.
    pub(crate) fn of(session: &Session) -> Result<Self, Failure> {
        session
            .globals
            .word("query")
            .map(parse)
            .transpose()
            .map(Self)
    }

    /// What is shown of the value.
    ///
    /// # Errors
    /// A function that does not exist or does not take its arguments.
    pub(crate) fn apply<'v>(&self, value: &'v Value) -> Result<Cow<'v, Value>, Failure> {
        match &self.0 {
            None => Ok(Cow::Borrowed(value)),
            Some(expression) => expression
                .search(value)
                .map(Cow::Owned)
                .map_err(Failure::general),
        }
    }
}

/// What the expression of that text shows of the value; all of it without one.
///
/// # Errors
/// An expression that cannot be used.
pub(crate) fn apply(text: Option<&str>, value: &Value) -> Result<Value, Failure> {
    let query = Query(text.map(parse).transpose()?);
    query.apply(value).map(Cow::into_owned)
}
