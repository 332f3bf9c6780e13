//! Calls that reach a server.

use crate::support::{Server, Stage, UPDATE};

/// The operation with an address.
fn update<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&UPDATE[..], &["--endpoint-url", url], more].concat()
}

#[test]
fn a_call_is_signed_and_prints_nothing_on_success() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = Stage::new();
    let ran = stage.aws(&update(&server.url, &["--code", "é"]));
    assert_eq!(
        (ran.status(), ran.stdout(), ran.stderr()),
        (0, String::new(), String::new())
    );
    let [request] = &server.received()[..] else {
        panic!("one request")
    };
    assert_eq!(
        request.line,
        "POST /contact/update-participant-authentication HTTP/1.1"
    );
    assert_eq!(
        request.body,
        r#"{"State": "st-1", "InstanceId": "inst-1", "Code": "\u00e9"}"#
    );
    let signature = request.header("authorization");
    assert!(
        signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
        "{signature}"
    );
    assert!(
        signature.contains(
            "/us-east-1/connect/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
        )
    );
    assert!(
        std::fs::read_dir(&stage.home).unwrap().count() == 1,
        "nothing is written at home"
    );
}

#[test]
fn an_error_of_the_service_is_said_in_one_sentence() {
    let answer = (
        409,
        "x-amzn-errortype: ConflictException\r\n",
        r#"{"Message": "again"}"#,
    );
    let server = Server::answering(&[answer]);
    let ran = Stage::new().aws(&update(&server.url, &[]));
    assert_eq!(ran.status(), 254);
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: An error occurred (ConflictException) when calling the UpdateParticipantAuthentication operation: again\n"
    );
}

#[test]
fn what_may_pass_is_tried_again_and_what_may_not_is_not() {
    let server = Server::answering(&[(503, "", ""), (200, "", "{}")]);
    let stage = Stage::new();
    assert_eq!(stage.aws(&update(&server.url, &[])).status(), 0);
    let attempts: Vec<String> = server
        .received()
        .iter()
        .map(|request| request.header("amz-sdk-request").to_owned())
        .collect();
    assert_eq!(attempts, ["attempt=1", "attempt=2; max=3"]);
    let server = Server::answering(&[(501, "", "")]);
    assert_eq!(stage.aws(&update(&server.url, &[])).status(), 254);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn a_role_is_assumed_once_and_kept_where_only_its_owner_reads_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let role = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKROLE</AccessKeyId>\
        <SecretAccessKey>s</SecretAccessKey><SessionToken>tok</SessionToken><Expiration>2199-01-01T00:00:00Z</Expiration>\
        </Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let server = Server::answering(&[(200, "", role), (200, "", "{}")]);
    let stage = Stage::new().with("AWS_ENDPOINT_URL", &server.url).with_file(
        ".aws/config",
        "[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\naws_access_key_id = AKB\naws_secret_access_key = s\n",
    );
    for _ in 0..2 {
        let ran = stage.aws(&[&UPDATE[..], &["--profile", "r"]].concat());
        assert_eq!(ran.status(), 0, "{}", ran.stderr());
    }
    let requests = server.received();
    assert_eq!(requests.len(), 3);
    assert!(requests[0].body.contains("Action=AssumeRole"));
    assert_eq!(requests[2].header("x-amz-security-token"), "tok");
    let kept = std::fs::read_dir(stage.home.join(".aws/cli/cache"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    assert_eq!(kept.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn secrets_are_not_in_the_debug_log() {
    let server = Server::answering(&[(200, "", "{}")]);
    let ran = Stage::new()
        .with("AWS_SECRET_ACCESS_KEY", "hush-hush")
        .aws(&update(&server.url, &["--debug"]));
    assert!(ran.stderr().contains("CLI version: "));
    assert!(!ran.stderr().contains("hush-hush"));
}

#[test]
fn a_service_with_a_model_of_the_users_own_can_be_called() {
    let model = r#"{"metadata":{"protocol":"rest-json","apiVersion":"2020-01-01","endpointPrefix":"mine","serviceId":"Mine",
        "signingName":"mine","serviceFullName":"Mine","signatureVersion":"v4"},
        "operations":{"GetThing":{"name":"GetThing","http":{"method":"GET","requestUri":"/things/{Id}"},
        "input":{"shape":"In"},"output":{"shape":"Out"}}},
        "shapes":{"In":{"type":"structure","required":["Id"],"members":{"Id":{"shape":"S","location":"uri","locationName":"Id"}}},
        "Out":{"type":"structure","members":{"Name":{"shape":"S"}}},"S":{"type":"string"}}}"#;
    let server = Server::answering(&[(200, "", r#"{"Name": "n", "Other": 1}"#)]);
    let stage = Stage::new().with_file(".aws/models/mine/2020-01-01/service-2.json", model);
    let ran = stage.aws(&[
        "mine",
        "get-thing",
        "--id",
        "a/b",
        "--endpoint-url",
        &server.url,
    ]);
    assert_eq!(
        ran.stdout(),
        "{\n    \"Name\": \"n\"\n}\n",
        "{}",
        ran.stderr()
    );
    assert_eq!(server.received()[0].line, "GET /things/a%2Fb HTTP/1.1");
}

#[test]
fn a_body_that_is_not_signed_is_announced_in_a_signed_header() {
    let model = r#"{"metadata":{"protocol":"rest-json","apiVersion":"2020-01-01","endpointPrefix":"mine","serviceId":"Mine",
        "signingName":"mine","serviceFullName":"Mine","signatureVersion":"v4"},
        "operations":{"PutThing":{"name":"PutThing","http":{"method":"PUT","requestUri":"/things"},
        "authtype":"v4-unsigned-body","input":{"shape":"In"}}},
        "shapes":{"In":{"type":"structure","members":{"Name":{"shape":"S"}}},"S":{"type":"string"}}}"#;
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = Stage::new()
        .with("AWS_ENDPOINT_URL", &server.url)
        .with_file(".aws/models/mine/2020-01-01/service-2.json", model);
    let ran = stage.aws(&["mine", "put-thing", "--name", "n"]);
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    let request = &server.received()[0];
    assert_eq!(request.header("x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
    let signed = "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, ";
    assert!(request.header("authorization").contains(signed));
}

#[test]
fn names_in_the_user_agent_keep_only_what_may_stand_there() {
    for (variable, value, word) in [
        ("AWS_SDK_UA_APP_ID", "my-app", Some(" app/my-app ")),
        ("AWS_SDK_UA_APP_ID", "a b/é\n#1", Some(" app/a-b---#1 ")),
        ("AWS_SDK_UA_APP_ID", "", None),
        (
            "AWS_EXECUTION_ENV",
            "CloudShell",
            Some(" exec-env/CloudShell "),
        ),
        ("AWS_EXECUTION_ENV", "a b#1", Some(" exec-env/a-b-1 ")),
        ("AWS_EXECUTION_ENV", "", None),
    ] {
        let server = Server::answering(&[(200, "", "{}")]);
        let stage = Stage::new().with(variable, value);
        assert_eq!(stage.aws(&update(&server.url, &[])).status(), 0, "{value}");
        let received = server.received();
        let agent = received[0].header("user-agent");
        match word {
            Some(word) => assert!(agent.contains(word), "{value}: {agent}"),
            None => assert!(
                !agent.contains(" app/") && !agent.contains(" exec-env/"),
                "{value}: {agent}"
            ),
        }
    }
}

#[test]
fn a_value_that_cannot_stand_in_a_header_is_a_failure_of_the_call() {
    let server = Server::answering(&[(200, "", "{}")]);
    let leave = ["connectparticipant", "disconnect-participant"];
    let with_token = |token| [&leave[..], &["--connection-token", token]].concat();
    let to = ["--endpoint-url", &server.url];
    for (stage, words) in [
        (
            Stage::new().with_file("token", "one\n"),
            with_token("file://token"),
        ),
        (Stage::new(), with_token("one\rtwo")),
        (
            Stage::new().with("AWS_SESSION_TOKEN", "one\ntwo"),
            with_token("t"),
        ),
        (
            Stage::new().with("AWS_ACCESS_KEY_ID", "one\ntwo"),
            with_token("t"),
        ),
    ] {
        let ran = stage.aws(&[&words[..], &to].concat());
        assert_eq!(
            (ran.status(), ran.stderr()),
            (
                255,
                "\naws: [ERROR]: An HTTP Client raised an unhandled exception: Invalid header value b'***'\n"
                    .to_owned()
            ),
            "{words:?}"
        );
    }
}

#[test]
fn members_of_an_error_that_nest_are_left_to_the_structured_formats() {
    let answer = (
        400,
        "x-amzn-errortype: InvalidRequestException\r\n",
        r#"{"Message": "m", "Reason": {"Unheard": "x"}}"#,
    );
    let server = Server::answering(&[answer]);
    let ran = Stage::new().aws(&update(&server.url, &[]));
    assert_eq!(ran.status(), 254);
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: An error occurred (InvalidRequestException) when calling the UpdateParticipantAuthentication operation: m\n\nAdditional error details:\nReason: <complex value>\nUse \"--cli-error-format json\" or another error format to see the full details.\n"
    );
}
