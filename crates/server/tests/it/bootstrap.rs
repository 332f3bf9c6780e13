//! Start data: applied whole or not at all, and again at next to no cost.

use serde_json::{Value, json};
use signback_platform::Inputs;
use signback_platform::clock::Clock;
use signback_platform::random::SeededRandom;
use signback_platform::store::Url;
use signback_server::config;

use crate::support::{Folder, START, Server, StartData};

const POOL: &str = r#"
    [[access_key]]
    id = "AKIASTARTDATA0000000"
    secret = "s"
    [[user_pool]]
    name = "people"
    domain = "people"
    [[user_pool.client]]
    name = "chat"
    callback_urls = ["https://app.example/callback"]
"#;

/// Start data with these users and their passwords.
fn with_users(users: &[(&str, &str)]) -> String {
    let users = users.iter().map(|(name, password)| {
        format!("[[user_pool.user]]\nusername = \"{name}\"\npassword = \"{password}\"\n")
    });
    POOL.to_owned() + &users.collect::<String>()
}

async fn open(data: &StartData, database: Url) -> Server {
    Server::open(&[], Some(data.bootstrap()), database).await
}

/// Why a service does not start.
async fn refused(data: &StartData, database: Url) -> String {
    let args = ["--listen", "127.0.0.1:0", "--test-controls"].map(str::to_owned);
    let mut settings = config::parse(&args, &|_| None, None).unwrap();
    settings.database = database;
    settings.bootstrap = Some(data.bootstrap());
    let inputs = Inputs {
        clock: Clock::new(std::sync::Arc::new(signback_platform::clock::HeldTime::at(
            START,
        ))),
        random: std::sync::Arc::new(SeededRandom::new(1)),
    };
    let started = signback_server::serve::start(settings, inputs).await;
    format!("{:#}", started.err().unwrap())
}

/// How many passwords a service has hashed since its start.
fn hashes(server: &Server) -> u64 {
    server.running.app.platform.metrics.password_hashes.get()
}

/// Whether a password is the user's, at the page.
async fn signs_in(server: &Server, name: &str, password: &str) -> bool {
    let token = "0".repeat(43);
    let page = format!(
        "/_pools/people/login?response_type=code&client_id={}&redirect_uri={}",
        server.ready("user_pool_client_id"),
        "https://app.example/callback",
    );
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", &*format!("XSRF-TOKEN={token}")),
    ];
    let form = format!("_csrf={token}&username={name}&password={password}");
    let reply = server.post(&page, &headers, form).await;
    assert!(
        reply.status == 303 || reply.status == 400,
        "{}",
        reply.text()
    );
    reply.status == 303
}

#[tokio::test]
async fn a_restart_hashes_nothing() {
    let folder = Folder::new("unchanged");
    let data = StartData::new(&with_users(&[
        ("ana", "Right-1-password"),
        ("bob", "Other-1-password"),
    ]));
    let server = open(&data, folder.database()).await;
    assert_eq!(hashes(&server), 2);
    let pool = server.ready("user_pool_id");
    server.crash().await;
    let server = open(&data, folder.database()).await;
    assert_eq!(hashes(&server), 0);
    assert_eq!(server.ready("user_pool_id"), pool);
    assert!(signs_in(&server, "ana", "Right-1-password").await);
    assert!(signs_in(&server, "bob", "Other-1-password").await);
    assert!(!signs_in(&server, "bob", "Right-1-password").await);
}

#[tokio::test]
async fn a_password_that_changes_in_the_file_is_taken_over_and_no_other() {
    let folder = Folder::new("changed");
    let data = StartData::new(&with_users(&[
        ("ana", "First-1-password"),
        ("bob", "First-1-password"),
    ]));
    let server = open(&data, folder.database()).await;
    // Bob takes a password of his own, which the same file leaves to him.
    let own = json!({"UserPoolId": server.ready("user_pool_id"), "Username": "bob",
        "Password": "Own-1-password", "Permanent": true});
    server
        .call("cognito-idp", "AdminSetUserPassword", own)
        .await
        .done();
    server.crash().await;
    data.change(&with_users(&[
        ("ana", "Second-1-password"),
        ("bob", "First-1-password"),
    ]));
    let server = open(&data, folder.database()).await;
    assert_eq!(hashes(&server), 1);
    assert!(signs_in(&server, "ana", "Second-1-password").await);
    assert!(!signs_in(&server, "ana", "First-1-password").await);
    assert!(signs_in(&server, "bob", "Own-1-password").await);
}

#[tokio::test]
async fn a_user_who_was_there_before_the_file_keeps_the_password() {
    let folder = Folder::new("before");
    let data = StartData::new(POOL);
    let server = open(&data, folder.database()).await;
    let pool = server.ready("user_pool_id");
    let made = json!({"UserPoolId": pool, "Username": "ana", "MessageAction": "SUPPRESS"});
    server
        .call("cognito-idp", "AdminCreateUser", made)
        .await
        .done();
    let own = json!({"UserPoolId": pool, "Username": "ana", "Password": "Own-1-password",
        "Permanent": true});
    server
        .call("cognito-idp", "AdminSetUserPassword", own)
        .await
        .done();
    server.crash().await;
    for (declared, hashed, password) in [
        ("First-1-password", 0, "Own-1-password"),
        ("First-1-password", 0, "Own-1-password"),
        // From its first start on the file is followed.
        ("Second-1-password", 1, "Second-1-password"),
    ] {
        data.change(&with_users(&[("ana", declared)]));
        let server = open(&data, folder.database()).await;
        assert_eq!(hashes(&server), hashed);
        assert!(signs_in(&server, "ana", password).await, "{password}");
        server.crash().await;
    }
}

#[tokio::test]
async fn start_data_that_fails_leaves_nothing_behind() {
    let folder = Folder::new("failing");
    let instance = "[[instance]]\nalias = \"support\"\nuser_pools = [\"people\"]\n\
        [[instance.flow]]\nname = \"broken\"\ncontent = \"{}\"\n";
    let users = with_users(&[("ana", "Right-1-password")]);
    let data = StartData::new(&format!("{users}{instance}"));
    let problem = refused(&data, folder.database()).await;
    assert!(
        problem.contains("instance support: flow broken") && problem.contains("InvalidContactFlow"),
        "{problem}"
    );
    data.change(
        "[[access_key]]\nid = \"AKIALOOKSAROUND00000\"\nsecret = \"look\"\n\
         [[profiles_domain]]\nname = \"d\"\n",
    );
    let server = open(&data, folder.database()).await;
    for (service, operation, input, list) in [
        ("connect", "ListInstances", json!({}), "InstanceSummaryList"),
        (
            "cognito-idp",
            "ListUserPools",
            json!({"MaxResults": 9}),
            "UserPools",
        ),
    ] {
        let listed = server.call(service, operation, input).await.done();
        assert_eq!(listed[list], json!([]), "{operation}");
    }
    let domain = server
        .call(
            "cognito-idp",
            "DescribeUserPoolDomain",
            json!({"Domain": "people"}),
        )
        .await
        .done();
    assert_eq!(domain["DomainDescription"], json!({}));
    let gone = server
        .call_as(
            ("AKIASTARTDATA0000000", "s"),
            "connect",
            "ListInstances",
            json!({}),
        )
        .await;
    gone.refused(403, "UnrecognizedClientException");
}

#[tokio::test]
async fn a_password_that_the_policy_refuses_is_named_before_anything_is_hashed() {
    let folder = Folder::new("weak");
    let data = StartData::new(&with_users(&[
        ("ana", "Right-1-password"),
        ("bob", "short"),
    ]));
    let problem = refused(&data, folder.database()).await;
    assert!(
        problem.contains("user_pool people: user bob") && problem.contains("Password"),
        "{problem}"
    );
    assert!(!problem.contains("short"), "{problem}");
    data.change(&with_users(&[("ana", "Right-1-password")]));
    let server = open(&data, folder.database()).await;
    assert_eq!(hashes(&server), 1);
    let user: Value = server
        .call(
            "cognito-idp",
            "AdminGetUser",
            json!({"UserPoolId": server.ready("user_pool_id"), "Username": "ana"}),
        )
        .await
        .done();
    assert_eq!(user["UserStatus"], "CONFIRMED");
}
