//! The official compliance files, compared by printed text.
//!
//! They come with other implementations: `e2e/setup python` puts them into `e2e/.compliance`.

use std::path::PathBuf;

use super::Expression;
use crate::formats::json;
use crate::value::Value;

/// Where the files lie.
fn folder() -> PathBuf {
    match std::env::var_os("JMESPATH_COMPLIANCE") {
        Some(folder) => folder.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../e2e/.compliance"),
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    match value.get(name) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// What is wrong with one case, if anything.
fn problem(given: &Value, case: &Value) -> Option<String> {
    let expression = case.text("expression")?;
    let result = Expression::parse(expression).and_then(|parsed| parsed.search(given));
    let printed = |value: &Value| json::write(value, json::Layout::SENT);
    match (case.get("result"), case.get("error"), result) {
        (Some(wanted), _, Ok(found)) if printed(wanted) == printed(&found) => None,
        (None, Some(_), Err(_)) | (None, None, _) => None,
        (wanted, _, found) => Some(format!("{expression}: {found:?} instead of {wanted:?}")),
    }
}

#[test]
fn the_official_cases_pass() {
    let Ok(files) = std::fs::read_dir(folder()) else {
        eprintln!("skipped: no compliance files; `e2e/setup python` fetches them");
        return;
    };
    let mut problems = Vec::new();
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let Ok(Value::List(suites)) = json::parse(&text) else {
            panic!("a compliance file is a list of suites");
        };
        for suite in &suites {
            let given = suite.get("given").unwrap_or(&Value::Null);
            count += list(suite, "cases").len();
            problems.extend(
                list(suite, "cases")
                    .iter()
                    .filter_map(|case| problem(given, case)),
            );
        }
    }
    assert!(count > 500, "only {count} cases were found");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
