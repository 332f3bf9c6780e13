//! An AWS call: which operation it is, who makes it, what it says, and its answer.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use serde_json::{Map, Value};
use signback_wire::{EncodedResponse, Fault, Limits, ReceivedRequest};
use signback_wire::{Operation as Modelled, Protocol, Service};

use super::cors::Readers;
use super::invoke::{NUL, built, check_input};
use super::route::{Routed, route};
use super::{Built, Own};
use crate::access::{self, Denied};
use crate::app::App;
use signback_platform::answer::Answer;
use signback_platform::ids::Scope;
use signback_platform::listener::{self, Standing};
use signback_platform::metrics::CallLabels;
use signback_platform::operation::Call;
use signback_platform::store;

/// What is read of a request's body.
const LIMITS: Limits = Limits {
    body_bytes: 2 * 1024 * 1024,
    depth: 64,
    refuse_unknown: false,
};

/// How long the body of a call without a signature may be: the longest answer to an interactive
/// message fits, each of its bytes written as six.
const UNSIGNED_BODY_BYTES_MAX: usize = 192 * 1024;
/// How long a document may be that is read without waiting for others.
const SHORT_BODY_BYTES_MAX: usize = 16 * 1024;

/// Answers an AWS call.
pub(crate) async fn call(app: &Arc<App>, request: &Request<Bytes>) -> Response<Bytes> {
    let request_id = app.platform.random.uuid(app.platform.clock.now());
    let settings = &app.platform.settings;
    let Some(routed) = route(request) else {
        let mut response = unrouted(request, &request_id);
        let participant = request.uri().path().starts_with("/participant/");
        Readers::of(settings, request.headers(), participant).tell(response.headers_mut());
        return response;
    };
    let Routed {
        service, operation, ..
    } = &routed;
    let answered = answer(app, request, &routed, &request_id).await;
    let response = match answered {
        Ok(document) => signback_wire::encode_response(service, operation, &document, &request_id)
            .unwrap_or_else(|error| {
                tracing::error!(%error, operation = operation.name, "an answer does not fit its model");
                refusal(service, operation, &Failure::Internal, &request_id)
            }),
        Err(failure) => {
            if let Failure::Unavailable(outage) = &failure {
                app.platform.report_outage(outage);
            }
            refusal(service, operation, &failure, &request_id)
        }
    };
    let status = response.status.as_u16();
    let labels = CallLabels {
        service: service.name(),
        operation: &operation.name,
        status,
    };
    app.platform.metrics.calls.get_or_create(&labels).inc();
    tracing::debug!(
        request_id,
        service = service.name(),
        operation = operation.name,
        status,
        "answered"
    );
    let mut response = plain_response(response);
    Readers::of(settings, request.headers(), !routed.needs_signature())
        .tell(response.headers_mut());
    response
}

/// Why a call gives no document.
enum Failure {
    Denied(Denied),
    NotBuilt,
    /// The account's rate is used up.
    Throttled,
    /// The database is away or has too much to do.
    Unavailable(store::Error),
    Internal,
    Answer(&'static str, String, Map<String, Value>),
    Invalid(String),
}

impl From<Answer> for Failure {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Refused {
                code,
                message,
                members,
            } => Self::Answer(code, message, members),
            Answer::Busy => Self::Unavailable(store::Error::Busy),
            Answer::Fault(error) if store::Error::is_nul(&error) => Self::Invalid(NUL.to_owned()),
            Answer::Fault(error) => {
                if let Some(outage) = store::Error::passing(&error) {
                    return Self::Unavailable(outage.clone());
                }
                tracing::error!(error = format!("{error:#}"), "a call failed");
                Self::Internal
            }
        }
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            // Nothing is said of the key while nothing is known of it.
            Denied::Unavailable(error) => Answer::from(error).into(),
            denied => Self::Denied(denied),
        }
    }
}

async fn answer(
    app: &Arc<App>,
    request: &Request<Bytes>,
    routed: &Routed,
    request_id: &str,
) -> Result<Value, Failure> {
    let Routed {
        service,
        operation,
        parameters,
    } = routed;
    if request
        .uri()
        .query()
        .is_some_and(|query| query.contains("%00"))
    {
        return Err(Failure::Invalid(NUL.to_owned()));
    }
    let verified = || {
        if let Some(standing) = request.extensions().get::<Standing>() {
            standing.verify();
        }
    };
    let caller = if routed.needs_signature() {
        check_origin(app, request.headers())?;
        let caller = access::authenticate(&app.keys, request, service).await?;
        verified();
        Some(caller)
    } else {
        None
    };
    let Some(line) = built(service.name(), &operation.name) else {
        return Err(Failure::NotBuilt);
    };
    if caller.is_none() && request.body().len() > UNSIGNED_BODY_BYTES_MAX {
        let kib = UNSIGNED_BODY_BYTES_MAX / 1024;
        return Err(Failure::Invalid(format!(
            "the body of a call without a signature has {kib} KiB at most"
        )));
    }
    // Reading a long document takes a while: those who sent one wait for each other, nobody else does.
    let turn = match request.body().len() {
        0..=SHORT_BODY_BYTES_MAX => None,
        _ => app.long_documents.acquire().await.ok(),
    };
    let received = ReceivedRequest {
        parameters,
        query: request.uri().query().unwrap_or_default(),
        headers: request.headers(),
        body: request.body(),
    };
    let input = signback_wire::decode_request(service, operation, &received, &LIMITS)
        .map_err(|error| Failure::Invalid(error.to_string()))?;
    if let Some(caller) = &caller {
        caller
            .authorize(service, &operation.name, &input)
            .map_err(Failure::Denied)?;
    }
    let call = Call {
        scope: caller
            .as_ref()
            .map_or_else(no_scope, |caller| caller.scope.clone()),
        access_key_id: caller.map(|caller| caller.access_key_id),
        request_id: request_id.to_owned(),
    };
    admit(app, &call, line, &input)?;
    check_input(service, operation, line, &input).map_err(Failure::Invalid)?;
    drop(turn);
    let answered = line.answer(app, &call, input).await?;
    if service.name() == "connectparticipant" {
        // Its token was good.
        verified();
    }
    Ok(answered)
}

/// Where any credentials do, the browser's word on where a call comes from stands in for them: a
/// page of another site must not sign with what it likes.
fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), Failure> {
    let settings = &app.platform.settings;
    if !settings.accept_any_credentials {
        return Ok(());
    }
    let own = Own::of(settings).and_origins(&settings.allowed_origins);
    match own.refuses(headers) {
        Some(reason) => Err(Failure::Denied(Denied::Foreign(reason))),
        None => Ok(()),
    }
}

fn admit(app: &App, call: &Call, line: &Built, input: &Value) -> Result<(), Failure> {
    if !app.platform.settings.throttles {
        return Ok(());
    }
    let scope = &call.scope;
    // The participant service counts per instance on AWS; a connection's token stands for it here.
    let bearer = input["ConnectionToken"]
        .as_str()
        .or(input["ParticipantToken"].as_str());
    let owner = match bearer {
        Some(token) => token.chars().take(22).collect(),
        None => format!("{}/{}", scope.account, scope.region),
    };
    if app
        .throttles
        .admit(&owner, line.service, line.name, app.platform.clock.now())
    {
        Ok(())
    } else {
        Err(Failure::Throttled)
    }
}

fn no_scope() -> Scope {
    Scope {
        account: String::new(),
        region: String::new(),
    }
}

fn refusal(
    service: &Service,
    operation: &Modelled,
    failure: &Failure,
    request_id: &str,
) -> EncodedResponse {
    let none = Map::new();
    let fault = |code, status, message, members| {
        let fault = Fault {
            code,
            status,
            message,
            members,
        };
        signback_wire::encode_error(service, Some(operation), &fault, request_id)
    };
    match failure {
        Failure::Denied(denied) => {
            let code = denied.code(service.metadata().protocol == Protocol::Query);
            fault(code, StatusCode::FORBIDDEN, &denied.to_string(), &none)
        }
        Failure::NotBuilt => {
            let message = format!("{} is not implemented by Signback", operation.name);
            fault(
                "NotImplemented",
                StatusCode::NOT_IMPLEMENTED,
                &message,
                &none,
            )
        }
        Failure::Throttled => {
            let message = "too many requests at once, try again shortly";
            let status = StatusCode::TOO_MANY_REQUESTS;
            fault(throttling(operation), status, message, &none)
        }
        Failure::Unavailable(outage) => {
            let code = match outage {
                store::Error::Busy => throttling(operation),
                _ => "ServiceUnavailable",
            };
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let mut refusal = fault(code, status, outage.told(), &none);
            // Whatever the model says of the code: it is the whole service that has too much to do.
            refusal.status = status;
            refusal
                .headers
                .insert(header::RETRY_AFTER, listener::RETRY_AFTER);
            refusal
        }
        Failure::Internal => {
            let code = first_modelled(
                operation,
                &[
                    "InternalServiceException",
                    "InternalServerException",
                    "InternalErrorException",
                    "InternalServiceError",
                ],
            )
            .unwrap_or("InternalFailure");
            let message = "the service failed; its log names the cause under this request's id";
            fault(code, StatusCode::INTERNAL_SERVER_ERROR, message, &none)
        }
        Failure::Answer(code, message, members) => {
            fault(code, StatusCode::BAD_REQUEST, message, members)
        }
        Failure::Invalid(message) => {
            let code = first_modelled(
                operation,
                &[
                    "InvalidParameterException",
                    "InvalidRequestException",
                    "ValidationException",
                    "BadRequestException",
                ],
            )
            .unwrap_or("ValidationError");
            fault(code, StatusCode::BAD_REQUEST, message, &none)
        }
    }
}

/// The error by which clients know that they are to slow down.
fn throttling(operation: &Modelled) -> &'static str {
    let codes = [
        "ThrottlingException",
        "TooManyRequestsException",
        "LimitExceededException",
    ];
    first_modelled(operation, &codes).unwrap_or("ThrottlingException")
}

/// The first of `codes` that the operation may answer with.
fn first_modelled(operation: &Modelled, codes: &[&'static str]) -> Option<&'static str> {
    codes
        .iter()
        .copied()
        .find(|code| operation.error(code).is_some())
}

/// A request that is no operation's: unsigned ones are told what is missing, in the form that every
/// AWS client reads.
fn unrouted(request: &Request<Bytes>, request_id: &str) -> Response<Bytes> {
    let (status, code, message) = if request.headers().contains_key(header::AUTHORIZATION) {
        (
            StatusCode::NOT_FOUND,
            "UnknownOperationException",
            "no operation has this method and path",
        )
    } else {
        let message = "this path is not served, or its call must be signed";
        (
            StatusCode::FORBIDDEN,
            "MissingAuthenticationTokenException",
            message,
        )
    };
    let mut headers = HeaderMap::new();
    headers.insert("x-amzn-errortype", code.parse().expect("a constant"));
    headers.insert(
        header::CONTENT_TYPE,
        "application/json".parse().expect("a constant"),
    );
    if let Ok(id) = request_id.parse() {
        headers.insert("x-amzn-requestid", id);
    }
    let body = serde_json::json!({"__type": code, "message": message})
        .to_string()
        .into_bytes();
    plain_response(EncodedResponse {
        status,
        headers,
        body,
    })
}

fn plain_response(encoded: EncodedResponse) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(encoded.body));
    *response.status_mut() = encoded.status;
    *response.headers_mut() = encoded.headers;
    response
}
