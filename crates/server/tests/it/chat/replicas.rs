//! Two services on one database: a chat does not care which of them it talks to.

use signback_platform::random::SystemRandom;
use signback_platform::store::{Keyring, Url};
use signback_server::config::Bootstrap;

use super::{arrive, flow, send};
use crate::support::{Server, database, held, settings};

#[tokio::test]
async fn what_is_said_to_one_process_is_heard_from_the_other() {
    let database = database().await;
    if !matches!(database, Url::Postgres(_)) {
        return;
    }
    let key = std::env::temp_dir().join(format!("signback-replicas-{}.key", std::process::id()));
    Keyring::read_or_create(&key, &SystemRandom).unwrap();
    let flags = [
        "--listen",
        "127.0.0.1:0",
        "--master-key-file",
        key.to_str().unwrap(),
    ];
    let mut serve = settings(&flags, None);
    serve.database = database;
    serve.bootstrap = Some(Bootstrap::Demo);
    let here = Server::serve(serve.clone(), held()).await.unwrap();
    let there = Server::serve(serve, held()).await.unwrap();
    std::fs::remove_file(key).unwrap();
    let flow = flow(&here).await;

    let mut customer = arrive(&here, &flow).await;
    customer.message("Welcome, Ada.").await;
    customer.server = &there;
    customer.reconnect().await;
    send(&customer, "to the same").await.done();
    customer.message("to the same").await;
    customer.server = &here;
    for text in ["to the other", "again"] {
        send(&customer, text).await.done();
        customer.message(text).await;
    }
}
