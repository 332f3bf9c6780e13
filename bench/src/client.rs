//! A kept-alive connection that makes signed calls.

use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use signback_wire::sigv4::Credentials;
use signback_wire::{Call, EncodedRequest, ReceivedResponse};
use tokio::net::TcpStream;

use crate::service::Service;

/// Where the service is and what calls are signed with.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) authority: String,
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) region: String,
    pub(crate) instance: String,
    pub(crate) flow: String,
    pub(crate) username: String,
    pub(crate) password: String,
}

impl Target {
    pub(crate) fn of(service: &Service) -> anyhow::Result<Self> {
        let url = service.text("url")?;
        Ok(Self {
            authority: url
                .strip_prefix("http://")
                .context("plain HTTP")?
                .to_owned(),
            key: service.text("access_key_id")?,
            secret: service.text("secret_access_key")?,
            region: service.text("region")?,
            instance: service.text("instance_id")?,
            flow: service.text("contact_flow_id")?,
            username: service.text("username")?,
            password: service.text("password")?,
        })
    }

    fn sign(&self, call: Call, input: &Value) -> anyhow::Result<EncodedRequest> {
        let credentials = Credentials {
            access_key_id: &self.key,
            secret_access_key: &self.secret,
            session_token: None,
        };
        let now = epoch_seconds()?;
        Ok(call.signed(input, &self.authority, &credentials, &self.region, now)?)
    }

    /// The bytes of a signed call that passes a sign-in's answer on.
    pub(crate) fn answer(&self, state: &str, code: &str) -> anyhow::Result<Vec<u8>> {
        let input = json!({"InstanceId": self.instance, "State": state, "Code": code});
        let signed = self.sign(Call::builtin("connect", ANSWER)?, &input)?;
        let mut bytes = format!("{} {} HTTP/1.1\r\n", signed.method, signed.target()).into_bytes();
        for (name, value) in &signed.headers {
            bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", signed.body.len()).bytes());
        bytes.extend(signed.body);
        Ok(bytes)
    }
}

/// The operation that passes a sign-in's answer on.
const ANSWER: &str = "UpdateParticipantAuthentication";

/// One connection.
pub(crate) struct Client {
    target: Target,
    sender: SendRequest<Full<Bytes>>,
}

/// A chat whose customer has a sign-in address.
pub(crate) struct Chat {
    pub(crate) contact: String,
    pub(crate) token: String,
    pub(crate) url: String,
}

/// Where sign-ins come back to.
pub(crate) const CALLBACK: &str = "http://localhost:3999/callback";

impl Client {
    pub(crate) async fn connect(target: &Target) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(&target.authority).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            target: target.clone(),
            sender,
        })
    }

    /// Sends a request as it is.
    pub(crate) async fn send(
        &mut self,
        method: &str,
        target: &str,
        mut headers: HeaderMap,
        body: Vec<u8>,
    ) -> anyhow::Result<Response<Bytes>> {
        headers.insert("host", self.target.authority.parse()?);
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .body(Full::new(Bytes::from(body)))?;
        *request.headers_mut() = headers;
        // The connection may still be busy with the end of the last answer.
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }

    /// Makes a signed call; an error of the service is an error here.
    pub(crate) async fn call(
        &mut self,
        service: &str,
        operation: &str,
        input: Value,
    ) -> anyhow::Result<Value> {
        let call = Call::builtin(service, operation)?;
        let request = self.target.sign(call, &input)?;
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

    /// Starts a chat and takes it to its sign-in address. The service lists pending sign-ins in
    /// the transcript, so no websocket is needed.
    pub(crate) async fn chat(&mut self) -> anyhow::Result<Chat> {
        let started = self
            .call(
                "connect",
                "StartChatContact",
                json!({
                    "InstanceId": self.target.instance, "ContactFlowId": self.target.flow,
                    "ParticipantDetails": {"DisplayName": "Guest"},
                }),
            )
            .await?;
        let made = self
            .call("connectparticipant", "CreateParticipantConnection", json!({
                "ParticipantToken": started["ParticipantToken"], "Type": ["CONNECTION_CREDENTIALS"],
            }))
            .await?;
        let token = text(&made["ConnectionCredentials"], "ConnectionToken")?;
        let transcript = self
            .call(
                "connectparticipant",
                "GetTranscript",
                json!({"ConnectionToken": token, "MaxResults": 100}),
            )
            .await?;
        let items = transcript["Transcript"]
            .as_array()
            .context("a transcript")?;
        let initiated = items
            .iter()
            .find(|item| {
                item["ContentType"]
                    .as_str()
                    .is_some_and(|kind| kind.ends_with("authentication.initiated"))
            })
            .context("the flow has reached the sign-in")?;
        let content: Value = serde_json::from_str(&text(initiated, "Content")?)?;
        let url = self
            .call("connectparticipant", "GetAuthenticationUrl", json!({
                "SessionId": content["SessionId"], "RedirectUri": CALLBACK, "ConnectionToken": token,
            }))
            .await?;
        Ok(Chat {
            contact: text(&started, "ContactId")?,
            token,
            url: text(&url, "AuthenticationUrl")?,
        })
    }

    /// Passes a sign-in's answer on.
    pub(crate) async fn answer(&mut self, state: &str, code: &str) -> anyhow::Result<()> {
        let input = json!({"InstanceId": self.target.instance, "State": state, "Code": code});
        self.call("connect", ANSWER, input).await.map(drop)
    }

    /// Signs in once with the password; gives the cookies that keep the user signed in.
    pub(crate) async fn sign_in(&mut self, url: &str) -> anyhow::Result<String> {
        let base = format!("http://{}", self.target.authority);
        let mut target = url.strip_prefix(&base).context("our own page")?.to_owned();
        let mut cookies: Vec<String> = Vec::new();
        let mut form: Option<String> = None;
        for _ in 0..6 {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", cookies.join("; ").parse()?);
            let (method, body) = match form.take() {
                Some(form) => ("POST", form),
                None => ("GET", String::new()),
            };
            if method == "POST" {
                headers.insert("content-type", "application/x-www-form-urlencoded".parse()?);
            }
            let response = self
                .send(method, &target, headers, body.into_bytes())
                .await?;
            for line in response.headers().get_all("set-cookie") {
                let pair = line
                    .to_str()?
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                let name = pair.split('=').next().unwrap_or_default().to_owned();
                cookies.retain(|cookie| cookie.split('=').next() != Some(&name));
                cookies.push(pair);
            }
            if let Some(location) = response.headers().get("location") {
                let location = location.to_str()?;
                if location.starts_with(CALLBACK) {
                    return Ok(cookies.join("; "));
                }
                target = location.strip_prefix(&base).unwrap_or(location).to_owned();
                continue;
            }
            let page = String::from_utf8_lossy(response.body()).into_owned();
            ensure!(
                response.status() == 200,
                "the page answered {}",
                response.status()
            );
            let shown = page.split("<form").nth(1).context("a form")?;
            if let Some(action) = attribute(shown.split('>').next().unwrap_or_default(), "action") {
                target = action.strip_prefix(&base).unwrap_or(&action).to_owned();
            }
            let mut fields = String::new();
            for input in shown
                .split("<input")
                .skip(1)
                .filter(|input| input.contains("type=\"hidden\""))
            {
                let (name, value) = (attribute(input, "name"), attribute(input, "value"));
                let value = signback_wire::percent_encode(&value.unwrap_or_default());
                write!(fields, "{}={value}&", name.unwrap_or_default())?;
            }
            let (name, password) = (&self.target.username, &self.target.password);
            let encode = signback_wire::percent_encode;
            form = Some(format!(
                "{fields}username={}&password={}",
                encode(name),
                encode(password)
            ));
        }
        bail!("the sign-in did not come to its end")
    }

    /// Follows a sign-in address as a user who is signed in already; gives state and code.
    pub(crate) async fn authorize(
        &mut self,
        url: &str,
        cookies: &str,
    ) -> anyhow::Result<(String, String)> {
        let base = format!("http://{}", self.target.authority);
        let mut target = url.strip_prefix(&base).context("our own page")?.to_owned();
        for _ in 0..3 {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", cookies.parse()?);
            let response = self.send("GET", &target, headers, Vec::new()).await?;
            let location = response
                .headers()
                .get("location")
                .context("a redirect")?
                .to_str()?;
            if location.starts_with(CALLBACK) {
                return Ok((parameter(location, "state")?, parameter(location, "code")?));
            }
            target = location.strip_prefix(&base).unwrap_or(location).to_owned();
        }
        bail!("the sign-in page was shown to a user who is signed in")
    }
}

/// A parameter of an address; those that are read here need no decoding.
pub(crate) fn parameter(url: &str, name: &str) -> anyhow::Result<String> {
    let (_, query) = url.split_once('?').context("a query")?;
    let found = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    Ok(found
        .with_context(|| format!("no {name} in the address"))?
        .to_owned())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!("{name}=\"")).nth(1)?.split('"').next()?;
    Some(value.replace("&amp;", "&"))
}

pub(crate) fn text(document: &Value, member: &str) -> anyhow::Result<String> {
    Ok(document[member]
        .as_str()
        .with_context(|| format!("no {member}"))?
        .to_owned())
}

#[expect(
    clippy::disallowed_methods,
    reason = "signatures carry the machine's time"
)]
fn epoch_seconds() -> anyhow::Result<i64> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(i64::try_from(since.as_secs())?)
}
