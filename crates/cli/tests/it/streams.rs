//! Standard streams that are full, closed or cut off, and signals: ends as the AWS CLI ends.

use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::support::{Ran, Server, Stage, UPDATE};

const FULL: &str = "\naws: [ERROR]: [Errno 28] No space left on device\n";
const GONE: &str = "\naws: [ERROR]: [Errno 32] Broken pipe\n";

/// A result in one of the formats.
fn describe<'a>(server: &'a Server, format: &'a str) -> [&'a str; 8] {
    [
        "connect",
        "describe-instance",
        "--instance-id",
        "i",
        "--output",
        format,
        "--endpoint-url",
        &server.url,
    ]
}

fn described() -> Server {
    Server::answering(&[(200, "", r#"{"Instance": {"Id": "x"}}"#)])
}

fn end(ran: &Ran) -> (i32, String) {
    (ran.status(), ran.stderr())
}

#[test]
fn a_result_that_is_laid_out_as_a_whole_may_be_lost() {
    let server = described();
    let stage = Stage::new();
    for format in ["json", "yaml", "yaml-stream", "table"] {
        let words = describe(&server, format);
        let silent = (0, String::new());
        assert_eq!(
            end(&stage.aws_into("/dev/full", &words)),
            silent,
            "{format}"
        );
        assert_eq!(end(&stage.aws_unread(&words)), silent, "{format}");
    }
}

#[test]
fn lost_text_is_a_failure() {
    let server = described();
    let words = describe(&server, "text");
    let full = Stage::new().aws_into("/dev/full", &words);
    assert_eq!(end(&full), (255, FULL.to_owned()));
    let gone = Stage::new().aws_unread(&words);
    assert_eq!(end(&gone), (255, GONE.to_owned()));
}

#[test]
fn text_ends_with_the_page_that_was_lost() {
    let page = r#"{"InstanceSummaryList": [{"Id": "a"}], "NextToken": "n"}"#;
    let server = Server::answering(&[(200, "", page)]);
    let words = [
        "connect",
        "list-instances",
        "--output",
        "text",
        "--endpoint-url",
        &server.url,
    ];
    assert_eq!(Stage::new().aws_unread(&words).status(), 255);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_a_command_says_itself_must_arrive() {
    let stage = Stage::new();
    let skeleton = [
        "connect",
        "update-participant-authentication",
        "--generate-cli-skeleton",
    ];
    for words in [&["--version"][..], &skeleton, &["configure", "list"]] {
        let full = stage.aws_into("/dev/full", words);
        assert_eq!(end(&full), (255, FULL.to_owned()), "{words:?}");
    }
    assert_eq!(end(&stage.aws_unread(&["help"])), (0, String::new()));
}

#[test]
fn an_error_keeps_its_own_status_when_nothing_can_be_said() {
    let stage = Stage::new();
    let mut command = stage.command(&["connect", "update-participant-authentication"]);
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    assert_eq!(command.stderr(full).status().unwrap().code(), Some(252));
}

#[test]
fn a_closed_input_hinders_nothing() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = Stage::new();
    // Only a shell can start a program without a standard input.
    let line = format!(
        "exec ./aws {} --endpoint-url {} <&-",
        UPDATE.join(" "),
        server.url
    );
    let variables = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_DEFAULT_REGION",
    ];
    let output = Command::new("sh")
        .args(["-c", &line])
        .current_dir(&stage.home)
        .env_clear()
        .env("HOME", &stage.home)
        .envs(variables.map(|name| (name, "us-east-1")))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn the_interrupt_key_ends_a_waiting_call_with_an_empty_line() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stage = Stage::new();
    let child = stage
        .command(&[&UPDATE[..], &["--endpoint-url", &url]].concat())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    // The request is there: the command waits for its answer.
    stream.read_exact(&mut [0; 64]).unwrap();
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(output.stdout, b"\n");
    assert!(output.stderr.is_empty());
}
