//! `configure` and the files that it changes.

use crate::support::Stage;

#[test]
fn a_setting_is_written_and_read_and_comments_stay() {
    let stage = Stage::new().with_file(
        ".aws/config",
        "# mine\n[default]\nregion = a\n\n[profile p]\noutput = text\n",
    );
    assert_eq!(
        stage
            .aws(&["configure", "set", "region", "eu-west-3"])
            .status(),
        0
    );
    assert_eq!(
        stage.file(".aws/config"),
        "# mine\n[default]\nregion = eu-west-3\n\n[profile p]\noutput = text\n"
    );
    assert_eq!(
        stage.aws(&["configure", "get", "region"]).stdout(),
        "eu-west-3\n"
    );
    assert_eq!(
        stage
            .aws(&["configure", "get", "profile.p.output"])
            .stdout(),
        "text\n"
    );
    assert_eq!(stage.aws(&["configure", "get", "output"]).status(), 1);
}

#[test]
fn keys_go_into_a_file_of_their_own_that_only_its_owner_reads() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::new();
    assert_eq!(
        stage
            .aws(&[
                "configure",
                "set",
                "aws_secret_access_key",
                "s",
                "--profile",
                "p"
            ])
            .status(),
        0
    );
    assert_eq!(
        stage.file(".aws/credentials"),
        "[p]\naws_secret_access_key = s\n"
    );
    let metadata = std::fs::metadata(stage.home.join(".aws/credentials")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_line_end_in_a_value_is_refused_without_showing_it() {
    let ran = Stage::new().aws(&["configure", "set", "aws_secret_access_key", "hush\n[x]"]);
    assert_eq!(ran.status(), 255);
    assert!(!ran.stderr().contains("hush"));
}

#[test]
fn a_credential_process_that_calls_itself_is_stopped() {
    let stage = Stage::new()
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY");
    let aws = stage.home.join("aws");
    let stage = stage.with_file(
        ".aws/config",
        &format!(
            "[default]\ncredential_process = {} configure export-credentials\n",
            aws.display()
        ),
    );
    let ran = stage.aws(&["configure", "export-credentials"]);
    assert_eq!(ran.status(), 253);
    assert!(
        ran.stderr().contains("profile cycle: default -> default"),
        "{}",
        ran.stderr()
    );
}

#[test]
fn the_questions_keep_what_is_not_answered() {
    let stage = Stage::new().with_file(".aws/config", "[default]\nregion = a\n");
    let ran = stage.aws_with_input(&["configure"], "AK\nsec\n\njson\n");
    assert_eq!(ran.status(), 0);
    assert!(ran.stdout().contains("Default region name [a]: "));
    assert_eq!(
        stage.file(".aws/config"),
        "[default]\nregion = a\noutput = json\n"
    );
    assert_eq!(
        stage.file(".aws/credentials"),
        "[default]\naws_access_key_id = AK\naws_secret_access_key = sec\n"
    );
}
