//! `/_signback/…`: health, metrics and the test controls (design §3).

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::Own;
use crate::app::App;
use signback_platform::listener;

/// The paths of the test controls.
const CONTROLS: [&str; 3] = ["/_signback/clock", "/_signback/reset", "/_signback/sign-in"];
/// The most that one call may move the time: ten years in seconds.
const ADVANCE_MAX: u32 = 315_360_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(default)]
    advance_seconds: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[serde(default = "yes")]
    start_data: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    authentication_url: String,
    username: String,
}

/// Answers a request below `/_signback/`, which came by the administrators' address if that is given.
pub(crate) async fn respond(
    app: &Arc<App>,
    request: &Request<Bytes>,
    admin: Option<IpAddr>,
) -> Response<Bytes> {
    let path = request.uri().path();
    match (request.method(), path) {
        (&Method::GET | &Method::HEAD, "/_signback/health") => health(app).await,
        (&Method::GET, "/_signback/metrics") => metrics(app),
        _ if CONTROLS.contains(&path) => {
            let settings = &app.platform.settings;
            if !settings.test_controls {
                let message = "the test controls are off: start with --test-controls";
                return problem(StatusCode::NOT_FOUND, message);
            }
            match Own::of(settings).at(admin).refuses(request.headers()) {
                Some(reason) => problem(StatusCode::FORBIDDEN, reason),
                None => control(app, request).await,
            }
        }
        _ => problem(StatusCode::NOT_FOUND, "nothing is served here"),
    }
}

/// What tests do to the service.
async fn control(app: &Arc<App>, request: &Request<Bytes>) -> Response<Bytes> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/_signback/clock") => time(app),
        (&Method::POST, "/_signback/clock") => clock(app, request.body()).await,
        (&Method::POST, "/_signback/reset") => reset(app, request.body()).await,
        (&Method::POST, "/_signback/sign-in") => sign_in(app, request.body()).await,
        (_, "/_signback/clock") => wrong_method("GET, POST"),
        _ => wrong_method("POST"),
    }
}

async fn health(app: &App) -> Response<Bytes> {
    match app.platform.store.health().await {
        Ok(()) => answer(StatusCode::OK, &json!({"status": "ok"})),
        Err(error) => {
            app.platform.report_outage(&error);
            let mut response = answer(
                StatusCode::SERVICE_UNAVAILABLE,
                &json!({"status": "database unavailable"}),
            );
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, listener::RETRY_AFTER);
            response
        }
    }
}

fn metrics(app: &App) -> Response<Bytes> {
    Response::builder()
        .header(
            header::CONTENT_TYPE,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        )
        .body(Bytes::from(app.platform.metrics.text()))
        .expect("the header is a constant")
}

/// What time it is for the service.
fn time(app: &App) -> Response<Bytes> {
    let now = app.platform.clock.now().iso8601();
    answer(StatusCode::OK, &json!({"now": now}))
}

/// Moves the service's time; what became due has been done when this answers.
async fn clock(app: &Arc<App>, body: &Bytes) -> Response<Bytes> {
    let advance: Advance = match read(body, "{\"advance_seconds\": N}") {
        Ok(advance) => advance,
        Err(reason) => return problem(StatusCode::BAD_REQUEST, &reason),
    };
    if advance.advance_seconds > ADVANCE_MAX {
        return problem(
            StatusCode::BAD_REQUEST,
            "advance_seconds: 315360000 (ten years) at most",
        );
    }
    app.platform.clock.advance_seconds(advance.advance_seconds);
    match app.jobs.run_due(&app.tasks).await {
        Ok(_) => time(app),
        Err(error) => failed(&error),
    }
}

/// Goes back to the state after the start; the listener stays.
async fn reset(app: &App, body: &Bytes) -> Response<Bytes> {
    let Reset { start_data } = match read(body, "{\"start_data\": true or false}") {
        Ok(reset) => reset,
        Err(reason) => return problem(StatusCode::BAD_REQUEST, &reason),
    };
    match app.reset(start_data).await {
        Ok(()) => time(app),
        Err(error) => failed(&error.into()),
    }
}

/// Signs a pool's user in, without a browser and a password.
async fn sign_in(app: &App, body: &Bytes) -> Response<Bytes> {
    let form = "{\"authentication_url\": …, \"username\": …}";
    let SignIn {
        authentication_url,
        username,
    } = match read(body, form) {
        Ok(sign_in) => sign_in,
        Err(reason) => return problem(StatusCode::BAD_REQUEST, &reason),
    };
    match signback_pool::sign_in_unattended(&app.pools, &authentication_url, &username).await {
        Ok(Ok(redirect)) => answer(StatusCode::OK, &json!({"redirect": redirect})),
        Ok(Err(reason)) => problem(StatusCode::BAD_REQUEST, &reason),
        Err(error) => failed(&error),
    }
}

/// Reads a body, whatever type it says it has; an empty one is an empty document.
fn read<T: DeserializeOwned>(body: &Bytes, form: &str) -> Result<T, String> {
    let text: &[u8] = if body.trim_ascii().is_empty() {
        b"{}"
    } else {
        body
    };
    let document: Result<Map<String, Value>, _> = serde_json::from_slice(text);
    let read = document.and_then(|document| serde_json::from_value(document.into()));
    read.map_err(|error| format!("the body must be {form}: {error}"))
}

fn failed(error: &anyhow::Error) -> Response<Bytes> {
    tracing::error!(error = format!("{error:#}"), "a test control failed");
    problem(
        StatusCode::INTERNAL_SERVER_ERROR,
        "it failed; the log says why",
    )
}

fn wrong_method(allowed: &'static str) -> Response<Bytes> {
    let mut response = problem(StatusCode::METHOD_NOT_ALLOWED, "this is not the method");
    let allowed = header::HeaderValue::from_static(allowed);
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

pub(crate) fn problem(status: StatusCode, message: &str) -> Response<Bytes> {
    answer(status, &json!({"message": message}))
}

pub(crate) fn answer(status: StatusCode, document: &Value) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CACHE_CONTROL, "no-store")
        .body(Bytes::from(document.to_string()))
        .expect("the headers are constants")
}
