//! What is built, operation by operation, and that nothing that is built ignores a member.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value, json};
use signback_server::api::operations;
use signback_wire::{BUILTIN, Kind, Service, Shape, TimestampFormat};

/// How deep the sample documents nest.
const DEPTH_MAX: usize = 6;

/// A value of a shape with every member; lists and maps have one element.
fn sample(service: &Service, shape: &Shape, depth: usize) -> Value {
    match &shape.kind {
        _ if depth > DEPTH_MAX => Value::Null,
        Kind::Structure { members, .. } => {
            let members = members.iter().map(|member| {
                (
                    member.name.clone(),
                    sample(service, service.shape(member.shape), depth + 1),
                )
            });
            Value::Object(members.filter(|(_, value)| !value.is_null()).collect())
        }
        Kind::List { member, .. } => {
            let element = sample(service, service.shape(member.shape), depth + 1);
            if element.is_null() {
                json!([])
            } else {
                json!([element])
            }
        }
        Kind::Map { key, value, .. } => {
            let name = sample(service, service.shape(key.shape), depth + 1);
            let value = sample(service, service.shape(value.shape), depth + 1);
            let mut map = Map::new();
            if let (Some(name), false) = (name.as_str(), value.is_null()) {
                map.insert(name.to_owned(), value);
            }
            Value::Object(map)
        }
        Kind::String => shape
            .enumeration
            .first()
            .map_or("text", String::as_str)
            .into(),
        Kind::Blob => "aGk=".into(),
        Kind::Boolean => true.into(),
        Kind::Integer | Kind::Long => 1.into(),
        Kind::Float | Kind::Double => 1.5.into(),
        Kind::Timestamp => {
            let _: Option<TimestampFormat> = shape.timestamp_format;
            1.5.into()
        }
    }
}

/// An input with the required members of an operation.
pub fn sample_input(service: &str, operation: &str) -> Value {
    let service = Service::builtin(service).unwrap();
    let operation = service.operation(operation).unwrap();
    let Some(input) = service.input(operation) else {
        return json!({});
    };
    let whole = sample(service, input, 0);
    let required = input
        .required()
        .map(|member| (member.name.clone(), whole[&member.name].clone()));
    Value::Object(required.collect())
}

#[test]
fn no_built_operation_ignores_a_member() {
    let mut ignored = Vec::new();
    for built in operations() {
        let service = Service::builtin(built.service).unwrap();
        let operation = service
            .operation(built.name)
            .unwrap_or_else(|| panic!("{} has no operation {}", built.service, built.name));
        let Some(input) = service.input(operation) else {
            continue;
        };
        let whole = sample(service, input, 0);
        let required: Map<String, Value> = input
            .required()
            .map(|member| (member.name.clone(), whole[&member.name].clone()))
            .collect();
        for member in input.members() {
            if built.refuses.contains(&member.name.as_str()) {
                continue;
            }
            let mut document = required.clone();
            document.insert(member.name.clone(), whole[&member.name].clone());
            if let Err(problem) = built.reads(document.into()) {
                ignored.push(format!(
                    "{} {}: {}: {problem}",
                    built.service, built.name, member.name
                ));
            }
        }
        for refused in built.refuses {
            assert!(
                input.member(refused).is_some(),
                "{}: {refused} is no member",
                built.name
            );
        }
    }
    assert!(ignored.is_empty(), "{}", ignored.join("\n"));
}

/// `docs/coverage.md`, made from the operation table.
fn coverage() -> String {
    let built: HashSet<(&str, &str)> = operations()
        .iter()
        .map(|line| (line.service, line.name))
        .collect();
    let mut text = String::from(
        "# Coverage\n\nWhat `signback serve` answers, operation by operation. Anything that is not built answers status 501\n\
         with the code `NotImplemented`. A built operation acts on each of its input members or refuses it by\n\
         name; the refused ones are listed. The command `signback SERVICE OPERATION` can call every operation.\n\n\
         This page is made from the operation table; a test keeps it true\n\
         (`SIGNBACK_UPDATE=1 cargo test -p signback-server --test it coverage` rewrites it).\n",
    );
    for name in BUILTIN {
        let service = Service::builtin(name).unwrap();
        let all: Vec<&str> = service.operation_names().collect();
        let count = all
            .iter()
            .filter(|operation| built.contains(&(name, **operation)))
            .count();
        write!(text, "\n## {name}: {count} of {}\n\n", all.len()).unwrap();
        text.push_str("| operation | built | refused members |\n|---|---|---|\n");
        for operation in all {
            let line = operations()
                .iter()
                .find(|line| (line.service, line.name) == (name, operation));
            let (mark, refused) = match line {
                Some(line) => (
                    "yes",
                    line.refuses
                        .iter()
                        .map(|name| format!("`{name}`"))
                        .collect::<Vec<_>>()
                        .join(", "),
                ),
                None => ("no", String::new()),
            };
            writeln!(text, "| {operation} | {mark} | {refused} |").unwrap();
        }
    }
    text
}

#[test]
fn the_coverage_page_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/coverage.md");
    let expected = coverage();
    if std::env::var_os("SIGNBACK_UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/coverage.md is out of date: SIGNBACK_UPDATE=1 rewrites it"
    );
}
