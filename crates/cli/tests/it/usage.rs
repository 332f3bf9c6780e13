//! Calls that end before anything is sent.

use crate::support::{Stage, UPDATE};

#[test]
fn usage_errors_have_their_own_status_and_show_the_usage() {
    let ran = Stage::new().aws(&["connect", "update-participant-authentication"]);
    assert_eq!(ran.status(), 252);
    assert!(ran.stderr().starts_with(
        "\naws: [ERROR]: An error occurred (ParamValidation): the following arguments are required: --state, --instance-id\n\nusage: aws [options] "
    ));
}

#[test]
fn every_problem_of_the_parameters_is_listed() {
    let ran = Stage::new().aws(&[
        "connect",
        "update-participant-authentication",
        "--cli-input-json",
        r#"{"State": 5, "InstanceId": "", "Zed": null}"#,
    ]);
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: An error occurred (ParamValidation): Parameter validation failed:\n\
         Unknown parameter in input: \"Zed\", must be one of: State, InstanceId, Code, Error, ErrorDescription\n\
         Invalid type for parameter State, value: 5, type: <class 'int'>, valid types: <class 'str'>\n\
         Invalid length for parameter InstanceId, value: 0, valid min length: 1\n"
    );
}

#[test]
fn what_is_missing_from_the_settings_has_its_own_status() {
    let ran = Stage::new().without("AWS_DEFAULT_REGION").aws(&UPDATE);
    assert_eq!(ran.status(), 253);
    let keyless = Stage::new()
        .without("AWS_ACCESS_KEY_ID")
        .without("AWS_SECRET_ACCESS_KEY");
    assert_eq!(keyless.aws(&UPDATE).status(), 253);
}

#[test]
fn a_region_that_is_none_is_told_before_a_profile_that_there_is_not() {
    let ran = Stage::new()
        .with("AWS_PROFILE", "nobody")
        .aws(&[&UPDATE[..], &["--region", "x y"]].concat());
    assert_eq!(ran.status(), 255);
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: Provided region_name 'x y' doesn't match a supported format.\n"
    );
}

#[test]
fn a_word_that_is_no_choice_is_shown_as_it_was_written() {
    let ran = Stage::new().aws(&["sts", "a'b\\c\n"]);
    assert_eq!(ran.status(), 252);
    let said = "\naws: [ERROR]: An error occurred (ParamValidation): argument operation: Found invalid choice 'a'b\\c\n'\n";
    assert!(ran.stderr().starts_with(said), "{}", ran.stderr());
}

#[test]
fn a_profile_says_nothing_before_the_other_global_options_are_settled() {
    let stage = Stage::new().with_file(
        ".aws/config",
        "[default]\ncli_error_format = json\n[profile p]\ncli_error_format = text\n",
    );
    let bad = "\"Message\": \"Bad value for --query [: ";
    for profile in ["p", "nobody"] {
        let words = [&UPDATE[..], &["--query", "[", "--profile", profile]].concat();
        let ran = stage.aws(&words);
        assert_eq!(ran.status(), 252);
        assert!(ran.stderr().contains(bad), "{}", ran.stderr());
    }
}

#[test]
fn a_bad_setting_of_the_profile_is_told_before_the_options_are_looked_at() {
    let stage = Stage::new().with_file(".aws/config", "[default]\ncli_timestamp_format = x\n");
    for words in [
        &["connect", "update-participant-authentication", "--bogus"][..],
        &["connect", "list-users", "--generate-cli-skeleton"],
        &["sts", "get-caller-identity", "--cli-input-json", "{"],
    ] {
        let ran = stage.aws(words);
        assert_eq!(ran.status(), 253, "{words:?}");
        assert!(
            ran.stderr()
                .contains("Unknown cli_timestamp_format value: x,"),
            "{words:?}"
        );
    }
    let ran = stage.aws(&["connect", "list-users", "--query", "a["]);
    assert_eq!(ran.status(), 252);
}

#[test]
fn help_is_plain_text_of_at_most_80_columns_when_it_is_piped() {
    let stage = Stage::new();
    for words in [
        &["help"][..],
        &["help", "topics"],
        &["help", "config-vars"],
        &["connect", "help"],
        &["connect", "update-participant-authentication", "help"],
        &["configure", "help"],
    ] {
        let ran = stage.aws(words);
        assert_eq!(ran.status(), 0, "{words:?}");
        let page = ran.stdout();
        assert!(
            page.starts_with("NAME\n") && !page.contains('\u{8}'),
            "{words:?}"
        );
        let wide = page.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None, "{words:?}");
    }
}

#[test]
fn the_prompt_without_a_terminal_ends_with_its_input() {
    let ran = Stage::new().aws_with_input(&["--cli-auto-prompt"], "");
    assert_eq!(ran.status(), 255);
    assert!(
        ran.stderr()
            .starts_with("Warning: Input is not a terminal (fd=0).\n\naws: [ERROR]:\n")
    );
    assert!(
        ran.stdout().ends_with("\u{1b}[?1049l"),
        "the screen is put back"
    );
    let ran = Stage::new().aws_with_input(&["--cli-auto-prompt"], "--version\n");
    assert!(ran.stdout().contains("aws-cli/"));
}
