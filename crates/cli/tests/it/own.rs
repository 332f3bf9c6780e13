//! The program's own commands.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use crate::support::{Server, Stage};

#[test]
fn ping_tells_whether_a_service_is_healthy() {
    for (status, body, code, said) in [
        (200, r#"{"status": "ok"}"#, 0, "URL is healthy\n"),
        (
            503,
            r#"{"status": "database unavailable"}"#,
            1,
            "signback ping: URL answered 503: database unavailable\n",
        ),
        (
            200,
            "<html>",
            1,
            "signback ping: URL answered 200, and not as a Signback service does\n",
        ),
    ] {
        let server = Server::answering(&[(status, "", body)]);
        // No proxy stands between a service and its check.
        let stage = Stage::new().with("HTTP_PROXY", "http://127.0.0.1:9");
        let ran = stage.signback(&["ping", &server.url]);
        let printed = ran.stdout() + &ran.stderr();
        assert_eq!(
            (ran.status(), printed),
            (code, said.replace("URL", &server.url))
        );
        assert_eq!(server.received()[0].line, "GET /_signback/health HTTP/1.1");
    }
}

#[test]
fn ping_of_what_is_no_service_or_no_address_says_so() {
    let nobody = Stage::new().signback(&["ping", "http://127.0.0.1:9/"]);
    assert_eq!(
        (nobody.status(), nobody.stderr().as_str()),
        (
            1,
            "signback ping: Could not connect to the endpoint URL: \"http://127.0.0.1:9/_signback/health\"\n"
        )
    );
    for words in [&["ping", "localhost"][..], &["ping", "http://a", "b"]] {
        let ran = Stage::new().signback(words);
        assert_eq!(ran.status(), 2);
        assert!(ran.stderr().starts_with("usage: signback ping [URL]\n"));
    }
    let port = Stage::new().signback(&["ping", "http://h:99999"]);
    assert_eq!(
        (port.status(), port.stderr().as_str()),
        (
            1,
            "signback ping: http://h:99999: Port out of range 0-65535\n"
        )
    );
    // Under another name the word is a service's, and there is none of that name.
    assert_eq!(Stage::new().aws(&["ping"]).status(), 252);
}

#[test]
fn ping_finds_the_service_of_this_program_healthy() {
    let stage = Stage::new();
    let data = std::env::temp_dir().join(format!("signback-ping-{}", std::process::id()));
    std::fs::create_dir_all(&data).unwrap();
    let mut service = std::process::Command::new(env!("CARGO_BIN_EXE_signback"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .current_dir(&data)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let log = BufReader::new(service.stderr.take().unwrap()).lines();
    let url = log.map_while(Result::ok).find_map(|line| {
        let (_, url) = line.split_once("serving url=")?;
        url.split(' ').next().map(str::to_owned)
    });
    let ran = url.as_deref().map(|url| stage.signback(&["ping", url]));
    service.kill().unwrap();
    service.wait().unwrap();
    std::fs::remove_dir_all(data).unwrap();
    let ran = ran.expect("the service says where it is");
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
}
