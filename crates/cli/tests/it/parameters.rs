//! From words and documents to what is sent, or to why nothing is.

use crate::documents::BRANDING;
use crate::support::{Server, Stage};

/// Ends a list of words that begins with a service and an operation.
fn words<'w>(line: &'w [&'w str], more: &[&'w str]) -> Vec<&'w str> {
    [line, more].concat()
}

const NOTIFICATION: [&str; 8] = [
    "connect",
    "create-notification",
    "--instance-id",
    "i",
    "--recipients",
    "r",
    "--client-token",
    "t",
];
const PREVIEW: [&str; 8] = [
    "customer-profiles",
    "get-auto-merging-preview",
    "--domain-name",
    "d",
    "--consolidation",
    "MatchingAttributesList=[[a]]",
    "--conflict-resolution",
    "ConflictResolvingModel=RECENCY",
];
const DEVICES: [&str; 6] = [
    "cognito-idp",
    "admin-list-devices",
    "--user-pool-id",
    "p",
    "--username",
    "u",
];
const PICTURE: [&str; 4] = ["cognito-idp", "set-ui-customization", "--user-pool-id", "p"];
const ROUTING: [&str; 6] = [
    "connect",
    "update-contact-routing-data",
    "--instance-id",
    "i",
    "--contact-id",
    "c",
];
const UPLOAD: [&str; 12] = [
    "connect",
    "start-attached-file-upload",
    "--instance-id",
    "i",
    "--file-name",
    "f",
    "--file-size-in-bytes",
    "5",
    "--file-use-case-type",
    "ATTACHMENT",
    "--associated-resource-arn",
    "a",
];
const TAGS: [&str; 5] = ["connect", "tag-resource", "--resource-arn", "a", "--tags"];
const UPDATE: [&str; 2] = ["connect", "update-participant-authentication"];

#[test]
fn values_are_sent_as_the_original_sends_them() {
    let content = r#"{"en_US":"x"}"#;
    let notice =
        |extra: &[&'static str]| words(&NOTIFICATION, &[&["--content", content], extra].concat());
    let rows: &[(Vec<&str>, &str)] = &[
        (
            words(&DEVICES, &["--cli-input-json", r#"{"Limit": true}"#]),
            r#"{"UserPoolId": "p", "Username": "u", "Limit": true}"#,
        ),
        (
            words(&DEVICES, &["--limit", "100000000000000000000"]),
            r#"{"UserPoolId": "p", "Username": "u", "Limit": 100000000000000000000}"#,
        ),
        (
            words(&ROUTING, &["--queue-priority=99999999999999999999"]),
            r#"{"QueuePriority": 99999999999999999999}"#,
        ),
        (
            words(
                &PREVIEW,
                &["--min-allowed-confidence-score-for-merging", "nan"],
            ),
            r#"{"Consolidation": {"MatchingAttributesList": [["a"]]}, "ConflictResolution": {"ConflictResolvingModel": "RECENCY"}, "MinAllowedConfidenceScoreForMerging": "NaN"}"#,
        ),
        (
            words(&BRANDING, &["--settings", "null"]),
            r#"{"UserPoolId": "p", "ClientId": "c", "Settings": null}"#,
        ),
        (
            words(&PICTURE, &["--image-file", "YW\nJj=YWJj=="]),
            r#"{"UserPoolId": "p", "ImageFile": "YWJjYWJj"}"#,
        ),
        (
            words(
                &UPDATE,
                &[
                    "--cli-input-yaml",
                    r#"{"State": "\ud83d\ude00", "InstanceId": "i"}"#,
                ],
            ),
            r#"{"State": "\ud83d\ude00", "InstanceId": "i"}"#,
        ),
        (
            notice(&["--expires-at", "2020-01-02T03:04:05"]),
            r#"{"ExpiresAt": 1577934245, "Recipients": ["r"], "Content": {"en_US": "x"}, "ClientToken": "t"}"#,
        ),
        (
            notice(&["--expires-at", "January 2, 2020 3:04 AM"]),
            r#"{"ExpiresAt": 1577934240, "Recipients": ["r"], "Content": {"en_US": "x"}, "ClientToken": "t"}"#,
        ),
        (
            notice(&["--cli-input-yaml", "ExpiresAt: 2020-01-02 03:04:05"]),
            r#"{"Recipients": ["r"], "Content": {"en_US": "x"}, "ClientToken": "t", "ExpiresAt": 1577934245}"#,
        ),
    ];
    for (line, body) in rows {
        let server = Server::answering(&[(200, "", "{}")]);
        let stage = Stage::new().with("TZ", "America/New_York");
        let ran = stage.aws(&words(line, &["--endpoint-url", &server.url]));
        assert_eq!((ran.status(), ran.stderr()), (0, String::new()), "{line:?}");
        assert_eq!(server.received()[0].body, *body, "{line:?}");
    }
}

/// Runs each line and compares its status and message, up to the usage if that follows.
fn expect_refusals(rows: &[(Vec<&str>, i32, String)]) {
    for (line, status, message) in rows {
        let stage = Stage::new()
            .with_file("letters", "a")
            .with_file("five", "5");
        let ran = stage.aws(line);
        let shown = ran.stderr();
        let shown = shown.strip_prefix("\naws: [ERROR]: ").unwrap_or(&shown);
        let shown = shown
            .strip_prefix("An error occurred (ParamValidation): ")
            .unwrap_or(shown);
        assert_eq!(ran.status(), *status, "{line:?}: {shown}");
        let end = shown
            .find("usage: ")
            .map_or(shown.len(), |at| at + "usage: ".len());
        assert_eq!(&shown[..end], message, "{line:?}");
    }
}

#[test]
fn words_that_are_no_values_are_refused_in_the_words_of_the_original() {
    let bad = "Error parsing parameter";
    expect_refusals(&[
        (
            words(&ROUTING, &["--queue-priority", "1.5"]),
            252,
            "argument --queue-priority: invalid int value: '1.5'\n\nusage: ".to_owned(),
        ),
        (
            words(&ROUTING, &["--queue-priority", "file://five"]),
            252,
            "argument --queue-priority: invalid int value: 'file://five'\n\nusage: ".to_owned(),
        ),
        (
            words(&ROUTING, &["--queue-time-adjustment-seconds", "x"]),
            255,
            "invalid literal for int() with base 10: 'x'\n".to_owned(),
        ),
        (
            words(&PREVIEW, &["--min-allowed-confidence-score-for-merging", "x"]),
            252,
            "argument --min-allowed-confidence-score-for-merging: invalid float value: 'x'\n\nusage: ".to_owned(),
        ),
        (
            vec!["connect", "list-users", "--instance-id", "i", "--starting-token", "file://nope"],
            252,
            format!(
                "{bad} '--starting-token': Unable to load paramfile file://nope: [Errno 2] No such file or directory: 'nope'\n"
            ),
        ),
        (
            words(&UPDATE, &["--cli-input-json", "{}", "--cli-input-yaml", "file://nope"]),
            252,
            format!(
                "{bad} '--cli-input-yaml': Unable to load paramfile file://nope: [Errno 2] No such file or directory: 'nope'\n"
            ),
        ),
        (
            words(&TAGS, &["a@=file://nope"]),
            255,
            "Unable to load paramfile file://nope: [Errno 2] No such file or directory: 'nope'\n".to_owned(),
        ),
        (
            words(&UPDATE, &["--cli-input-yaml", "1: a"]),
            255,
            "keywords must be strings\n".to_owned(),
        ),
        (
            words(&UPDATE, &["--cli-input-yaml", "State: 2001-13-14"]),
            255,
            "month must be in 1..12\n".to_owned(),
        ),
        (
            words(&PICTURE, &["--image-file", "é"]),
            255,
            "string argument should contain only ASCII characters\n".to_owned(),
        ),
    ]);
}

#[test]
fn values_that_the_model_forbids_are_refused_in_the_words_of_the_original() {
    let failed = "Parameter validation failed:\n";
    expect_refusals(&[
        (
            words(&UPLOAD, &["--created-by", "{}"]),
            252,
            format!(
                "{failed}Must set one of the following keys for tagged unionstructure CreatedBy: ConnectUserArn. AWSIdentityArn.\n"
            ),
        ),
        (
            words(
                &UPLOAD,
                &["--created-by", "ConnectUserArn=a,AWSIdentityArn=b"],
            ),
            252,
            format!(
                "{failed}Invalid number of parameters set for tagged union structure CreatedBy. Can only set one of the following keys: ConnectUserArn. AWSIdentityArn.\n"
            ),
        ),
        (
            vec![
                "connect",
                "associate-user-proficiencies",
                "--instance-id",
                "i",
                "--user-id",
                "u",
                "--user-proficiencies",
                "AttributeName=a,AttributeValue=b,Level=0",
            ],
            252,
            format!(
                "{failed}Invalid value for parameter UserProficiencies[0].Level, value: 0.0, valid min value: 1.0\n"
            ),
        ),
        (
            vec![
                "sts",
                "get-session-token",
                "--cli-input-json",
                r#"{"DurationSeconds": true}"#,
            ],
            252,
            format!(
                "{failed}Invalid value for parameter DurationSeconds, value: True, valid min value: 900\n"
            ),
        ),
        (
            vec![
                "sts",
                "get-session-token",
                "--cli-input-json",
                r#"{"DurationSeconds": -99999999999999999999}"#,
            ],
            252,
            format!(
                "{failed}Invalid value for parameter DurationSeconds, value: -99999999999999999999, valid min value: 900\n"
            ),
        ),
        (
            vec![
                "connect",
                "untag-resource",
                "--resource-arn",
                "a",
                "--tag-keys",
                "fileb://letters",
            ],
            252,
            format!(
                "{failed}Invalid type for parameter tagKeys[0], value: 97, type: <class 'int'>, valid types: <class 'str'>\n"
            ),
        ),
    ]);
}

#[test]
fn structures_given_as_json_to_an_option_are_named_in_order() {
    let wrong = |value: &str, class: &str| {
        format!(
            "Parameter validation failed:\nInvalid type for parameter tags.x, value: {value}, type: <class '{class}'>, valid types: <class 'str'>\n"
        )
    };
    let ordered = "collections.OrderedDict";
    expect_refusals(&[
        (
            words(
                &TAGS,
                &[r#"{"x": {"a": {"b": [1, "y", null, true, 1.5]}}}"#],
            ),
            252,
            wrong(
                "OrderedDict([('a', OrderedDict([('b', [1, 'y', None, True, 1.5])]))])",
                ordered,
            ),
        ),
        (
            words(&TAGS, &[r#"{"x": [{"a": {}}]}"#]),
            252,
            wrong("[OrderedDict([('a', OrderedDict())])]", "list"),
        ),
        // In an input document they are plain.
        (
            words(
                &TAGS[..4],
                &["--cli-input-json", r#"{"tags": {"x": {"a": {}}}}"#],
            ),
            252,
            wrong("{'a': {}}", "dict"),
        ),
    ]);
}

#[test]
fn numbers_may_be_written_in_the_digits_of_every_script() {
    let queues = r#"{"QueueSummaryList": [{"Id": "a"}, {"Id": "b"}, {"Id": "c"}]}"#;
    let server = Server::answering(&[(200, "", queues), (200, "", "{}")]);
    let stage = Stage::new();
    let ran = stage.aws(&[
        "connect",
        "list-queues",
        "--instance-id",
        "i",
        "--max-items",
        "٢",
        "--page-size",
        "१००",
        "--query",
        "QueueSummaryList[].Id",
        "--output",
        "text",
        "--cli-read-timeout",
        "٣٠",
        "--endpoint-url",
        &server.url,
    ]);
    assert_eq!((ran.status(), ran.stderr()), (0, String::new()));
    assert!(ran.stdout().starts_with("a\tb\n"), "{}", ran.stdout());
    let ran = stage.aws(&[
        "connect",
        "update-queue-max-contacts",
        "--instance-id",
        "i",
        "--queue-id",
        "q",
        "--max-contacts",
        "１２",
        "--endpoint-url",
        &server.url,
    ]);
    assert_eq!((ran.status(), ran.stderr()), (0, String::new()));
    let received = server.received();
    assert_eq!(
        received[0].line,
        "GET /queues-summary/i?maxResults=100 HTTP/1.1"
    );
    assert_eq!(received[1].body, r#"{"MaxContacts": 12}"#);
}

#[test]
fn comments_of_the_yaml_sample_stand_as_far_away_as_in_the_original() {
    let ran = Stage::new().aws(&[
        "connectparticipant",
        "send-message",
        "--generate-cli-skeleton",
        "yaml-input",
    ]);
    assert_eq!(
        ran.stdout(),
        "ContentType: ''  # [REQUIRED]\nContent: '' # [REQUIRED]\nClientToken: ''\nConnectionToken: ''  # [REQUIRED]\n"
    );
    let ran = Stage::new().aws(&[
        "cognito-idp",
        "admin-create-user",
        "--generate-cli-skeleton",
        "yaml-input",
    ]);
    assert!(
        ran.stdout()
            .contains("MessageAction: RESEND  # Valid values are: RESEND, SUPPRESS.\n")
    );
}
