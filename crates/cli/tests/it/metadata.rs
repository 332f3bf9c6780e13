//! Keys and region from beside the machine: a container's endpoint, an instance's metadata service.

use crate::support::{Received, Server, Stage, UPDATE};

const KEYS: &str = r#"{"Code": "Success", "AccessKeyId": "AKMETA", "SecretAccessKey": "hush", "Token": "hushtok", "Expiration": "2199-01-01T00:00:00Z"}"#;
const ROLES: &str = "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1";
const ZONE: &str = "GET /latest/meta-data/placement/availability-zone/ HTTP/1.1";
const TOKEN: &str = "PUT /latest/api/token HTTP/1.1";

fn lines(received: &[Received]) -> Vec<&str> {
    received
        .iter()
        .map(|request| request.line.as_str())
        .collect()
}

/// A machine with a metadata service.
fn machine(server: &Server) -> Stage {
    Stage::without_keys(&server.url)
        .without("AWS_EC2_METADATA_DISABLED")
        .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url)
        .with("AWS_METADATA_SERVICE_TIMEOUT", "300")
}

#[test]
fn a_container_hands_out_keys_for_its_token() {
    for (variable, value) in [
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "ctok-hush"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "t"),
    ] {
        let server = Server::answering(&[(200, "", KEYS), (200, "", "{}")]);
        let stage = Stage::without_keys(&server.url)
            .with(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                &format!("{}/c?x=1", server.url),
            )
            .with("HTTP_PROXY", "http://127.0.0.1:9")
            .with("NO_PROXY", "nothing.example")
            .with(variable, value)
            .with_file("t", "ctok-hush");
        let ran = stage.aws(&["configure", "list", "--debug"]);
        assert!(
            ran.stdout()
                .contains("access_key : ****************META     : container-role   : \n")
        );
        assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
        let received = server.received();
        assert_eq!(lines(&received), ["GET /c?x=1 HTTP/1.1"]);
        assert_eq!(received[0].header("authorization"), "ctok-hush");
        assert_eq!(received[0].header("accept"), "application/json");
    }
}

#[test]
fn keys_of_a_container_that_end_soon_are_asked_for_again() {
    let past = KEYS.replace("2199", "2001");
    let server = Server::answering(&[(200, "", &past), (200, "", KEYS), (200, "", "{}")]);
    let stage =
        Stage::without_keys(&server.url).with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url);
    assert_eq!(stage.aws(&UPDATE).status(), 0);
    assert_eq!(server.received().len(), 3);
    let server = Server::answering(&[(200, "", &past)]);
    let stage = stage.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url);
    assert_eq!(
        stage.aws(&UPDATE).stderr(),
        "\naws: [ERROR]: Credentials were refreshed, but the refreshed credentials are still expired.\n"
    );
}

#[test]
fn a_container_that_gives_no_keys_is_asked_three_times() {
    let prefix =
        "Error when retrieving credentials from container-role: Error retrieving metadata: ";
    for (status, body, said) in [
        (
            404,
            "gone",
            "Received non 200 response 404 from container metadata: gone",
        ),
        (
            200,
            "no",
            "Unable to parse JSON returned from container metadata services",
        ),
    ] {
        let server = Server::answering(&[(status, "", body)]);
        let ran = Stage::without_keys(&server.url)
            .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url)
            .aws(&UPDATE);
        assert_eq!(ran.stderr(), format!("\naws: [ERROR]: {prefix}{said}\n"));
        assert_eq!(server.received().len(), 3);
    }
}

#[test]
fn a_container_that_cannot_be_asked_says_why() {
    let hosts = "Can only retrieve metadata from a loopback address or one of these hosts: 169.254.170.2, 169.254.170.23, fd00:ec2::23, localhost";
    let missing = KEYS.replace("Token", "token");
    let endless = KEYS.replace("Expiration", "expiration");
    let naive = KEYS.replace("00Z", "00");
    let server = Server::answering(&[(200, "", &missing)]);
    let endless = Server::answering(&[(200, "", &endless)]);
    let naive = Server::answering(&[(200, "", &naive)]);
    for (url, variables, message) in [
        (
            "http://evil.example/x",
            &[][..],
            format!("Unsupported host 'evil.example'.  {hosts}"),
        ),
        (
            "nonsense",
            &[],
            format!("Unsupported host 'None'.  {hosts}"),
        ),
        (
            "ftp://localhost/x",
            &[],
            "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp".to_owned(),
        ),
        (
            "http://localhost:9",
            &[("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\nb")],
            "Auth token value is not a legal header value".to_owned(),
        ),
        (
            "http://localhost:9",
            &[("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\u{1}b")],
            "Auth token value is not a legal header value".to_owned(),
        ),
        (
            "http://localhost:9",
            &[("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a中")],
            "An HTTP Client raised an unhandled exception: 'latin-1' codec can't encode character '\\u4e2d' in position 1: ordinal not in range(256)".to_owned(),
        ),
        (
            "http://localhost:9",
            &[("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/nowhere/t")],
            "[Errno 2] No such file or directory: '/nowhere/t'".to_owned(),
        ),
        (server.url.as_str(), &[], "'Token'".to_owned()),
        (endless.url.as_str(), &[], "'Expiration'".to_owned()),
        (
            naive.url.as_str(),
            &[],
            "can't subtract offset-naive and offset-aware datetimes".to_owned(),
        ),
    ] {
        let mut stage = Stage::without_keys("http://127.0.0.1:9")
            .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
        for (name, value) in variables {
            stage = stage.with(name, value);
        }
        let ran = stage.aws(&UPDATE);
        assert_eq!(
            (ran.status(), ran.stderr()),
            (255, format!("\naws: [ERROR]: {message}\n"))
        );
    }
}

#[test]
fn an_answer_of_a_container_that_is_no_document_of_keys_is_a_failure_in_pythons_words() {
    let soon = KEYS.replace("\"2199-01-01T00:00:00Z\"", "5");
    for (body, message) in [
        ("[]", "list indices must be integers or slices, not str"),
        ("5", "'int' object is not subscriptable"),
        ("\"x\"", "string indices must be integers, not 'str'"),
        ("null", "'NoneType' object is not subscriptable"),
        (
            soon.as_str(),
            "Parser must be a string or character stream, not int",
        ),
    ] {
        let server = Server::answering(&[(200, "", body)]);
        let ran = Stage::without_keys(&server.url)
            .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &server.url)
            .aws(&UPDATE);
        let said = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (255, said), "{body}");
    }
}

#[test]
fn an_instance_gives_region_and_keys_for_a_token() {
    let server = Server::answering(&[
        (200, "", "imds-hush"),
        (200, "", "eu-west-1b"),
        (200, "", "imds-hush"),
        (200, "", "role"),
        (200, "", KEYS),
        (200, "", "{}"),
    ]);
    let stage = machine(&server).without("AWS_DEFAULT_REGION");
    let ran = stage.aws(&[&UPDATE[..], &["--debug"]].concat());
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
    let received = server.received();
    assert_eq!(
        lines(&received)[..5],
        [
            TOKEN,
            ZONE,
            TOKEN,
            ROLES,
            "GET /latest/meta-data/iam/security-credentials/role HTTP/1.1"
        ]
    );
    assert_eq!(
        received[0].header("x-aws-ec2-metadata-token-ttl-seconds"),
        "21600"
    );
    for request in [&received[1], &received[3], &received[4]] {
        assert_eq!(request.header("x-aws-ec2-metadata-token"), "imds-hush");
        assert!(request.header("user-agent").starts_with("aws-cli/2.36.7 "));
        assert_eq!(request.header("accept-encoding"), "identity");
    }
    assert!(
        received[5]
            .header("authorization")
            .contains("/eu-west-1/connect/")
    );
    assert_eq!(received[5].signer(), "AKMETA");
}

#[test]
fn two_lines_of_roles_are_one_name() {
    let server = Server::answering(&[
        (200, "", "t"),
        (200, "", "a-role\nb-role"),
        (200, "", KEYS),
        (200, "", "{}"),
    ]);
    assert_eq!(machine(&server).aws(&UPDATE).status(), 0);
    let received = server.received();
    assert_eq!(
        lines(&received)[2],
        "GET /latest/meta-data/iam/security-credentials/a-roleb-role HTTP/1.1"
    );
    assert_eq!(received[3].signer(), "AKMETA");
}

#[test]
fn a_token_of_an_instance_is_shown_to_it_in_latin_1() {
    let server = Server::answering(&[(200, "", "t中"), (200, "", "role")]);
    let ran = machine(&server).aws(&UPDATE);
    assert_eq!(
        (ran.status(), ran.stderr()),
        (255, "\naws: [ERROR]: An HTTP Client raised an unhandled exception: 'latin-1' codec can't encode character '\\u4e2d' in position 1: ordinal not in range(256)\n".to_owned())
    );
    assert_eq!(lines(&server.received()), [TOKEN]);
}

#[test]
fn keys_may_go_without_a_session_token() {
    let plain = KEYS.replace("\"hushtok\"", "null");
    let machines = Server::answering(&[
        (200, "", "t"),
        (200, "", "role"),
        (200, "", &plain),
        (200, "", "{}"),
    ]);
    let containers = Server::answering(&[(200, "", &plain), (200, "", "{}")]);
    let container = Stage::without_keys(&containers.url)
        .with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &containers.url);
    for (stage, server) in [(machine(&machines), &machines), (container, &containers)] {
        assert_eq!(stage.aws(&UPDATE).status(), 0);
        let received = server.received();
        let call = received.last().unwrap();
        assert_eq!(call.signer(), "AKMETA");
        assert_eq!(call.header("x-amz-security-token"), "");
    }
}

#[test]
fn a_proxy_before_the_metadata_service_must_be_there() {
    let server = Server::answering(&[(200, "", "t")]);
    let ran = machine(&server)
        .with("http_proxy", "http://127.0.0.1:1")
        .aws(&UPDATE);
    assert_eq!(
        (ran.status(), ran.stderr()),
        (
            255,
            "\naws: [ERROR]: Failed to connect to proxy URL: \"http://127.0.0.1:1\"\n".to_owned()
        )
    );
    assert!(server.received().is_empty());
}

#[test]
fn expired_keys_of_an_instance_still_work_for_a_while() {
    let past = KEYS.replace("2199", "2001");
    let server = Server::answering(&[
        (404, "", ""),
        (200, "", "role"),
        (200, "", &past),
        (200, "", "{}"),
    ]);
    assert_eq!(machine(&server).aws(&UPDATE).status(), 0);
    let received = server.received();
    // A service without tokens is one of the first version.
    assert_eq!(received[1].header("x-aws-ec2-metadata-token"), "");
    assert_eq!(received[3].signer(), "AKMETA");
}

#[test]
fn an_instance_without_a_role_has_no_keys() {
    let failed = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"}"#;
    let halfway = KEYS.replace("Token", "token");
    for answers in [
        &[(200, "", "t"), (404, "", "")][..],
        &[(200, "", "t"), (200, "", "")],
        &[(200, "", "t"), (200, "", "role"), (200, "", "no")],
        &[(200, "", "t"), (200, "", "role"), (200, "", failed)],
        &[(200, "", "t"), (200, "", "role"), (200, "", &halfway)],
        // A service that refuses to give a token is not asked for anything else.
        &[(400, "", ""), (200, "", "role"), (200, "", KEYS)],
    ] {
        let server = Server::answering(answers);
        let ran = machine(&server).aws(&UPDATE);
        assert_eq!(ran.status(), 253, "{}", ran.stderr());
        assert!(
            ran.stderr()
                .contains("(NoCredentials): Unable to locate credentials.")
        );
    }
}

#[test]
fn a_token_of_an_instance_that_would_end_its_header_is_never_sent() {
    for (token, said) in [
        ("hush\nmore", r"b'hush\nmore'"),
        ("hush\r\n", r"b'hush\r\n'"),
    ] {
        let server = Server::answering(&[(200, "", token), (200, "", "role")]);
        let ran = machine(&server).aws(&UPDATE);
        assert_eq!(
            (ran.status(), ran.stderr()),
            (
                255,
                format!(
                    "\naws: [ERROR]: An HTTP Client raised an unhandled exception: Invalid header value {said}\n"
                )
            )
        );
        assert_eq!(lines(&server.received()), [TOKEN]);
    }
}

#[test]
fn an_instance_is_asked_as_often_as_the_settings_say() {
    let server = Server::answering(&[
        (500, "", ""),
        (200, "", "t"),
        (500, "", ""),
        (200, "", "role"),
        (200, "", "{"),
        (200, "", KEYS),
        (200, "", "{}"),
    ]);
    let stage = machine(&server).with_file(
        ".aws/config",
        "[default]\nmetadata_service_num_attempts = 2\n",
    );
    assert_eq!(stage.aws(&UPDATE).status(), 0);
    assert_eq!(server.received().len(), 7);
}

#[test]
fn the_first_version_can_be_switched_off_and_so_can_the_service() {
    let server = Server::answering(&[(404, "", "")]);
    let ran = machine(&server)
        .with("AWS_EC2_METADATA_V1_DISABLED", "True")
        .aws(&UPDATE);
    assert_eq!(
        (ran.status(), ran.stderr().as_str()),
        (
            255,
            "\naws: [ERROR]: Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled\n"
        )
    );
    assert_eq!(server.received().len(), 1);
    let ran = machine(&server)
        .with("AWS_EC2_METADATA_DISABLED", "TRUE")
        .aws(&UPDATE);
    assert_eq!(ran.status(), 253);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn settings_about_the_metadata_service_must_make_sense_whoever_signs() {
    for (variable, value, message) in [
        (
            "AWS_METADATA_SERVICE_TIMEOUT",
            "x",
            "invalid literal for int() with base 10: 'x'",
        ),
        (
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "1.5",
            "invalid literal for int() with base 10: '1.5'",
        ),
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            "nonsense",
            "Invalid endpoint EC2 Instance Metadata endpoint: nonsense",
        ),
        (
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            "IPv5",
            "Invalid EC2 Instance Metadata endpoint mode: IPv5 Valid endpoint modes (case-insensitive): ('ipv4', 'ipv6').",
        ),
    ] {
        let ran = Stage::new().with(variable, value).aws(&UPDATE);
        assert_eq!(
            (ran.status(), ran.stderr()),
            (255, format!("\naws: [ERROR]: {message}\n"))
        );
    }
}

#[test]
fn an_instance_shows_in_the_list_and_its_keys_can_be_exported() {
    let answers = [
        (200, "", "t"),
        (200, "", "role"),
        (200, "", KEYS),
        (200, "", "t"),
        (200, "", "eu-west-1b"),
    ];
    let server = Server::answering(&answers);
    let stage = machine(&server).without("AWS_DEFAULT_REGION");
    assert_eq!(
        stage.aws(&["configure", "list"]).stdout(),
        "NAME       : VALUE                    : TYPE             : LOCATION\nprofile    : <not set>                : None             : None\naccess_key : ****************META     : iam-role         : \nsecret_key : ****************hush     : iam-role         : \nregion     : eu-west-1                : imds             : \n"
    );
    let server = Server::answering(&answers);
    let exported = machine(&server).aws(&[
        "configure",
        "export-credentials",
        "--format",
        "env-no-export",
    ]);
    assert!(
        exported
            .stdout()
            .ends_with("AWS_CREDENTIAL_EXPIRATION=2199-01-01T00:00:00+00:00\n")
    );
}
