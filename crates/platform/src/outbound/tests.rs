//! Calls to a callee that misbehaves: each failure says whether the callee may have acted.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const BODY_MAX: usize = 64;

/// A callee that reads a request and writes `answer`, then closes; gives its URL.
async fn callee(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x?y=z", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(speak(stream, answer));
        }
    });
    url
}

async fn speak(mut stream: TcpStream, answer: &'static str) {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).await.unwrap() == 1 {
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap();
    assert!(request.starts_with("GET /x?y=z HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nhost: 127.0.0.1:"), "{request}");
    stream.write_all(answer.as_bytes()).await.unwrap();
}

async fn call(url: &str) -> Result<Response<Bytes>, Error> {
    let settings = Settings {
        loopback: true,
        ..Settings::default()
    };
    let request = Request::get(url).body(Bytes::new()).unwrap();
    Client::default().send(&settings, request, BODY_MAX).await
}

#[tokio::test]
async fn an_answer_comes_back_whole_whatever_its_status() {
    let url = callee("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno").await;
    let answer = call(&url).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.body()[..]),
        (404, &b"no"[..])
    );
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let url = callee("HTTP/1.1 302 Found\r\nlocation: /y\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(call(&url).await.unwrap().status().as_u16(), 302);
}

#[tokio::test]
async fn what_was_not_sent_may_be_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/x?y=z", listener.local_addr().unwrap());
    drop(listener);
    let error = call(&url).await.unwrap_err();
    assert!(matches!(error, Error::NotSent(..)), "{error:?}");
}

#[tokio::test]
async fn what_was_sent_and_not_answered_may_have_been_done() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        "not HTTP at all\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 65\r\n\r\n\
         00000000000000000000000000000000000000000000000000000000000000000",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n41\r\n\
         00000000000000000000000000000000000000000000000000000000000000000\r\n0\r\n\r\n",
    ] {
        let error = call(&callee(answer).await).await.unwrap_err();
        assert!(
            matches!(error, Error::NoAnswer(..)),
            "{answer:?}: {error:?}"
        );
    }
}

#[tokio::test]
async fn addresses_inside_are_not_connected_to() {
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://[fd00::1]/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
    ] {
        let error = call(url).await.unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{url}: {error:?}");
    }
}
