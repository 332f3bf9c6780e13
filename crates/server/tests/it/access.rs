//! Keys and signatures: what is told before a key is looked up, and how long a key lives.

use serde_json::{Value, json};
use signback_wire::sigv4::{Credentials, Scope};
use signback_wire::{ReceivedResponse, Service, Style};

use crate::support::{Server, StartData, database, sent as sent_to};

/// A call as its signer made it.
struct Signed<'s> {
    key: &'s str,
    secret: &'s str,
    token: Option<&'s str>,
    region: &'s str,
    seconds: i64,
}

/// Sends `DescribeInstance`, or `GetCallerIdentity` of sts; gives the status and the error's code.
async fn sent(server: &Server, service: &str, signed: &Signed<'_>) -> (u16, String) {
    let modelled = Service::builtin(service).unwrap();
    let (operation, input): (_, Value) = match service {
        "sts" => ("GetCallerIdentity", json!({})),
        _ => ("DescribeInstance", json!({"InstanceId": "i"})),
    };
    let operation = modelled.operation(operation).unwrap();
    let mut request =
        signback_wire::encode_request(modelled, operation, &input, Style::Compact).unwrap();
    let url = &server.running.app.platform.settings.public_url;
    let host = url.strip_prefix("http://").unwrap().parse().unwrap();
    request.headers.insert("host", host);
    let credentials = Credentials {
        access_key_id: signed.key,
        secret_access_key: signed.secret,
        session_token: signed.token,
    };
    let name = &modelled.metadata().signing_name;
    let scope = Scope {
        region: signed.region,
        service: name,
        time: server.running.app.platform.clock.machine_now().seconds() + signed.seconds,
    };
    request.sign(&credentials, &scope).unwrap();
    let reply = sent_to(url, request).await;
    if reply.status == 200 {
        return (200, String::new());
    }
    let received = ReceivedResponse {
        status: reply.status.try_into().unwrap(),
        headers: &reply.headers,
        body: &reply.body,
    };
    let error = signback_wire::decode_error(modelled, operation, &received).unwrap();
    (reply.status, error.code)
}

/// Nothing can be looked up any more.
async fn lose_the_database(server: &Server) {
    server.running.app.platform.store.clone().close().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_signature_is_told_without_the_database() {
    let server = Server::start().await;
    let (key, secret) = (
        server.ready("access_key_id"),
        server.ready("secret_access_key"),
    );
    lose_the_database(&server).await;
    let right = Signed {
        key: &key,
        secret: &secret,
        token: None,
        region: "us-east-1",
        seconds: 0,
    };
    let long = "A".repeat(129);
    let far = "a".repeat(33);
    for (signed, code) in [
        (
            Signed {
                key: "AKIASTRANGER",
                ..right
            },
            "UnrecognizedClientException",
        ),
        (
            Signed {
                key: &long,
                ..right
            },
            "UnrecognizedClientException",
        ),
        (
            Signed {
                key: "AKIA_STRANGER_0000000",
                ..right
            },
            "UnrecognizedClientException",
        ),
        (
            Signed {
                token: Some("t"),
                ..right
            },
            "UnrecognizedClientException",
        ),
        (
            Signed {
                region: &far,
                ..right
            },
            "IncompleteSignatureException",
        ),
        (
            Signed {
                region: "US-EAST-1",
                ..right
            },
            "IncompleteSignatureException",
        ),
        (
            Signed {
                region: "us east",
                ..right
            },
            "IncompleteSignatureException",
        ),
        (
            Signed {
                region: "",
                ..right
            },
            "IncompleteSignatureException",
        ),
        (
            Signed {
                seconds: 301,
                ..right
            },
            "InvalidSignatureException",
        ),
        (
            Signed {
                seconds: -301,
                ..right
            },
            "InvalidSignatureException",
        ),
    ] {
        let told = sent(&server, "connect", &signed).await;
        assert_eq!(
            told,
            (403, code.to_owned()),
            "{} {}",
            signed.key,
            signed.region
        );
    }
    let (status, code) = sent(&server, "connect", &right).await;
    assert_eq!(status / 100, 5, "{code}: an unknown answer is none");
}

#[tokio::test]
async fn a_region_is_one_whatever_signs_for_it() {
    for flags in [&[][..], &["--accept-any-credentials"]] {
        let server = Server::start_with(flags).await;
        let (key, secret) = (
            server.ready("access_key_id"),
            server.ready("secret_access_key"),
        );
        let longest = "z".repeat(32);
        for (region, status) in [
            ("us-east-1", 200),
            (longest.as_str(), 200),
            ("us_east", 403),
            ("us.east", 403),
        ] {
            let signed = Signed {
                key: &key,
                secret: &secret,
                token: None,
                region,
                seconds: 0,
            };
            let told = sent(&server, "sts", &signed).await;
            assert_eq!(told.0, status, "{region} {flags:?}: {}", told.1);
        }
    }
}

#[tokio::test]
async fn a_permanent_key_with_a_sessions_token_is_refused() {
    let server = Server::start().await;
    let (key, secret) = (
        server.ready("access_key_id"),
        server.ready("secret_access_key"),
    );
    for (service, code) in [
        ("sts", "InvalidClientTokenId"),
        ("connect", "UnrecognizedClientException"),
    ] {
        let signed = Signed {
            key: &key,
            secret: &secret,
            token: Some("a-token-of-a-session"),
            region: "us-east-1",
            seconds: 0,
        };
        assert_eq!(
            sent(&server, service, &signed).await,
            (403, code.to_owned())
        );
    }
}

#[tokio::test]
async fn a_key_lives_five_seconds_while_the_database_is_away() {
    let plan = StartData::new(
        r#"
        [[access_key]]
        id = "AKIANOTHINGALLOWED00"
        secret = "one"
        policy = '''{"Statement": []}'''
        "#,
    );
    let bootstrap = Some(plan.bootstrap());
    let server = Server::open(&[], bootstrap, database().await).await;
    let signed = Signed {
        key: "AKIANOTHINGALLOWED00",
        secret: "one",
        token: None,
        region: "us-east-1",
        seconds: 0,
    };
    let denied = (403, "AccessDeniedException".to_owned());
    assert_eq!(sent(&server, "connect", &signed).await, denied);
    lose_the_database(&server).await;
    server.time.advance(4_999);
    assert_eq!(sent(&server, "connect", &signed).await, denied);
    server.time.advance(1);
    let (status, code) = sent(&server, "connect", &signed).await;
    assert_eq!(status / 100, 5, "{code}");
}
