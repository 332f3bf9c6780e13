//! `AWS_CLI_OUTPUT_ENCODING`: results and errors in the encoding that is asked for.

use crate::support::{Ran, Server, Stage};

const TAGS: [&str; 4] = ["connect", "list-tags-for-resource", "--resource-arn", "a"];

fn answered(encoding: &str, answer: (u16, &str, &str), more: &[&str]) -> Ran {
    let server = Server::answering(&[answer]);
    Stage::new()
        .with("AWS_CLI_OUTPUT_ENCODING", encoding)
        .with("AWS_MAX_ATTEMPTS", "1")
        .aws(&[&TAGS[..], more, &["--endpoint-url", &server.url]].concat())
}

fn lacks(letter: &str, place: usize) -> String {
    format!(
        "\naws: [ERROR]: 'latin-1' codec can't encode character '{letter}' in position {place}: ordinal not in range(256)\n"
    )
}

#[test]
fn a_result_ends_before_the_piece_that_cannot_be_encoded() {
    let answer = (200, "", r#"{"tags": {"é": "b", "c": "é中"}}"#);
    for (format, printed, place) in [
        (
            "json",
            "{\n    \"tags\": {\n        \"é\": \"b\",\n        \"c\": ",
            2,
        ),
        ("yaml", "", 12),
        ("text", "", 6),
        (
            "table",
            "---------------------\n|ListTagsForResource|\n+-------------------+\n||      tags       ||\n|+---------+-------+|\n||    c    |  é   ||\n|+---------+-------+|\n|",
            4,
        ),
    ] {
        let ran = answered("latin-1", answer, &["--output", format]);
        let (out, err) = ran.in_latin_1();
        assert_eq!(
            (ran.status(), out.as_str(), err.as_str()),
            (255, printed, lacks("\\u4e2d", place).as_str()),
            "{format}"
        );
    }
}

#[test]
fn errors_are_encoded_too_and_one_that_cannot_be_is_another_error() {
    let body = |message: &str| format!(r#"{{"__type": "X", "message": "{message}"}}"#);
    let sentence = "An error occurred (X) when calling the ListTagsForResource operation (reached max retries: 0)";
    let ran = answered("l1", (400, "", &body("é")), &[]);
    let said = format!("\naws: [ERROR]: {sentence}: é\n");
    assert_eq!((ran.status(), ran.in_latin_1().1), (254, said));
    let place = format!("aws: [ERROR]: {sentence}: ").len();
    // In every format the sentence alone is tried at last.
    for (format, before) in [
        ("legacy", "\n"),
        ("enhanced", "\n\n"),
        ("json", "{\n    \"Message\": \n"),
        ("yaml", "\n"),
    ] {
        let ran = answered(
            "l1",
            (400, "", &body("中")),
            &["--cli-error-format", format],
        );
        let said = format!("{before}{}", lacks("\\u4e2d", place));
        assert_eq!((ran.status(), ran.in_latin_1().1), (255, said), "{format}");
    }
}

#[test]
fn utf_16_has_its_mark_at_the_beginning_of_a_file_only() {
    let answer = (200, "", r#"{"tags": {}}"#);
    let query = ["--query", "keys(tags)"];
    let (out, _) = answered("UTF-16", answer, &query).in_latin_1();
    assert_eq!(out, "[\0]\0\n\0");
    let server = Server::answering(&[answer]);
    let stage = Stage::new()
        .with("AWS_CLI_OUTPUT_ENCODING", "utf-16")
        .with_file("out", "");
    let out = stage.home.join("out");
    let words = [&TAGS[..], &query, &["--endpoint-url", &server.url]].concat();
    let ran = stage.aws_into(out.to_str().unwrap(), &words);
    assert_eq!(ran.status(), 0);
    assert_eq!(std::fs::read(out).unwrap(), b"\xff\xfe[\0]\0\n\0");
}

#[test]
fn an_encoding_that_is_not_known_is_told_before_anything_is_done() {
    for name in ["x", ""] {
        let ran = answered(name, (200, "", "{}"), &["--bogus"]);
        let said = format!(
            "\naws: [ERROR]: Unknown codec `{name}` specified for AWS_CLI_OUTPUT_ENCODING.\n"
        );
        assert_eq!((ran.status(), ran.stderr()), (255, said));
    }
}
