//! The demo's client: signed calls and page requests answered in this process, and one websocket.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};
use signback_server::app::App;
use signback_server::serve;
use signback_server::serve::Running;
use signback_wire::sigv4::Credentials;
use signback_wire::{Call, ReceivedResponse};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// How long the demo waits for an item.
const WAIT: Duration = Duration::from_secs(20);

/// A client of the private service.
pub(super) struct Client<'r> {
    running: &'r Running,
    app: Arc<App>,
}

impl<'r> Client<'r> {
    pub(super) fn new(running: &'r Running) -> anyhow::Result<Self> {
        let client = Self {
            running,
            app: Arc::clone(&running.app),
        };
        client.ready("access_key_id")?;
        Ok(client)
    }

    /// An entry of the ready document.
    pub(super) fn ready(&self, name: &str) -> anyhow::Result<&str> {
        self.running
            .ready
            .text(name)
            .with_context(|| format!("the start data has no {name}"))
    }

    /// Calls an operation; an error of the service is an error here.
    pub(super) async fn call(
        &self,
        service: &str,
        operation: &str,
        input: Value,
    ) -> anyhow::Result<Value> {
        let call = Call::builtin(service, operation)?;
        let credentials = Credentials {
            access_key_id: self.ready("access_key_id")?,
            secret_access_key: self.ready("secret_access_key")?,
            session_token: None,
        };
        let host = self.running.address.to_string();
        let now = self.app.platform.clock.machine_now().seconds();
        let request = call.signed(&input, &host, &credentials, self.ready("region")?, now)?;
        let (method, target) = (request.method.as_str(), request.target());
        let response = self
            .send(method, &target, request.headers, request.body)
            .await?;
        Ok(call.result(&ReceivedResponse {
            status: response.status(),
            headers: response.headers(),
            body: response.body(),
        })?)
    }

    /// Sends a request to the service's front door.
    pub(super) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> anyhow::Result<Response<Bytes>> {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .body(Bytes::from(body))?;
        *request.headers_mut() = headers;
        Ok(serve::respond(&self.app, request).await)
    }

    /// Opens the chat's websocket and subscribes.
    pub(super) async fn listen(&self, url: &str) -> anyhow::Result<Items> {
        let stream = TcpStream::connect(self.running.address).await?;
        let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await?;
        let subscribe = json!({"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}});
        socket.send(Message::text(subscribe.to_string())).await?;
        Ok(Items(socket))
    }
}

/// The items of a chat as they arrive.
pub(super) struct Items(WebSocketStream<TcpStream>);

impl Items {
    /// The next item.
    pub(super) async fn next(&mut self) -> anyhow::Result<Value> {
        loop {
            let message = tokio::time::timeout(WAIT, self.0.next())
                .await
                .context("no item came for 20 seconds")?
                .context("the service closed the websocket")??;
            // Pings are answered by the library.
            let Message::Text(text) = message else {
                continue;
            };
            let frame: Value = serde_json::from_str(&text)?;
            if frame["topic"] == "aws/chat" {
                let item = frame["content"].as_str().context("an item is text")?;
                return Ok(serde_json::from_str(item)?);
            }
        }
    }
}
