//! The front door: from a request to the operation that answers it.
//!
//! Public paths are matched before `Authorization` is looked at, then `X-Amz-Target`, then the
//! signing name, then method and path. A signature is verified, the operation's input decoded and
//! validated against the interface model, the handler called, and its answer encoded.

mod controls;
mod cors;
mod front;
mod invoke;
mod respond;
mod table;

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::App;
use crate::error::Answer;
use crate::ids::Scope;

pub(crate) use controls::foreign;
pub(crate) use invoke::invoke;
pub use respond::respond;
pub use table::operations;

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

/// What a handler's call gives.
pub type Handled<'a> = Pin<Box<dyn Future<Output = Result<Value, Answer>> + Send + 'a>>;

/// One line of the table of operations that are built.
pub struct Operation {
    /// The service's name in the interface models, for example `connectparticipant`.
    pub service: &'static str,
    /// The operation's name, for example `SendMessage`.
    pub name: &'static str,
    /// Runs the operation on a validated input document.
    pub handler: for<'a> fn(&'a App, &'a Call, Value) -> Handled<'a>,
    /// Reads an input document into the handler's type and drops it; says why it cannot.
    pub reads: fn(Value) -> Result<(), String>,
    /// Input members that this service does not act on: given, they are refused by name.
    pub refuses: &'static [&'static str],
}

/// Makes a line of the operation table: `operation!("connect", "StopContact", stop_contact)`, with
/// `refuses: ["Member", …]` for input members that have no effect here.
macro_rules! operation {
    ($service:literal, $name:literal, $function:path) => {
        operation!($service, $name, $function, refuses: [])
    };
    ($service:literal, $name:literal, $function:path, refuses: [$($member:literal),* $(,)?]) => {
        $crate::api::Operation {
            service: $service,
            name: $name,
            handler: |app, call, input| {
                Box::pin(async move {
                    let answer = $function(app, call, $crate::api::typed(input)?).await?;
                    $crate::api::document(&answer)
                })
            },
            reads: |input| $crate::api::reads($function, input),
            refuses: &[$($member),*],
        }
    };
}
pub(crate) use operation;

/// Reads a validated input document into the handler's type.
pub(crate) fn typed<T: DeserializeOwned>(input: Value) -> Result<T, Answer> {
    serde_json::from_value(input).map_err(|error| {
        Answer::Fault(anyhow::Error::new(error).context("input type does not fit the model"))
    })
}

/// Whether a document fits the input type of a handler.
pub(crate) fn reads<'a, T: DeserializeOwned, F>(
    _function: impl Fn(&'a App, &'a Call, T) -> F,
    input: Value,
) -> Result<(), String> {
    serde_json::from_value::<T>(input)
        .map(drop)
        .map_err(|error| error.to_string())
}

/// Writes a handler's answer as an output document; `()` is the empty document.
pub(crate) fn document<T: Serialize>(answer: &T) -> Result<Value, Answer> {
    match serde_json::to_value(answer) {
        Ok(Value::Null) => Ok(Value::Object(serde_json::Map::new())),
        Ok(document) => Ok(document),
        Err(error) => Err(Answer::Fault(error.into())),
    }
}

/// Whether a path belongs to the administrators' pages: health, metrics and controls.
pub(crate) fn is_administrative(path: &str) -> bool {
    path.starts_with("/_signback/")
}
