//! Results on a terminal: how wide tables may be, colours, and the pager.

use crate::support::{Ran, Server, Stage};

const DESCRIBE: [&str; 6] = [
    "connect",
    "describe-instance",
    "--instance-id",
    "i",
    "--query",
    "Instance",
];
const BODY: &str = r#"{"Instance": {"Id": "0123456789", "Arn": "0123456789"}}"#;

/// The command that shows a result as a table, or otherwise.
fn shown(stage: &Stage, words: &[&str], columns: u16) -> Ran {
    let server = Server::answering(&[(200, "", BODY)]);
    let all = [&DESCRIBE[..], words, &["--endpoint-url", &server.url]].concat();
    stage.aws_on_terminal(&all, columns)
}

fn lines(ran: &Ran) -> Vec<String> {
    ran.stdout().lines().map(str::to_owned).collect()
}

#[test]
fn a_table_that_is_wider_than_its_terminal_is_turned_upright() {
    for (columns, upright) in [(80, false), (30, false), (29, true), (0, true)] {
        let stage = Stage::new().with("AWS_PAGER", "");
        let ran = shown(&stage, &["--output", "table", "--color", "off"], columns);
        let row = "|  Id  |  0123456789  |".to_owned();
        assert_eq!(
            lines(&ran).contains(&row),
            upright,
            "{columns}: {}",
            ran.stdout()
        );
    }
}

#[test]
fn colours_are_reset_around_what_the_command_writes_and_not_in_what_a_pager_shows() {
    let table = ["--output", "table"];
    let own = shown(&Stage::new().with("AWS_PAGER", ""), &table, 80);
    assert!(
        own.stdout().contains("-\r\n\x1b[0m\x1b[0m|"),
        "{:?}",
        own.stdout()
    );
    assert!(
        own.stdout().ends_with("+\x1b[0m\x1b[0m\r\n\x1b[0m\x1b[0m"),
        "{:?}",
        own.stdout()
    );
    let paged = shown(&Stage::new().with("AWS_PAGER", "cat"), &table, 80);
    assert!(paged.stdout().contains("-\r\n|"), "{:?}", paged.stdout());
    assert!(
        paged.stdout().ends_with("+\r\n\x1b[0m"),
        "{:?}",
        paged.stdout()
    );
    let nothing = shown(&Stage::new(), &["--output", "table", "--query", "Nope"], 80);
    assert_eq!(nothing.stdout(), "\x1b[0m");
}

#[test]
fn the_pager_is_found_split_and_blamed_as_it_was_measured() {
    let says = |text: &str| format!("{text}\r\n");
    let not_there = "An error occurred (Pager): Unable to redirect output to pager. Received the following error when opening pager:\n[Errno 2] No such file or directory: 'nope'\n\nLearn more about configuring the output pager by running \"aws help config-vars\".";
    for (variables, status, stdout, stderr) in [
        (
            vec![("AWS_PAGER", "sh -c 'cat; echo $LESS'")],
            0,
            says("\"i\"\r\nFRX"),
            "",
        ),
        (
            vec![("AWS_PAGER", "sh -c 'cat; echo [$LESS]'"), ("LESS", "")],
            0,
            says("\"i\"\r\n[]"),
            "",
        ),
        (
            vec![("AWS_PAGER", ""), ("PAGER", "nope")],
            0,
            says("\"i\""),
            "",
        ),
        (vec![("PAGER", "")], 0, says("\"i\""), ""),
        (vec![("AWS_PAGER", "false")], 0, String::new(), ""),
        // It is there, but it is no program.
        (vec![("AWS_PAGER", "/")], 0, String::new(), ""),
        (vec![("AWS_PAGER", "nope x")], 253, String::new(), not_there),
        (
            vec![("AWS_PAGER", "cat 'x")],
            255,
            String::new(),
            "No closing quotation",
        ),
        (
            vec![("AWS_PAGER", "cat \\")],
            255,
            String::new(),
            "No escaped character",
        ),
        (
            vec![("AWS_PAGER", "  ")],
            255,
            String::new(),
            "list index out of range",
        ),
    ] {
        let stage = variables
            .iter()
            .fold(Stage::new(), |stage, (name, value)| stage.with(name, value));
        let server = Server::answering(&[(200, "", r#"{"Instance": {"Id": "i"}}"#)]);
        let words = [
            "connect",
            "describe-instance",
            "--instance-id",
            "i",
            "--query",
            "Instance.Id",
            "--endpoint-url",
            &server.url,
        ];
        let ran = stage.aws_on_terminal(&words, 80);
        let message = match stderr {
            "" => String::new(),
            text => format!("\naws: [ERROR]: {text}\n"),
        };
        assert_eq!(
            (ran.status(), ran.stdout(), ran.stderr()),
            (status, stdout, message),
            "{variables:?}"
        );
    }
}
