//! A chat customer: starts a chat, holds the websocket, signs in.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::{Answer, HUNG, Server};

/// The prefix of event content types.
pub const EVENT: &str = "application/vnd.amazonaws.connect.event.";

/// A customer in a chat.
pub struct Customer<'s> {
    pub server: &'s Server,
    pub contact: String,
    pub participant: String,
    pub participant_token: String,
    pub token: String,
    /// Every item that arrived, in order.
    pub items: Vec<Value>,
    socket: WebSocketStream<TcpStream>,
}

impl<'s> Customer<'s> {
    /// Starts a chat on the demo's flow, connects and subscribes.
    pub async fn arrive(server: &'s Server) -> Self {
        Self::arrive_with(server, json!({})).await
    }

    /// The same with further members of StartChatContact.
    pub async fn arrive_with(server: &'s Server, members: Value) -> Self {
        let mut input = json!({
            "InstanceId": server.ready("instance_id"),
            "ContactFlowId": server.ready("contact_flow_id"),
            "ParticipantDetails": {"DisplayName": "Guest"},
        });
        input
            .as_object_mut()
            .unwrap()
            .extend(members.as_object().unwrap().clone());
        let started = server
            .call("connect", "StartChatContact", input)
            .await
            .done();
        let text = |name: &str| started[name].as_str().unwrap().to_owned();
        let participant_token = text("ParticipantToken");
        let (token, socket) = connect(server, &participant_token).await;
        Self {
            server,
            contact: text("ContactId"),
            participant: text("ParticipantId"),
            participant_token,
            token,
            items: Vec::new(),
            socket,
        }
    }

    /// Drops the websocket and comes back with a new one.
    pub async fn reconnect(&mut self) {
        let (token, socket) = connect(self.server, &self.participant_token).await;
        self.token = token;
        self.socket = socket;
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: &str) {
        self.socket.send(Message::text(frame)).await.unwrap();
    }

    /// The next frame, as JSON. Pings are answered on the way.
    pub async fn frame(&mut self) -> Value {
        let message = loop {
            let next = tokio::time::timeout(HUNG, self.socket.next()).await;
            let message = next.expect("a frame comes").expect("the socket is open");
            let message = message.unwrap();
            if message.is_text() {
                break message;
            }
        };
        let frame: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        if frame["topic"] == "aws/chat" {
            self.items
                .push(serde_json::from_str(frame["content"].as_str().unwrap()).unwrap());
        }
        frame
    }

    /// Waits until the service has closed the websocket.
    pub async fn closed(mut self) {
        let closing = async {
            while let Some(Ok(message)) = self.socket.next().await
                && !message.is_close()
            {}
        };
        tokio::time::timeout(HUNG, closing)
            .await
            .expect("the socket closes");
    }

    /// Waits for the item that fits, among those that came already too.
    pub async fn item(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(item) = self.items.iter().find(|item| fits(item)) {
                return item.clone();
            }
            self.frame().await;
        }
    }

    /// Waits for an event, named without its prefix.
    pub async fn event(&mut self, name: &str) -> Value {
        let content_type = format!("{EVENT}{name}");
        self.item(|item| item["ContentType"] == content_type.as_str())
            .await
    }

    /// Waits for a message.
    pub async fn message(&mut self, text: &str) -> Value {
        self.item(|item| item["Content"] == text).await
    }

    /// The sign-in's session, once it was initiated.
    pub async fn session(&mut self) -> String {
        let initiated = self.event("authentication.initiated").await;
        let content: Value = serde_json::from_str(initiated["Content"].as_str().unwrap()).unwrap();
        content["SessionId"].as_str().unwrap().to_owned()
    }

    /// Calls an operation of the participant service with the connection token.
    pub async fn participant_call(&self, operation: &str, mut input: Value) -> Answer {
        input["ConnectionToken"] = self.token.clone().into();
        self.server
            .call("connectparticipant", operation, input)
            .await
    }

    /// The sign-in's address.
    pub async fn authentication_url(&mut self) -> String {
        let session = self.session().await;
        let input = json!({"SessionId": session, "RedirectUri": "http://localhost:3999/callback"});
        let answer = self
            .participant_call("GetAuthenticationUrl", input)
            .await
            .done();
        answer["AuthenticationUrl"].as_str().unwrap().to_owned()
    }

    /// Answers the sign-in: `members` are State and Code, or State and Error.
    pub async fn answer(&self, mut members: Value) -> Answer {
        members["InstanceId"] = self.server.ready("instance_id").into();
        self.server
            .call("connect", "UpdateParticipantAuthentication", members)
            .await
    }

    /// Signs in on the hosted page; gives the redirect's query, `code` and `state`.
    pub async fn sign_in(&mut self) -> Value {
        let url = self.authentication_url().await;
        let (username, password) = (self.server.ready("username"), self.server.ready("password"));
        sign_in(self.server, &url, &username, &password).await
    }

    /// Everything in the transcript, oldest first.
    pub async fn transcript(&self) -> Vec<Value> {
        let input = json!({"MaxResults": 100, "SortOrder": "ASCENDING"});
        let answer = self.participant_call("GetTranscript", input).await.done();
        answer["Transcript"].as_array().unwrap().clone()
    }

    /// What DescribeContact says.
    pub async fn described(&self) -> Value {
        let input =
            json!({"InstanceId": self.server.ready("instance_id"), "ContactId": self.contact});
        self.server
            .call("connect", "DescribeContact", input)
            .await
            .done()["Contact"]
            .clone()
    }

    /// An entry of the contact's `connect:CustomerAuthentication`, or null.
    pub async fn authentication(&self, name: &str) -> Value {
        let contact = self.described().await;
        contact["SegmentAttributes"]["connect:CustomerAuthentication"]["ValueMap"][name]["ValueString"].clone()
    }
}

async fn connect(server: &Server, participant_token: &str) -> (String, WebSocketStream<TcpStream>) {
    let input = json!({
        "ParticipantToken": participant_token,
        "Type": ["WEBSOCKET", "CONNECTION_CREDENTIALS"],
    });
    let made = server
        .call("connectparticipant", "CreateParticipantConnection", input)
        .await
        .done();
    let token = made["ConnectionCredentials"]["ConnectionToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let socket = open_socket(made["Websocket"]["Url"].as_str().unwrap()).await;
    (token, socket)
}

/// Opens a chat's websocket and subscribes.
pub async fn open_socket(url: &str) -> WebSocketStream<TcpStream> {
    let authority = url
        .strip_prefix("ws://")
        .unwrap()
        .split('/')
        .next()
        .unwrap();
    let stream = TcpStream::connect(authority).await.unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    let subscribe = json!({"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}});
    socket
        .send(Message::text(subscribe.to_string()))
        .await
        .unwrap();
    socket
}

/// Signs in on the hosted page as a browser without JavaScript does.
pub async fn sign_in(server: &Server, url: &str, username: &str, password: &str) -> Value {
    let base = server.running.app.platform.settings.public_url.clone();
    let mut cookies: Vec<(String, String)> = Vec::new();
    let mut at = url::Url::parse(url).unwrap();
    let mut form: Option<String> = None;
    for _ in 0..6 {
        let cookie = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>();
        let cookie = cookie.join("; ");
        let target = &at[url::Position::BeforePath..url::Position::AfterQuery];
        let reply = match form.take() {
            None => super::exchange(&base, "GET", target, &[("cookie", &cookie)], Vec::new()).await,
            Some(form) => {
                let headers = [
                    ("cookie", cookie.as_str()),
                    ("content-type", "application/x-www-form-urlencoded"),
                ];
                super::exchange(&base, "POST", target, &headers, form.into()).await
            }
        };
        for line in reply.headers.get_all("set-cookie") {
            let (name, value) = line
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split_once('=')
                .unwrap();
            cookies.retain(|(known, _)| known != name);
            cookies.push((name.to_owned(), value.to_owned()));
        }
        if reply.status / 100 == 3 {
            at = at.join(reply.header("location")).unwrap();
            if at.path() == "/callback" {
                return at
                    .query_pairs()
                    .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
            }
            continue;
        }
        let page = reply.text();
        assert_eq!(reply.status, 200, "{page}");
        let attribute = |text: &str, name: &str| {
            let value = text
                .split(&format!("{name}=\""))
                .nth(1)?
                .split('"')
                .next()?;
            Some(value.replace("&amp;", "&"))
        };
        let shown = page
            .split("<form")
            .nth(1)
            .unwrap_or_else(|| panic!("no form: {page}"));
        if let Some(action) = attribute(shown.split('>').next().unwrap(), "action") {
            at = at.join(&action).unwrap();
        }
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        for input in shown
            .split("<input")
            .skip(1)
            .filter(|input| input.contains("type=\"hidden\""))
        {
            fields.append_pair(
                &attribute(input, "name").unwrap(),
                &attribute(input, "value").unwrap(),
            );
        }
        form = Some(
            fields
                .append_pair("username", username)
                .append_pair("password", password)
                .finish(),
        );
    }
    panic!("the sign-in did not come to its end at {at}")
}
