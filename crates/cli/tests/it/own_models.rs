//! Models of the user's own, in `~/.aws/models`.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic")]

use crate::support::{Server, Stage};

const SHAPES: &str = r#""L": {"type": "list", "member": {"shape": "S"}}, "S": {"type": "string"}, "I": {"type": "integer"}, "Out": {"type": "structure", "members": {"Items": {"shape": "L"}, "Next": {"shape": "S"}}}"#;

/// A place with a service of one operation, whose page size is the member of that name.
fn stage(limit: &str, metadata: &str) -> Stage {
    let stage = Stage::new();
    let folder = ".aws/models/mini/2020-01-01";
    std::fs::create_dir_all(stage.home.join(folder)).unwrap();
    let model = format!(
        r#"{{"version": "2.0", "metadata": {{"apiVersion": "2020-01-01", "endpointPrefix": "mini", "jsonVersion": "1.0", "protocol": "json", "serviceFullName": "Mini", "serviceId": "Mini", "signatureVersion": "v4", "targetPrefix": "Mini", "uid": "mini"{metadata}}}, "operations": {{"ListThings": {{"name": "ListThings", "http": {{"method": "POST", "requestUri": "/"}}, "input": {{"shape": "In"}}, "output": {{"shape": "Out"}}}}}}, "shapes": {{"In": {{"type": "structure", "members": {{"Marker": {{"shape": "S"}}, "{limit}": {{"shape": "I"}}}}}}, {SHAPES}}}}}"#
    );
    std::fs::write(stage.home.join(folder).join("service-2.json"), model).unwrap();
    let paginators = format!(
        r#"{{"pagination": {{"ListThings": {{"input_token": "Marker", "output_token": "Next", "limit_key": "{limit}", "result_key": "Nope"}}}}}}"#
    );
    std::fs::write(
        stage.home.join(folder).join("paginators-1.json"),
        paginators,
    )
    .unwrap();
    let extras =
        r#"{"version": 1.0, "merge": {"pagination": {"ListThings": {"result_key": "Items"}}}}"#;
    std::fs::write(
        stage.home.join(folder).join("paginators-1.sdk-extras.json"),
        extras,
    )
    .unwrap();
    stage
}

const PAGE: (u16, &str, &str) = (200, "", r#"{"Items": ["a", "b"], "Next": "t"}"#);

#[test]
fn an_option_of_paging_is_the_members_if_that_pages_by_hand() {
    let server = Server::answering(&[PAGE]);
    let words = [
        "mini",
        "list-things",
        "--page-size",
        "2",
        "--endpoint-url",
        &server.url,
    ];
    let ran = stage("PageSize", "").aws(&words);
    assert_eq!((ran.status(), ran.stderr().as_str()), (0, ""));
    assert!(ran.stdout().contains("\"Next\": \"t\""), "{}", ran.stdout());
    assert_eq!(server.received()[0].body, r#"{"PageSize": 2}"#);
}

#[test]
fn the_greatest_number_of_items_is_pagings_whatever_member_has_its_name() {
    let server = Server::answering(&[PAGE]);
    let words = [
        "mini",
        "list-things",
        "--max-items",
        "1",
        "--endpoint-url",
        &server.url,
    ];
    let ran = stage("MaxItems", "").aws(&words);
    assert_eq!((ran.status(), ran.stderr().as_str()), (0, ""));
    assert!(ran.stdout().contains("\"NextToken\""), "{}", ran.stdout());
    assert_eq!(server.received()[0].body, "{}");
}

#[test]
fn a_service_that_keeps_its_former_codes_is_told_that_they_are_wanted() {
    let server = Server::answering(&[(
        400,
        "x-amzn-query-error: Mini.Former;Sender\r\n",
        r#"{"__type": "Newer", "message": "m"}"#,
    )]);
    let words = ["mini", "list-things", "--endpoint-url", &server.url];
    let ran = stage("PageSize", r#", "awsQueryCompatible": {}"#).aws(&words);
    assert!(ran.stderr().contains("(Mini.Former)"), "{}", ran.stderr());
    let received = server.received();
    assert_eq!(received[0].header("x-amzn-query-mode"), "true");
}
