//! The websocket, spoken to by a client at the other end of a pipe.

use futures_util::{SinkExt, StreamExt};
use tokio::io::DuplexStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role as Side};

use std::sync::Arc;

use super::super::admission::{NotAdmitted, admit};
use super::super::socket::socket;
use crate::contacts::{Contact, EndReason, Participant, Role};
use crate::conversation::end;
use crate::testing::{Chat, announced, content, said};
use crate::transcript::{Author, NewItem, Receipt, event};
use serde_json::{Value, json};

const SUBSCRIBE: &str = r#"{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}"#;
const HEARTBEAT: &str = r#"{"topic":"aws/heartbeat"}"#;
const SUBSCRIBED: &str =
    r#"{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}"#;

/// How long a test that hangs may do so before it fails.
const HUNG: std::time::Duration = std::time::Duration::from_mins(5);

pub(super) struct Client {
    stream: WebSocketStream<DuplexStream>,
    /// The service's side of the socket.
    served: JoinHandle<()>,
}

impl Client {
    async fn open(chat: &Chat, participant: &Participant) -> Self {
        let (_, ticket) = chat.connect(participant).await;
        let query = format!("t={}", ticket.expose());
        let Ok(admission) = admit(&chat.connect, &query).await else {
            panic!("not admitted")
        };
        let (near, far) = tokio::io::duplex(64 * 1024);
        Self {
            served: tokio::spawn(socket(Arc::clone(&chat.connect), far, admission, || {})),
            stream: WebSocketStream::from_raw_socket(near, Side::Client, None).await,
        }
    }

    pub(super) async fn subscribed(chat: &Chat, participant: &Participant) -> Self {
        let mut client = Self::open(chat, participant).await;
        client.send(SUBSCRIBE).await;
        assert_eq!(client.text().await, SUBSCRIBED);
        client
    }

    async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    async fn next(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(HUNG, self.stream.next());
        next.await.expect("something comes").and_then(Result::ok)
    }

    /// The next text; pings are answered on the way.
    async fn text(&mut self) -> String {
        loop {
            if let Message::Text(text) = self.next().await.expect("the socket is open") {
                return text.to_string();
            }
        }
    }

    pub(super) async fn item(&mut self) -> Value {
        item(&self.text().await).expect("a frame of the chat")
    }

    /// Hears what has come, up to a number of items: whatever precedes the answer to a heartbeat.
    pub(super) async fn hear(&mut self, items_max: usize) -> Vec<Value> {
        self.send(HEARTBEAT).await;
        let mut heard = Vec::new();
        while heard.len() < items_max
            && let Some(item) = item(&self.text().await)
        {
            heard.push(item);
        }
        heard
    }

    /// The next item, past answers to heartbeats that [`Client::hear`] left behind.
    pub(super) async fn next_item(&mut self) -> Value {
        loop {
            if let Some(item) = item(&self.text().await) {
                return item;
            }
        }
    }

    async fn says(&mut self, text: &str) {
        assert_eq!(self.item().await["Content"], text);
    }

    /// Has everything confirmed that was received: its ping precedes the answer to this one.
    async fn catch_up(&mut self) {
        for _ in 0..2 {
            self.send(HEARTBEAT).await;
            assert_eq!(self.text().await, HEARTBEAT);
        }
    }

    /// Waits for both sides to have ended; gives the code that the service closed with.
    async fn closed(mut self) -> Option<u16> {
        let mut code = None;
        while let Some(message) = self.next().await {
            if let Message::Close(frame) = message {
                code = frame.map(|frame| frame.code.into());
            }
        }
        drop(self.stream);
        self.served.await.unwrap();
        code
    }
}

/// The item in a frame of the chat; `None` for the answer to a heartbeat.
fn item(frame: &str) -> Option<Value> {
    if frame == HEARTBEAT {
        return None;
    }
    let frame: Value = serde_json::from_str(frame).unwrap();
    assert_eq!(frame["topic"], "aws/chat");
    Some(serde_json::from_str(frame["content"].as_str().unwrap()).unwrap())
}

#[tokio::test]
async fn what_was_said_before_comes_after_the_subscription_in_order() {
    let chat = Chat::open().await;
    chat.say(said("1")).await;
    let mut client = Client::open(&chat, &chat.customer).await;
    chat.say(said("2")).await;
    // The order of ChatJS: subscription, ping and heartbeat back to back.
    client.send(HEARTBEAT).await;
    assert_eq!(client.text().await, HEARTBEAT);
    client.send(r#"{"topic":"aws/other"}"#).await;
    client.send("not JSON").await;
    client.send("").await;
    client.send(r#"{"topic":"aws/ping"}"#).await;
    assert_eq!(
        client.text().await,
        r#"{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}"#
    );
    client.send(&format!("{SUBSCRIBE})")).await;
    assert_eq!(client.text().await, SUBSCRIBED);
    client.says("1").await;
    client.says("2").await;
    chat.say(said("3")).await;
    client.says("3").await;
}

#[tokio::test]
async fn more_than_a_batch_comes_in_order() {
    let chat = Chat::open().await;
    for _ in 0..120 {
        chat.say(said("x")).await;
    }
    chat.say(said("last")).await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    for _ in 0..120 {
        client.says("x").await;
    }
    client.says("last").await;
}

#[tokio::test]
async fn the_next_socket_goes_on_where_the_client_was() {
    let chat = Chat::open().await;
    chat.say(said("confirmed")).await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    client.says("confirmed").await;
    client.catch_up().await;
    drop(client);
    chat.say(said("missed")).await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    client.says("missed").await;
}

#[tokio::test]
async fn what_was_under_way_when_the_connection_broke_comes_again() {
    let chat = Chat::open().await;
    let client = Client::subscribed(&chat, &chat.customer).await;
    chat.say(said("under way")).await;
    // Sent into the pipe, never read, never confirmed.
    let mut probe = Client::subscribed(&chat, &chat.customer).await;
    probe.says("under way").await;
    drop((client, probe));
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    client.says("under way").await;
}

#[tokio::test]
async fn a_second_socket_misses_nothing_and_the_first_goes_on() {
    let chat = Chat::open().await;
    let mut first = Client::subscribed(&chat, &chat.customer).await;
    chat.say(said("1")).await;
    first.says("1").await;
    first.catch_up().await;
    let mut second = Client::subscribed(&chat, &chat.customer).await;
    chat.say(said("2")).await;
    first.says("2").await;
    second.says("2").await;
    drop(first);
    chat.say(said("3")).await;
    second.says("3").await;
}

#[tokio::test]
async fn an_end_of_the_subscription_holds_items_back() {
    let chat = Chat::open().await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    client
        .send(r#"{"topic":"aws/unsubscribe","content":{"topics":["aws/chat"]}}"#)
        .await;
    assert!(client.text().await.contains("aws/unsubscribe"));
    chat.say(said("held")).await;
    client.catch_up().await;
    client.send(SUBSCRIBE).await;
    assert_eq!(client.text().await, SUBSCRIBED);
    client.says("held").await;
    // Subscribing again changes nothing.
    client.send(SUBSCRIBE).await;
    assert_eq!(client.text().await, SUBSCRIBED);
    chat.say(said("next")).await;
    client.says("next").await;
}

#[tokio::test]
async fn a_client_that_subscribes_again_and_again_causes_no_look_at_the_database() {
    let chat = Chat::open().await;
    chat.say(said("once")).await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    client.says("once").await;
    client.catch_up().await;
    // A look at a database that is closed ends the socket.
    chat.connect.platform.store.clone().close().await;
    for _ in 0..100 {
        client
            .send(r#"{"topic":"aws/unsubscribe","content":{"topics":["aws/chat"]}}"#)
            .await;
        assert!(client.text().await.contains("aws/unsubscribe"));
        for _ in 0..2 {
            client.send(SUBSCRIBE).await;
            assert_eq!(client.text().await, SUBSCRIBED);
        }
    }
    client.send(HEARTBEAT).await;
    assert_eq!(client.text().await, HEARTBEAT);
}

#[tokio::test]
async fn the_first_subscription_ends_the_limit_for_connecting() {
    let chat = Chat::open().await;
    let mut client = Client::open(&chat, &chat.customer).await;
    assert_eq!(chat.now().await.connected_at, None);
    client.send(SUBSCRIBE).await;
    client.text().await;
    chat.say(said("x")).await;
    client.says("x").await;
    assert!(chat.now().await.connected_at.is_some());
}

#[tokio::test]
async fn the_end_of_a_chat_is_the_last_item() {
    let chat = Chat::open().await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    chat.change(|tx, contact| end(tx, contact, EndReason::Flow))
        .await;
    let left = client.item().await;
    assert_eq!(
        (&left["ContentType"], &left["ParticipantRole"]),
        (&json!(event::PARTICIPANT_LEFT), &json!("CUSTOMER"))
    );
    let ended = client.item().await;
    let members: Vec<&String> = ended.as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        [
            "Id",
            "AbsoluteTime",
            "Type",
            "ContentType",
            "ContactId",
            "InitialContactId"
        ]
    );
    assert_eq!(ended["ContentType"], event::CHAT_ENDED);
}

#[tokio::test]
async fn typing_reaches_everyone_while_it_lasts() {
    let chat = Chat::open().await;
    let agent = chat.join(Role::Agent, "Agent").await;
    let typing = |contact: &Contact| NewItem::typing(Author::customer(contact), None);
    let mut customer = Client::subscribed(&chat, &chat.customer).await;
    chat.say(typing).await;
    assert_eq!(customer.item().await["ContentType"], event::TYPING);
    chat.time.advance(30_000);
    chat.say(said("later")).await;
    let mut agent = Client::subscribed(&chat, &agent).await;
    agent.says("later").await;
}

#[tokio::test]
async fn a_receipt_reaches_all_but_the_recipient() {
    let chat = Chat::open().await;
    let agent = chat.join(Role::Agent, "Agent").await;
    let message = chat.say(said("hello")).await;
    let recipient = agent.id.clone();
    let told = message.id.clone();
    chat.say(move |_| {
        NewItem::receipt(Receipt {
            message: told.clone(),
            metadata: r#"{"MessageId":"m","Receipts":[]}"#.to_owned(),
            recipient: recipient.clone(),
        })
    })
    .await;
    chat.say(said("next")).await;
    let mut customer = Client::subscribed(&chat, &chat.customer).await;
    customer.says("hello").await;
    let metadata = customer.item().await;
    assert_eq!(
        (&metadata["Type"], &metadata["Id"]),
        (&json!("MESSAGEMETADATA"), &json!(message.id))
    );
    assert_eq!(metadata["MessageMetadata"]["MessageId"], "m");
    let mut agent = Client::subscribed(&chat, &agent).await;
    agent.says("hello").await;
    agent.says("next").await;
}

#[tokio::test]
async fn only_the_customer_is_told_the_session() {
    let chat = Chat::open().await;
    let agent = chat.join(Role::Agent, "Agent").await;
    chat.say(announced).await;
    let mut customer = Client::subscribed(&chat, &chat.customer).await;
    assert_eq!(content(&customer.item().await), r#"{"SessionId":"s"}"#);
    let mut agent = Client::subscribed(&chat, &agent).await;
    let seen = agent.item().await;
    assert_eq!(
        (&seen["ContentType"], &seen["Content"]),
        (&json!(event::AUTHENTICATION_INITIATED), &Value::Null)
    );
}

#[tokio::test]
async fn a_used_ticket_and_a_sixth_socket_open_nothing() {
    let chat = Chat::open().await;
    let (_, ticket) = chat.connect(&chat.customer).await;
    let query = format!("t={}", ticket.expose());
    let Ok(_first) = admit(&chat.connect, &query).await else {
        panic!("not admitted")
    };
    for wrong in [query.as_str(), "", "t=x", "other=1"] {
        assert!(
            matches!(admit(&chat.connect, wrong).await, Err(NotAdmitted::Ticket)),
            "{wrong}"
        );
    }
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(Client::open(&chat, &chat.customer).await);
    }
    let (_, ticket) = chat.connect(&chat.customer).await;
    let sixth = admit(&chat.connect, &format!("t={}", ticket.expose())).await;
    assert!(matches!(sixth, Err(NotAdmitted::TooMany)));
}

#[tokio::test]
async fn sockets_are_told_to_close() {
    let chat = Chat::open().await;
    let client = Client::subscribed(&chat, &chat.customer).await;
    let told = tokio::spawn(client.closed());
    chat.connect.sockets.close().await;
    assert_eq!(told.await.unwrap(), Some(1012));
    assert_eq!(chat.connect.sockets.count(), 0);
}

#[tokio::test]
async fn a_huge_frame_ends_the_socket() {
    let chat = Chat::open().await;
    let mut client = Client::subscribed(&chat, &chat.customer).await;
    client.send(&"x".repeat(9000)).await;
    client.closed().await;
    assert_eq!(chat.connect.sockets.count(), 0);
}
