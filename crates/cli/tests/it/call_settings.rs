//! Settings of a profile and of the environment that change or stop a call.

use crate::support::{Server, Stage, UPDATE};

/// Calls with one setting in the profile, then in the environment.
fn ended_with(name: &str, value: &str, words: &[&str]) -> Vec<(i32, String)> {
    let server = Server::answering(&[(200, "", "{}")]);
    let words = [&UPDATE[..], words, &["--endpoint-url", &server.url]].concat();
    let profile = Stage::new().with_file(".aws/config", &format!("[default]\n{name} = {value}\n"));
    let variable = Stage::new().with(&format!("AWS_{}", name.to_uppercase()), value);
    let ran = [profile.aws(&words), variable.aws(&words)];
    ran.iter().map(|ran| (ran.status(), ran.stderr())).collect()
}

#[test]
fn parameters_are_checked_unless_the_profile_says_anything_but_true() {
    let words = [&UPDATE[..2], &["--state", "", "--instance-id", "i"]].concat();
    for (setting, is_checked) in [
        ("", true),
        ("parameter_validation = true\n", true),
        ("parameter_validation = True\n", true),
        ("parameter_validation = false\n", false),
        ("parameter_validation = FALSE\n", false),
        ("parameter_validation = no\n", false),
        ("parameter_validation = 0\n", false),
        ("parameter_validation =\n", false),
    ] {
        let server = Server::answering(&[(200, "", "{}")]);
        let stage = Stage::new().with_file(".aws/config", &format!("[default]\n{setting}"));
        let ran = stage.aws(&[&words[..], &["--endpoint-url", &server.url]].concat());
        if is_checked {
            assert_eq!(
                (ran.status(), ran.stderr()),
                (252, "\naws: [ERROR]: An error occurred (ParamValidation): Parameter validation failed:\nInvalid length for parameter State, value: 0, valid min length: 1\n".to_owned()),
                "{setting}"
            );
            assert!(server.received().is_empty(), "{setting}");
        } else {
            assert_eq!(
                (ran.status(), ran.stderr()),
                (0, String::new()),
                "{setting}"
            );
            let body = &server.received()[0].body;
            assert_eq!(body, r#"{"State": "", "InstanceId": "i"}"#, "{setting}");
        }
    }
}

#[test]
fn a_time_that_is_none_cannot_be_sent_even_unchecked() {
    let stage = Stage::new().with_file(".aws/config", "[default]\nparameter_validation = no\n");
    let ran = stage.aws(&[
        "cognito-idp",
        "initiate-point-in-time-recovery",
        "--user-pool-id",
        "p",
        "--restore-timestamp",
        "2024-02-30",
    ]);
    assert_eq!(
        (ran.status(), ran.stderr()),
        (
            255,
            "\naws: [ERROR]: Invalid timestamp \"2024-02-30\": day is out of range for month: 2024-02-30\n".to_owned()
        )
    );
}

#[test]
fn settings_that_make_no_sense_stop_every_call() {
    let checksum = |name: &str, got: &str| {
        format!(
            "Unsupported configuration value for {name}. Expected one of ('when_supported', 'when_required') but got {got}."
        )
    };
    let size = |value: &str, why: &str| {
        format!(
            "Invalid value \"{value}\" for request_min_compression_size_bytes. Value must be {why}"
        )
    };
    let between = "between 1 and 1048576.";
    let mode = |value: &str| {
        format!(
            "The configured value '{value}' for 'account_id_endpoint_mode' is invalid. Valid values are: ('preferred', 'disabled', 'required')."
        )
    };
    let (request, response) = (
        "request_checksum_calculation",
        "response_checksum_validation",
    );
    let bytes = "request_min_compression_size_bytes";
    for (name, value, message) in [
        (request, "x", checksum(request, "x")),
        (response, "Never", checksum(response, "never")),
        (
            bytes,
            "x",
            size("x", "an integer. Received <class 'str'> instead."),
        ),
        (bytes, "-1", size("-1", between)),
        (bytes, "0", size("0", between)),
        (bytes, "1048577", size("1048577", between)),
        ("account_id_endpoint_mode", "x", mode("x")),
        ("account_id_endpoint_mode", "", mode("")),
    ] {
        let said = (255, format!("\naws: [ERROR]: {message}\n"));
        assert_eq!(ended_with(name, value, &[]), [said.clone(), said], "{name}");
    }
}

#[test]
fn settings_that_make_sense_stop_nothing() {
    let done = (0, String::new());
    for (name, value, words) in [
        ("request_checksum_calculation", "WHEN_REQUIRED", &[][..]),
        ("response_checksum_validation", "when_supported", &[]),
        ("request_min_compression_size_bytes", "1048576", &[]),
        ("account_id_endpoint_mode", "Disabled", &[]),
        // Nobody's account is asked for where nobody signs.
        ("account_id_endpoint_mode", "x", &["--no-sign-request"]),
    ] {
        let ended = ended_with(name, value, words);
        assert_eq!(ended, [done.clone(), done.clone()], "{name} {value}");
    }
}
