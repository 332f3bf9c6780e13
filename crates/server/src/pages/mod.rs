//! The demo chat page and the two calls of its own backend.
//!
//! A page in a browser cannot sign AWS calls, so every chat site has a small backend for them. The
//! demo's backend is here: it starts a chat on the demo's flow and passes the sign-in's answer on.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{
    self,
    controls::{answer, problem},
};
use crate::app::{App, Demo};
use signback_platform::answer::Answer;
use signback_platform::listener;
use signback_platform::operation::Call;
use signback_platform::store;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Start {
    display_name: String,
}

/// Answers a request below `/demo`.
pub(crate) async fn respond(app: &Arc<App>, request: &Request<Bytes>) -> Response<Bytes> {
    let Some(demo) = app.demo.get() else {
        return problem(
            StatusCode::NOT_FOUND,
            "the demo page needs --bootstrap demo, and that this machine alone reaches the service \
             (or --trust-network)",
        );
    };
    let path = request.uri().path();
    match (request.method(), path) {
        (&Method::GET, "/demo" | "/demo/") if !at_public_url(app, request) => Response::builder()
            .status(StatusCode::TEMPORARY_REDIRECT)
            .header(
                header::LOCATION,
                format!("{}/demo", app.platform.settings.public_url),
            )
            .body(Bytes::new())
            .expect("the public URL is a URL"),
        (&Method::GET, _) => match asset(path) {
            Some((kind, content)) => page(app, kind, content),
            None => problem(StatusCode::NOT_FOUND, "nothing is served here"),
        },
        (&Method::POST, "/demo/start" | "/demo/complete") => {
            let own = api::Own::of(&app.platform.settings);
            if let Some(reason) = own.refuses(request.headers()) {
                return problem(StatusCode::FORBIDDEN, reason);
            }
            let call = Call {
                scope: demo.scope.clone(),
                access_key_id: None,
                request_id: app.platform.random.uuid(app.platform.clock.now()),
            };
            let done = if path == "/demo/start" {
                start(app, &call, demo, request.body()).await
            } else {
                complete(app, &call, demo, request.body()).await
            };
            done.map_or_else(refused, |document| answer(StatusCode::OK, &document))
        }
        _ => problem(StatusCode::NOT_FOUND, "nothing is served here"),
    }
}

async fn start(app: &App, call: &Call, demo: &Demo, body: &Bytes) -> Result<Value, Answer> {
    let start: Start = serde_json::from_slice(body).map_err(|_| {
        Answer::refuse(
            "InvalidRequestException",
            "the body must be {\"DisplayName\": …}",
        )
    })?;
    let input = json!({
        "InstanceId": demo.instance_id,
        "ContactFlowId": demo.contact_flow_id,
        "ParticipantDetails": {"DisplayName": start.display_name},
    });
    api::invoke(app, call, "connect", "StartChatContact", input).await
}

async fn complete(app: &App, call: &Call, demo: &Demo, body: &Bytes) -> Result<Value, Answer> {
    let Ok(Value::Object(mut input)) = serde_json::from_slice(body) else {
        return Err(Answer::refuse(
            "InvalidRequestException",
            "the body must be a JSON object",
        ));
    };
    input.insert("InstanceId".to_owned(), demo.instance_id.clone().into());
    api::invoke(
        app,
        call,
        "connect",
        "UpdateParticipantAuthentication",
        input.into(),
    )
    .await
}

/// Whether the browser came by the public URL's host and port: only there does the sign-in's
/// callback address fit.
fn at_public_url(app: &App, request: &Request<Bytes>) -> bool {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    host.is_none_or(|host| {
        app.platform
            .settings
            .public_url
            .split("://")
            .nth(1)
            .is_some_and(|rest| rest.split('/').next() == Some(host))
    })
}

fn asset(path: &str) -> Option<(&'static str, &'static [u8])> {
    const HTML: &str = "text/html; charset=utf-8";
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    Some(match path {
        "/demo" | "/demo/" => (HTML, include_bytes!("demo/index.html")),
        "/demo/callback" => (HTML, include_bytes!("demo/callback.html")),
        "/demo/chat.css" => ("text/css; charset=utf-8", include_bytes!("demo/chat.css")),
        "/demo/chat.js" => (SCRIPT, include_bytes!("demo/chat.js")),
        "/demo/callback.js" => (SCRIPT, include_bytes!("demo/callback.js")),
        _ => return None,
    })
}

fn page(app: &App, kind: &'static str, content: &'static [u8]) -> Response<Bytes> {
    let policy = format!(
        "default-src 'self'; connect-src 'self' {}/; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'",
        app.platform.settings.websocket_url
    );
    Response::builder()
        .header(header::CONTENT_TYPE, kind)
        .header(header::CACHE_CONTROL, "no-store")
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::REFERRER_POLICY, "no-referrer")
        .body(Bytes::from_static(content))
        .expect("the websocket URL is a URL")
}

fn refused(refusal: Answer) -> Response<Bytes> {
    match refusal {
        Answer::Refused {
            code: "ConflictException",
            message,
            ..
        } => problem(StatusCode::CONFLICT, &message),
        Answer::Refused { message, .. } => problem(StatusCode::BAD_REQUEST, &message),
        Answer::Busy => listener::unavailable(store::Error::Busy.told()),
        Answer::Fault(error) if store::Error::passing(&error).is_some() => {
            listener::unavailable("the database is not available, try again shortly")
        }
        Answer::Fault(error) => {
            tracing::error!(error = format!("{error:#}"), "the demo page's call failed");
            problem(
                StatusCode::INTERNAL_SERVER_ERROR,
                "it failed; the log says why",
            )
        }
    }
}
