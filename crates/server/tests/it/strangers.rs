//! Connections that nobody vouches for, and those who must not notice them.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Customer, Server};

/// Few enough that a handful of connections takes every place.
const DESCRIPTORS: usize = 64;

/// Opens connections that say nothing.
async fn idle(server: &Server, count: usize) -> Vec<TcpStream> {
    let mut idle = Vec::new();
    for _ in 0..count {
        idle.push(TcpStream::connect(server.running.address).await.unwrap());
    }
    idle
}

#[tokio::test]
async fn a_chat_goes_on_while_idle_strangers_take_every_place() {
    let server = Server::start_within(DESCRIPTORS).await;
    let mut customer = Customer::arrive(&server).await;
    let mut strangers = idle(&server, 100).await;
    let said = json!({"Content": "still here", "ContentType": "text/plain"});
    customer.participant_call("SendMessage", said).await.done();
    customer.message("still here").await;
    assert_eq!(server.get("/_signback/health").await.status, 200);

    let mut answered = 0;
    for stranger in &mut strangers {
        let asked = stranger
            .write_all(b"GET /_signback/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await;
        let mut answer = [0; 1024];
        let heard = stranger.read(&mut answer).await;
        answered += usize::from(asked.is_ok() && heard.is_ok_and(|count| count > 0));
    }
    assert!(answered < 16, "{answered}");
    // Whoever subscribed first and has been silent since still hears what is said.
    let said = json!({"Content": "to the end", "ContentType": "text/plain"});
    customer.participant_call("SendMessage", said).await.done();
    customer.message("to the end").await;
}

#[tokio::test]
async fn strangers_of_one_address_are_no_more_than_it_is_told() {
    let server = Server::start_with(&["--connections-per-address", "3"]).await;
    let mut customer = Customer::arrive(&server).await;
    let mut strangers = idle(&server, 20).await;
    customer.session().await;
    // Each newcomer takes the place of the first; the last three are those that stay.
    assert_eq!(server.get("/_signback/health").await.status, 200);
    let mut gone = 0;
    for stranger in &mut strangers[..17] {
        gone += usize::from(!matches!(stranger.read(&mut [0]).await, Ok(1..)));
    }
    assert_eq!(gone, 17);
}
