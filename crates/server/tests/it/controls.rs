//! The test controls: the clock, going back to the start, and signing in without a browser.

use serde_json::{Value, json};
use signback_platform::params;
use signback_platform::random::SystemRandom;
use signback_platform::store::{Error, Keyring, Tx, Url};
use signback_server::config::Bootstrap;

use crate::support::{Customer, Folder, Reply, Server, database, exchange, held, settings};

#[tokio::test]
async fn the_clock_is_told_and_moves_when_it_is_told_to() {
    let server = Server::start().await;
    let start = json!({"now": "2026-01-15T09:30:00.000Z"});
    assert_eq!(server.get("/_signback/clock").await.json(), start);
    assert_eq!(server.post("/_signback/clock", &[], "").await.json(), start);
    let body = r#"{"advance_seconds": 60}"#;
    let moved = server.post("/_signback/clock", &[], body).await;
    assert_eq!(moved.json(), json!({"now": "2026-01-15T09:31:00.000Z"}));
    assert_eq!(server.get("/_signback/clock").await.json(), moved.json());
    for body in [
        "60",
        r#"{"advance": 60}"#,
        r#"{"advance_seconds": 315360001}"#,
    ] {
        assert_eq!(server.post("/_signback/clock", &[], body).await.status, 400);
    }
}

#[tokio::test]
async fn controls_are_for_this_machines_own_pages_and_tools() {
    let server = Server::start().await;
    for (method, path) in [
        ("GET", "/_signback/clock"),
        ("POST", "/_signback/clock"),
        ("POST", "/_signback/reset"),
        ("POST", "/_signback/sign-in"),
    ] {
        for foreign in [("origin", "https://evil.example"), ("host", "evil.example")] {
            let reply = exchange(&server.address(), method, path, &[foreign], Vec::new()).await;
            assert_eq!(reply.status, 403, "{method} {path}");
        }
    }
    assert_eq!(server.get("/_signback/reset").await.status, 405);
    assert_eq!(server.get("/_signback/reset").await.header("allow"), "POST");
}

async fn reset(server: &Server, body: &str) {
    let reply = server.post("/_signback/reset", &[], body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

async fn instances(server: &Server) -> Vec<String> {
    let list = server
        .call("connect", "ListInstances", json!({}))
        .await
        .done();
    let aliases = list["InstanceSummaryList"].as_array().unwrap().iter();
    aliases
        .map(|it| it["Id"].as_str().unwrap().to_owned())
        .collect()
}

async fn new_instance(server: &Server) {
    let input = json!({
        "IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": "mine",
        "InboundCallsEnabled": false, "OutboundCallsEnabled": false,
    });
    server.call("connect", "CreateInstance", input).await.done();
}

/// The demo user signs in with the password of the ready document, to the flow's good end.
async fn whole_journey(server: &Server) {
    let mut customer = Customer::arrive(server).await;
    let answer = customer.sign_in().await;
    let members = json!({"State": answer["state"], "Code": answer["code"]});
    customer.answer(members).await.done();
    customer.message("You are signed in.").await;
}

async fn signing_keys(server: &Server) -> Value {
    let path = format!("/{}/.well-known/jwks.json", server.ready("user_pool_id"));
    server.get(&path).await.json()
}

#[tokio::test]
async fn a_reset_goes_back_to_the_state_after_the_start() {
    let server = Server::start().await;
    whole_journey(&server).await;
    let keys = signing_keys(&server).await;
    let customer = Customer::arrive(&server).await;
    new_instance(&server).await;
    let flow = json!({"InstanceId": server.ready("instance_id"), "ContactFlowId": server.ready("contact_flow_id")});
    server
        .call("connect", "DeleteContactFlow", flow)
        .await
        .done();
    let password = json!({
        "UserPoolId": server.ready("user_pool_id"), "Username": server.ready("username"),
        "Password": "Something-else-1", "Permanent": true,
    });
    server
        .call("cognito-idp", "AdminSetUserPassword", password)
        .await
        .done();
    server.advance(86_400).await;

    reset(&server, "").await;
    let start = json!({"now": "2026-01-15T09:30:00.000Z"});
    assert_eq!(server.get("/_signback/clock").await.json(), start);
    assert_eq!(instances(&server).await, [server.ready("instance_id")]);
    let gone = customer.participant_call("GetTranscript", json!({})).await;
    gone.refused(403, "AccessDeniedException");
    customer.closed().await;
    // The flow, the user and the password of the ready document, and no customer of before.
    let search = json!({
        "DomainName": server.ready("profiles_domain"), "KeyName": "_email", "Values": [server.ready("username")],
    });
    let found = server
        .call("customer-profiles", "SearchProfiles", search)
        .await
        .done();
    assert_eq!(found["Items"], json!([]));
    whole_journey(&server).await;
    assert_eq!(signing_keys(&server).await, keys);
    reset(&server, "{}").await;
    whole_journey(&server).await;
}

#[tokio::test]
async fn a_reset_can_leave_the_start_data_out() {
    let server = Server::start().await;
    reset(&server, r#"{"start_data": false}"#).await;
    assert_eq!(instances(&server).await, [""; 0]);
    let pools = json!({"MaxResults": 10});
    let pools = server
        .call("cognito-idp", "ListUserPools", pools)
        .await
        .done();
    assert_eq!(pools["UserPools"], json!([]));
    new_instance(&server).await;
    reset(&server, r#"{"start_data": true}"#).await;
    assert_eq!(instances(&server).await, [server.ready("instance_id")]);
    whole_journey(&server).await;
    for wrong in ["[]", r#"{"start_data": 1}"#, r#"{"data": true}"#] {
        assert_eq!(
            server.post("/_signback/reset", &[], wrong).await.status,
            400
        );
    }
}

#[tokio::test]
async fn a_reset_after_a_restart_forgets_what_was_before_it_too() {
    let folder = Folder::new("reset-restart");
    let open = || Server::open(&[], Some(Bootstrap::Demo), folder.database());
    let server = open().await;
    let ids = ["instance_id", "user_pool_id", "contact_flow_id", "password"]
        .map(|name| server.ready(name));
    new_instance(&server).await;
    server.running.stop().await;

    let server = open().await;
    assert_eq!(instances(&server).await.len(), 2);
    reset(&server, "").await;
    assert_eq!(instances(&server).await, [server.ready("instance_id")]);
    whole_journey(&server).await;
    let now = ["instance_id", "user_pool_id", "contact_flow_id", "password"]
        .map(|name| server.ready(name));
    assert_eq!(now, ids);
    // What somebody deleted is made anew by the next start, and belongs to its state.
    let flow = json!({"InstanceId": server.ready("instance_id"), "ContactFlowId": server.ready("contact_flow_id")});
    server
        .call("connect", "DeleteContactFlow", flow)
        .await
        .done();
    server.running.stop().await;

    let server = open().await;
    assert_ne!(server.ready("contact_flow_id"), ids[2]);
    reset(&server, "").await;
    whole_journey(&server).await;
    server.running.stop().await;
}

#[tokio::test]
async fn controls_are_refused_where_something_real_may_be() {
    let folder = Folder::new("real");
    let start = async |flags: &[&str]| {
        let mut all = vec!["--listen", "127.0.0.1:0"];
        all.extend(flags);
        let mut serve = settings(&all, None);
        serve.database = folder.database();
        Server::serve(serve, held()).await
    };
    start(&[]).await.unwrap().running.stop().await;
    let refused = start(&["--test-controls"]).await.err().unwrap();
    let refused = format!("{refused:#}");
    assert!(
        refused.contains("--ephemeral") && refused.contains("--database"),
        "{refused}"
    );
    start(&[]).await.unwrap().running.stop().await;
}

#[tokio::test]
async fn two_services_never_share_what_one_of_them_resets() {
    let database = database().await;
    if !matches!(database, Url::Postgres(_)) {
        return;
    }
    let folder = Folder::new("alone");
    let key = folder.path().join("master.key");
    Keyring::read_or_create(&key, &SystemRandom).unwrap();
    let flags = ["--master-key-file", key.to_str().unwrap()];
    let one = Server::open(&flags, None, database.clone()).await;
    let mut serve = settings(&[&["--listen", "127.0.0.1:0"], &flags[..]].concat(), None);
    serve.database = database;
    let refused = Server::serve(serve, held()).await.err().unwrap();
    assert!(
        format!("{refused:#}").contains("--test-controls"),
        "{refused:#}"
    );
    one.running.stop().await;
}

async fn sign_in(server: &Server, url: &str, username: &str) -> Reply {
    let body = json!({"authentication_url": url, "username": username}).to_string();
    server.post("/_signback/sign-in", &[], body).await
}

/// The query of the address that the sign-in redirects to.
fn redirected(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.text());
    let redirect = url::Url::parse(reply.json()["redirect"].as_str().unwrap()).unwrap();
    assert_eq!(redirect.path(), "/callback");
    let pairs = redirect.query_pairs();
    pairs
        .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn a_user_signs_in_without_a_browser() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let url = customer.authentication_url().await;
    let answer = redirected(&sign_in(&server, &url, &server.ready("username")).await);
    let members = json!({"State": answer["state"], "Code": answer["code"]});
    customer.answer(members).await.done();
    customer.message("You are signed in.").await;
    assert_eq!(customer.authentication("Status").await, "AUTHENTICATED");
}

/// Tries a wrong password at the page.
async fn wrong_password(server: &Server, url: &str, username: &str) {
    let path = url.strip_prefix(&server.ready("url")).unwrap();
    let token = "a".repeat(43);
    let cookie = format!("XSRF-TOKEN={token}");
    let headers = [
        ("cookie", cookie.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let form = format!("_csrf={token}&username={username}&password=wrong");
    let path = path.replace("/oauth2/authorize", "/login");
    assert_eq!(server.post(&path, &headers, form).await.status, 400);
}

#[tokio::test]
async fn nothing_but_the_password_is_skipped() {
    let server = Server::start().await;
    let mut customer = Customer::arrive(&server).await;
    let url = customer.authentication_url().await;
    let pool = server.ready("user_pool_id");
    let new =
        json!({"UserPoolId": pool, "Username": "new@example.com", "MessageAction": "SUPPRESS"});
    server
        .call("cognito-idp", "AdminCreateUser", new)
        .await
        .done();
    let ada = server.ready("username");
    for _ in 0..6 {
        wrong_password(&server, &url, &ada).await;
    }
    for (user, reason) in [
        ("nobody", "no such user"),
        ("new@example.com", "must choose a new one"),
        (&*ada, "locked"),
    ] {
        let refused = sign_in(&server, &url, user).await;
        assert_eq!(refused.status, 400, "{user}");
        assert!(refused.text().contains(reason), "{}", refused.text());
    }
    server.advance(3600).await;
    // No operation that is built disables a user yet.
    let enable = async |enabled: bool| {
        let change =
            move |tx: &mut Tx<'_>| tx.write("UPDATE pool_users SET enabled = $1", params![enabled]);
        let changed: Result<(), Error> = server.running.app.platform.store.transact(change).await;
        changed.unwrap();
    };
    enable(false).await;
    let refused = sign_in(&server, &url, &ada).await;
    assert!(refused.text().contains("disabled"), "{}", refused.text());
    enable(true).await;
    redirected(&sign_in(&server, &url, &ada).await);

    // What the page would not accept is not accepted here either.
    let wrong_client = url.replace(&server.ready("user_pool_client_id"), "nobody");
    let elsewhere = url.replace(&server.ready("url"), "https://login.example");
    let token = url.replace("/oauth2/authorize", "/oauth2/token");
    let domain = url.replace("/signback-demo/", "/nobody/");
    for (url, reason) in [
        (&*wrong_client, "no such client"),
        (&*elsewhere, "not a URL of this service"),
        (&*token, "not where a user pool signs people in"),
        (&*domain, "no user pool has this domain"),
        ("", "not a URL of this service"),
    ] {
        let refused = sign_in(&server, url, &ada).await;
        assert_eq!(refused.status, 400, "{url}");
        assert!(refused.text().contains(reason), "{}", refused.text());
    }
    let scope = url.replace("openid", "secrets");
    let error = redirected(&sign_in(&server, &scope, &ada).await);
    assert_eq!(error["error"], "invalid_scope");
    assert_eq!(server.post("/_signback/sign-in", &[], "").await.status, 400);
}
