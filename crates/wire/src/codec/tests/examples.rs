//! What single messages look like.

use http::HeaderMap;

use super::*;
use crate::model::Trait;

fn encoded(service_name: &str, operation: &str, document: &Value) -> EncodedRequest {
    let service = service(service_name);
    encode_request(
        service,
        service.operation(operation).unwrap(),
        document,
        Style::Python,
    )
    .unwrap()
}

#[test]
fn the_main_request_is_what_the_command_sends() {
    let document = json!({"State": "s/é", "InstanceId": "i\u{7f}", "Code": "c"});
    let request = encoded("connect", "UpdateParticipantAuthentication", &document);
    assert_eq!(
        (
            request.method.as_str(),
            request.path.as_str(),
            request.query.as_str()
        ),
        ("POST", "/contact/update-participant-authentication", "")
    );
    assert_eq!(request.headers["content-type"], "application/json");
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        r#"{"State": "s/\u00e9", "InstanceId": "i\u007f", "Code": "c"}"#
    );
}

#[test]
fn members_travel_where_the_model_says() {
    let request = encoded(
        "connectparticipant",
        "GetAuthenticationUrl",
        &json!({"SessionId": "s", "RedirectUri": "r", "ConnectionToken": "t"}),
    );
    assert_eq!(request.headers["x-amz-bearer"], "t");
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        r#"{"SessionId": "s", "RedirectUri": "r"}"#
    );
    let request = encoded(
        "connect",
        "ListContactFlows",
        &json!({"InstanceId": "arn:a/b c", "ContactFlowTypes": ["A", "B&"], "MaxResults": 5}),
    );
    assert_eq!(request.path, "/contact-flows-summary/arn%3Aa%2Fb%20c");
    assert_eq!(
        request.query,
        "contactFlowTypes=A&contactFlowTypes=B%26&maxResults=5"
    );
    assert!(request.body.is_empty() && request.headers.is_empty());
    let request = encoded("cognito-idp", "ListUserPools", &json!({"MaxResults": 5}));
    assert_eq!(
        request.headers["x-amz-target"],
        "AWSCognitoIdentityProviderService.ListUserPools"
    );
    assert_eq!(
        request.headers["content-type"],
        "application/x-amz-json-1.1"
    );
    let request = encoded(
        "sts",
        "AssumeRole",
        &json!({"RoleArn": "a b", "Tags": [{"Key": "k", "Value": "v"}], "PolicyArns": []}),
    );
    assert_eq!(
        String::from_utf8(request.body).unwrap(),
        "Action=AssumeRole&Version=2011-06-15&RoleArn=a+b&Tags.member.1.Key=k&Tags.member.1.Value=v&PolicyArns="
    );
}

#[test]
fn an_answer_without_members_has_no_body() {
    let connect = service("connect");
    let operation = connect
        .operation("UpdateParticipantAuthentication")
        .unwrap();
    let response = encode_response(connect, operation, &json!({}), "id").unwrap();
    assert!(response.body.is_empty() && !response.headers.contains_key("content-type"));
    assert_eq!(response.headers["x-amzn-requestid"], "id");
}

#[test]
fn what_a_client_gets_is_taken_as_pythons_sdk_takes_it() {
    let connect = service("connect");
    let read = |operation: &str, body: &str| {
        let response = ReceivedResponse {
            status: StatusCode::OK,
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
        };
        decode_response(connect, connect.operation(operation).unwrap(), &response)
    };
    for body in [
        "",
        "{}",
        " {} ",
        "[]",
        "<html>",
        "{\"a\": ",
        r#"{"Unknown": 1}"#,
    ] {
        assert_eq!(
            read("UpdateParticipantAuthentication", body),
            Ok(json!({})),
            "{body}"
        );
    }
    assert!(read("UpdateParticipantAuthentication", "null").is_err());
    assert!(read("DescribeInstance", "[]").is_err());
    assert_eq!(
        read("DescribeInstance", r#"{"Instance": null}"#),
        Ok(json!({}))
    );
}

#[test]
fn the_service_is_strict() {
    let connect = service("connect");
    let operation = connect.operation("UpdateContactAttributes").unwrap();
    let read = |body: &str, limits: &Limits| {
        let request = ReceivedRequest {
            parameters: &[],
            query: "",
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
        };
        decode_request(connect, operation, &request, limits).map_err(|error| error.to_string())
    };
    assert_eq!(
        read(r#"{"InstanceId": "i", "Attributes": null}"#, &LIMITS),
        Ok(json!({"InstanceId": "i"}))
    );
    assert_eq!(
        read(r#"{"InstanceId": 5}"#, &LIMITS),
        Err("InstanceId must be text".into())
    );
    assert_eq!(
        read(r#"{"Attributes": {"a": null}}"#, &LIMITS),
        Err("Attributes.a must not be null".into())
    );
    assert_eq!(
        read(r#"{"Nope": 5}"#, &LIMITS),
        Err("Nope is not a member of the model".into())
    );
    assert_eq!(
        read(
            r#"{"Nope": 5}"#,
            &Limits {
                refuse_unknown: false,
                ..LIMITS
            }
        ),
        Ok(json!({}))
    );
    assert_eq!(read("[]", &LIMITS), Err("must be an object".into()));
    assert!(read("{", &LIMITS).unwrap_err().starts_with("EOF"));
    assert_eq!(
        read(
            "{}",
            &Limits {
                body_bytes: 1,
                ..LIMITS
            }
        ),
        Err("the body is longer than 1 bytes".into())
    );
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    assert_eq!(
        read(&deep, &LIMITS),
        Err("the body nests deeper than 64 levels".into())
    );
    let deep = "[".repeat(1_000_000);
    assert_eq!(
        read(
            &deep,
            &Limits {
                depth: usize::MAX,
                ..LIMITS
            }
        ),
        Err("the body nests deeper than 120 levels".into())
    );
}

#[test]
fn errors_are_read_as_pythons_sdk_reads_them() {
    let connect = service("connect");
    let operation = connect
        .operation("UpdateParticipantAuthentication")
        .unwrap();
    let read = |status: u16, kind: Option<&'static str>, body: &str| {
        let mut headers = HeaderMap::new();
        kind.map(|kind| headers.insert("x-amzn-errortype", kind.parse().unwrap()));
        let response = ReceivedResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: &headers,
            body: body.as_bytes(),
        };
        decode_error(connect, operation, &response).map(|error| (error.code, error.message))
    };
    let is = |code: &str, message: Value| Ok((code.to_owned(), message));
    assert_eq!(
        read(
            409,
            Some("a#ConflictException:http://x"),
            r#"{"Message": "m"}"#
        ),
        is("ConflictException", json!("m"))
    );
    assert_eq!(
        read(
            400,
            None,
            r#"{"code": "x#A", "message": "m", "Message": "n"}"#
        ),
        is("A", json!("m"))
    );
    assert_eq!(
        read(400, None, r#"{"__type": "x#B:y", "message": null}"#),
        is("B", Value::Null)
    );
    assert_eq!(read(400, None, "not json"), is("400", json!("not json")));
    assert_eq!(read(400, None, ""), is("400", json!("")));
    assert_eq!(
        read(503, None, " "),
        is("503", json!("Service Unavailable"))
    );
    assert_eq!(read(502, None, "<html>x"), is("502", json!("Bad Gateway")));
    assert!(read(400, None, "[]").is_err());
}

#[test]
fn an_error_outside_the_model_keeps_its_status() {
    let empty = Map::new();
    let fault = Fault {
        code: "NotImplemented",
        status: StatusCode::NOT_IMPLEMENTED,
        message: "m",
        members: &empty,
    };
    for name in BUILTIN {
        let response = encode_error(service(name), None, &fault, "id");
        assert_eq!(response.status, StatusCode::NOT_IMPLEMENTED);
        let error = decode_error(
            service(name),
            service(name).operations().next().unwrap(),
            &answered(&response),
        )
        .unwrap();
        assert_eq!(
            (error.code.as_str(), error.message),
            ("NotImplemented", json!("m"))
        );
    }
    let response = encode_error(service("cognito-idp"), None, &fault, "id");
    assert_eq!(
        String::from_utf8(response.body).unwrap(),
        r#"{"__type":"NotImplemented","message":"m"}"#
    );
}

#[test]
fn a_payload_member_is_the_whole_body() {
    let model = br#"{"metadata":{"protocol":"rest-json","apiVersion":"1","endpointPrefix":"x"},
        "operations":{"Put":{"http":{"method":"PUT","requestUri":"/{Key+}?fixed"},"input":{"shape":"In"},"output":{"shape":"In"},
                             "endpoint":{"hostPrefix":"{Host}.data-"}}},
        "shapes":{"In":{"type":"structure","payload":"Body","members":{"Body":{"shape":"Blob"},"Key":{"shape":"Text","location":"uri"},
            "Host":{"shape":"Text","hostLabel":true,"location":"header","locationName":"x-host"},
            "Meta":{"shape":"Map","location":"headers","locationName":"x-meta-"},
            "Json":{"shape":"Text","jsonvalue":true,"location":"header","locationName":"x-json"},
            "When":{"shape":"Times","location":"header","locationName":"x-when"}}},
            "Blob":{"type":"blob","streaming":true},"Text":{"type":"string"},"Time":{"type":"timestamp"},
            "Times":{"type":"list","member":{"shape":"Time"}},
            "Map":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Text"}}}}"#;
    let service = Service::from_botocore("mine", model, None).unwrap();
    let operation = service.operation("Put").unwrap();
    assert!(service.shape_named("Blob").unwrap().has(Trait::Streaming));
    let document = json!({"Body": "AP8=", "Key": "a b/c", "Host": "h1", "Meta": {"one": "1"}, "Json": {"a": [1]}, "When": [0, 86_400]});
    let request = encode_request(&service, operation, &document, Style::Compact).unwrap();
    assert_eq!(
        (
            request.path.as_str(),
            request.query.as_str(),
            &request.body[..]
        ),
        ("/a%20b/c", "fixed", &[0, 0xff][..])
    );
    assert_eq!(request.host_prefix.as_deref(), Some("h1.data-"));
    assert_eq!(request.headers["x-meta-one"], "1");
    assert_eq!(
        received(&service, operation, &request, &LIMITS),
        Ok(document)
    );
    let wrong = encode_request(
        &service,
        operation,
        &json!({"Key": "k", "Host": "a/b"}),
        Style::Compact,
    );
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "Host must be a part of a host name"
    );
    let missing = encode_request(&service, operation, &json!({"Host": "h"}), Style::Compact);
    assert_eq!(
        missing.unwrap_err().to_string(),
        "Key is needed to build the address"
    );
}

#[test]
fn a_call_is_signed_for_its_host_and_has_a_result_or_says_why_not() {
    let call = Call::builtin("connect", "UpdateParticipantAuthentication").unwrap();
    let keys = crate::sigv4::Credentials {
        access_key_id: "AKIA",
        secret_access_key: "secret",
        session_token: None,
    };
    let input = json!({"State": "s", "InstanceId": "i", "Code": "c"});
    let signed = call.signed(&input, "127.0.0.1:80", &keys, "eu-west-1", 0);
    let signed = signed.unwrap();
    assert_eq!(signed.headers["host"], "127.0.0.1:80");
    let authorization = signed.headers["authorization"].to_str().unwrap();
    assert!(
        authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKIA/19700101/eu-west-1/connect/"),
        "{authorization}"
    );
    let answer = |status: u16, body| {
        let headers = HeaderMap::from_iter([(
            "x-amzn-errortype".parse().unwrap(),
            "AccessDeniedException".parse().unwrap(),
        )]);
        let result = call.result(&ReceivedResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: &headers,
            body,
        });
        result.map_err(|error| error.to_string())
    };
    assert_eq!(answer(200, b"{}"), Ok(json!({})));
    assert_eq!(
        answer(403, br#"{"Message": "no"}"#),
        Err(r#"UpdateParticipantAuthentication answered AccessDeniedException: "no""#.to_owned())
    );
    let unfit = |host, input| call.signed(&input, host, &keys, "r", 0).unwrap_err();
    let unknown = unfit("h", json!({"Nothing": 1}));
    assert_eq!(unknown.to_string(), "Nothing is not a member of the model");
    let host = unfit("a\nb", input);
    assert_eq!(host.to_string(), "cannot be sent as a header");
    let nowhere = Call::builtin("connect", "Nothing").unwrap_err();
    assert_eq!(
        nowhere.to_string(),
        "there is no operation Nothing of connect"
    );
}
