//! A call as a client makes it: one request, signed for its host, and what the answer means.

use http::HeaderValue;
use serde_json::Value;

use super::{
    CodecError, EncodedRequest, Problem, ReceivedResponse, decode_error, decode_response,
    encode_request,
};
use crate::json::Style;
use crate::model::{Operation, Service};
use crate::sigv4::{Credentials, Scope, Unsignable};

/// An operation of a service that comes with the program, to be called.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    service: &'static Service,
    operation: &'static Operation,
}

/// Why a call cannot be made, or has no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// There is no such service or operation.
    #[error("there is no operation {0}")]
    Unknown(String),
    /// The input or the answer does not fit the model.
    #[error(transparent)]
    Unfit(#[from] CodecError),
    /// The credentials or the region cannot be sent.
    #[error(transparent)]
    Unsignable(#[from] Unsignable),
    /// The service answered with an error.
    #[error("{operation} answered {code}: {message}")]
    Answered {
        /// The operation.
        operation: String,
        /// The error's code.
        code: String,
        /// The error's message.
        message: Value,
    },
}

impl Call {
    /// The operation of that name of a service that comes with the program.
    ///
    /// # Errors
    /// There is none.
    pub fn builtin(service: &str, operation: &str) -> Result<Self, CallError> {
        let unknown = || CallError::Unknown(format!("{operation} of {service}"));
        let service = Service::builtin(service).ok_or_else(unknown)?;
        let operation = service.operation(operation).ok_or_else(unknown)?;
        Ok(Self { service, operation })
    }

    /// The request with that input, signed for its host. The time of signing is in epoch seconds.
    ///
    /// # Errors
    /// Something that does not fit the model or cannot be sent.
    pub fn signed(
        &self,
        input: &Value,
        host: &str,
        credentials: &Credentials<'_>,
        region: &str,
        time: i64,
    ) -> Result<EncodedRequest, CallError> {
        let mut request = encode_request(self.service, self.operation, input, Style::Compact)?;
        let host = HeaderValue::from_str(host);
        let host = host.map_err(|_| CodecError::from(Problem::HeaderText))?;
        request.headers.insert(http::header::HOST, host);
        let scope = Scope {
            region,
            service: &self.service.metadata().signing_name,
            time,
        };
        request.sign(credentials, &scope)?;
        Ok(request)
    }

    /// The result that an answer holds.
    ///
    /// # Errors
    /// An error of the service, or an answer that does not fit the model.
    pub fn result(&self, answer: &ReceivedResponse<'_>) -> Result<Value, CallError> {
        if answer.status.is_success() {
            return Ok(decode_response(self.service, self.operation, answer)?);
        }
        let error = decode_error(self.service, self.operation, answer)?;
        Err(CallError::Answered {
            operation: self.operation.name.clone(),
            code: error.code,
            message: error.message,
        })
    }
}
