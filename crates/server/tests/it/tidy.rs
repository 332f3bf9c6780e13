//! House rules that a linter cannot see, read off the sources.

use std::fs;
use std::path::{Path, PathBuf};

const LINES_MAX: usize = 500;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust source of the workspace.
fn sources() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["crates", "bench"]
        .map(|name| workspace().join(name))
        .into();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

fn broken(rule: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let files = sources();
    assert!(
        files.len() > 50,
        "the sources are not where this test looks"
    );
    let check = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        rule(&text).map(|problem| format!("{}: {problem}", path.display()))
    };
    files.iter().filter_map(check).collect()
}

#[test]
fn files_hold_one_idea() {
    let long = broken(|text| {
        let lines = text.lines().count();
        (lines > LINES_MAX).then(|| format!("{lines} lines, more than {LINES_MAX}"))
    });
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = broken(|text| {
        (!text.is_empty() && !text.starts_with("//!")).then(|| "no //! at its head".to_owned())
    });
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn nothing_is_left_for_later_without_an_issue() {
    let words = ["TO", "DO"].concat();
    let left = broken(|text| {
        let found = text.lines().position(|line| line.contains(&words));
        found.map(|line| format!("line {}: {words}", line + 1))
    });
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry
            .unwrap()
            .path()
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            name == "main" || main.contains(&format!("mod {name};")),
            "{name} is not in main.rs"
        );
    }
}
