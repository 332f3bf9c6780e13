//! What is made of a service's answer.

use crate::support::{Server, Stage};

/// Calls an operation whose answer is that body.
fn answered(words: &[&str], body: &str) -> (i32, String, String) {
    let server = Server::answering(&[(200, "x-amzn-requestid: r\r\n", body)]);
    let ran = Stage::new()
        .with("TZ", "America/New_York")
        .aws(&[words, &["--endpoint-url", &server.url]].concat());
    (ran.status(), ran.stdout(), ran.stderr())
}

/// Calls an operation whose answer is an error.
fn refused(words: &[&str], (status, headers, body): (u16, &str, &str)) -> (i32, String) {
    let server = Server::answering(&[(status, headers, body)]);
    let ran = Stage::new()
        .with("AWS_MAX_ATTEMPTS", "1")
        .aws(&[words, &["--endpoint-url", &server.url]].concat());
    assert_eq!(ran.stdout(), "");
    (ran.status(), ran.stderr())
}

fn failed(message: &str) -> (i32, String, String) {
    (255, String::new(), format!("\naws: [ERROR]: {message}\n"))
}

const SEARCH: [&str; 6] = [
    "connect",
    "search-queues",
    "--instance-id",
    "i",
    "--no-paginate",
    "--query",
];
const POOL: [&str; 5] = [
    "cognito-idp",
    "describe-user-pool",
    "--user-pool-id",
    "us-east-1_a",
    "--query",
];

#[test]
fn scalars_of_rest_json_are_made_to_fit_the_model() {
    for (body, shown) in [
        (r#"{"ApproximateTotalCount": "5"}"#, "5\n"),
        (r#"{"ApproximateTotalCount": 1.9}"#, "1\n"),
        (
            r#"{"ApproximateTotalCount": 1e20}"#,
            "100000000000000000000\n",
        ),
        (r#"{"ApproximateTotalCount": true}"#, "1\n"),
    ] {
        let words = [&SEARCH[..], &["ApproximateTotalCount"]].concat();
        assert_eq!(
            answered(&words, body),
            (0, shown.to_owned(), String::new()),
            "{body}"
        );
    }
    let metrics = [
        "connect",
        "get-current-metric-data",
        "--cli-input-json",
        r#"{"InstanceId":"i","Filters":{},"CurrentMetrics":[]}"#,
        "--no-paginate",
        "--query",
        "MetricResults[].Collections[].Value",
        "--output",
        "text",
    ];
    let body = r#"{"MetricResults": [{"Collections": [{"Value": 3}, {"Value": "1e3"}]}]}"#;
    assert_eq!(
        answered(&metrics, body),
        (0, "3.0\t1000.0\n".to_owned(), String::new())
    );
    let instance = [
        "connect",
        "describe-instance",
        "--instance-id",
        "i",
        "--query",
        "Instance.InboundCallsEnabled",
    ];
    for (value, shown) in [
        (r#""TRUE""#, "true\n"),
        (r#""yes""#, "false\n"),
        ("1", "false\n"),
    ] {
        let body = format!(r#"{{"Instance": {{"InboundCallsEnabled": {value}}}}}"#);
        assert_eq!(
            answered(&instance, &body),
            (0, shown.to_owned(), String::new()),
            "{value}"
        );
    }
}

#[test]
fn scalars_of_json_services_are_shown_as_they_came() {
    let words = [&POOL[..], &["UserPool.EstimatedNumberOfUsers"]].concat();
    for value in ["\"5\"", "1.9", "true"] {
        let body = format!(r#"{{"UserPool": {{"EstimatedNumberOfUsers": {value}}}}}"#);
        assert_eq!(
            answered(&words, &body),
            (0, format!("{value}\n"), String::new())
        );
    }
}

#[test]
fn answers_that_break_the_model_are_refused_in_pythons_words() {
    let queues = [&SEARCH[..], &["@"]].concat();
    let pool = [&POOL[..], &["@"]].concat();
    for (words, body, problem) in [
        (
            &queues,
            r#"{"ApproximateTotalCount": {}}"#,
            "int() argument must be a string, a bytes-like object or a real number, not 'dict'",
        ),
        (
            &queues,
            r#"{"ApproximateTotalCount": "x"}"#,
            "invalid literal for int() with base 10: 'x'",
        ),
        (&queues, r#"{"Queues": 5}"#, "'int' object is not iterable"),
        (
            &queues,
            r#"{"Queues": "ab"}"#,
            "'str' object has no attribute 'get'",
        ),
        (
            &queues,
            r#"{"Queues": [{"Tags": []}]}"#,
            "'list' object has no attribute 'items'",
        ),
        (&queues, "null", "'NoneType' object is not iterable"),
        (
            &pool,
            "null",
            "'NoneType' object has no attribute 'setdefault'",
        ),
        (
            &pool,
            r#"{"UserPool": {"CreationDate": "soon"}}"#,
            "Invalid timestamp \"soon\": Unknown string format: soon",
        ),
    ] {
        assert_eq!(answered(words, body), failed(problem), "{body}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        answered(&pool, &deep),
        failed("maximum recursion depth exceeded")
    );
    let sparse = r#"{"Queues": [null, {"Name": "n"}]}"#;
    let shown = "[\n    null,\n    {\n        \"Name\": \"n\"\n    }\n]\n";
    let words = [&SEARCH[..], &["Queues"]].concat();
    assert_eq!(
        answered(&words, sparse),
        (0, shown.to_owned(), String::new())
    );
}

#[test]
fn epoch_seconds_are_shown_on_the_local_clock_and_other_times_as_they_say() {
    let words = [&POOL[..], &["UserPool.CreationDate", "--output", "text"]].concat();
    for (value, shown) in [
        ("1600000000", "2020-09-13T08:26:40-04:00\n"),
        ("1600000000.123456", "2020-09-13T08:26:40.123456-04:00\n"),
        ("\"1580000000\"", "2020-01-25T19:53:20-05:00\n"),
        ("253402300799", "9999-12-31T18:59:59-05:00\n"),
        ("\"2020-09-13T12:26:40Z\"", "2020-09-13T12:26:40+00:00\n"),
        ("\"2020-09-13T12:26:40\"", "2020-09-13T12:26:40\n"),
        ("\"٢٠٢٠-٠٩-١٣\"", "2020-09-13T00:00:00\n"),
        ("\"१३ Sep २०२०\"", "2020-09-13T00:00:00\n"),
    ] {
        let body = format!(r#"{{"UserPool": {{"CreationDate": {value}}}}}"#);
        assert_eq!(
            answered(&words, &body),
            (0, shown.to_owned(), String::new()),
            "{value}"
        );
    }
}

#[test]
fn times_that_no_calendar_has_are_failures() {
    let uncountable =
        |shown: &str| format!("Unable to calculate correct timezone offset for \"{shown}\"");
    for (value, message) in [
        ("1600000000123", "year 52671 is out of range".to_owned()),
        ("\"1600000000123\"", uncountable("1600000000123")),
        ("1e17", uncountable("1e+17")),
        ("Infinity", uncountable("inf")),
        ("-Infinity", uncountable("-inf")),
        ("\"Infinity\"", uncountable("Infinity")),
        ("99999999999999999999", uncountable("99999999999999999999")),
        ("NaN", "Invalid value NaN (not a number)".to_owned()),
    ] {
        let body = format!(r#"{{"UserPool": {{"CreationDate": {value}}}}}"#);
        let words = [&POOL[..], &["UserPool.CreationDate"]].concat();
        assert_eq!(answered(&words, &body), failed(&message), "{value}");
    }
}

#[test]
fn null_in_a_map_is_shown_whatever_its_values_are() {
    let users = [
        "connect",
        "get-current-user-data",
        "--instance-id",
        "i",
        "--filters",
        "Queues=q",
    ];
    let profile = [
        "connect",
        "describe-security-profile",
        "--instance-id",
        "i",
        "--security-profile-id",
        "p",
    ];
    let kinds = [
        "customer-profiles",
        "get-profile-object-type",
        "--domain-name",
        "d",
        "--object-type-name",
        "o",
    ];
    for (words, query, body) in [
        // Numbers, texts, structures and lists.
        (
            users,
            "UserDataList[0].ActiveSlotsByChannel",
            r#"{"UserDataList": [{"ActiveSlotsByChannel": {"CHAT": null}}]}"#,
        ),
        (
            profile,
            "SecurityProfile.AllowedAccessControlTags",
            r#"{"SecurityProfile": {"AllowedAccessControlTags": {"CHAT": null}}}"#,
        ),
        (kinds, "Fields", r#"{"Fields": {"CHAT": null}}"#),
        (kinds, "Keys", r#"{"Keys": {"CHAT": null}}"#),
    ] {
        for (format, shown) in [
            ("json", "{\n    \"CHAT\": null\n}\n"),
            ("yaml", "CHAT: null\n"),
            ("text", "None\n"),
        ] {
            let words = [&words[..], &["--query", query, "--output", format]].concat();
            assert_eq!(
                answered(&words, body),
                (0, shown.to_owned(), String::new()),
                "{query} {format}"
            );
        }
    }
}

#[test]
fn xml_is_read_as_far_as_it_goes() {
    let words = ["sts", "get-caller-identity", "--output", "json"];
    let root = "<GetCallerIdentityResponse xmlns='u'>\n<GetCallerIdentityResult>";
    let end = "</GetCallerIdentityResult></GetCallerIdentityResponse>";
    let body = format!("{root}<Arn>a&amp;<![CDATA[<b>]]></Arn><New>x</New><UserId/>{end}");
    let shown = "{\n    \"UserId\": \"\",\n    \"Arn\": \"a&<b>\"\n}\n";
    assert_eq!(
        answered(&words, &body),
        (0, shown.to_owned(), String::new())
    );
    for (body, problem) in [
        ("", "no element found: line 1, column 0"),
        ("oops", "syntax error: line 1, column 0"),
        (root, "no element found: line 2, column 25"),
        ("<a>\n</b>", "mismatched tag: line 2, column 2"),
    ] {
        let repr = body.replace('\n', "\\n");
        let quote = if body.contains('\'') { '"' } else { '\'' };
        assert_eq!(
            answered(&words, body),
            failed(&format!(
                "Unable to parse response ({problem}), invalid XML received. Further retries may succeed:\nb{quote}{repr}{quote}"
            )),
            "{body}"
        );
    }
    assert_eq!(
        answered(&words, "<a/>"),
        failed("'GetCallerIdentityResult'")
    );
}

#[test]
fn errors_are_read_from_wherever_the_protocol_puts_them() {
    let update = crate::support::UPDATE;
    let sign_up = [
        "cognito-idp",
        "sign-up",
        "--client-id",
        "c",
        "--username",
        "u",
        "--password",
        "passw0rd",
    ];
    let identity = ["sts", "get-caller-identity"];
    let xml = |inner: &str| format!("<ErrorResponse><Error>{inner}</Error></ErrorResponse>");
    let said = |code: &str, operation: &str, message: &str| {
        let line =
            format!("An error occurred ({code}) when calling the {operation} operation: {message}");
        (254, format!("\naws: [ERROR]: {}\n", line.trim_end()))
    };
    let json = |text: &str| (254, text.to_owned());
    let plain = |text: &str| (255, format!("\naws: [ERROR]: {text}\n"));
    let as_json = ["--cli-error-format", "json"];
    for (words, answer, expected) in [
        (
            sign_up.to_vec(),
            (400, "x-amzn-query-error: Former.Code;Sender\r\n", r#"{"__type": "a#New", "message": "m"}"#.to_owned()),
            said("Former.Code", "SignUp", "m"),
        ),
        (
            sign_up.to_vec(),
            (400, "", r#"{"__type": "a#InvalidParameterException", "message": "m", "reasonCode": "r"}"#.to_owned()),
            (254, "\naws: [ERROR]: An error occurred (InvalidParameterException) when calling the SignUp operation: m\n\nAdditional error details:\nreasonCode: r\n".to_owned()),
        ),
        (update.to_vec(), (300, "", "{}".to_owned()), said("Unknown", "UpdateParticipantAuthentication", "Unknown")),
        (
            [&update[..], &as_json].concat(),
            (502, "", "<html>x</html>".to_owned()),
            json("{\n    \"Code\": \"502\",\n    \"Message\": \"Bad Gateway\"\n}\n"),
        ),
        (update.to_vec(), (400, "", r#"{"__type": []}"#.to_owned()), plain("unhashable type: 'list'")),
        (update.to_vec(), (400, "", r#"{"__type": 5}"#.to_owned()), plain("argument of type 'int' is not iterable")),
        (
            [&update[..], &as_json].concat(),
            (400, "", r#"{"code": 7, "message": "m"}"#.to_owned()),
            json("{\n    \"Message\": \"m\",\n    \"Code\": 7\n}\n"),
        ),
        (
            [&identity[..], &as_json].concat(),
            (403, "", xml("<Type>Sender</Type><Code>C</Code><Message/>")),
            json("{\n    \"Code\": \"C\",\n    \"Message\": null\n}\n"),
        ),
        (identity.to_vec(), (403, "", xml("<Message>m</Message>")), said("Unknown", "GetCallerIdentity", "m")),
        (
            identity.to_vec(),
            (403, "", "<R><Errors><Error><Code>C</Code></Error></Errors></R>".to_owned()),
            said("C", "GetCallerIdentity", "Unknown"),
        ),
        ([&identity[..], &as_json].concat(), (403, "", "<R/>".to_owned()), said("Unknown", "GetCallerIdentity", "Unknown")),
        (identity.to_vec(), (403, "", xml("x")), plain("'str' object has no attribute 'get'")),
    ] {
        let found = refused(&words, (answer.0, answer.1, &answer.2));
        assert_eq!((found.0, found.1.replace(" (reached max retries: 0)", "")), expected, "{answer:?}");
    }
}

#[test]
fn the_error_format_of_the_environment_is_read_in_any_case() {
    let server = Server::answering(&[(400, "", r#"{"message": "m", "code": "C"}"#)]);
    let ran = Stage::new().with("AWS_CLI_ERROR_FORMAT", "Text").aws(
        &[
            &crate::support::UPDATE[..],
            &["--endpoint-url", &server.url],
        ]
        .concat(),
    );
    assert_eq!((ran.status(), ran.stderr()), (254, "C\tm\n".to_owned()));
}

#[test]
fn a_page_that_is_empty_is_an_element_of_the_stream() {
    let pages = [(200, "", r#"{"NextToken": "t"}"#), (200, "", "{}")];
    let server = Server::answering(&pages);
    let words = [
        "connect",
        "list-instances",
        "--output",
        "yaml-stream",
        "--endpoint-url",
        &server.url,
    ];
    assert_eq!(Stage::new().aws(&words).stdout(), "- NextToken: t\n- {}\n");
    assert_eq!(
        answered(
            &[
                "connect",
                "describe-instance",
                "--instance-id",
                "i",
                "--output",
                "yaml-stream"
            ],
            "{}"
        )
        .1,
        ""
    );
}

#[test]
fn paging_options_are_left_over_where_nothing_pages() {
    for words in [
        &["--no-paginate", "--starting-token="][..],
        &["--max-results=5", "--page-size=0"],
        &["--next-token=x", "--max-items=00"],
        &["--generate-cli-skeleton", "output", "--max-items=1"],
        &["--generate-cli-skeleton", "output", "--starting-token", "x"],
    ] {
        let all = [&["connect", "list-instances"], words].concat();
        let (status, _, stderr) = answered(&all, "{}");
        let problem = "Unknown parameter in input: \"PaginationConfig\", must be one of: NextToken, MaxResults\n";
        assert!(
            status == 252 && stderr.ends_with(problem),
            "{words:?}: {stderr}"
        );
    }
}

#[test]
fn an_error_after_a_coloured_table_was_prepared_resets_the_terminal() {
    let server = Server::answering(&[(400, "", r#"{"message": "m", "code": "C"}"#)]);
    let list = [
        "connect",
        "list-instances",
        "--output",
        "table",
        "--endpoint-url",
        &server.url,
    ];
    let sentence =
        "aws: [ERROR]: An error occurred (C) when calling the ListInstances operation: m";
    let coloured = Stage::new().aws(&[&list[..], &["--color", "on"]].concat());
    assert_eq!(
        coloured.stderr(),
        format!("\n\x1b[0m{sentence}\x1b[0m\n\x1b[0m")
    );
    let plain = Stage::new().aws(&list);
    assert_eq!(plain.stderr(), format!("\n{sentence}\n"));
}
