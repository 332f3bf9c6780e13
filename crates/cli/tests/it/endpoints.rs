//! Where requests go: addresses as they are given, and what is wrong with them.

use crate::support::{Server, Stage, UPDATE};

const PATH: &str = "/contact/update-participant-authentication";

fn update(url: &str) -> Vec<&str> {
    [&UPDATE[..], &["--endpoint-url", url]].concat()
}

#[test]
fn an_address_is_used_as_it_is_written() {
    let stage = Stage::new();
    for (end, line) in [
        ("", format!("POST {PATH} HTTP/1.1")),
        ("/a//", format!("POST /a/{PATH} HTTP/1.1")),
        ("/a/../b", format!("POST /a/../b{PATH} HTTP/1.1")),
        ("/a?x=1", format!("POST /a{PATH}?x=1 HTTP/1.1")),
        ("/a#part", format!("POST /a{PATH} HTTP/1.1")),
        (
            "/a b/é/[\"]",
            format!("POST /a%20b/%C3%A9/%5B%22%5D{PATH} HTTP/1.1"),
        ),
        ("/%c3%a9", format!("POST /%C3%A9{PATH} HTTP/1.1")),
        ("/%zz/%c3", format!("POST /%25zz/%25C3{PATH} HTTP/1.1")),
        ("?q=[1]?", format!("POST {PATH}?q=%5B1%5D? HTTP/1.1")),
    ] {
        let server = Server::answering(&[(200, "", "{}")]);
        let ran = stage.aws(&update(&format!("{}{end}", server.url)));
        assert_eq!(ran.status(), 0, "{end}: {}", ran.stderr());
        assert_eq!(server.received()[0].line, line, "{end}");
    }
}

#[test]
fn blanks_before_an_address_do_not_count_and_one_without_scheme_is_plain() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = Stage::new();
    assert_eq!(stage.aws(&update(&format!(" {}", server.url))).status(), 0);
    let bare = server.url.strip_prefix("http:").unwrap();
    let stage = stage.with("AWS_ENDPOINT_URL", bare);
    assert_eq!(stage.aws(&UPDATE).status(), 0);
    assert_eq!(server.received().len(), 2);
}

#[test]
fn what_follows_a_fragment_is_not_sent() {
    let server = Server::answering(&[(200, "", r#"{"InstanceSummaryList": []}"#)]);
    let url = format!("{}/a#part", server.url);
    let words = [
        "connect",
        "list-instances",
        "--max-results",
        "3",
        "--endpoint-url",
        &url,
    ];
    assert_eq!(Stage::new().aws(&words).status(), 0);
    assert_eq!(server.received()[0].line, "GET /a/instance HTTP/1.1");
}

#[test]
fn what_is_wrong_with_an_address_is_said() {
    let stage = Stage::new();
    for (url, message) in [
        (
            "http://h:x",
            "Port could not be cast to integer value as 'x'",
        ),
        (
            "http://h:1:2",
            "Port could not be cast to integer value as '1:2'",
        ),
        (
            "http://h:+1",
            "Port could not be cast to integer value as '+1'",
        ),
        (
            "http://h:80 ",
            "Port could not be cast to integer value as '80 '",
        ),
        ("http://h:65536", "Port out of range 0-65535"),
        ("http://[::1", "Invalid IPv6 URL"),
        ("http://a[::1]", "Invalid IPv6 URL"),
        ("http://[::1]x", "Invalid IPv6 URL"),
        (
            "http://[zz]",
            "'zz' does not appear to be an IPv4 or IPv6 address",
        ),
        ("http://[1.2.3.4]", "An IPv4 address cannot be in brackets"),
        ("http://a b", "Invalid endpoint: http://a b"),
        ("http://a_b", "Invalid endpoint: http://a_b"),
        ("http://a..b", "Invalid endpoint: http://a..b"),
        ("http://-a", "Invalid endpoint: http://-a"),
        ("http://h\t/x", "Invalid endpoint: http://h\t/x"),
        ("http:///x", "Invalid endpoint: http:///x"),
        (
            "ftp://h",
            "An HTTP Client raised an unhandled exception: Not supported URL scheme ftp",
        ),
    ] {
        let ran = stage.aws(&update(url));
        assert_eq!(ran.status(), 255, "{url}");
        assert_eq!(
            ran.stderr(),
            format!("\naws: [ERROR]: {message}\n"),
            "{url}"
        );
    }
    let ran = stage.aws(&[&update("http://h:x")[..], &["--no-sign-request"]].concat());
    let message = format!("Failed to parse: http://h:x{PATH}");
    assert!(ran.stderr().contains(&message), "{}", ran.stderr());
}

#[test]
fn a_service_is_found_in_variables_and_services_by_its_own_name() {
    let server = Server::answering(&[(200, "", "{}")]);
    for (words, variable, key) in [
        (
            &[
                "connectparticipant",
                "get-transcript",
                "--connection-token",
                "t",
            ][..],
            "CONNECTPARTICIPANT",
            "connectparticipant",
        ),
        (
            &["customer-profiles", "get-domain", "--domain-name", "d"],
            "CUSTOMER_PROFILES",
            "customer_profiles",
        ),
        (
            &["cognito-idp", "list-user-pools", "--max-results", "1"],
            "COGNITO_IDENTITY_PROVIDER",
            "cognito_identity_provider",
        ),
    ] {
        let stage = Stage::new().with(&format!("AWS_ENDPOINT_URL_{variable}"), &server.url);
        assert_eq!(stage.aws(words).status(), 0, "{variable}");
        let config = format!(
            "[default]\nservices = s\n[services s]\n{key} =\n  endpoint_url = {}\n",
            server.url
        );
        let stage = Stage::new().with_file(".aws/config", &config);
        let ran = stage.aws(words);
        assert_eq!(ran.status(), 0, "{key}: {}", ran.stderr());
    }
    assert_eq!(server.received().len(), 6);
}

#[test]
fn services_that_are_named_must_be_there() {
    for (config, message) in [
        (
            "[default]\nservices = s\n",
            "The profile is configured to use the services section but the \"s\" services configuration does not exist.",
        ),
        (
            "[default]\nservices = s\n[services s]\nconnect = x\n",
            "'str' object has no attribute 'get'",
        ),
    ] {
        let ran = Stage::new().with_file(".aws/config", config).aws(&UPDATE);
        assert_eq!(
            (ran.status(), ran.stderr()),
            (255, format!("\naws: [ERROR]: {message}\n"))
        );
    }
}

#[test]
fn regions_and_variants_without_an_endpoint_are_refused() {
    let stage = Stage::new();
    let ran = stage.aws(&[&UPDATE[..], &["--region", "it's"]].concat());
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: Provided region_name 'it's' doesn't match a supported format.\n"
    );
    let stage = stage
        .with("AWS_USE_DUALSTACK_ENDPOINT", "true")
        .with("AWS_REGION", "fips-eu-isoe-west-1");
    let ran = stage.aws(&update("http://127.0.0.1:1"));
    assert_eq!(
        ran.stderr(),
        "\naws: [ERROR]: Unable to construct a modeled endpoint with the following variant(s) ['dualstack', 'fips']:\n"
    );
    assert_eq!(ran.status(), 255);
}

#[test]
fn the_length_of_a_body_is_said_even_where_there_is_none() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = Stage::new().with("AWS_ENDPOINT_URL", &server.url);
    let domain = ["--domain-name", "d"];
    stage.aws(&[&["customer-profiles", "delete-domain"], &domain[..]].concat());
    stage.aws(&[&["customer-profiles", "get-domain"], &domain[..]].concat());
    let lengths: Vec<bool> = server
        .received()
        .iter()
        .map(|request| request.header("content-length") == "0")
        .collect();
    assert_eq!(lengths, [true, false]);
}
