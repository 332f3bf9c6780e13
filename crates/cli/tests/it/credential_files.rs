//! The shared files, and which source of keys comes before which.

use crate::support::{Server, Stage, UPDATE};

fn keys(key: &str) -> String {
    format!("aws_access_key_id = {key}\naws_secret_access_key = s\n")
}

/// Who signs a call in these circumstances.
fn signer(stage: &Stage, words: &[&str]) -> String {
    let server = Server::answering(&[(200, "", "{}")]);
    let words = [&UPDATE[..], &["--endpoint-url", &server.url], words].concat();
    let ran = stage.aws(&words);
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    server.received()[0].signer().to_owned()
}

#[test]
fn each_source_comes_before_the_next() {
    let process = r#"credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "AKPROC", "SecretAccessKey": "s"}'"#;
    let login = r#"{"accessToken": {"accessKeyId": "AKLOGIN", "secretAccessKey": "s", "sessionToken": "t", "accountId": "1", "expiresAt": "2199-01-01T00:00:00Z"}, "refreshToken": "r", "dpopKey": "k", "clientId": "c"}"#;
    // The SHA-256 of the session's name.
    let login_file =
        ".aws/login/cache/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881.json";
    let config = |settings: &[&str]| format!("[profile p]\n{}\n", settings.join("\n"));
    let from_config = keys("AKCONFIG");
    let stage = Stage::without_keys("").with_file(login_file, login);
    let stage = stage.with_file(".aws/config", &config(&[&from_config]));
    assert_eq!(signer(&stage, &["--profile", "p"]), "AKCONFIG");
    let stage = stage.with_file(".aws/config", &config(&[&from_config, process]));
    assert_eq!(signer(&stage, &["--profile", "p"]), "AKPROC");
    let everything = config(&[&from_config, process, "login_session = x"]);
    let stage = stage.with_file(".aws/config", &everything);
    assert_eq!(signer(&stage, &["--profile", "p"]), "AKLOGIN");
    let stage = stage.with_file(".aws/credentials", &format!("[p]\n{}", keys("AKSHARED")));
    assert_eq!(signer(&stage, &["--profile", "p"]), "AKSHARED");
    let stage = stage
        .with("AWS_ACCESS_KEY_ID", "AKENV")
        .with("AWS_SECRET_ACCESS_KEY", "s");
    assert_eq!(signer(&stage, &["--profile", "p"]), "AKSHARED");
    let stage = stage.with("AWS_PROFILE", "p");
    assert_eq!(signer(&stage, &[]), "AKENV");
}

#[test]
fn the_files_of_the_oldest_tools_still_count() {
    let boto = keys("AKBOTO");
    let stage = Stage::without_keys("http://127.0.0.1:9")
        .with_file(".boto", &format!("[Credentials]\n{boto}"))
        .with_file("other", "[Credentials]\naws_access_key_id = AK\n")
        .with_file("ec2", "# c\nAWSAccessKeyId = AKEC2\nAWSSecretKey=s\n");
    assert_eq!(signer(&stage, &[]), "AKBOTO");
    let stage = stage.with("BOTO_CONFIG", "other");
    assert_eq!(
        stage.aws(&UPDATE).stderr(),
        "\naws: [ERROR]: Partial credentials found in boto-config, missing: aws_secret_access_key\n"
    );
    let stage = stage.with("AWS_CREDENTIAL_FILE", "~/ec2");
    assert_eq!(signer(&stage, &[]), "AKEC2");
    let listed = stage.aws(&["configure", "list"]).stdout();
    assert!(listed.contains(" : ec2-credentials-file : \n"), "{listed}");
    let stage = stage.with("AWS_CREDENTIAL_FILE", "/nowhere");
    assert_eq!(
        stage.aws(&UPDATE).stderr(),
        "\naws: [ERROR]: The specified config file (/nowhere) could not be found.\n"
    );
}

#[test]
fn the_environment_counts_only_with_all_that_it_needs() {
    let stage = Stage::without_keys("").with_file(
        ".aws/credentials",
        &format!("[default]\n{}", keys("AKFILE")),
    );
    for (variables, expected) in [
        (&[("AWS_ACCESS_KEY_ID", "")][..], Ok("AKFILE")),
        (&[("AWS_SECRET_ACCESS_KEY", "s")], Ok("AKFILE")),
        (
            &[("AWS_ACCESS_KEY_ID", "AK")],
            Err("Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"),
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "AK"),
                ("AWS_SECRET_ACCESS_KEY", "s"),
                ("AWS_CREDENTIAL_EXPIRATION", "soon"),
            ],
            Err("Unknown string format: soon"),
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "AK"),
                ("AWS_SECRET_ACCESS_KEY", "s"),
                ("AWS_CREDENTIAL_EXPIRATION", ""),
            ],
            Ok("AK"),
        ),
    ] {
        let mut stage = Stage::without_keys("http://127.0.0.1:9")
            .with_file(".aws/credentials", &stage.file(".aws/credentials"));
        for (name, value) in variables {
            stage = stage.with(name, value);
        }
        match expected {
            Ok(key) => assert_eq!(signer(&stage, &[]), key),
            Err(message) => {
                let ran = stage.aws(&UPDATE);
                assert_eq!(
                    (ran.status(), ran.stderr()),
                    (255, format!("\naws: [ERROR]: {message}\n"))
                );
            }
        }
    }
}

#[test]
fn the_files_are_read_as_the_original_reads_them() {
    let pair = keys("AK");
    for (config, credentials, words, expected) in [
        // Settings that every section has, unless it has them itself.
        (
            "",
            format!("[DEFAULT]\n{pair}[default]\n"),
            &[][..],
            Some("AK"),
        ),
        (
            "",
            format!("[DEFAULT]\n{}[default]\n{pair}[DEFAULT]\n", keys("AKALL")),
            &[],
            Some("AK"),
        ),
        // What the first word of a header begins with is enough.
        (
            "[profiles p]\naws_access_key_id = AK\naws_secret_access_key = s\n",
            String::new(),
            &["--profile", "p"],
            Some("AK"),
        ),
        (
            "[profile 'p q']\naws_access_key_id = AK\naws_secret_access_key = s\n",
            String::new(),
            &["--profile", "p q"],
            Some("AK"),
        ),
        // Line ends of every kind.
        (
            "",
            format!("[default]\n{pair}").replace('\n', "\r"),
            &[],
            Some("AK"),
        ),
        (
            "",
            format!("[default]\n{pair}").replace('\n', "\r\n"),
            &[],
            Some("AK"),
        ),
        // Whatever follows the header, names in upper case, colons.
        (
            "",
            "  [default] x\nAWS_ACCESS_KEY_ID: AK\naws_secret_access_key=s\n".to_owned(),
            &[],
            Some("AK"),
        ),
        ("", format!("\u{feff}[default]\n{pair}"), &[], None),
        ("", format!("[default]\n{pair}{pair}"), &[], None),
        ("", format!("[DEFAULT]\n{pair}[DEFAULT]\n{pair}"), &[], None),
        ("", "x = 1\n".to_owned(), &[], None),
    ] {
        let stage = Stage::without_keys("http://127.0.0.1:9")
            .with_file(".aws/config", config)
            .with_file(".aws/credentials", &credentials);
        if let Some(key) = expected {
            assert_eq!(signer(&stage, words), key, "{credentials:?}");
            continue;
        }
        let path = stage.home.join(".aws/credentials");
        let message = format!(
            "\naws: [ERROR]: Unable to parse config file: {}\n",
            path.display()
        );
        assert_eq!(stage.aws(&UPDATE).stderr(), message, "{credentials:?}");
    }
}

#[test]
fn the_files_may_be_elsewhere_or_nowhere() {
    let stage = Stage::without_keys("")
        .with_file("c", &format!("[profile p]\n{}", keys("AKC")))
        .with_file("s", &format!("[default]\n{}", keys("AKS")))
        .with("WHERE", "~")
        .with("AWS_CONFIG_FILE", "$WHERE/c")
        .with("AWS_SHARED_CREDENTIALS_FILE", "~/s");
    assert_eq!(signer(&stage, &["--profile", "p"]), "AKC");
    assert_eq!(signer(&stage, &[]), "AKS");
    let stage = stage
        .with("AWS_SHARED_CREDENTIALS_FILE", "/")
        .with("AWS_CONFIG_FILE", "");
    assert_eq!(stage.aws(&UPDATE).status(), 253);
}

#[test]
fn a_region_that_is_none_is_shown_as_it_was_written() {
    for region in ["us east", "it's", "-a", "a-", "a_b", "123", "a\nb", "é"] {
        let ran = Stage::new().with("AWS_REGION", region).aws(&UPDATE);
        let expected = format!(
            "\naws: [ERROR]: Provided region_name '{region}' doesn't match a supported format.\n"
        );
        assert_eq!((ran.status(), ran.stderr()), (255, expected));
    }
}
