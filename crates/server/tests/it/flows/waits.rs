//! Flows that wait: what wakes them, and how often.

use std::sync::Arc;

use signback_platform::clock::HeldTime;
use signback_platform::jobs::Which;
use signback_server::config::Bootstrap;

use super::*;
use crate::support::{Folder, START};

#[tokio::test]
async fn a_wake_up_that_comes_early_or_twice_does_nothing() {
    let server = Server::start().await;
    let actions = json!([
        wait("a", 60, "b"),
        say("b", "awake", "c"),
        wait("c", 60, "b")
    ]);
    let flow = create(&server, "Wakes", &actions).await;
    let customer = chat(&server, &flow, json!({})).await;
    let awake = async || {
        let items = customer.transcript().await;
        items
            .iter()
            .filter(|item| item["Content"] == "awake")
            .count()
    };
    let wake = async || {
        let tasks = &server.running.app.tasks;
        let run = tasks.begin(Which::Run, "wake_flow", &customer.contact);
        run.unwrap().await.unwrap();
    };
    wake().await;
    assert_eq!(awake().await, 0);
    server.advance(60).await;
    assert_eq!(awake().await, 1);
    for _ in 0..3 {
        wake().await;
    }
    assert_eq!(awake().await, 1);
    server.advance(60).await;
    assert_eq!(awake().await, 2);
}

#[tokio::test]
async fn a_waiting_flow_survives_a_restart() {
    let folder = Folder::new("flows");
    let time = Arc::new(HeldTime::at(START));
    let open = || {
        let (database, time) = (folder.database(), Arc::clone(&time));
        Server::open_at(&[], Some(Bootstrap::Demo), database, time)
    };
    let first = open().await;
    let actions = json!([
        say("a", "asleep", "b"),
        wait("b", 400, "c"),
        say("c", "awake", "d"),
        wait("d", 60, "c"),
    ]);
    let flow = create(&first, "Sleeps", &actions).await;
    let mut customer = chat(&first, &flow, json!({})).await;
    customer.message("asleep").await;
    let (contact, token) = (customer.contact.clone(), customer.token.clone());
    drop(customer);
    first.running.stop().await;
    time.advance(400_000);
    let second = open().await;
    second.settle().await;
    let input = json!({ "ConnectionToken": token });
    let page = second
        .call("connectparticipant", "GetTranscript", input)
        .await
        .done();
    let items = page["Transcript"].as_array().unwrap();
    assert_eq!(
        items
            .iter()
            .filter(|item| item["Content"] == "awake")
            .count(),
        1
    );
    assert_eq!(
        log(&second, &contact).await,
        ["a Success", "b WaitCompleted", "c Success"]
    );
    second.running.stop().await;
}
