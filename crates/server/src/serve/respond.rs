//! Routes a request by its path, before any `Authorization` is looked at.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::api::front::call;
use crate::api::{controls, cors};
use crate::app::App;
use crate::pages;

/// Answers a request.
pub async fn respond(app: &Arc<App>, request: Request<Bytes>) -> Response<Bytes> {
    let path = request.uri().path();
    if crate::api::is_administrative(path) {
        return controls::respond(app, &request, None).await;
    }
    if path == "/demo" || path.starts_with("/demo/") {
        return pages::respond(app, &request).await;
    }
    if let Some(response) = signback_pool::respond(&app.pools, &request).await {
        return response;
    }
    if let Some(response) = cors::preflight(&app.platform.settings, &request) {
        return response;
    }
    call(app, &request).await
}
