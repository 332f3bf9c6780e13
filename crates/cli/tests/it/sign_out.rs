//! `logout` and `sso logout`: what sign-ins left in the caches is removed.

use crate::support::{Server, Stage};

const TOKEN: &str = r#"{"accessToken": "t-1", "region": "us-west-2", "startUrl": "x", "expiresAt": "2199-01-01T00:00:00Z"}"#;
const SSO_KEYS: &str = r#"{"ProviderType": "sso", "Credentials": {}}"#;
const ROLE_KEYS: &str = r#"{"Credentials": {}}"#;
const CONSOLE_KEYS: &str = r#"{"accessToken": {"accessKeyId": "AK"}}"#;
/// The file of the session `one`, by the SHA-256 of its name.
const ONE: &str =
    ".aws/login/cache/7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed.json";

fn has(stage: &Stage, path: &str) -> bool {
    stage.home.join(path).exists()
}

#[test]
fn every_sign_in_is_ended_and_what_it_left_goes() {
    let server = Server::answering(&[(200, "", ""), (401, "", "{}")]);
    let stage = Stage::without_keys("http://127.0.0.1:1")
        .with("AWS_ENDPOINT_URL_SSO", &server.url)
        .with_file(".aws/sso/cache/a.json", TOKEN)
        .with_file(".aws/sso/cache/b.json", &TOKEN.replace("t-1", "t-2"))
        .with_file(".aws/sso/cache/client.json", r#"{"clientId": "c"}"#)
        .with_file(".aws/sso/cache/odd.json", "{")
        .with_file(".aws/cli/cache/sso.json", SSO_KEYS)
        .with_file(".aws/cli/cache/role.json", ROLE_KEYS);
    let ran = stage.aws(&["sso", "logout", "--endpoint-url", "http://127.0.0.1:1"]);
    assert_eq!(
        (ran.status(), ran.stdout(), ran.stderr()),
        (0, String::new(), String::new())
    );
    let received = server.received();
    let mut tokens: Vec<&str> = received
        .iter()
        .map(|request| {
            assert_eq!(request.line, "POST /logout HTTP/1.1");
            assert_eq!(request.signer(), "");
            request.header("x-amz-sso_bearer_token")
        })
        .collect();
    tokens.sort_unstable();
    assert_eq!(tokens, ["t-1", "t-2"]);
    for gone in [
        ".aws/sso/cache/a.json",
        ".aws/sso/cache/b.json",
        ".aws/cli/cache/sso.json",
    ] {
        assert!(!has(&stage, gone), "{gone}");
    }
    for kept in [
        ".aws/sso/cache/client.json",
        ".aws/sso/cache/odd.json",
        ".aws/cli/cache/role.json",
    ] {
        assert!(has(&stage, kept), "{kept}");
    }
}

#[test]
fn a_token_stays_if_the_portal_cannot_be_asked() {
    let stage = Stage::new()
        .with("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:1")
        .with("AWS_MAX_ATTEMPTS", "1")
        .with_file(".aws/sso/cache/a.json", TOKEN)
        .with_file(".aws/cli/cache/sso.json", SSO_KEYS);
    let ran = stage.aws(&["sso", "logout"]);
    assert_eq!(ran.status(), 255);
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: Could not connect to the endpoint URL: \"http://127.0.0.1:1/logout\"\n"
    );
    assert!(has(&stage, ".aws/sso/cache/a.json"));
    assert!(has(&stage, ".aws/cli/cache/sso.json"));
}

#[test]
fn the_session_of_the_profile_is_forgotten() {
    let stage = Stage::without_keys("http://127.0.0.1:1")
        .with_file(
            ".aws/config",
            "[default]\nregion = x\n[profile p]\nlogin_session = one\n",
        )
        .with_file(ONE, CONSOLE_KEYS);
    let ran = stage.aws(&["logout"]);
    assert_eq!(
        (ran.status(), ran.stdout(), ran.stderr()),
        (
            0,
            String::new(),
            "warning: no login session found for profile 'default'\n".to_owned()
        )
    );
    assert!(has(&stage, ONE));
    // Whether there was anything to remove makes no difference.
    for _ in 0..2 {
        let ran = stage.aws(&["logout", "--profile", "p"]);
        assert_eq!(
            (ran.status(), ran.stdout(), ran.stderr()),
            (
                0,
                "Removed cached login credentials for profile 'p'. Note, any local developer tools that have already loaded the access token may continue to use it until its expiration. Access tokens expire in 15 minutes.\n".to_owned(),
                String::new()
            )
        );
        assert!(!has(&stage, ONE));
    }
}

#[test]
fn every_session_is_forgotten() {
    let note = "Note, any local developer tools that have already loaded access tokens may continue to use them until their expiration. Access tokens expire in 15 minutes.\n";
    for (count, said) in [
        (0, "No cached login session tokens found.\n".to_owned()),
        (1, format!("Removed 1 cached login credential. {note}")),
        (2, format!("Removed 2 cached login credentials. {note}")),
    ] {
        let mut stage = Stage::without_keys("http://127.0.0.1:1")
            .with_file(".aws/login/cache/odd.json", r#"{"accessToken": "text"}"#);
        for number in 0..count {
            stage = stage.with_file(&format!(".aws/login/cache/{number}.json"), CONSOLE_KEYS);
        }
        let ran = stage.aws(&["logout", "--all"]);
        assert_eq!(
            (ran.status(), ran.stdout(), ran.stderr()),
            (0, said, String::new())
        );
        assert!(!has(&stage, ".aws/login/cache/0.json"));
        assert!(has(&stage, ".aws/login/cache/odd.json"));
    }
}

#[test]
fn words_that_they_do_not_know_are_told() {
    let usage = "\n\nusage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n";
    for (words, status, message) in [
        (
            &["logout", "x", "--y"][..],
            252,
            "Unknown options: x,--y\n".to_owned(),
        ),
        (
            &["sso", "logout", "x"],
            252,
            "Unknown options: x\n".to_owned(),
        ),
        (
            &["sso"],
            252,
            format!("the following arguments are required: operation{usage}"),
        ),
        (
            &["sso", "x"],
            252,
            format!("argument operation: Found invalid choice 'x'\n{usage}"),
        ),
    ] {
        let ran = Stage::new().aws(words);
        let begin = format!("\naws: [ERROR]: An error occurred (ParamValidation): {message}");
        assert_eq!(ran.status(), status, "{words:?}");
        assert!(ran.stderr().starts_with(&begin), "{}", ran.stderr());
    }
    // What no interface model would bring is not advised to get one.
    for words in [&["login"][..], &["s3"], &["history"], &["sso", "login"]] {
        let ran = Stage::new().aws(words);
        let said = format!("\naws: [ERROR]: {} is not built.\n", words.join(" "));
        assert_eq!((ran.status(), ran.stderr()), (255, said));
    }
}
