//! The lines of a service's table of operations.
//!
//! A line *reads* (one look at a snapshot), *writes* (one transaction), *tells* (what the program
//! knows without the database) or *waits* (anything that has to do with the outside). The first two
//! are plain functions of a transaction, a call and an input, the third of a call and an input; so
//! adding an operation is one function and one line.

use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Platform;
use crate::answer::Answer;
use crate::ids::Scope;
use crate::store::{Error, Tx};

/// The circumstances of one call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The account and region that the call acts in: those of the signature, or for unsigned
    /// calls those of the pool, client or token that the call names (the handler finds them).
    pub scope: Scope,
    /// Who signed the call; `None` for operations without a signature.
    pub access_key_id: Option<String>,
    /// The request's id, also sent back in `x-amzn-RequestId`.
    pub request_id: String,
}

/// An operation at work; it gives its output document.
pub type Answering<'a> = Waiting<'a, Value>;

/// What an operation answers within a transaction; none when it waits for more than the database.
pub type Within = Option<Result<Value, Answer>>;

/// Work that waits for something other than the database.
pub type Waiting<'a, O> = Pin<Box<dyn Future<Output = Result<O, Answer>> + Send + 'a>>;

/// One line of the table of operations that a service `S` has built.
pub struct Operation<S: 'static> {
    /// The service's name in the interface models, for example `connectparticipant`.
    pub service: &'static str,
    /// The operation's name, for example `SendMessage`.
    pub name: &'static str,
    /// What the operation does.
    pub work: &'static dyn Work<S>,
    /// Input members that this service does not act on: given, they are refused by name.
    pub refuses: &'static [&'static str],
}

impl<S> Operation<S> {
    /// A line that acts on every member of its input.
    #[must_use]
    pub const fn new(
        service: &'static str,
        name: &'static str,
        work: &'static dyn Work<S>,
    ) -> Self {
        Self {
            service,
            name,
            work,
            refuses: &[],
        }
    }

    /// The same line, refusing members that it does not act on.
    #[must_use]
    pub const fn refusing(mut self, refuses: &'static [&'static str]) -> Self {
        self.refuses = refuses;
        self
    }
}

/// What an operation does with a validated input document.
pub trait Work<S>: Sync {
    /// Answers a call.
    fn answer<'a>(&self, service: &'a S, call: &'a Call, input: Value) -> Answering<'a>;

    /// Answers a call in a transaction that others share.
    fn answer_within(&self, _tx: &mut Tx<'_>, _call: &Call, _input: Value) -> Within {
        None
    }

    /// Says why an input document does not fit the type that the operation reads it into.
    ///
    /// # Errors
    ///
    /// Exactly then.
    fn reads(&self, input: Value) -> Result<(), String>;
}

/// A function of a transaction, as tables hold it.
pub type Function<I, O, E> = fn(&mut Tx<'_>, &Call, &I) -> Result<O, E>;

/// An operation that looks at the database, once.
pub struct Read<I, O, E>(pub Function<I, O, E>);

/// An operation that is one transaction.
pub struct Write<I, O, E>(pub Function<I, O, E>);

/// An operation that needs no database.
pub struct Tell<I, O, E>(pub fn(&Call, &I) -> Result<O, E>);

/// An operation that waits for more than the database; [`wait!`](crate::wait) makes it out of an async function.
pub struct Wait<S, I, O>(pub for<'a> fn(&'a S, &'a Call, I) -> Waiting<'a, O>);

/// An operation that does a part of its work before its transaction, so as not to hold up others
/// who want to write; within another's transaction, where others wait anyway, it is a function.
pub struct Ahead<S, I, O, E>(pub Wait<S, I, O>, pub Function<I, O, E>);

/// Makes the work of a line out of `async fn(&Service, &Call, Input) -> Result<Output, Answer>`, and
/// of a function of a transaction that does the same if there is one.
#[macro_export]
macro_rules! wait {
    ($function:path) => {
        &$crate::operation::Wait(|service, call, input| Box::pin($function(service, call, input)))
    };
    ($function:path, or within $within:path) => {
        &$crate::operation::Ahead(
            $crate::operation::Wait(|service, call, input| {
                Box::pin($function(service, call, input))
            }),
            $within,
        )
    };
}

/// Makes lines of functions of a transaction, each run by a function of the store.
macro_rules! transactions {
    ($($line:ident: $run:ident),+) => {$(
        impl<S, I, O, E> Work<S> for $line<I, O, E>
        where
            S: AsRef<Platform> + Sync,
            I: DeserializeOwned + Send + 'static,
            O: Serialize + Send + 'static,
            E: From<Error> + Into<Answer> + Send + 'static,
        {
            fn answer<'a>(&self, service: &'a S, call: &'a Call, input: Value) -> Answering<'a> {
                let function = self.0;
                Box::pin(async move {
                    let (call, input) = (call.clone(), typed(input)?);
                    let store = &service.as_ref().store;
                    let answer = store.$run(move |tx| function(tx, &call, &input)).await;
                    document(&answer.map_err(Into::into)?)
                })
            }

            fn answer_within(&self, tx: &mut Tx<'_>, call: &Call, input: Value) -> Within {
                Some(within(self.0, tx, call, input))
            }

            fn reads(&self, input: Value) -> Result<(), String> {
                reads::<I>(input)
            }
        }
    )+};
}

transactions!(Read: read, Write: transact);

impl<I, O, E> Tell<I, O, E>
where
    I: DeserializeOwned,
    O: Serialize,
    E: Into<Answer>,
{
    fn told(&self, call: &Call, input: Value) -> Result<Value, Answer> {
        let answer = self.0(call, &typed(input)?);
        document(&answer.map_err(Into::into)?)
    }
}

impl<S, I, O, E> Work<S> for Tell<I, O, E>
where
    S: Sync,
    I: DeserializeOwned,
    O: Serialize,
    E: Into<Answer>,
{
    fn answer<'a>(&self, _service: &'a S, call: &'a Call, input: Value) -> Answering<'a> {
        Box::pin(std::future::ready(self.told(call, input)))
    }

    fn answer_within(&self, _tx: &mut Tx<'_>, call: &Call, input: Value) -> Within {
        Some(self.told(call, input))
    }

    fn reads(&self, input: Value) -> Result<(), String> {
        reads::<I>(input)
    }
}

impl<S, I, O> Work<S> for Wait<S, I, O>
where
    S: Sync,
    I: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
{
    fn answer<'a>(&self, service: &'a S, call: &'a Call, input: Value) -> Answering<'a> {
        let function = self.0;
        Box::pin(async move { document(&function(service, call, typed(input)?).await?) })
    }

    fn reads(&self, input: Value) -> Result<(), String> {
        reads::<I>(input)
    }
}

impl<S, I, O, E> Work<S> for Ahead<S, I, O, E>
where
    S: Sync,
    I: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
    E: Into<Answer>,
{
    fn answer<'a>(&self, service: &'a S, call: &'a Call, input: Value) -> Answering<'a> {
        self.0.answer(service, call, input)
    }

    fn answer_within(&self, tx: &mut Tx<'_>, call: &Call, input: Value) -> Within {
        Some(within(self.1, tx, call, input))
    }

    fn reads(&self, input: Value) -> Result<(), String> {
        reads::<I>(input)
    }
}

fn within<I, O, E>(
    function: Function<I, O, E>,
    tx: &mut Tx<'_>,
    call: &Call,
    input: Value,
) -> Result<Value, Answer>
where
    I: DeserializeOwned,
    O: Serialize,
    E: Into<Answer>,
{
    let answer = function(tx, call, &typed(input)?);
    document(&answer.map_err(Into::into)?)
}

/// Reads a validated input document into the operation's type.
fn typed<T: DeserializeOwned>(input: Value) -> Result<T, Answer> {
    serde_json::from_value(input).map_err(|error| {
        Answer::Fault(anyhow::Error::new(error).context("input type does not fit the model"))
    })
}

fn reads<T: DeserializeOwned>(input: Value) -> Result<(), String> {
    let read = serde_json::from_value::<T>(input);
    read.map(drop).map_err(|error| error.to_string())
}

/// Writes an operation's answer as an output document; `()` is the empty document.
fn document<T: Serialize>(answer: &T) -> Result<Value, Answer> {
    match serde_json::to_value(answer) {
        Ok(Value::Null) => Ok(Value::Object(serde_json::Map::new())),
        Ok(document) => Ok(document),
        Err(error) => Err(Answer::Fault(error.into())),
    }
}
