//! A database that is away or has too much to do, as callers see it: 503 and when to come again, in
//! the form of each protocol, never a refusal and never a fault.

use serde_json::json;
use signback_platform::store::{Error, Store};
use signback_server::api::operations;
use tokio::task::JoinSet;

use crate::coverage::sample_input;
use crate::pool::Fixture;
use crate::support::{Answer, Customer, Reply, Server};

/// More than may wait for the database.
const CROWD: usize = 4200;

fn is_told_to_come_again(reply: &Reply, words: &str) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    assert_eq!(reply.header("retry-after"), "1");
    assert!(reply.text().contains(words), "{}", reply.text());
}

fn is_unavailable(answer: Answer, code: &str) {
    assert_eq!(answer.retry_after, "1", "{answer:?}");
    let message = answer.refused(503, code);
    assert!(message.contains("try again"), "{message}");
}

/// Takes the database away.
async fn close(server: &Server) {
    server.running.app.platform.store.clone().close().await;
}

#[tokio::test]
async fn while_the_database_is_away_no_operation_is_refused_or_at_fault() {
    let server = Server::start().await;
    let customer = Customer::arrive(&server).await;
    close(&server).await;
    let mut unavailable = 0;
    for line in operations() {
        let input = sample_input(line.service, line.name);
        let answer = server.call(line.service, line.name, input).await;
        match answer.status {
            503 => {
                unavailable += 1;
                is_unavailable(answer, "ServiceUnavailable");
            }
            // Its own rules came first, or it needs no database.
            400 | 200 => {}
            // AWS's templates are part of the program.
            404 if line.name == "GetProfileObjectTypeTemplate" => {}
            _ => panic!("{} {}: {answer:?}", line.service, line.name),
        }
    }
    assert!(unavailable > 20, "{unavailable}");
    let said = json!({"Content": "hello", "ContentType": "text/plain"});
    let answer = customer.participant_call("SendMessage", said).await;
    is_unavailable(answer, "ServiceUnavailable");
    // A key that is not at hand is not said to be unknown.
    let stranger = ("AKIASTRANGERSTRANGER", "any");
    for (service, operation) in [("connect", "ListInstances"), ("sts", "GetCallerIdentity")] {
        let answer = server
            .call_as(stranger, service, operation, json!({}))
            .await;
        is_unavailable(answer, "ServiceUnavailable");
    }
}

#[tokio::test]
async fn while_the_database_is_away_pages_endpoints_and_sockets_say_so() {
    let fixture = Fixture::new().await;
    let server = &fixture.server;
    close(server).await;
    for page in ["/oauth2/authorize", "/login"] {
        let path = fixture.authorize_path(page, &[]);
        is_told_to_come_again(&server.get(&path).await, "not available at present");
    }
    let grant = [("grant_type", "authorization_code"), ("code", "any")];
    let reply = fixture.token(&grant).await;
    is_told_to_come_again(&reply, "temporarily_unavailable");
    assert_eq!(reply.json()["error"], "temporarily_unavailable");
    let reply = fixture.user_info("any").await;
    assert_eq!(reply.json()["error"], "temporarily_unavailable");
    let keys = format!("/{}/.well-known/jwks.json", fixture.pool);
    is_told_to_come_again(&server.get(&keys).await, "temporarily_unavailable");
    is_told_to_come_again(&server.get("/_signback/health").await, "unavailable");

    let url = &server.running.app.platform.settings.public_url;
    let socket = format!("/participant-ws?t={}", "A".repeat(64));
    let headers = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    let reply = crate::support::exchange(url, "GET", &socket, &headers, Vec::new()).await;
    is_told_to_come_again(&reply, "try again");
}

/// Keeps the writers busy, and as much waiting as may wait.
struct Crowd {
    release: Vec<std::sync::mpsc::Sender<()>>,
    waiting: JoinSet<Result<(), Error>>,
}

impl Crowd {
    async fn gather(store: &Store) -> Self {
        let mut waiting = JoinSet::new();
        let mut release = Vec::new();
        for _ in 0..if store.is_alone() { 1 } else { 2 } {
            let (sender, released) = std::sync::mpsc::channel::<()>();
            let released = std::sync::Mutex::new(released);
            let (begun, has_begun) = tokio::sync::oneshot::channel();
            let begun = std::sync::Mutex::new(Some(begun));
            let store = store.clone();
            waiting.spawn(async move {
                let hold = store.transact(move |_| {
                    if let Some(begun) = begun.lock().unwrap().take() {
                        begun.send(()).unwrap();
                    }
                    assert!(released.lock().unwrap().recv().is_err());
                    Ok(())
                });
                hold.await
            });
            has_begun.await.unwrap();
            release.push(sender);
        }
        for _ in 0..CROWD {
            let store = store.clone();
            waiting.spawn(async move { store.transact(|_| Ok(())).await });
        }
        // The first that is turned away shows that no more may wait.
        let turned_away = waiting.join_next().await.unwrap().unwrap();
        assert!(matches!(turned_away, Err(Error::Busy)), "{turned_away:?}");
        Self { release, waiting }
    }

    async fn disperse(mut self) {
        self.release.clear();
        while let Some(answered) = self.waiting.join_next().await {
            match answered.unwrap() {
                Ok(()) | Err(Error::Busy) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn while_too_much_waits_callers_are_throttled_and_come_again() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let redirect = customer.sign_in().await;
    let accepted = json!({"State": redirect["state"], "Code": redirect["code"]});
    let pools = json!({"PoolName": "people"});
    let crowd = Crowd::gather(&server.running.app.platform.store).await;
    let answer = customer.answer(accepted.clone()).await;
    is_unavailable(answer, "ThrottlingException");
    let answer = server.call("cognito-idp", "CreateUserPool", pools).await;
    is_unavailable(answer, "TooManyRequestsException");
    let said = json!({"Content": "hello", "ContentType": "text/plain"});
    let answer = customer.participant_call("SendMessage", said).await;
    is_unavailable(answer, "ThrottlingException");
    crowd.disperse().await;
    customer.answer(accepted).await.done();
    customer.message("You are signed in.").await;
}

#[tokio::test]
async fn health_has_a_head() {
    let server = Server::start().await;
    let url = &server.running.app.platform.settings.public_url;
    let path = "/_signback/health";
    let reply = crate::support::exchange(url, "HEAD", path, &[], Vec::new()).await;
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    assert_eq!(reply.header("content-type"), "application/json");
}

#[tokio::test]
async fn text_that_cannot_be_stored_is_refused_wherever_it_comes_from() {
    let fixture = Fixture::new().await;
    let server = &fixture.server;
    for (name, value) in [("client_id", "a\0"), ("redirect_uri", "https://a\0")] {
        for page in ["/oauth2/authorize", "/login"] {
            let path = fixture.authorize_path(page, &[(name, value)]);
            let reply = server.get(&path).await;
            assert_eq!(reply.status, 400, "{path}: {}", reply.text());
        }
    }
    for fields in [
        [("client_id", "a\0"), ("code", "any")],
        [("code", "a\0"), ("redirect_uri", "https://a\0")],
    ] {
        let mut all = vec![("grant_type", "authorization_code")];
        all.extend(fields);
        let reply = fixture.token(&all).await;
        assert_eq!(reply.status, 400, "{fields:?}: {}", reply.text());
    }
    // A client's name and secret in a header: "a\0:b".
    let basic = [("authorization", "Basic YQA6Yg==")];
    let reply = fixture
        .token_as(&basic, "grant_type=authorization_code&code=any")
        .await;
    assert_eq!(reply.status, 400, "{}", reply.text());
    for presigned in [
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=AKIA%00",
        "/instance?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%00",
        "/instance?nextToken=a%00&X-Amz-Algorithm=AWS4-HMAC-SHA256",
    ] {
        let reply = server.get(presigned).await;
        assert_eq!(reply.status, 400, "{presigned}: {}", reply.text());
        assert!(reply.text().contains("U+0000"), "{}", reply.text());
    }
}
