//! Keys from a program: `credential_process`.

use crate::support::{Server, Stage, UPDATE};

/// A stage whose profile runs a script.
fn stage(script: &str) -> Stage {
    Stage::without_keys("http://127.0.0.1:9")
        .with("AWS_MAX_ATTEMPTS", "1")
        .with_file(".aws/config", "[default]\ncredential_process = ./p 'a b'\n")
        .with_program("p", &format!("#!/bin/sh\necho \"$1\" >> ran\n{script}\n"))
}

#[test]
fn a_program_is_asked_for_keys_and_may_read_what_its_user_types() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = stage(
        "read key\necho '{\"Version\": 1, \"AccessKeyId\": \"AK'$key'\", \"SecretAccessKey\": \"hush\", \"SessionToken\": null, \"Expiration\": null}'",
    )
    .with("AWS_ENDPOINT_URL", &server.url);
    let ran = stage.aws_with_input(&[&UPDATE[..], &["--debug"]].concat(), "TYPED\n");
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
    assert_eq!(server.received()[0].signer(), "AKTYPED");
    assert_eq!(stage.file("ran"), "a b\n");
}

#[test]
fn keys_that_end_soon_are_asked_for_again() {
    let stage = stage(
        "echo '{\"Version\": 1, \"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"s\", \"Expiration\": \"2001-01-01T00:00:00Z\"}'",
    );
    assert_eq!(
        stage.aws(&UPDATE).stderr(),
        "\naws: [ERROR]: Credentials were refreshed, but the refreshed credentials are still expired.\n"
    );
    assert_eq!(stage.file("ran"), "a b\na b\n");
}

#[test]
fn a_program_that_gives_no_keys_says_why() {
    let prefix = "Error when retrieving credentials from custom-process: ";
    for (script, message) in [
        ("echo oops >&2; exit 3", format!("{prefix}oops")),
        (
            "echo '{\"Version\": 1, \"AccessKeyId\": \"AK\"}'",
            format!("{prefix}Missing required key in response: 'SecretAccessKey'"),
        ),
        (
            "printf '\\357\\273\\277{}'",
            "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)".to_owned(),
        ),
        (
            "echo '[]'",
            "'list' object has no attribute 'get'".to_owned(),
        ),
        (
            "echo '{\"Version\": \"1\"}'",
            format!(
                "{prefix}Unsupported version '1' for credential process provider, supported versions: 1"
            ),
        ),
        (
            "echo '{\"Version\": 1, \"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"s\", \"Expiration\": \"soon\"}'",
            "Unknown string format: soon".to_owned(),
        ),
        (
            "echo '{\"Version\": 1, \"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"s\", \"Expiration\": \"\"}'",
            "String does not contain a date:".to_owned(),
        ),
        (
            "echo '{\"Version\": 1, \"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"s\", \"Expiration\": 5}'",
            "Parser must be a string or character stream, not int".to_owned(),
        ),
    ] {
        let ran = stage(script).aws(&UPDATE);
        assert_eq!(ran.status(), 255);
        assert_eq!(
            ran.stderr().trim_end(),
            format!("\naws: [ERROR]: {message}")
        );
    }
    for (command, message) in [
        ("", "list index out of range"),
        ("'x", "No closing quotation"),
        ("./nope", "[Errno 2] No such file or directory: './nope'"),
    ] {
        let config = format!("[default]\ncredential_process = {command}\n");
        let ran = stage("").with_file(".aws/config", &config).aws(&UPDATE);
        assert_eq!(ran.stderr(), format!("\naws: [ERROR]: {message}\n"));
    }
}
