//! A service that dies in the middle of a sign-in: another goes on from what the database knows.

use serde_json::Value;
use signback_platform::params;
use signback_platform::store;

use crate::exchange::{Outside, authentication, log, profiles};
use crate::support::{Folder, Manners};

/// A service with a sign-in whose job waits for the provider to answer at `path`, and its chat.
async fn waiting_for(folder: &Folder, path: &'static str) -> (Outside, String) {
    let outside = Outside::start_on(folder.database()).await;
    outside.provider.behave(Manners {
        silent: Some(path),
        ..Manners::default()
    });
    let contact = outside.answered().await.contact;
    outside.provider.called(path).await;
    (outside, contact)
}

/// How a sign-in ended, how often its code was posted, and how many profiles there are of it.
async fn ending(outside: &Outside, contact: &str) -> (Value, usize, usize) {
    (
        authentication(&outside.server, contact, "Status").await,
        outside.provider.count("/token"),
        profiles(&outside.server).await,
    )
}

#[tokio::test]
async fn a_service_that_dies_after_accepting_a_code_exchanges_it() {
    let folder = Folder::new("accepted");
    let outside = Outside::start_on(folder.database()).await;
    let mut customer = outside.arrive().await;
    let url = customer.authentication_url().await;
    // Somebody holds the job already, and will die before doing anything about it.
    let session = customer.session().await;
    let store = &outside.server.running.app.platform.store;
    let held = store.transact(move |tx| {
        tx.execute(
            "INSERT INTO jobs (kind, subject, due_at, failures, version, lease, leased_until)
             VALUES ('run_authentication', $1, 0, 0, 1, 1, 9000000000000000)",
            params![session],
        )
    });
    let held: Result<u64, store::Error> = held.await;
    assert_eq!(held.unwrap(), 1);
    customer.answer(outside.provider.sign_in(&url)).await.done();
    assert_eq!(outside.provider.count("/token"), 0);
    let contact = customer.contact.clone();
    drop(customer);

    let outside = outside.reopened(folder.database()).await;
    outside.server.settle().await;
    let authenticated = ("AUTHENTICATED".into(), 1, 1);
    assert_eq!(ending(&outside, &contact).await, authenticated);
}

#[tokio::test]
async fn a_service_that_dies_after_posting_a_code_does_not_post_it_again() {
    let folder = Folder::new("posted");
    let (outside, contact) = waiting_for(&folder, "/token").await;
    let outside = outside.reopened(folder.database()).await;
    outside.server.settle().await;
    assert_eq!(ending(&outside, &contact).await, ("FAILED".into(), 1, 0));
    let log = log(&outside.server, &contact).await;
    assert!(log.contains("interrupted"), "{log}");
}

#[tokio::test]
async fn a_service_that_dies_after_keeping_the_token_goes_on_with_it() {
    let folder = Folder::new("kept");
    let (outside, contact) = waiting_for(&folder, "/keys").await;
    let outside = outside.reopened(folder.database()).await;
    outside.server.settle().await;
    let authenticated = ("AUTHENTICATED".into(), 1, 1);
    assert_eq!(ending(&outside, &contact).await, authenticated);
}

#[tokio::test]
async fn a_service_that_dies_while_waiting_keeps_the_time_limit() {
    let folder = Folder::new("waiting");
    let outside = Outside::start_on(folder.database()).await;
    let mut customer = outside.arrive().await;
    customer.authentication_url().await;
    let contact = customer.contact.clone();
    drop(customer);

    let server = outside.reopened(folder.database()).await.server;
    server.advance(180).await;
    assert_eq!(authentication(&server, &contact, "Status").await, "TIMEOUT");
}
