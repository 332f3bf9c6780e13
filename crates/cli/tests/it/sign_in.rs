//! Keys of a sign-in: the token that `sso login` left is exchanged, and renewed before that.

use crate::support::{Server, Stage, UPDATE};

const FAR: &str = "2199-01-01T00:00:00Z";
const PAST: &str = "2001-01-01T00:00:00Z";
const SHARED: &str = "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_region = us-west-2\nsso_start_url = https://x.example/start\n";
const ALONE: &str = "[default]\nsso_region = us-west-2\nsso_start_url = https://x.example/start\nsso_account_id = 1\nsso_role_name = r\n";
/// The names of the original's files.
const SHARED_TOKEN: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";
const ALONE_TOKEN: &str = ".aws/sso/cache/80c7f57c51e0449101de09ef74138a588ea0d4a6.json";
const SHARED_KEYS: &str = ".aws/cli/cache/a2ba207a205a333a989977de586e24a14321ce68.json";
const ALONE_KEYS: &str = ".aws/cli/cache/9a2dbbf2c74e7ba634503c5e54c6bbf3fa7b746d.json";
const KEYS: &str = r#"{"roleCredentials": {"accessKeyId": "AKSSO", "secretAccessKey": "hush", "sessionToken": "hushtok", "expiration": 7226582400000}}"#;
const FRESH: &str = r#"{"accessToken": "new-hush", "expiresIn": 3600, "refreshToken": "r2-hush"}"#;

fn token(expires: &str, more: &str) -> String {
    format!(
        r#"{{"startUrl": "https://x.example/start", "region": "us-west-2", "accessToken": "old-hush", "expiresAt": "{expires}"{more}}}"#
    )
}

fn renewable(registered_until: &str) -> String {
    format!(
        r#", "clientId": "c", "clientSecret": "s-hush", "refreshToken": "r1-hush", "registrationExpiresAt": "{registered_until}""#
    )
}

#[test]
fn a_token_is_exchanged_once_and_the_keys_are_kept() {
    for (config, token_file, keys_file) in [
        (SHARED, SHARED_TOKEN, SHARED_KEYS),
        (ALONE, ALONE_TOKEN, ALONE_KEYS),
    ] {
        let server = Server::answering(&[(200, "", KEYS), (200, "", "{}")]);
        let stage = Stage::without_keys(&server.url)
            .with_file(".aws/config", config)
            .with_file(token_file, &token(FAR, ""));
        for _ in 0..2 {
            let ran = stage.aws(&[&UPDATE[..], &["--debug"]].concat());
            assert_eq!(ran.status(), 0, "{}", ran.stderr());
            assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
        }
        let received = server.received();
        assert_eq!(received.len(), 3);
        assert_eq!(
            received[0].line,
            "GET /federation/credentials?role_name=r&account_id=1 HTTP/1.1"
        );
        assert_eq!(received[0].header("x-amz-sso_bearer_token"), "old-hush");
        assert_eq!(received[0].header("authorization"), "");
        assert_eq!(received[1].signer(), "AKSSO");
        assert_eq!(received[2].signer(), "AKSSO");
        assert_eq!(stage.mode(keys_file), 0o600);
        assert_eq!(
            stage.file(keys_file),
            r#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "AKSSO", "SecretAccessKey": "hush", "SessionToken": "hushtok", "Expiration": "2199-01-01T00:00:00Z", "AccountId": "1"}}"#
        );
    }
}

#[test]
fn a_token_that_ends_soon_is_renewed_and_kept() {
    let server = Server::answering(&[(200, "", FRESH), (200, "", KEYS), (200, "", "{}")]);
    let stage = Stage::without_keys(&server.url)
        .with_file(".aws/config", SHARED)
        .with_file(SHARED_TOKEN, &token(PAST, &renewable(FAR)));
    let ran = stage.aws(&[&UPDATE[..], &["--debug"]].concat());
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
    let received = server.received();
    assert_eq!(received[0].line, "POST /token HTTP/1.1");
    assert_eq!(
        received[0].body,
        r#"{"grantType": "refresh_token", "clientId": "c", "clientSecret": "s-hush", "refreshToken": "r1-hush"}"#
    );
    assert_eq!(received[1].header("x-amz-sso_bearer_token"), "new-hush");
    let kept = stage.file(SHARED_TOKEN);
    for part in [
        r#""accessToken": "new-hush""#,
        r#""refreshToken": "r2-hush""#,
        r#""clientSecret": "s-hush""#,
        r#""registrationExpiresAt": "2199-01-01T00:00:00Z""#,
        r#""region": "us-west-2""#,
    ] {
        assert!(kept.contains(part), "{kept}");
    }
    assert_eq!(stage.mode(SHARED_TOKEN), 0o600);
}

#[test]
fn sign_ins_that_are_over_say_so() {
    let over = "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login with the corresponding profile.";
    let not_renewed = "Error when retrieving token from sso: Token has expired and refresh failed";
    let unauthorized =
        r#"{"__type": "UnauthorizedException", "message": "Session token not found or invalid"}"#;
    let refused = r#"{"error": "invalid_grant", "__type": "InvalidGrantException"}"#;
    let past_registration = renewable(PAST);
    let fresh = renewable(FAR);
    for (config, file, text, answer, exit, message) in [
        (
            SHARED,
            "",
            String::new(),
            "{}",
            255,
            "Error loading SSO Token: Token for corp does not exist",
        ),
        (
            ALONE,
            "",
            String::new(),
            "{}",
            255,
            "Error loading SSO Token: Token for https://x.example/start does not exist",
        ),
        (
            SHARED,
            SHARED_TOKEN,
            "{}".to_owned(),
            "{}",
            255,
            "Error loading SSO Token: Token for https://x.example/start is invalid",
        ),
        (ALONE, ALONE_TOKEN, token(PAST, ""), "{}", 255, over),
        (ALONE, ALONE_TOKEN, token(FAR, ""), unauthorized, 255, over),
        (
            SHARED,
            SHARED_TOKEN,
            token(PAST, ""),
            "{}",
            255,
            not_renewed,
        ),
        (
            SHARED,
            SHARED_TOKEN,
            token(PAST, &past_registration),
            "{}",
            255,
            not_renewed,
        ),
        (
            SHARED,
            SHARED_TOKEN,
            token(PAST, &fresh),
            refused,
            255,
            not_renewed,
        ),
        (
            SHARED,
            SHARED_TOKEN,
            token(FAR, ""),
            r#"{"__type": "ResourceNotFoundException", "message": "no"}"#,
            254,
            "An error occurred (ResourceNotFoundException) when calling the GetRoleCredentials operation: no",
        ),
    ] {
        let server = Server::answering(&[(401, "", answer)]);
        let mut stage = Stage::without_keys(&server.url).with_file(".aws/config", config);
        if !file.is_empty() {
            stage = stage.with_file(file, &text);
        }
        let ran = stage.aws(&UPDATE);
        let expected = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (exit, expected));
    }
}

#[test]
fn a_token_service_that_is_not_there_is_an_error_of_its_own() {
    let stage = Stage::without_keys("http://127.0.0.1:9")
        .with("AWS_MAX_ATTEMPTS", "1")
        .with_file(".aws/config", SHARED)
        .with_file(SHARED_TOKEN, &token(PAST, &renewable(FAR)));
    let ran = stage.aws(&UPDATE);
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: Could not connect to the endpoint URL: \"http://127.0.0.1:9/token\"\n"
    );
}

#[test]
fn a_shared_session_must_be_set_up_whoever_signs() {
    let message = "The profile \"default\" is configured to use the SSO token provider but the \"nope\" sso_session configuration does not exist.";
    for more in [&[][..], &["--no-sign-request"]] {
        let stage = Stage::new().with_file(".aws/config", "[default]\nsso_session = nope\n");
        let ran = stage.aws(&[&UPDATE[..], more].concat());
        let expected = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (255, expected));
    }
}

#[test]
fn sign_ins_that_are_set_up_halfway_say_what_is_missing() {
    for (config, message) in [
        (
            "[default]\nsso_role_name = r\n",
            "The profile \"default\" is configured to use SSO but is missing required configuration: sso_account_id, sso_start_url, sso_region",
        ),
        (
            "[default]\nsso_session = nope\nsso_account_id = 1\n",
            "The specified sso-session does not exist: \"nope\"",
        ),
        (
            "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = a\n[sso-session corp]\nsso_region = b\n",
            "The value for sso_region is inconsistent between profile (a) and sso-session (b).",
        ),
        (
            "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = a\nsso_start_url = u\n[sso-session corp]\nsso_start_url = u\n",
            "The profile \"default\" is configured to use the SSO token provider but is missing the following configuration: ['sso_region'].",
        ),
        (
            "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_region = a\nsso_start_url = u\n[sso-session corp]\n",
            "The profile \"default\" is configured to use the SSO token provider but the \"corp\" sso_session configuration does not exist.",
        ),
    ] {
        let stage = Stage::without_keys("http://127.0.0.1:9").with_file(".aws/config", config);
        let ran = stage.aws(&UPDATE);
        let expected = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (255, expected));
    }
}
