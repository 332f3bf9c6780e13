//! Who reaches what: pages, metrics, controls and calls, by where the service is reachable from.

use serde_json::json;

use signback_server::config::Bootstrap;
use signback_server::serve::Url;

use crate::support::{Folder, Reply, Server, database, exchange, held, settings};

/// What is asked of an address, in the order of [`CASES`].
const PAGES: [(&str, &str); 9] = [
    ("GET", "/_signback/health"),
    ("GET", "/_signback/metrics"),
    ("GET", "/_signback/clock"),
    ("POST", "/_signback/clock"),
    ("GET", "/_signback/nothing"),
    ("GET", "/demo"),
    ("GET", "/us-east-1_Nobody/.well-known/jwks.json"),
    ("POST", "/participant/connection"),
    // A call that needs a signature, with one that nobody checked.
    ("POST", "/"),
];
type Statuses = [u16; 9];

struct Case {
    flags: &'static str,
    /// What the address answers, asked under the public URL's host.
    listen: Statuses,
    /// What the address for administrators answers, asked under its own.
    admin: Option<Statuses>,
    /// What both answer to the host of somebody else's page.
    foreign: Statuses,
}

const ADMIN_ONLY: Statuses = [200, 200, 404, 404, 404, 404, 404, 404, 404];
const ADMIN_CONTROLS: Statuses = [200, 200, 200, 200, 404, 404, 404, 404, 404];

const CASES: &[Case] = &[
    Case {
        flags: "",
        listen: [200, 200, 404, 404, 404, 200, 404, 400, 403],
        admin: None,
        foreign: [200, 200, 404, 404, 404, 307, 404, 400, 403],
    },
    Case {
        flags: "--accept-any-credentials --test-controls",
        listen: [200, 200, 200, 200, 404, 200, 404, 400, 200],
        admin: None,
        foreign: [200, 200, 403, 403, 404, 307, 404, 400, 403],
    },
    Case {
        flags: "--admin-listen 127.0.0.1:0 --test-controls",
        listen: [200, 404, 404, 404, 404, 200, 404, 400, 403],
        admin: Some(ADMIN_CONTROLS),
        foreign: [200, 404, 404, 404, 404, 307, 404, 400, 403],
    },
    Case {
        flags: "--public-url https://chat.example --behind-proxy --admin-listen 127.0.0.1:0",
        listen: [200, 404, 404, 404, 404, 404, 404, 400, 403],
        admin: Some(ADMIN_ONLY),
        foreign: [200, 404, 404, 404, 404, 404, 404, 400, 403],
    },
    Case {
        flags: "--public-url http://signback.example:4545 --trust-network",
        listen: [200, 200, 404, 404, 404, 200, 404, 400, 403],
        admin: None,
        foreign: [200, 200, 404, 404, 404, 307, 404, 400, 403],
    },
    Case {
        flags: "--public-url http://signback.example:4545 --trust-network --accept-any-credentials \
                --test-controls",
        listen: [200, 200, 200, 200, 404, 200, 404, 400, 200],
        admin: None,
        foreign: [200, 200, 403, 403, 404, 307, 404, 400, 403],
    },
    Case {
        flags: "--public-url http://signback.example:4545 --trust-network --test-controls \
                --admin-listen 127.0.0.1:0",
        listen: [200, 404, 404, 404, 404, 200, 404, 400, 403],
        admin: Some(ADMIN_CONTROLS),
        foreign: [200, 404, 404, 404, 404, 307, 404, 400, 403],
    },
];

const ANY_SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=AKIASTRANGER/20260115/us-east-1/sts/aws4_request, \
    SignedHeaders=host;x-amz-date, Signature=00";

async fn ask(address: &str, host: &str, (method, path): (&str, &str)) -> Reply {
    let headers = [
        ("host", host),
        ("authorization", ANY_SIGNATURE),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = if path == "/" {
        "Action=GetCallerIdentity&Version=2011-06-15"
    } else {
        ""
    };
    exchange(address, method, path, &headers, body.into()).await
}

async fn statuses(address: &str, host: &str) -> Statuses {
    let mut statuses = [0; 9];
    for (status, page) in statuses.iter_mut().zip(PAGES) {
        *status = ask(address, host, page).await.status;
    }
    statuses
}

#[tokio::test]
async fn who_reaches_what_page_by_page() {
    for case in CASES {
        let mut flags = vec!["--listen", "127.0.0.1:0"];
        flags.extend(case.flags.split_whitespace());
        let server = Server::start_as(&flags).await.unwrap();
        let public = server.ready("url");
        let host = public.split("://").nth(1).unwrap();
        let listen = server.address();
        assert_eq!(statuses(&listen, host).await, case.listen, "{}", case.flags);
        let foreign = statuses(&listen, "evil.example").await;
        assert_eq!(foreign, case.foreign, "{}", case.flags);
        let admin = server
            .running
            .admin_address
            .map(|address| address.to_string());
        assert_eq!(admin.is_some(), case.admin.is_some());
        if let (Some(address), Some(expected)) = (admin, case.admin) {
            let found = statuses(&format!("http://{address}"), &address).await;
            assert_eq!(found, expected, "{} at {address}", case.flags);
        }
    }
}

#[tokio::test]
async fn any_credentials_are_held_to_host_and_origin_and_other_calls_are_not() {
    let flags = [
        "--accept-any-credentials",
        "--allow-origin",
        "https://shop.example",
    ];
    let server = Server::start_with(&flags).await;
    let address = server.address();
    let own = address.clone();
    let call = async |headers: &[(&str, &str)]| {
        let mut all = vec![
            ("authorization", ANY_SIGNATURE),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        all.extend(headers);
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        exchange(&address, "POST", "/", &all, body.into()).await
    };
    for headers in [
        &[][..],
        &[("host", "localhost:1")],
        &[("origin", &own)],
        &[
            ("origin", "https://shop.example"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        let reply = call(headers).await;
        assert_eq!(reply.status, 200, "{headers:?} {}", reply.text());
        assert!(
            reply.text().contains("<Account>123456789012<"),
            "{}",
            reply.text()
        );
    }
    for headers in [
        &[("host", "evil.example")][..],
        &[("host", "")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
    ] {
        let reply = call(headers).await;
        assert_eq!(reply.status, 403, "{headers:?} {}", reply.text());
        assert!(
            reply.text().contains("held to its Host and Origin"),
            "{}",
            reply.text()
        );
    }
    for malformed in [
        "",
        "Basic eDp5",
        "Credential=A/20260115/us-east-1/sts/aws4_request",
    ] {
        let headers = [
            ("authorization", malformed),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let reply = exchange(&address, "POST", "/", &headers, body.into()).await;
        assert_eq!(reply.status, 403, "{malformed} {}", reply.text());
        assert!(
            reply.text().contains("IncompleteSignature"),
            "{}",
            reply.text()
        );
    }

    // What browsers' libraries call needs no signature, and comes from any page.
    let page = ("origin", "https://evil.example");
    let target = (
        "x-amz-target",
        "AWSCognitoIdentityProviderService.InitiateAuth",
    );
    let json = ("content-type", "application/x-amz-json-1.1");
    let reply = server.post("/", &[page, target, json], "{}").await;
    assert!(!reply.text().contains("held to"), "{}", reply.text());
    let reply = server.post("/participant/connection", &[page], "{}").await;
    assert!(!reply.text().contains("held to"), "{}", reply.text());
    let domain = format!("/_pools/{}/oauth2/token", server.ready("user_pool_domain"));
    let reply = server.post(&domain, &[page], "").await;
    assert_eq!(
        (reply.status, reply.header("access-control-allow-origin")),
        (400, "*")
    );
}

#[tokio::test]
async fn a_known_key_keeps_its_account_where_any_do() {
    let folder = Folder::new("any-account");
    let plan = folder.path().join("plan.toml");
    let key = "[[access_key]]\nid = \"AKIAOTHERACCOUNT\"\nsecret = \"s\"\naccount_id = \"999999999999\"\n\
        policy = '{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}'";
    std::fs::write(&plan, key).unwrap();
    let mut serve = settings(
        &["--listen", "127.0.0.1:0", "--accept-any-credentials"],
        None,
    );
    serve.database = database().await;
    serve.bootstrap = Some(Bootstrap::File(plan));
    let server = Server::serve(serve, held()).await.unwrap();
    for (id, account) in [
        ("AKIAOTHERACCOUNT", "999999999999"),
        ("AKIASTRANGER", "123456789012"),
    ] {
        let key = (id, "not the secret");
        let caller = server
            .call_as(key, "sts", "GetCallerIdentity", json!({}))
            .await
            .done();
        assert_eq!(caller["Account"], account);
    }
}

/// The headers that a preflight allows, or its status.
async fn preflight(server: &Server, path: &str, origin: &str) -> Result<String, u16> {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ];
    let reply = exchange(&server.address(), "OPTIONS", path, &headers, Vec::new()).await;
    match reply.header("access-control-allow-origin") {
        "" => Err(reply.status),
        allowed => {
            assert!(allowed == "*" || allowed == origin, "{allowed}");
            assert_eq!(reply.status, 204);
            Ok(reply.header("access-control-allow-headers").to_owned())
        }
    }
}

#[tokio::test]
async fn pages_of_other_origins_read_what_needs_no_signature() {
    let server = Server::start_with(&["--allow-origin", "https://shop.example"]).await;
    let (stranger, shop) = ("https://evil.example", "https://shop.example");
    let unsigned = preflight(&server, "/", stranger).await.unwrap();
    assert!(
        unsigned.contains("x-amz-target") && unsigned.contains("cache-control"),
        "{unsigned}"
    );
    for header in ["authorization", "x-amz-security-token"] {
        assert!(!unsigned.contains(header), "{unsigned}");
    }
    assert_eq!(
        preflight(&server, "/contact/chat", stranger).await,
        Err(403)
    );
    for path in [
        "/",
        "/contact/chat",
        "/domains/signback-demo/profiles/search",
    ] {
        let all = preflight(&server, path, shop).await.unwrap();
        assert!(
            all.contains("authorization") && all.contains("x-amz-security-token"),
            "{all}"
        );
    }
    let participant = preflight(&server, "/participant/connection", stranger)
        .await
        .unwrap();
    assert!(participant.contains("x-amz-bearer"), "{participant}");

    let json = ("content-type", "application/x-amz-json-1.1");
    let readers = async |path: &str, origin: &str, target: &str| {
        let target = format!("AWSCognitoIdentityProviderService.{target}");
        let headers = [("origin", origin), ("x-amz-target", target.as_str()), json];
        let headers = if path == "/" {
            &headers[..]
        } else {
            &headers[..1]
        };
        let reply = server.post(path, headers, "{}").await;
        reply.header("access-control-allow-origin").to_owned()
    };
    // Whether it is built or not: its model says that it needs no signature.
    assert_eq!(readers("/", stranger, "InitiateAuth").await, "*");
    assert_eq!(readers("/", stranger, "ListUserPools").await, "");
    assert_eq!(readers("/", stranger, "NoOperation").await, "");
    assert_eq!(readers("/", shop, "ListUserPools").await, shop);
    assert_eq!(readers("/contact/chat", stranger, "").await, "");
    assert_eq!(readers("/contact/chat", shop, "").await, shop);
}

#[tokio::test]
async fn pages_may_ask_for_tokens_with_the_headers_of_their_libraries() {
    let server = Server::start().await;
    for page in ["token", "userInfo"] {
        let path = format!("/_pools/{}/oauth2/{page}", server.ready("user_pool_domain"));
        let allowed = preflight(&server, &path, "https://shop.example")
            .await
            .unwrap();
        for header in ["authorization", "content-type", "x-amz-user-agent"] {
            assert!(allowed.contains(header), "{allowed}");
        }
    }
}

#[tokio::test]
async fn websockets_are_where_the_public_url_is() {
    for (public, websocket) in [
        ("http://127.0.0.1:9/x", "ws://127.0.0.1:9/x"),
        ("http://localhost:9", "ws://localhost:9"),
        ("http://signback.example:4545", "ws://signback.example:4545"),
    ] {
        let flags = [
            "--listen",
            "127.0.0.1:0",
            "--trust-network",
            "--public-url",
            public,
        ];
        let server = Server::start_as(&flags).await.unwrap();
        assert_eq!(server.ready("websocket_url"), websocket);
        let input = json!({
            "InstanceId": server.ready("instance_id"),
            "ContactFlowId": server.ready("contact_flow_id"),
            "ParticipantDetails": {"DisplayName": "Guest"},
        });
        let chat = server
            .call("connect", "StartChatContact", input)
            .await
            .done();
        let bearer = ("x-amz-bearer", chat["ParticipantToken"].as_str().unwrap());
        let made = server
            .post(
                "/participant/connection",
                &[bearer],
                r#"{"Type":["WEBSOCKET"]}"#,
            )
            .await;
        let url = made.json()["Websocket"]["Url"].as_str().unwrap().to_owned();
        assert!(
            url.starts_with(&format!("{websocket}/participant-ws?t=")),
            "{url}"
        );
    }
    let flags = [
        "--listen",
        "127.0.0.1:0",
        "--public-url",
        "https://localhost:9",
    ];
    let server = Server::start_as(&flags).await.unwrap();
    assert_eq!(server.ready("websocket_url"), "wss://localhost:9");
}

#[tokio::test]
async fn the_administrators_address_speaks_tls_where_the_service_does() {
    let tls = |name| format!("{}/tests/it/support/tls/{name}", env!("CARGO_MANIFEST_DIR"));
    let (chain, key) = (tls("chain.pem"), tls("key.pem"));
    let flags = [
        "--listen",
        "127.0.0.1:0",
        "--admin-listen",
        "127.0.0.1:0",
        "--tls-cert",
        &chain,
        "--tls-key",
        &key,
    ];
    let server = Server::start_as(&flags).await.unwrap();
    assert!(server.ready("url").starts_with("https://127.0.0.1:"));
    assert!(
        server
            .ready("websocket_url")
            .starts_with("wss://127.0.0.1:")
    );
    for address in [
        server.running.address,
        server.running.admin_address.unwrap(),
    ] {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /_signback/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        // Plain HTTP is answered by an alert, a record of type 21 (RFC 8446 §5.1).
        assert_eq!(answer.first(), Some(&21), "{answer:?}");
    }
}

#[tokio::test]
async fn a_service_says_where_it_is_in_its_data_folder() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("ready");
    let mut serve = settings(&["--listen", "127.0.0.1:0"], None);
    serve.database = Url::Sqlite(folder.path().join("data/signback.db"));
    let server = Server::serve(serve.clone(), held()).await.unwrap();
    let file = folder.path().join("data/ready.json");
    let ready: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(ready["url"], server.ready("url"));
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    server.running.stop().await;

    // Another file when it is asked for, and for data that goes with the process one beside it.
    serve.ready_file = Some(folder.path().join("here.json"));
    serve.database = Url::Temporary;
    let server = Server::serve(serve.clone(), held()).await.unwrap();
    assert!(folder.path().join("here.json").exists());
    server.running.stop().await;
    serve.ready_file = None;
    let server = Server::serve(serve, held()).await.unwrap();
    let file = server.running.ready_file.clone();
    assert!(file.exists() && file.ends_with("ready.json"));
    server.running.stop().await;
    assert!(!file.exists() && !file.parent().unwrap().exists());
}

#[tokio::test]
async fn a_terminal_is_told_where_to_look() {
    let server = Server::start().await;
    let banner = server.running.banner();
    for fact in [
        "url",
        "username",
        "password",
        "access_key_id",
        "secret_access_key",
    ] {
        assert!(banner.contains(&server.ready(fact)), "{fact}: {banner}");
    }
    let url = server.ready("url");
    assert!(banner.contains(&format!("{url}/demo\n")), "{banner}");
    assert!(
        banner.contains(&format!("export AWS_ENDPOINT_URL='{url}'\n")),
        "{banner}"
    );
}

#[test]
fn every_setting_has_its_line_on_the_page() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/serve.md");
    let page = std::fs::read_to_string(page).unwrap();
    for setting in signback_server::config::settings::SETTINGS {
        let flag = format!("`--{}", setting.name);
        let named = page.match_indices(&flag).any(|(at, _)| {
            let next = page[at + flag.len()..].chars().next();
            matches!(next, Some(' ' | '`' | ','))
        });
        assert!(named, "docs/serve.md does not name --{}", setting.name);
    }
}
