//! What happens between the program and a server: proxies, odd answers, secure connections, attempts.

use std::net::TcpListener;

use crate::support::{Ran, Server, Stage, UPDATE, saying};

fn error(message: &str) -> String {
    format!("\naws: [ERROR]: {message}\n")
}

#[test]
fn the_last_attempt_is_said_of_every_error() {
    let server = Server::answering(&[(503, "", ""), (400, "", r#"{"Message": "m"}"#)]);
    for (attempts, retries) in [("2", "1"), ("1", "0")] {
        let stage = Stage::new()
            .with("AWS_ENDPOINT_URL", &server.url)
            .with("AWS_MAX_ATTEMPTS", attempts);
        let message = format!(
            "An error occurred (400) when calling the UpdateParticipantAuthentication operation (reached max retries: {retries}): m"
        );
        assert_eq!(stage.aws(&UPDATE).stderr(), error(&message));
    }
}

#[test]
fn a_provider_that_sts_cannot_reach_is_asked_again() {
    let body = "<ErrorResponse><Error><Code>IDPCommunicationError</Code><Message>m</Message></Error></ErrorResponse>";
    let server = Server::answering(&[(400, "", body)]);
    let stage = Stage::new()
        .with("AWS_ENDPOINT_URL", &server.url)
        .with("AWS_MAX_ATTEMPTS", "2");
    stage.aws(&["sts", "get-caller-identity"]);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn an_answer_of_sts_that_is_not_xml_is_shown() {
    for (body, shown) in [
        (
            "",
            "(no element found: line 1, column 0), invalid XML received. Further retries may succeed:\nb''",
        ),
        (
            "oops",
            "(syntax error: line 1, column 0), invalid XML received. Further retries may succeed:\nb'oops'",
        ),
    ] {
        let server = Server::answering(&[(200, "", body)]);
        let stage = Stage::new().with("AWS_ENDPOINT_URL", &server.url);
        let ran = stage.aws(&["sts", "get-caller-identity"]);
        assert_eq!(
            ran.stderr(),
            error(&format!("Unable to parse response {shown}"))
        );
        assert_eq!(ran.status(), 255);
    }
}

#[test]
fn a_proxy_gets_the_whole_address_and_all_of_its_host() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = Stage::new().with("Http_Proxy", &server.url);
    let url = "http://u:p@SERVICE.invalid:80/a/../b";
    let ran = stage.aws(&[&UPDATE[..], &["--endpoint-url", url]].concat());
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    let request = &server.received()[0];
    let line =
        "POST http://u:p@service.invalid:80/b/contact/update-participant-authentication HTTP/1.1";
    assert_eq!(request.line, line);
    assert_eq!(request.header("host"), "u:p@service.invalid:80");
    assert_eq!(request.header("proxy-authorization"), "");
}

#[test]
fn what_goes_wrong_with_a_proxy_is_told_apart() {
    let url = "https://service.invalid/contact/update-participant-authentication";
    let closed = format!(
        "Connection was closed before we received a valid response from endpoint URL: \"{url}\"."
    );
    let unusable = "An HTTP Client raised an unhandled exception: ";
    for (answer, message) in [
        (&b"HTTP/1.1 403 No\r\n\r\n"[..], None),
        (b"", None),
        (b"xyz\r\n\r\n", Some(closed.clone())),
        (
            b"HTTP/1.1 200\n\n",
            Some(format!(
                "SSL validation failed for {url} [SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol (_ssl.c)"
            )),
        ),
    ] {
        let proxy = format!("http://user:secret@{}", saying(answer));
        let starred = proxy.replace("user:secret", "***:***");
        let message =
            message.unwrap_or_else(|| format!("Failed to connect to proxy URL: \"{starred}\""));
        let stage = Stage::new()
            .with("HTTPS_PROXY", &proxy)
            .with("AWS_MAX_ATTEMPTS", "1");
        let ran =
            stage.aws(&[&UPDATE[..], &["--endpoint-url", "https://service.invalid"]].concat());
        assert_eq!(ran.stderr(), error(&message));
        assert_eq!(ran.status(), 255);
    }
    for (proxy, message) in [
        (
            "http://h:x",
            format!("{unusable}Failed to parse: http://h:x"),
        ),
        (
            "http://u:p@h:99999",
            format!("{unusable}Failed to parse: http://***:***@h:99999"),
        ),
        ("http://", format!("{unusable}No host specified.")),
        ("not a url", closed),
        (
            "http://u:é@h",
            format!(
                "{unusable}'ascii' codec can't encode character in position 2: ordinal not in range(128)"
            ),
        ),
    ] {
        let stage = Stage::new()
            .with("HTTPS_PROXY", proxy)
            .with("AWS_MAX_ATTEMPTS", "1");
        let ran =
            stage.aws(&[&UPDATE[..], &["--endpoint-url", "https://service.invalid"]].concat());
        assert_eq!(ran.stderr(), error(&message), "{proxy}");
    }
}

#[test]
fn a_proxy_that_says_nothing_has_not_been_reached() {
    let proxy = format!("http://{}", saying(b""));
    let stage = Stage::new()
        .with("http_proxy", &proxy)
        .with("AWS_MAX_ATTEMPTS", "1");
    let ran = stage.aws(&[&UPDATE[..], &["--endpoint-url", "http://service.invalid"]].concat());
    let message = format!("Failed to connect to proxy URL: \"{proxy}\"");
    assert_eq!(ran.stderr(), error(&message));
}

/// The operation, answered once by these bytes.
fn answered(answer: String) -> Ran {
    let place = saying(answer.leak().as_bytes());
    Stage::new()
        .with("AWS_ENDPOINT_URL", &format!("http://{place}"))
        .with("AWS_MAX_ATTEMPTS", "1")
        .aws(&UPDATE)
}

#[test]
fn odd_header_fields_do_not_matter_and_too_many_do() {
    for field in [
        "no colon",
        ": x",
        "X Y: x",
        "X : x",
        "X: a\r\n b",
        "X: a\u{1}b",
        "é: x",
    ] {
        let answer = format!("HTTP/1.1 200 OK\r\n{field}\r\nContent-Length: 2\r\n\r\n{{}}");
        let ran = answered(answer);
        assert_eq!(ran.status(), 0, "{field}: {}", ran.stderr());
    }
    for (count, status) in [(98, 0), (99, 255)] {
        let fields = "X: y\r\n".repeat(count);
        let answer = format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: 2\r\n\r\n{{}}");
        assert_eq!(answered(answer).status(), status, "{count}");
    }
}

#[test]
fn interim_answers_come_to_an_end() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    for (count, status) in [(3, 0), (200_000, 255)] {
        let interim = interim.repeat(count);
        let answer = format!("{interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{{}}");
        assert_eq!(answered(answer).status(), status, "{count}");
    }
}

#[test]
fn a_bundle_is_whole_or_refused() {
    let url = format!(
        "https://localhost:{}",
        saying(b"").rsplit_once(':').unwrap().1
    );
    let none = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found (_ssl.c)";
    let broken = "[X509] PEM lib (_ssl.c)";
    for (text, detail) in [
        ("", none),
        ("words\n", none),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n", broken),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            broken,
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            broken,
        ),
    ] {
        let stage = Stage::new()
            .with_file("bundle.pem", text)
            .with("AWS_MAX_ATTEMPTS", "1");
        let more = ["--endpoint-url", &url, "--ca-bundle", "~/bundle.pem"];
        let ran = stage.aws(&[&UPDATE[..], &more].concat());
        let message = format!(
            "SSL validation failed for {url}/contact/update-participant-authentication {detail}"
        );
        assert_eq!(ran.stderr(), error(&message), "{text}");
    }
}

#[test]
fn a_handshake_has_as_long_as_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let stage = Stage::new().with("AWS_MAX_ATTEMPTS", "1");
    let more = ["--endpoint-url", &url, "--cli-connect-timeout", "1"];
    let ran = stage.aws(&[&UPDATE[..], &more].concat());
    let message = format!(
        "Read timeout on endpoint URL: \"{url}/contact/update-participant-authentication\""
    );
    assert_eq!(ran.stderr(), error(&message));
}

#[test]
fn the_log_shows_names_and_stars_what_was_given() {
    let server = Server::answering(&[(200, "", "{}")]);
    let words = [
        "--region",
        "us-west-2",
        "connect",
        "update-participant-authentication",
        "--st",
        "hush-1",
        "--instance-id=hush-2",
        "--code",
        "hush-3",
        "--debug",
        "--endpoint-url",
        &server.url,
    ];
    let ran = Stage::new().with("AWS_SESSION_TOKEN", "hush-4").aws(&words);
    assert_eq!((ran.status(), ran.stdout()), (0, String::new()));
    let log = ran.stderr();
    assert!(!log.contains("hush"), "{log}");
    let shown = "['--region', 'us-west-2', 'connect', 'update-participant-authentication', '--st', '***', '--instance-id=***', '--code', '***', '--debug', '--endpoint-url', '";
    assert!(log.contains(shown), "{log}");
}
