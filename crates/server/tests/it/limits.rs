//! `docs/limits.md` beside the sources: a line that has gone stale is refused, and so is a table
//! of the database without one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    fs::read_to_string(crates().join("../docs/limits.md")).unwrap()
}

/// The rows of the page's tables, as cells.
fn rows(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'))
        .map(|line| line.split('|').map(str::trim).collect())
        .collect()
}

/// What stands between backticks in a cell.
fn spans(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn texts_below(folder: &Path, extension: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(texts_below(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

#[test]
fn each_bound_is_where_the_page_says() {
    let page = page();
    let mut checked = 0;
    let mut stale = Vec::new();
    for row in rows(&page) {
        let Some(file) = row.get(3).and_then(|cell| spans(cell).next()) else {
            continue;
        };
        let Ok(text) = fs::read_to_string(crates().join(file)) else {
            stale.push(format!("{file} is not there"));
            continue;
        };
        for (name, value) in spans(row[3]).filter_map(|span| span.split_once(" = ")) {
            checked += 1;
            let is_so = text.lines().any(|line| {
                line.split_once(&format!("const {name}: "))
                    .is_some_and(|(_, rest)| rest.ends_with(&format!(" = {value};")))
            });
            if !is_so {
                stale.push(format!("{file}: {name} is not {value}"));
            }
        }
    }
    assert!(stale.is_empty(), "{stale:#?}");
    assert!(checked > 20, "the page is not read as it is written");
}

#[test]
fn each_test_that_holds_a_bound_is_there() {
    let page = page();
    let sources = texts_below(&crates(), "rs").concat();
    let named: Vec<&str> = rows(&page)
        .iter()
        .filter_map(|row| row.get(4).copied())
        .flat_map(spans)
        .collect();
    assert!(!named.is_empty());
    let absent: Vec<_> = named
        .into_iter()
        .filter(|name| !sources.contains(&format!("fn {name}(")))
        .collect();
    assert!(absent.is_empty(), "{absent:#?}");
}

#[test]
fn each_table_has_a_line() {
    let store = crates().join("platform/src/store");
    let mut texts = texts_below(&store.join("migrations"), "sql");
    texts.push(fs::read_to_string(store.join("migrate.rs")).unwrap());
    let named = |text: &str, words: &str| -> Vec<String> {
        let names = text.split(words).skip(1);
        names
            .filter_map(|rest| rest.split_whitespace().next())
            .map(|name| name.trim_end_matches(';').to_owned())
            .collect()
    };
    let mut made = BTreeSet::new();
    for text in &texts {
        let text = text.replace("CREATE TABLE IF NOT EXISTS", "CREATE TABLE");
        made.extend(named(&text, "CREATE TABLE "));
    }
    for text in &texts {
        for gone in named(text, "DROP TABLE ") {
            made.remove(&gone);
        }
    }
    let page = page();
    let (_, tables) = page.split_once("## Tables").unwrap();
    let told: BTreeSet<String> = rows(tables)
        .iter()
        .filter_map(|row| spans(row[0]).next())
        .map(str::to_owned)
        .collect();
    assert_eq!(told, made);
}
