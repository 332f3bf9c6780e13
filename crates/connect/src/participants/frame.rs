//! The websocket's frames: JSON texts with a topic.

use serde::{Deserialize, Serialize};

const CHAT: &str = "aws/chat";

/// The answer to a subscription to the chat.
pub(super) const SUBSCRIBED: &str =
    r#"{"topic":"aws/subscribe","content":{"status":"success","topics":["aws/chat"]}}"#;
/// The answer to the end of a subscription.
pub(super) const UNSUBSCRIBED: &str =
    r#"{"topic":"aws/unsubscribe","content":{"status":"success","topics":["aws/chat"]}}"#;
/// The answer to a ping; the mobile libraries check both members.
pub(super) const PONG: &str = r#"{"topic":"aws/ping","statusCode":200,"statusContent":"OK"}"#;
/// The answer to a heartbeat.
pub(super) const HEARTBEAT: &str = r#"{"topic":"aws/heartbeat"}"#;

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Subscribe,
    Unsubscribe,
    Ping,
    Heartbeat,
    /// Nothing that this service knows: ignored, never a reason to close.
    Other,
}

#[derive(Deserialize)]
struct Frame {
    topic: String,
    #[serde(default)]
    content: Content,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    topics: Vec<String>,
}

/// Reads a client's frame: its first JSON value, whatever follows. The iOS library's subscription
/// ends in a stray parenthesis.
pub(super) fn read(text: &str) -> Heard {
    let Some(Ok(frame)) = serde_json::Deserializer::from_str(text)
        .into_iter::<Frame>()
        .next()
    else {
        return Heard::Other;
    };
    let is_chat = || frame.content.topics.iter().any(|topic| topic == CHAT);
    match frame.topic.as_str() {
        "aws/subscribe" if is_chat() => Heard::Subscribe,
        "aws/unsubscribe" if is_chat() => Heard::Unsubscribe,
        "aws/ping" => Heard::Ping,
        "aws/heartbeat" => Heard::Heartbeat,
        _ => Heard::Other,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Chat<'a> {
    topic: &'static str,
    content_type: &'static str,
    /// JSON in a string; clients drop anything else.
    content: &'a str,
}

/// The frame that carries an item.
pub(super) fn chat(item: &str) -> String {
    serde_json::to_string(&Chat {
        topic: CHAT,
        content_type: "application/json",
        content: item,
    })
    .expect("texts are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_of_the_clients_are_read() {
        let cases = [
            (
                r#"{"topic":"aws/subscribe","content":{"topics":["aws/chat"]}}"#,
                Heard::Subscribe,
            ),
            (
                r#"{"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}})"#,
                Heard::Subscribe,
            ),
            (
                r#"{"topic":"aws/subscribe","content":{"topics":["x","aws/chat"]}}"#,
                Heard::Subscribe,
            ),
            (
                r#"{"topic":"aws/unsubscribe","content":{"topics":["aws/chat"]}}"#,
                Heard::Unsubscribe,
            ),
            (r#"{"topic":"aws/ping"}"#, Heard::Ping),
            (
                r#" {"topic":"aws/heartbeat","extra":[1]} "#,
                Heard::Heartbeat,
            ),
        ];
        for (text, request) in cases {
            assert_eq!(read(text), request, "{text}");
        }
    }

    #[test]
    fn anything_else_is_ignored() {
        for text in [
            "",
            " ",
            "hello",
            "[]",
            "{",
            r#"{"topic":5}"#,
            r#"{"topic":"aws/other"}"#,
            r#"{"topic":"aws/subscribe"}"#,
            r#"{"topic":"aws/subscribe","content":{"topics":["aws/other"]}}"#,
            r#"{"topic":"aws/subscribe","content":"aws/chat"}"#,
        ] {
            assert_eq!(read(text), Heard::Other, "{text}");
        }
    }

    #[test]
    fn an_item_travels_as_a_string() {
        assert_eq!(
            chat(r#"{"Id":"1"}"#),
            r#"{"topic":"aws/chat","contentType":"application/json","content":"{\"Id\":\"1\"}"}"#
        );
    }
}
