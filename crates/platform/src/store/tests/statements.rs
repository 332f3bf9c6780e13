//! Every statement of the code base is prepared on both databases.
//!
//! The sources are read, not run: each string literal that begins like a statement, wherever it
//! stands, is taken as one, with `concat!` of literals put together and literals in test code left
//! out. So a statement that one of the databases does not understand fails here even if no test
//! ever executes it. Statements are `&'static str`, so there is no other way to make one than
//! literals; the list of columns that [`columns!`](crate::columns) declares is put in where a `concat!`
//! names it, and one that another macro puts together is read without what that adds, and fails here.

use std::path::{Path, PathBuf};

use crate::on_both_databases;
use crate::store::Error;
use crate::testing::Database;

on_both_databases! {
    every_statement_is_understood,
}

/// Tests, and what is a driver's own.
const NOT_SHARED: &[&str] = &["tests", "tests.rs", "scratch.rs", "sqlite.rs", "postgres"];

/// A statement and where it stands.
struct Statement {
    text: String,
    place: String,
}

async fn every_statement_is_understood(database: Database) {
    let store = database.open();
    let statements = statements();
    assert!(statements.len() > 10, "the sources are not where they were");
    let mut problems = Vec::new();
    for statement in statements {
        let text: &'static str = Box::leak(statement.text.into_boxed_str());
        let prepared: Result<(), Error> = store.transact(move |tx| tx.prepare(text)).await;
        if let Err(error) = prepared {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            problems.push(format!(
                "{}: {}\n{text}",
                statement.place,
                cause.unwrap_or_default()
            ));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn literals_are_found_and_tests_are_not() {
    let source = r#"
        const A: &str = "SELECT 1"; // "SELECT 2"
        /* "SELECT 3" */ let c = '"'; let l: &'static str = "not a statement";
        let d = r"DELETE FROM a WHERE b = 'c'"; let e = "UPDATE a \
            SET b = 1";
        let f = concat!("INSERT INTO a ", "VALUES ($1)");
        let g = "selected";
        columns! {
            /// A thing.
            pub(super) struct Thing as thing_columns { name: text, note: optional_text = "c.note" }
        }
        let h = concat!("SELECT ", thing_columns!(), " FROM c");
        #[cfg(test)]
        mod tests { const B: &str = "SELECT 4"; }
    "#;
    let found: Vec<String> = literals(source)
        .into_iter()
        .map(|(_, text)| text)
        .filter(|text| is_statement(text))
        .collect();
    assert_eq!(
        found,
        [
            "SELECT 1",
            "DELETE FROM a WHERE b = 'c'",
            "UPDATE a SET b = 1",
            "INSERT INTO a VALUES ($1)",
            "SELECT name, c.note FROM c"
        ]
    );
}

fn statements() -> Vec<Statement> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut statements = Vec::new();
    let crates = ["platform", "pool", "profiles", "connect", "server"];
    let folders = crates.map(|name| root.join(name).join("src"));
    let found = folders.iter().filter(|folder| folder.is_dir());
    for path in found.flat_map(|folder| sources(folder)) {
        let source = std::fs::read_to_string(&path).unwrap();
        for (line, text) in literals(&source) {
            if is_statement(&text) {
                let place = format!("{}:{line}", path.strip_prefix(&root).unwrap().display());
                statements.push(Statement { text, place });
            }
        }
    }
    statements
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !NOT_SHARED.contains(&name) {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !NOT_SHARED.contains(&name)
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn is_statement(text: &str) -> bool {
    let text = text.trim_start();
    [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "WITH ",
    ]
    .iter()
    .any(|verb| text.starts_with(verb))
        && !text.trim_end().ends_with("FROM")
}

/// The string literals of a source, each with its line; those of one `concat!` as one, those in
/// test modules not at all.
fn literals(source: &str) -> Vec<(usize, String)> {
    let source = without_tests(source);
    let columns = columns(source);
    let bytes = source.as_bytes();
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut at = 0;
    // Where the `concat!` that is being read ends, and whether a literal of it was seen.
    let mut joins = false;
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if rest.starts_with("concat!(") {
            found.push((line(source, at), String::new()));
            joins = true;
            at += "concat!(".len();
        } else if bytes[at] == b'\'' {
            at += character(rest);
        } else if let Some((name, list)) = columns.iter().find(|(name, _)| rest.starts_with(name))
            && joins
        {
            if let Some((_, joined)) = found.last_mut() {
                joined.push_str(list);
            }
            at += name.len();
        } else if let Some((text, length)) = raw(rest).or_else(|| plain(rest)) {
            match found.last_mut() {
                Some((_, joined)) if joins => joined.push_str(&text),
                _ => found.push((line(source, at), text)),
            }
            at += length;
        } else {
            joins &= bytes[at] != b')';
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// The calls of the macros that a source declares with `columns!`, each with the list that it stands
/// for.
fn columns(source: &str) -> Vec<(String, String)> {
    let declarations = source.split("columns! {").skip(1);
    let declared = declarations.filter_map(|rest| {
        let (_, rest) = rest.split_once(" as ")?;
        let (name, rest) = rest.split_once('{')?;
        let (columns, _) = rest.split_once('}')?;
        let columns = columns
            .split(',')
            .filter_map(|column| column.split_once(':'));
        let names: Vec<&str> = columns
            .map(|(column, holds)| match holds.split_once('=') {
                Some((_, text)) => text.trim().trim_matches('"'),
                None => column.trim(),
            })
            .collect();
        Some((format!("{}!()", name.trim()), names.join(", ")))
    });
    declared.collect()
}

/// The source up to its test module, if that stands in it.
fn without_tests(source: &str) -> &str {
    const MARK: &str = "#[cfg(test)]";
    let module = source.match_indices(MARK).find(|(at, _)| {
        let rest = source[at + MARK.len()..].trim_start();
        rest.starts_with("mod ") && rest.lines().next().is_some_and(|line| line.contains('{'))
    });
    module.map_or(source, |(at, _)| &source[..at])
}

fn line(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

/// The length of a character literal, or of a lifetime's quote.
fn character(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    if bytes.get(1) == Some(&b'\\') {
        return rest[3..].find('\'').map_or(1, |end| end + 4);
    }
    let length = rest[1..].chars().next().map_or(0, char::len_utf8);
    if bytes.get(1 + length) == Some(&b'\'') {
        length + 2
    } else {
        1
    }
}

fn raw(rest: &str) -> Option<(String, usize)> {
    let hashes = rest
        .strip_prefix('r')?
        .bytes()
        .take_while(|byte| *byte == b'#')
        .count();
    let body = rest[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = body.find(&end)?;
    Some((
        body[..length].to_owned(),
        1 + hashes + 1 + length + end.len(),
    ))
}

fn plain(rest: &str) -> Option<(String, usize)> {
    let body = rest.strip_prefix('"')?;
    let mut text = String::new();
    let mut characters = body.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, at + 2)),
            '\\' => match characters.next()?.1 {
                '\n' => {
                    while characters
                        .next_if(|(_, next)| next.is_whitespace())
                        .is_some()
                    {}
                }
                'n' => text.push('\n'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}
