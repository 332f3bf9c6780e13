//! What was kept long enough goes, by itself, also after a restart; what is deleted is gone at once.

use std::sync::Arc;

use serde_json::json;
use signback_platform::clock::HeldTime;
use signback_platform::params;
use signback_platform::store::{Error, Tx, Url};
use signback_server::config::Bootstrap;

use crate::support::{Customer, START, Server};

const DAY: u32 = 86_400;

/// How many rows there are of a chat.
async fn rows_of(server: &Server, contact: &str) -> i64 {
    let contact = contact.to_owned();
    let count = move |tx: &mut Tx<'_>| {
        let mut rows = 0;
        for sql in [
            "SELECT COUNT(*) FROM contacts WHERE id = $1",
            "SELECT COUNT(*) FROM participants WHERE contact = $1",
            "SELECT COUNT(*) FROM connections WHERE contact = $1",
            "SELECT COUNT(*) FROM items WHERE contact = $1",
            "SELECT COUNT(*) FROM client_tokens WHERE contact = $1",
            "SELECT COUNT(*) FROM sign_ins WHERE contact = $1",
            "SELECT COUNT(*) FROM flow_log WHERE contact = $1",
            "SELECT COUNT(*) FROM flow_runs WHERE contact = $1",
        ] {
            rows += tx.count(sql, params![contact])?;
        }
        Ok::<_, Error>(rows)
    };
    server.running.app.platform.store.read(count).await.unwrap()
}

async fn described(server: &Server, contact: &str) -> crate::support::Answer {
    let input = json!({"InstanceId": server.ready("instance_id"), "ContactId": contact});
    server.call("connect", "DescribeContact", input).await
}

#[tokio::test]
async fn ended_chats_go_after_their_time_also_after_a_restart() {
    let folder = std::env::temp_dir().join(format!("signback-retention-{}", std::process::id()));
    let time = Arc::new(HeldTime::at(START));
    let open = || {
        let database = Url::Sqlite(folder.join("signback.db"));
        let time = Arc::clone(&time);
        async move {
            let flags = ["--retention-days", "3"];
            Server::open_at(&flags, Some(Bootstrap::Demo), database, time).await
        }
    };
    let server = open().await;
    let mut customer = Customer::arrive(&server).await;
    customer.session().await;
    let say = json!({"ContentType": "text/plain", "Content": "hello", "ClientToken": "t"});
    customer.participant_call("SendMessage", say).await.done();
    let leave = customer.participant_call("DisconnectParticipant", json!({}));
    leave.await.done();
    customer.event("chat.ended").await;
    let contact = customer.contact.clone();
    drop(customer);
    let rows = rows_of(&server, &contact).await;
    server.advance(DAY + 601).await;
    let kept = rows_of(&server, &contact).await;
    assert!(kept < rows, "tokens are gone after a day: {kept} of {rows}");
    server.advance(DAY).await;
    assert_eq!(rows_of(&server, &contact).await, kept);
    let instance = server.ready("instance_id");
    server.running.stop().await;

    // The controls moved the time of the first service only.
    time.advance(i64::from(4 * DAY) * 1000);
    let server = open().await;
    assert_eq!(
        server.ready("instance_id"),
        instance,
        "it is the same database"
    );
    server.settle().await;
    assert_eq!(rows_of(&server, &contact).await, 0);
    server.running.stop().await;
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_chat_is_gone_for_everybody_once_its_time_is_over() {
    let server = Server::start_with(&["--retention-days", "3"]).await;
    let mut customer = Customer::arrive(&server).await;
    customer
        .participant_call("DisconnectParticipant", json!({}))
        .await
        .done();
    customer.event("chat.ended").await;
    let contact = customer.contact.clone();
    server.advance(3 * DAY).await;
    described(&server, &contact).await.done();
    server.advance(601).await;
    described(&server, &contact)
        .await
        .refused(404, "ResourceNotFoundException");
    assert_eq!(rows_of(&server, &contact).await, 0);
}

#[test]
fn the_days_are_a_number_from_one() {
    let parsed = |days: &str| {
        let arguments = ["--retention-days".to_owned(), days.to_owned()];
        signback_server::config::parse(&arguments, &|_| None, None)
    };
    assert_eq!(parsed("30").unwrap().settings.retention.0, 30);
    for wrong in ["0", "-1", "many", ""] {
        assert!(parsed(wrong).is_err(), "{wrong}");
    }
    let default = signback_server::config::parse(&[], &|_| None, None).unwrap();
    assert_eq!(default.settings.retention.0, 730);
}

/// Adds rows of a pool and of a profiles domain, more than one transaction takes away.
async fn fill(server: &Server, pool: &str) -> (String, String) {
    const COUNT: i64 = 1_200;
    let pool = pool.to_owned();
    let fill = move |tx: &mut Tx<'_>| {
        let domain: Option<String> = tx.find("SELECT id FROM profile_domains", &[])?;
        let domain = domain.unwrap();
        for number in 0..COUNT {
            let name = format!("n{number}");
            tx.write(
                "INSERT INTO pool_attempts (pool, name, failures, failed_at, locked_until)
                 VALUES ($1, $2, 1, 9000000000000, 0)",
                params![pool, name],
            )?;
            tx.write(
                "INSERT INTO profile_keys (domain, name, digest, profile, origin, trust)
                 VALUES ($1, $2, $3, 'p', 'call', 0)",
                params![domain, name, name.as_bytes()],
            )?;
        }
        Ok::<_, Error>((pool.clone(), domain))
    };
    let store = &server.running.app.platform.store;
    store.transact(fill).await.unwrap()
}

async fn left(server: &Server, ids: (String, String)) -> i64 {
    let count = move |tx: &mut Tx<'_>| {
        let pool = tx.count(
            "SELECT COUNT(*) FROM pool_attempts WHERE pool = $1",
            params![ids.0],
        )?;
        let users = tx.count(
            "SELECT COUNT(*) FROM pool_users WHERE pool = $1",
            params![ids.0],
        )?;
        let keys = tx.count(
            "SELECT COUNT(*) FROM profile_keys WHERE domain = $1",
            params![ids.1],
        )?;
        Ok::<_, Error>(pool + users + keys)
    };
    server.running.app.platform.store.read(count).await.unwrap()
}

#[tokio::test]
async fn a_deleted_pool_and_domain_are_gone_at_once_and_their_rows_follow() {
    let server = Server::start().await;
    let pool = server.ready("user_pool_id");
    let ids = fill(&server, &pool).await;
    let domain = json!({"Domain": server.ready("user_pool_domain"), "UserPoolId": pool});
    server
        .call("cognito-idp", "DeleteUserPoolDomain", domain)
        .await
        .done();
    let named = json!({"UserPoolId": pool});
    server
        .call("cognito-idp", "DeleteUserPool", named.clone())
        .await
        .done();
    let gone = server.call("cognito-idp", "DescribeUserPool", named).await;
    gone.refused(400, "ResourceNotFoundException");
    let name = json!({"DomainName": server.ready("profiles_domain")});
    server
        .call("customer-profiles", "DeleteDomain", name.clone())
        .await
        .done();
    let gone = server.call("customer-profiles", "GetDomain", name).await;
    gone.refused(404, "ResourceNotFoundException");
    server.settle().await;
    assert_eq!(left(&server, ids).await, 0);
}
