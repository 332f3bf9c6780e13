//! Every statement of the code base is prepared on both databases.
//!
//! The sources are read, not run: each string literal that begins like a statement, wherever it
//! stands, is taken as one, with `concat!` of literals put together and literals in test code left
//! out. So a statement that one of the databases does not understand fails here even if no test
//! ever executes it. Statements are `&'static str`, so there is no other way to make one than
//! literals; the columns that [`columns!`](crate::columns) declares are put in where its macro is
//! called, and a statement that another macro puts together is read without what that adds, and
//! fails here.

use std::path::{Path, PathBuf};

use crate::on_both_databases;
use crate::store::Error;
use crate::testing::Database;

on_both_databases! {
    every_statement_is_understood,
}

/// Tests, what is a driver's own, the macro that writes lists of columns, and what takes tables by the
/// names that it finds.
const NOT_SHARED: &[&str] = &[
    "tests",
    "tests.rs",
    "scratch.rs",
    "sqlite.rs",
    "postgres",
    "columns.rs",
    "start_state.rs",
];

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
            pub(super) struct Thing as select_thing {
                /// Its name, or another.
                name: String, note: Map<String, A> as Json = "c.note, c.more",
            }
        }
        columns! { impl Other as select_other { id } }
        let h = concat!("INSERT INTO c (name) VALUES ($1) RETURNING ", select_thing!(columns));
        let i = select_thing!("FROM c");
        let j = select_other!(
            "FROM d
             WHERE id = $1"
        );
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
            "INSERT INTO c (name) VALUES ($1) RETURNING name, c.note, c.more",
            "SELECT name, c.note, c.more FROM c",
            "SELECT id FROM d\n             WHERE id = $1"
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
    let without_comments: Vec<&str> = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let columns = columns(&without_comments.join("\n"));
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
        } else if let Some((name, list)) = columns.iter().find(|(name, _)| rest.starts_with(name)) {
            at += name.len();
            let listed = "columns)";
            match found.last_mut() {
                Some((_, joined)) if joins && source[at..].starts_with(listed) => {
                    joined.push_str(list);
                    at += listed.len();
                }
                _ => {
                    found.push((line(source, at), format!("SELECT {list} ")));
                    joins = true;
                }
            }
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

/// The macros that a source declares with `columns!`, each with the list that it stands for.
fn columns(source: &str) -> Vec<(String, String)> {
    let declarations = source.split("columns! {").skip(1);
    let declared = declarations.filter_map(|rest| {
        let (head, rest) = rest.split_once('{')?;
        let (_, name) = head.rsplit_once(" as ")?;
        let (columns, _) = rest.split_once('}')?;
        let names: Vec<&str> = members(columns).into_iter().map(text).collect();
        Some((format!("{}!(", name.trim()), names.join(", ")))
    });
    declared.collect()
}

/// The members of a declaration, which commas part that stand in no quotes and no type.
fn members(columns: &str) -> Vec<&str> {
    let (mut members, mut begin, mut quoted, mut depth) = (Vec::new(), 0, false, 0);
    for (at, character) in columns.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '<' if !quoted => depth += 1,
            '>' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                members.push(&columns[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    members.push(&columns[begin..]);
    members.retain(|member| !member.trim().is_empty());
    members
}

/// What statements call a member.
fn text(member: &str) -> &str {
    match member.split_once('"') {
        Some((_, text)) => text.trim_end().trim_end_matches('"'),
        None => member.trim().split([':', ' ']).next().unwrap_or_default(),
    }
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
