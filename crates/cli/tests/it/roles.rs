//! Keys of a role: assumed with other keys, or with a token.

use crate::support::{Server, Stage, UPDATE};

const XML: &str = "content-type: text/xml\r\n";
const FAR: &str = "2199-01-01T00:00:00Z";
const BASE: &str = "[profile base]\naws_access_key_id = AKBASE\naws_secret_access_key = s\n";
const ROLE: &str = "role_arn = arn:aws:iam::1:role/r\n";
/// The files in which the original keeps keys: the SHA-1 of the sorted parameters.
const CACHE: &str = ".aws/cli/cache/296af0900b5a5e948c19d3110989c909c2d4a0a9.json";
const NAMED_CACHE: &str = ".aws/cli/cache/12c9b7d2c64d98b51f84c7e43d3624c384494847.json";
const MFA_CACHE: &str = ".aws/cli/cache/dc52f7f7ae1629268d51946d32a240acbf8f7489.json";

/// What STS answers.
fn keys(operation: &str, key: &str, expires: &str) -> String {
    format!(
        "<{operation}Response><{operation}Result><Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>hush</SecretAccessKey><SessionToken>tok</SessionToken><Expiration>{expires}</Expiration></Credentials></{operation}Result></{operation}Response>"
    )
}

/// A server that hands out a role's keys and then answers calls.
fn server() -> Server {
    Server::answering(&[
        (200, XML, &keys("AssumeRole", "AKROLE", FAR)),
        (200, "", "{}"),
    ])
}

fn with_profile() -> Vec<&'static str> {
    [&UPDATE[..], &["--profile", "r"]].concat()
}

fn signers(server: &Server) -> Vec<String> {
    let received = server.received();
    received
        .iter()
        .map(|request| request.signer().to_owned())
        .collect()
}

#[test]
fn a_role_is_assumed_once_and_its_keys_are_kept_under_the_original_name() {
    let server = server();
    let config = format!(
        "{BASE}[profile r]\n{ROLE}source_profile = base\nrole_session_name = me\nexternal_id = ext é\nduration_seconds = 900\n"
    );
    let stage = Stage::without_keys(&server.url).with_file(".aws/config", &config);
    for _ in 0..2 {
        let ran = stage.aws(&with_profile());
        assert_eq!((ran.status(), ran.stderr()), (0, String::new()));
    }
    assert_eq!(signers(&server), ["AKBASE", "AKROLE", "AKROLE"]);
    let received = server.received();
    for part in [
        "Action=AssumeRole&Version=2011-06-15",
        "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr",
        "RoleSessionName=me",
        "DurationSeconds=900",
        "ExternalId=ext+%C3%A9",
    ] {
        assert!(received[0].body.contains(part), "{}", received[0].body);
    }
    assert_eq!(received[1].header("x-amz-security-token"), "tok");
    assert_eq!(stage.mode(NAMED_CACHE), 0o600);
    let cached = stage.file(NAMED_CACHE);
    for part in [
        r#""AccessKeyId": "AKROLE""#,
        r#""SecretAccessKey": "hush""#,
        r#""SessionToken": "tok""#,
        r#""Expiration": "2199-01-01T00:00:00+00:00""#,
    ] {
        assert!(cached.contains(part), "{cached}");
    }
}

#[test]
fn cached_keys_are_used_while_they_last_a_quarter_of_an_hour() {
    let config = format!("{BASE}[profile r]\n{ROLE}source_profile = base\nrole_session_name =\n");
    let cached = |expires: &str| {
        format!(
            r#"{{"Credentials": {{"AccessKeyId": "AKOLD", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "{expires}"}}}}"#
        )
    };
    let far = cached("2199-01-01T00:00:00UTC");
    let past = cached("2001-01-01T00:00:00Z");
    for (text, used) in [(far.as_str(), true), (&past, false), ("{", false)] {
        let server = server();
        let stage = Stage::without_keys(&server.url)
            .with_file(".aws/config", &config)
            .with_file(CACHE, text);
        assert_eq!(stage.aws(&with_profile()).status(), 0);
        let expected: &[&str] = if used {
            &["AKOLD"]
        } else {
            &["AKBASE", "AKROLE"]
        };
        assert_eq!(signers(&server)[..expected.len()], *expected, "{text}");
        assert_eq!(stage.file(CACHE).contains("AKOLD"), used, "{text}");
        if !used {
            assert_eq!(stage.mode(CACHE), 0o600);
        }
    }
}

#[test]
fn roles_are_assumed_one_through_the_other() {
    let middle = keys("AssumeRole", "AKMIDDLE", FAR);
    let role = keys("AssumeRole", "AKROLE", FAR);
    let server = Server::answering(&[(200, XML, &middle), (200, XML, &role), (200, "", "{}")]);
    let config = format!(
        "{BASE}[profile m]\nrole_arn = arn:m\nsource_profile = base\n[profile r]\n{ROLE}source_profile = m\n"
    );
    let stage = Stage::without_keys(&server.url).with_file(".aws/config", &config);
    // A role's resource name is not checked for its form, only for its length.
    let config = config.replace("arn:m", "arn:aws:iam::1:role/m");
    let stage = stage.with_file(".aws/config", &config);
    assert_eq!(stage.aws(&with_profile()).status(), 0);
    assert_eq!(signers(&server), ["AKBASE", "AKMIDDLE", "AKROLE"]);
}

#[test]
fn a_profile_may_be_the_source_of_its_own_role() {
    let server = server();
    let config = format!(
        "[profile r]\n{ROLE}source_profile = r\naws_access_key_id = AKSELF\naws_secret_access_key = s\n"
    );
    let stage = Stage::without_keys(&server.url).with_file(".aws/config", &config);
    assert_eq!(stage.aws(&with_profile()).status(), 0);
    assert_eq!(signers(&server), ["AKSELF", "AKROLE"]);
}

#[test]
fn keys_that_are_the_source_of_a_role_are_not_kept() {
    let web = format!("{ROLE}web_identity_token_file = t\n");
    let sso = "sso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_region = us-west-2\nsso_start_url = https://x.example/start\n";
    let token = format!(
        r#"{{"accessToken": "a", "expiresAt": "{FAR}", "region": "us-west-2", "startUrl": "x"}}"#
    );
    let portal = r#"{"roleCredentials": {"accessKeyId": "AKBASE", "secretAccessKey": "s", "sessionToken": "t", "expiration": 7226582400000}}"#;
    let by_token = keys("AssumeRoleWithWebIdentity", "AKBASE", FAR);
    for (base, answer) in [
        (web.as_str(), (200, XML, by_token.as_str())),
        (sso, (200, "", portal)),
    ] {
        let role = keys("AssumeRole", "AKROLE", FAR);
        let server = Server::answering(&[answer, (200, XML, &role), (200, "", "{}")]);
        let stage = Stage::without_keys(&server.url)
            .with_file(
                ".aws/config",
                &format!("[profile r]\n{ROLE}source_profile = base\n[profile base]\n{base}"),
            )
            .with_file("t", "a-token")
            .with_file(
                ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
                &token,
            );
        let ran = stage.aws(&with_profile());
        assert_eq!((ran.status(), ran.stderr()), (0, String::new()), "{base}");
        assert_eq!(signers(&server), ["", "AKBASE", "AKROLE"], "{base}");
        let kept = std::fs::read_dir(stage.home.join(".aws/cli/cache")).unwrap();
        let kept: Vec<_> = kept.map(|file| file.unwrap().path()).collect();
        assert_eq!(kept, [stage.home.join(CACHE)], "{base}");
    }
}

#[test]
fn the_account_of_a_role_is_kept_with_its_keys() {
    for (arn, account) in [
        (
            "arn:aws:sts::123456789012:assumed-role/r/s",
            r#""Expiration": "2199-01-01T00:00:00+00:00", "AccountId": "123456789012"}"#,
        ),
        ("nope", r#""Expiration": "2199-01-01T00:00:00+00:00"}"#),
    ] {
        let user = format!("</Credentials><AssumedRoleUser><Arn>{arn}</Arn></AssumedRoleUser>");
        let answer = keys("AssumeRole", "AKROLE", FAR).replace("</Credentials>", &user);
        let server = Server::answering(&[(200, XML, &answer), (200, "", "{}")]);
        let stage = Stage::without_keys(&server.url).with_file(
            ".aws/config",
            &format!("{BASE}[profile r]\n{ROLE}source_profile = base\n"),
        );
        assert_eq!(stage.aws(&with_profile()).status(), 0);
        let cached = stage.file(CACHE);
        assert!(cached.contains(account), "{cached}");
    }
}

#[test]
fn named_sources_sign_for_the_role() {
    let container = r#"{"AccessKeyId": "AKCONT", "SecretAccessKey": "s", "Token": "t", "Expiration": "2199-01-01T00:00:00Z"}"#;
    let role = keys("AssumeRole", "AKROLE", FAR);
    for (source, answers, expected) in [
        (
            "Environment",
            vec![(200, XML, role.as_str()), (200, "", "{}")],
            ["AKENV", "AKROLE"],
        ),
        (
            "EcsContainer",
            vec![(200, "", container), (200, XML, &role), (200, "", "{}")],
            ["AKCONT", "AKROLE"],
        ),
    ] {
        let server = Server::answering(&answers);
        let stage = Stage::without_keys(&server.url)
            .with("AWS_ACCESS_KEY_ID", "AKENV")
            .with("AWS_SECRET_ACCESS_KEY", "s")
            .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url)
            .with_file(
                ".aws/config",
                &format!("[profile r]\n{ROLE}credential_source = {source}\n"),
            );
        assert_eq!(stage.aws(&with_profile()).status(), 0, "{source}");
        let signers: Vec<String> = signers(&server)
            .into_iter()
            .filter(|key| !key.is_empty())
            .collect();
        assert_eq!(signers, expected, "{source}");
    }
}

#[test]
fn roles_that_cannot_be_assumed_say_why() {
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    let no_keys = "<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>";
    let endless = keys("AssumeRole", "AKROLE", FAR).replace("Expiration>", "End>");
    let past = keys("AssumeRole", "AKROLE", "2001-01-01T00:00:00Z");
    let with_base = "source_profile = base\n";
    for (settings, answer, status, message) in [
        (
            with_base,
            (403, denied),
            254,
            "An error occurred (AccessDenied) when calling the AssumeRole operation: no",
        ),
        (with_base, (200, no_keys), 255, "'Credentials'"),
        (with_base, (200, &endless), 255, "'Expiration'"),
        (
            with_base,
            (200, past.as_str()),
            255,
            "Credentials were refreshed, but the refreshed credentials are still expired.",
        ),
        (
            "source_profile = base\ncredential_source = Environment\n",
            (200, ""),
            255,
            "The profile \"r\" contains both source_profile and credential_source.",
        ),
        (
            "credential_source = environment\n",
            (200, ""),
            255,
            "The credential source \"environment\" referenced in profile \"r\" is not valid.",
        ),
        (
            "credential_source = Environment\n",
            (200, ""),
            255,
            "Error when retrieving credentials from Environment: No credentials found in credential_source referenced in profile r",
        ),
        (
            "source_profile = r\n",
            (200, ""),
            255,
            "Infinite loop in credential configuration detected. Attempting to load from profile r which has already been visited. Visited profiles: ['r']",
        ),
    ] {
        let server = Server::answering(&[(answer.0, XML, answer.1)]);
        let stage = Stage::without_keys(&server.url).with_file(
            ".aws/config",
            &format!("{BASE}[profile r]\n{ROLE}{settings}"),
        );
        let ran = stage.aws(&with_profile());
        let expected = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (status, expected));
        assert!(!stage.home.join(".aws/cli").exists() || answer.1 == past);
    }
}

#[test]
fn a_token_from_a_file_is_enough_for_a_role() {
    let answer = keys("AssumeRoleWithWebIdentity", "AKWEB", FAR);
    let profile = format!("[profile r]\n{ROLE}web_identity_token_file = t\n");
    for (config, variables, words, first, second) in [
        (
            profile.as_str(),
            &[][..],
            with_profile(),
            "RoleArn=",
            "RoleSessionName=botocore-session-",
        ),
        // An empty session name is none, and the one that is made up stands in its place.
        (
            "",
            &[
                ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r"),
                ("AWS_WEB_IDENTITY_TOKEN_FILE", "t"),
                ("AWS_ROLE_SESSION_NAME", ""),
            ][..],
            UPDATE.to_vec(),
            "RoleSessionName=botocore-session-",
            "RoleArn=",
        ),
    ] {
        let server = Server::answering(&[(200, XML, &answer), (200, "", "{}")]);
        let mut stage = Stage::without_keys(&server.url)
            .with_file(".aws/config", config)
            .with_file("t", "jwt-hush\r\n");
        for (name, value) in variables {
            stage = stage.with(name, value);
        }
        let ran = stage.aws(&[&words[..], &["--debug"]].concat());
        assert_eq!(ran.status(), 0, "{}", ran.stderr());
        assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
        assert_eq!(signers(&server), ["", "AKWEB"]);
        let body = &server.received()[0].body;
        assert!(body.contains("WebIdentityToken=jwt-hush%0A"), "{body}");
        let (first, second) = (body.find(first), body.find(second));
        assert!(first.is_some() && first < second, "{body}");
        assert_eq!(stage.mode(CACHE), 0o600);
    }
}

#[test]
fn a_token_file_needs_a_role_and_must_be_there() {
    let no_role = "The provided profile or the current environment is configured to assume role with web identity but has no role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var is set.";
    let no_file = "[Errno 2] No such file or directory: '/nowhere/t'";
    for (role, message) in [("", no_role), ("arn:aws:iam::1:role/r", no_file)] {
        let ran = Stage::without_keys("http://127.0.0.1:9")
            .with("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/t")
            .with("AWS_ROLE_ARN", role)
            .aws(&UPDATE);
        let expected = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (255, expected));
    }
}

#[test]
fn a_second_factor_is_asked_for_on_the_terminal_and_not_shown() {
    let server = server();
    let config = format!(
        "{BASE}[profile r]\n{ROLE}source_profile = base\nmfa_serial = arn:aws:iam::1:mfa/u\n"
    );
    let stage = Stage::without_keys(&server.url).with_file(".aws/config", &config);
    let words = with_profile().join(" ");
    let question = "Enter MFA code for arn:aws:iam::1:mfa/u: ";
    let (status, shown) = stage.aws_asked(&words, question, "123456\r");
    assert_eq!((status, shown), (0, format!("{question}\r\n")));
    let body = &server.received()[0].body;
    assert!(
        body.contains("SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fu"),
        "{body}"
    );
    assert!(body.contains("TokenCode=123456"), "{body}");
    assert_eq!(stage.mode(MFA_CACHE), 0o600);
    // The cache saves the second question.
    assert_eq!(stage.aws(&with_profile()).status(), 0);
    assert_eq!(signers(&server), ["AKBASE", "AKROLE", "AKROLE"]);
}

#[test]
fn the_interrupt_key_ends_the_question_for_a_second_factor() {
    let config =
        format!("{BASE}[profile r]\n{ROLE}source_profile = base\nmfa_serial = m-123456789\n");
    let stage = Stage::without_keys("http://127.0.0.1:9").with_file(".aws/config", &config);
    let question = "Enter MFA code for m-123456789: ";
    let (status, _) = stage.aws_asked(&with_profile().join(" "), question, "12\u{3}");
    assert_eq!(status, 130);
}
