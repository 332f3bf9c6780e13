//! `configure` and the files that it changes.

use crate::support::{Server, Stage};

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

#[test]
fn the_questions_end_with_the_input_and_write_nothing() {
    let stage = Stage::new();
    let ran = stage.aws_with_input(&["configure"], "AK\n");
    assert_eq!(
        (ran.status(), ran.stderr().as_str()),
        (255, "\naws: [ERROR]: EOF when reading a line\n")
    );
    assert!(
        ran.stdout()
            .ends_with("AWS Access Key ID [None]: AWS Secret Access Key [None]: ")
    );
    assert!(!stage.home.join(".aws").exists());
    // A carriage return is a part of the answer, and no setting may have one.
    let ran = stage.aws_with_input(&["configure"], "\n\nr\r\n\n");
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: Invalid value for key region: newline characters and carriage returns are not allowed.\n"
    );
    assert!(!stage.home.join(".aws").exists());
    let (status, _) = stage.aws_asked("configure", "AWS Access Key ID [None]: ", "\u{3}");
    assert_eq!(status, 130);
    assert!(!stage.home.join(".aws").exists());
}

#[test]
fn keys_are_imported_from_the_consoles_file() {
    let header = "\u{feff}Secret access key,x,USER NAME, Access key ID \r\n";
    let file = format!("{header}s1,-,ann,AK1\r\n,,bob\n s2 ,-, bob ,AK2\u{85}s3,-,cy,AK3\n");
    let stage = Stage::new().with_file("c.csv", &file).with_program(
        ".aws/credentials",
        "# mine\n[ann]\naws_access_key_id = OLD\nregion = a\n",
    );
    let words = ["configure", "import", "--csv", "file://c.csv"];
    let ran = stage.aws(&words);
    assert_eq!(
        (ran.status(), ran.stderr().as_str()),
        (
            255,
            "\naws: [ERROR]: Failed to parse entry #2: Row missing value for header \"Access Key ID\"\n"
        )
    );
    let ran = stage.aws(&[&words[..], &["--skip-invalid"]].concat());
    assert_eq!(ran.stdout(), "Successfully imported 3 profile(s)\n");
    assert_eq!(
        stage.file(".aws/credentials"),
        "# mine\n[ann]\naws_access_key_id = AK1\nregion = a\naws_secret_access_key = s1\n[bob]\naws_access_key_id = AK2\naws_secret_access_key = s2\n[cy]\naws_access_key_id = AK3\naws_secret_access_key = s3\n"
    );
}

#[test]
fn credentials_are_exported_in_every_form_with_the_end_as_it_was_given() {
    let stage = Stage::new().with("AWS_CREDENTIAL_EXPIRATION", "2199-01-01T00:00:00.5+05:30");
    for (format, line) in [
        ("env", "export AWS_CREDENTIAL_EXPIRATION="),
        ("env-no-export", "AWS_CREDENTIAL_EXPIRATION="),
        ("windows-cmd", "set AWS_CREDENTIAL_EXPIRATION="),
        ("powershell", "$Env:AWS_CREDENTIAL_EXPIRATION=\""),
        ("fish", "set -gx AWS_CREDENTIAL_EXPIRATION \""),
        ("process", "  \"Expiration\": \""),
    ] {
        let shown = stage
            .aws(&["configure", "export-credentials", "--format", format])
            .stdout();
        let expected = format!("{line}2199-01-01T00:00:00.500000+05:30");
        assert!(shown.contains(&expected), "{shown}");
    }
}

#[test]
fn what_keeps_credentials_from_being_exported_is_said() {
    for (config, message) in [
        ("", "no credentials found"),
        (
            "[default]\naws_access_key_id = AK\n",
            "Partial credentials found in config-file, missing: aws_secret_access_key",
        ),
        (
            "[default]\nlogin_session = x\n",
            "Error loading login session token: Unable to load a existing login session for session x, Please reauthenticate with 'aws login'.",
        ),
    ] {
        let stage = Stage::without_keys("").with_file(".aws/config", config);
        let ran = stage.aws(&["configure", "export-credentials"]);
        let expected = format!(
            "\naws: [ERROR]: An error occurred (Configuration): Unable to retrieve credentials: {message}\n"
        );
        assert_eq!((ran.status(), ran.stderr()), (253, expected));
    }
}

#[test]
fn a_shared_sign_in_is_asked_for_until_the_answers_will_do() {
    let stage = Stage::new().with_file(
        ".aws/config",
        "# mine\n[sso-session corp]\nsso_region = r1\n",
    );
    let answers = "\ncorp\nnonsense\nhttps://x.example/start\n\na b\na, b\n";
    let ran = stage.aws_with_input(&["configure", "sso-session"], answers);
    assert_eq!(
        (ran.status(), ran.stderr().as_str()),
        (
            0,
            "A value is required\nNot a valid Start URL\nScope values must be separated by commas\n"
        )
    );
    for question in [
        "SSO session name: ",
        "SSO start URL [None]: ",
        "SSO region [r1]: ",
        "SSO registration scopes [sso:account:access]: ",
    ] {
        assert!(ran.stdout().contains(question), "{}", ran.stdout());
    }
    assert_eq!(
        stage.file(".aws/config"),
        "# mine\n[sso-session corp]\nsso_region = r1\nsso_start_url = https://x.example/start\nsso_registration_scopes = a, b\n"
    );
}

#[test]
fn sub_commands_that_are_not_there_are_told_apart_from_those_that_are_not_built() {
    let stage = Stage::new();
    for name in ["sso", "wizard", "agent-toolkit", "add-model"] {
        let ran = stage.aws(&["configure", name]);
        let expected = format!("\naws: [ERROR]: configure {name} is not built\n");
        assert_eq!((ran.status(), ran.stderr()), (255, expected));
    }
    let ran = stage.aws(&["configure", "export-credential"]);
    assert_eq!(ran.status(), 252);
    assert!(ran.stderr().contains(
        "argument subcommand: Found invalid choice 'export-credential'\n\nMaybe you meant:\n\n  * export-credentials\n"
    ), "{}", ran.stderr());
}

#[test]
fn a_second_factor_gives_a_profile_of_its_own() {
    let keys = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>AKTEMP</AccessKeyId><SecretAccessKey>hush</SecretAccessKey><SessionToken>tok</SessionToken><Expiration>2199-01-01T00:00:00Z</Expiration></Credentials></GetSessionTokenResult></GetSessionTokenResponse>";
    let server = Server::answering(&[(200, "content-type: text/xml\r\n", keys)]);
    let stage = Stage::new().with("AWS_ENDPOINT_URL", &server.url);
    let words = ["configure", "mfa-login", "--debug"];
    let answers = "arn:aws:iam::123456789012:mfa/phone\n123456\n\n";
    let ran = stage.aws_with_input(&words, answers);
    assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
    assert_eq!(
        ran.stdout(),
        "MFA serial number or ARN: MFA token code: Profile to update [123456789012-phone]: Temporary credentials written to profile '123456789012-phone'\nCredentials will expire at 2199-01-01 00:00:00 UTC\nTo use these credentials, specify --profile 123456789012-phone when running AWS CLI commands\n"
    );
    let received = server.received();
    assert_eq!(received[0].signer(), "AKIDEXAMPLE");
    for part in [
        "Action=GetSessionToken",
        "DurationSeconds=43200",
        "TokenCode=123456",
    ] {
        assert!(received[0].body.contains(part), "{}", received[0].body);
    }
    let file = ".aws/credentials";
    assert_eq!(
        stage.file(file),
        "[123456789012-phone]\naws_access_key_id = AKTEMP\naws_secret_access_key = hush\naws_session_token = tok\n"
    );
    assert_eq!(stage.mode(file), 0o600);
}

#[test]
fn a_second_factor_that_is_not_given_or_not_right_gives_nothing() {
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let server = Server::answering(&[(403, "content-type: text/xml\r\n", denied)]);
    let stage = Stage::new().with("AWS_ENDPOINT_URL", &server.url);
    let refused = "\naws: [ERROR]: An error occurred: An error occurred (AccessDenied) when calling the GetSessionToken operation: no\n";
    for (answers, message) in [
        (
            "\n",
            "\naws: [ERROR]: MFA serial number or MFA device ARN is required\n",
        ),
        (
            "GAHT12345678\n\n",
            "\naws: [ERROR]: MFA token code is required\n",
        ),
        ("GAHT12345678\n123456\np\n", refused),
    ] {
        let ran = stage.aws_with_input(&["configure", "mfa-login"], answers);
        assert_eq!((ran.status(), ran.stderr().as_str()), (1, message));
    }
    let stage = Stage::without_keys(&server.url);
    let ran = stage.aws_with_input(&["configure", "mfa-login"], "AK\n\n");
    let message = "\naws: [ERROR]: AWS Secret Access Key is required\n";
    assert_eq!((ran.status(), ran.stderr().as_str()), (1, message));
    assert!(!stage.home.join(".aws").exists());
}

#[test]
fn the_list_names_the_source_of_the_keys() {
    let keys = "aws_access_key_id = AKIAEXAMPLE1234\naws_secret_access_key = s5678\n";
    let process = r#"credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "A1234", "SecretAccessKey": "S5678"}'"#;
    for (config, credentials, source) in [
        (
            format!("[default]\n{keys}"),
            String::new(),
            "config-file     ",
        ),
        (
            String::new(),
            format!("[default]\n{keys}"),
            "shared-credentials-file",
        ),
        (
            format!("[default]\n{process}\n"),
            String::new(),
            "custom-process  ",
        ),
    ] {
        let stage = Stage::without_keys("")
            .without("AWS_DEFAULT_REGION")
            .with_file("c", &format!("{config}[profile q]\nregion = r\n"))
            .with_file(".aws/credentials", &credentials)
            .with("AWS_CONFIG_FILE", "~/c");
        let expected = format!(
            "NAME       : VALUE                    : TYPE             : LOCATION\nprofile    : <not set>                : None             : None\naccess_key : ****************1234     : {source} : \nsecret_key : ****************5678     : {source} : \nregion     : <not set>                : None             : None\n"
        );
        assert_eq!(stage.aws(&["configure", "list"]).stdout(), expected);
        let listed = stage.with("AWS_PROFILE", "q").aws(&["configure", "list"]);
        assert!(listed.stdout().contains(
            "profile    : q                        : env              : ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']\n"
        ), "{}", listed.stdout());
        assert!(
            listed
                .stdout()
                .ends_with("region     : r                        : config-file      : ~/c\n")
        );
    }
}

#[test]
fn profiles_are_listed_in_the_order_of_the_files() {
    let stage = Stage::new()
        .with_file(
            ".aws/config",
            "[profile b]\n[sso-session s]\n[default]\n[profile 'a c']\n[x]\n[plugins]\n",
        )
        .with_file(".aws/credentials", "[b]\n[only]\n");
    assert_eq!(
        stage.aws(&["configure", "list-profiles"]).stdout(),
        "b\ndefault\na c\nonly\n"
    );
}
