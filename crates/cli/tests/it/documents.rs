//! Documents of parameters and answers, which no model describes: they stay as they came.

use crate::support::{Server, Stage};

/// A call with a parameter that is a document.
pub(crate) const BRANDING: [&str; 6] = [
    "cognito-idp",
    "create-managed-login-branding",
    "--user-pool-id",
    "p",
    "--client-id",
    "c",
];

/// The document that is sent for these words.
fn sent(words: &[&str]) -> String {
    let server = Server::answering(&[(200, "", "{}")]);
    let ran = Stage::new().aws(&[&BRANDING[..], words, &["--endpoint-url", &server.url]].concat());
    assert_eq!(
        (ran.status(), ran.stderr()),
        (0, String::new()),
        "{words:?}"
    );
    let body = server.received()[0].body.clone();
    let document = body.strip_prefix(r#"{"UserPoolId": "p", "ClientId": "c", "Settings": "#);
    document
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(&body)
        .to_owned()
}

#[test]
fn numbers_beyond_all_bounds_are_sent_as_they_are() {
    let json = r#"{"a": 12345678901234567890123, "b": NaN, "c": Infinity, "d": -Infinity, "e": -9223372036854775809, "f": 1e400}"#;
    let expected = r#"{"a": 12345678901234567890123, "b": NaN, "c": Infinity, "d": -Infinity, "e": -9223372036854775809, "f": Infinity}"#;
    assert_eq!(sent(&["--settings", json]), expected);
    let whole = format!(r#"{{"Settings": {json}}}"#);
    assert_eq!(sent(&["--cli-input-json", &whole]), expected);
    let yaml = "Settings:\n  a: 12345678901234567890123\n  b: .nan\n  c: .inf\n  d: -.inf\n  e: -9223372036854775809\n  f: 1e400\n";
    assert_eq!(sent(&["--cli-input-yaml", yaml]), expected);
}

#[test]
fn keys_of_yaml_that_are_no_text_become_text() {
    let yaml = "Settings:\n  true: 1\n  null: 2\n  3: 4\n  1.5: x\n";
    assert_eq!(
        sent(&["--cli-input-yaml", yaml]),
        r#"{"true": 1, "null": 2, "3": 4, "1.5": "x"}"#
    );
}

#[test]
fn the_version_of_yaml_says_what_words_and_numbers_mean() {
    let text = "Settings:\n  a: yes\n  b: 010\n  c: 0o10\n  d: 1:30\n  e: off\n  f: 1_000\n";
    assert_eq!(
        sent(&["--cli-input-yaml", text]),
        r#"{"a": "yes", "b": 10, "c": 8, "d": "1:30", "e": "off", "f": 1000}"#
    );
    assert_eq!(
        sent(&["--cli-input-yaml", &format!("%YAML 1.1\n---\n{text}")]),
        r#"{"a": true, "b": 8, "c": "0o10", "d": 90, "e": false, "f": 1000}"#
    );
}

#[test]
fn numbers_of_an_answer_are_shown_as_they_came() {
    let body = r#"{"ManagedLoginBranding": {"Settings": {"a": 12345678901234567890123, "b": NaN, "c": -Infinity, "d": null}}}"#;
    let server = Server::answering(&[(200, "", body)]);
    let ran = Stage::new().aws(&[&BRANDING[..], &["--endpoint-url", &server.url]].concat());
    assert_eq!(ran.status(), 0);
    assert_eq!(
        ran.stdout(),
        "{\n    \"ManagedLoginBranding\": {\n        \"Settings\": {\n            \"a\": 12345678901234567890123,\n            \"b\": NaN,\n            \"c\": -Infinity,\n            \"d\": null\n        }\n    }\n}\n"
    );
}
