//! What the program says of its version is true of the models that it carries.

use std::collections::HashSet;

use signback_wire::{MODELS_VERSION, Service};

use crate::support::Stage;

/// The operations that the followed command line knows.
const FOLLOWED: &str = include_str!("../followed-operations.txt");

#[test]
fn the_version_names_the_followed_command_line_and_the_models() {
    let stage = Stage::new();
    let ran = stage.aws(&["--version"]);
    let claim = ran.stdout();
    let followed = claim.split([' ', '/']).nth(1).unwrap();
    assert!(
        FOLLOWED.starts_with(&format!(
            "# The operations of the AWS CLI {followed}, whose models are those of botocore "
        )),
        "followed-operations.txt is not that of {followed}"
    );
    let own = stage.signback(&["version"]);
    assert!(
        own.stdout()
            .ends_with(&format!("\nmodels of botocore {MODELS_VERSION}\n")),
        "{}",
        own.stdout()
    );
}

#[test]
fn the_models_are_no_older_than_those_of_the_followed_command_line() {
    let heading = FOLLOWED.lines().next().unwrap();
    let least = heading.trim_end_matches('.').rsplit(' ').next().unwrap();
    let numbers = |version: &str| -> Vec<u32> {
        version
            .split('.')
            .map(|part| part.parse().unwrap())
            .collect()
    };
    assert!(numbers(MODELS_VERSION) >= numbers(least));
    let known: HashSet<String> = signback_wire::BUILTIN
        .iter()
        .flat_map(|name| {
            let service = Service::builtin(name).unwrap();
            service
                .operation_names()
                .map(move |operation| format!("{name} {operation}"))
        })
        .collect();
    let missing: Vec<_> = FOLLOWED
        .lines()
        .skip(1)
        .filter(|line| !known.contains(*line))
        .collect();
    assert_eq!(missing, [""; 0]);
}
