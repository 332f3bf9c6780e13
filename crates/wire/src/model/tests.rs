//! The embedded models, and models read from files.

use super::*;

fn connect() -> &'static Service {
    Service::builtin("connect").unwrap()
}

#[test]
fn the_embedded_models_hold_what_the_extracted_files_hold() {
    for name in BUILTIN {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let model = std::fs::read(folder.join(format!("{name}.json"))).unwrap();
        let paginators = std::fs::read(folder.join(format!("{name}.paginators.json"))).unwrap();
        let read = Service::from_botocore(name, &model, Some(&paginators)).unwrap();
        let builtin = Service::builtin(name).unwrap();
        assert_eq!(builtin.metadata(), read.metadata());
        assert!(builtin.operations().eq(read.operations()));
        assert!(builtin.shapes().eq(read.shapes()));
        let document: serde_json::Value = serde_json::from_slice(&model).unwrap();
        assert_eq!(
            builtin.operations().len(),
            document["operations"].as_object().unwrap().len()
        );
        assert_eq!(
            builtin.shapes().count(),
            document["shapes"].as_object().unwrap().len()
        );
    }
}

#[test]
fn an_operation_tells_its_binding_and_errors() {
    let operation = connect()
        .operation("UpdateParticipantAuthentication")
        .unwrap();
    assert_eq!(
        (operation.method.as_str(), operation.uri.as_str()),
        ("POST", "/contact/update-participant-authentication")
    );
    assert_eq!(operation.error("ConflictException").unwrap().status, 409);
    assert!(operation.error("NoSuchException").is_none());
    let input = connect().input(operation).unwrap();
    let names: Vec<_> = input
        .members()
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["State", "InstanceId", "Code", "Error", "ErrorDescription"]
    );
    let required: Vec<_> = input
        .required()
        .map(|member| member.name.as_str())
        .collect();
    assert_eq!(required, ["State", "InstanceId"]);
    let state = connect().shape(input.member("State").unwrap().shape);
    assert_eq!(
        (state.min, state.max),
        (Some(Bound::Whole(1)), Some(Bound::Whole(1000)))
    );
}

#[test]
fn errors_without_a_status_have_the_default_of_their_kind() {
    let operation = Service::builtin("cognito-idp")
        .unwrap()
        .operation("AdminGetUser")
        .unwrap();
    assert_eq!(
        operation.error("UserNotFoundException").unwrap().status,
        400
    );
    assert_eq!(
        operation.error("InternalErrorException").unwrap().status,
        500
    );
}

#[test]
fn names_that_are_not_there_are_not_found() {
    assert!(Service::builtin("s3").is_none());
    assert!(connect().operation("").is_none());
    assert!(connect().operation("Zzz").is_none());
    assert!(connect().shape_named("zzz").is_none());
}

#[test]
fn paginators_come_with_the_operation() {
    let paginator = connect()
        .operation("ListInstances")
        .unwrap()
        .paginator
        .as_ref()
        .unwrap();
    assert_eq!(paginator.result_key, ["InstanceSummaryList"]);
    assert_eq!(paginator.limit_key.as_deref(), Some("MaxResults"));
}

#[test]
fn a_foreign_model_that_is_broken_is_refused_with_its_name() {
    let refused = |model: &str| {
        Service::from_botocore("mine", model.as_bytes(), None)
            .unwrap_err()
            .to_string()
    };
    assert!(refused("{").starts_with("the interface model of mine cannot be used: "));
    assert!(refused("{}").contains("no operations"));
    let dangling = r#"{"metadata":{"protocol":"json","apiVersion":"1","endpointPrefix":"x"},
        "operations":{"A":{"http":{},"input":{"shape":"Gone"}}},"shapes":{}}"#;
    assert!(refused(dangling).ends_with("A: no shape Gone"));
    let protocol = r#"{"metadata":{"protocol":"ec2","apiVersion":"1","endpointPrefix":"x"},"operations":{},"shapes":{}}"#;
    assert!(refused(protocol).ends_with("the protocol ec2 is not built"));
}

#[test]
fn every_rest_operation_is_found_by_its_own_path() {
    for name in ["connect", "connectparticipant", "customer-profiles"] {
        let service = Service::builtin(name).unwrap();
        let router = Router::new(service);
        for operation in service.operations() {
            let path = operation.uri.replace('{', "%7B").replace('}', "%2F");
            let route = router.route(&operation.method, &path).unwrap();
            assert_eq!(route.operation.name, operation.name);
            assert_eq!(route.parameters.len(), operation.uri.matches('{').count());
            for (name, value) in route.parameters {
                assert_eq!(value, format!("{{{name}/"));
            }
        }
    }
}

#[test]
fn a_literal_part_wins_over_a_parameter() {
    let service = Service::from_botocore(
        "mine",
        br#"{"metadata":{"protocol":"rest-json","apiVersion":"1","endpointPrefix":"x"},"shapes":{},"operations":{
            "Literal":{"http":{"method":"GET","requestUri":"/a/b"}},
            "Parameter":{"http":{"method":"GET","requestUri":"/a/{x}"}},
            "Deeper":{"http":{"method":"GET","requestUri":"/a/{x}/c"}},
            "Greedy":{"http":{"method":"GET","requestUri":"/a/{x}/{rest+}"}}}}"#,
        None,
    )
    .unwrap();
    let router = Router::new(&service);
    let reached = |path| {
        let route = router.route("GET", path)?;
        Some((
            route.operation.name.clone(),
            route
                .parameters
                .into_iter()
                .map(|(_, value)| value)
                .collect::<Vec<_>>(),
        ))
    };
    let found = |name: &str, values: &[&str]| {
        Some((
            name.to_owned(),
            values.iter().map(|&value| value.to_owned()).collect(),
        ))
    };
    assert_eq!(reached("/a/b"), found("Literal", &[]));
    assert_eq!(reached("/a/b/"), found("Literal", &[]));
    assert_eq!(reached("/a/%62"), found("Parameter", &["b"]));
    assert_eq!(reached("/a/b/c"), found("Deeper", &["b"]));
    assert_eq!(reached("/a/b/d/e%20f"), found("Greedy", &["b", "d/e f"]));
    assert_eq!(reached("/a//c"), None);
    assert_eq!(reached("/a/%ff"), None);
    assert_eq!(reached("/"), None);
}

#[test]
fn a_target_names_an_operation_of_its_own_service() {
    let service = Service::builtin("cognito-idp").unwrap();
    let found = |target| target_operation(service, target).map(|operation| operation.name.as_str());
    assert_eq!(
        found("AWSCognitoIdentityProviderService.ListUsers"),
        Some("ListUsers")
    );
    assert_eq!(found("Other.ListUsers"), None);
    assert_eq!(found("ListUsers"), None);
}
