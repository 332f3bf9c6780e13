//! Which folders of a crate use which, read from its sources, so that a test can refuse circles.
//!
//! A crate's tests take this file in by its path and hold their crate to it:
//! `assert_eq!(rooms::circles(&rooms::sources("src")), [""; 0])`. Inside one folder, files may use each
//! other as they like; a folder's `mod.rs` is its face, which its own files may look at. Tests do not
//! count, and neither does `main.rs`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests panic when something is not as they need it"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A module: the names of the path that leads to it.
type Module = Vec<String>;

/// The sources below a folder of the crate, each with its path there.
pub(crate) fn sources(folder: &str) -> BTreeMap<String, String> {
    fn read(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                read(&entry.path(), &format!("{name}/"), found);
            } else if Path::new(&name)
                .extension()
                .is_some_and(|kind| kind == "rs")
            {
                found.insert(name, std::fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    read(&crate_folder.join(folder), "", &mut found);
    found
}

/// The circles of imports between folders, at every depth, and at the top between files too: each as
/// its rooms and what ties them.
pub(crate) fn circles(sources: &BTreeMap<String, String>) -> Vec<String> {
    let imports = imports(sources);
    let mut places = BTreeSet::from([Module::new()]);
    for module in imports.keys() {
        places.extend((1..module.len()).map(|depth| module[..depth].to_vec()));
    }
    let mut circles = Vec::new();
    for place in places {
        let mut uses: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        for (from, to) in imports
            .iter()
            .flat_map(|(from, all)| all.iter().map(move |to| (from, to)))
        {
            let room = |module: &'_ Module| -> Option<usize> {
                (module.starts_with(&place) && module.len() > place.len()).then_some(place.len())
            };
            let (Some(at), Some(_)) = (room(from), room(to)) else {
                continue;
            };
            if from[at] != to[at] {
                let ties = uses.entry(&from[at]).or_default();
                ties.entry(&to[at])
                    .or_insert_with(|| format!("{} uses {}", from.join("::"), to.join("::")));
            }
        }
        let is_folder = |room: &str| {
            imports.keys().any(|module| {
                module.len() > place.len() + 1
                    && module.starts_with(&place)
                    && module[place.len()] == room
            })
        };
        let mut told = BTreeSet::new();
        for room in uses.keys().copied() {
            let Some(circle) = circle(room, &uses) else {
                continue;
            };
            let rooms: BTreeSet<&str> = circle.iter().copied().collect();
            if (place.is_empty() || rooms.iter().any(|room| is_folder(room))) && told.insert(rooms)
            {
                let next = circle.iter().cycle().skip(1);
                let ties: Vec<&str> = circle
                    .iter()
                    .zip(next)
                    .map(|(a, b)| uses[a][b].as_str())
                    .collect();
                circles.push(ties.join(", "));
            }
        }
    }
    circles
}

/// The shortest way from a room back to itself.
fn circle<'r>(
    start: &'r str,
    uses: &BTreeMap<&'r str, BTreeMap<&'r str, String>>,
) -> Option<Vec<&'r str>> {
    let mut ways = vec![vec![start]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in uses
                .get(way[way.len() - 1])
                .into_iter()
                .flat_map(BTreeMap::keys)
            {
                if *next == start {
                    return Some(way);
                }
                if seen.insert(*next) {
                    longer.push([way.clone(), vec![*next]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Which modules each module uses.
fn imports(sources: &BTreeMap<String, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let read: BTreeMap<Module, Vec<String>> = sources
        .iter()
        .filter(|(path, _)| *path != "main.rs")
        .map(|(path, text)| (module_of(path), tokens(text)))
        .collect();
    let mut tests = BTreeSet::new();
    let mut named: BTreeMap<Module, Vec<Module>> = BTreeMap::new();
    for (module, tokens) in &read {
        named.insert(module.clone(), paths(module, tokens, &mut tests));
    }
    let is_test = |module: &Module| {
        (1..=module.len()).any(|depth| tests.contains(&module[..depth]))
            || module.last().is_some_and(|name| name.ends_with("_tests"))
    };
    let known: BTreeSet<&Module> = read.keys().collect();
    named
        .iter()
        .filter(|(module, _)| !is_test(module))
        .map(|(module, paths)| {
            let used = paths.iter().filter_map(|path| {
                let found = (1..=path.len())
                    .rev()
                    .find(|length| known.contains(&path[..*length].to_vec()))?;
                Some(path[..found].to_vec()).filter(|used| !is_test(used))
            });
            (module.clone(), used.collect())
        })
        .collect()
}

fn module_of(path: &str) -> Module {
    let mut module: Module = path
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if module
        .last()
        .is_some_and(|name| name == "mod" || name == "lib")
    {
        module.pop();
    }
    module
}

/// The paths that a module names, from the root of the crate; the modules that are tests are noted.
fn paths(module: &Module, tokens: &[String], tests: &mut BTreeSet<Module>) -> Vec<Module> {
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token == word);
    let mut found = Vec::new();
    let mut inside: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut at) = (0, 0);
    while at < tokens.len() {
        let here: Module = module
            .iter()
            .chain(inside.iter().map(|(name, _)| name))
            .cloned()
            .collect();
        let is_test = ["#", "[", "cfg", "(", "test", ")", "]"]
            .iter()
            .enumerate()
            .all(|(n, word)| is(at + n, word));
        if is_test {
            // What follows is an item: a module in its own file, or something up to its last brace.
            let end = item_end(tokens, at + 7);
            if let Some(name) = (at + 7..end).find(|n| is(*n, "mod") && is(*n + 2, ";")) {
                tests.insert([here, vec![tokens[name + 1].clone()]].concat());
            }
            at = end;
            continue;
        }
        match tokens[at].as_str() {
            "mod" if is(at + 2, "{") => {
                inside.push((tokens[at + 1].clone(), depth));
                depth += 1;
                at += 3;
                continue;
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inside.pop_if(|(_, outer)| *outer == depth);
            }
            "use" => {
                let mut next = at + 1;
                tree(&here, tokens, &mut next, &[], &mut found);
                at = next;
                continue;
            }
            "crate" | "super" | "self" if is(at + 1, "::") => {
                let mut path = vec![tokens[at].clone()];
                while is(at + 1, "::") && tokens.get(at + 2).is_some_and(|token| is_name(token)) {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                found.push(absolute(&here, &path));
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Where an item ends: after its semicolon or its closing brace.
fn item_end(tokens: &[String], start: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => {
                depth -= 1;
                if depth == 0 && token == "}" {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The paths of a tree of imports.
fn tree(
    here: &Module,
    tokens: &[String],
    at: &mut usize,
    before: &[String],
    found: &mut Vec<Module>,
) {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token.as_str() {
            "{" => loop {
                tree(here, tokens, at, &path, found);
                let separator = tokens.get(*at - 1).map(String::as_str);
                if separator != Some(",") {
                    break;
                }
            },
            "," | "}" | ";" => break,
            "as" => *at += 1,
            token if is_name(token) => path.push(token.to_owned()),
            _ => {}
        }
    }
    if path.len() > before.len() {
        found.push(absolute(here, &path));
    }
}

/// A path, from the root of the crate.
fn absolute(here: &Module, path: &[String]) -> Module {
    let mut from = here.clone();
    let ups = path.iter().take_while(|name| *name == "super").count();
    match path[0].as_str() {
        "crate" => return path[1..].to_vec(),
        "self" => return [from, path[1..].to_vec()].concat(),
        "super" => from.truncate(from.len().saturating_sub(ups)),
        _ => {}
    }
    [from, path[ups..].to_vec()].concat()
}

fn is_name(token: &str) -> bool {
    token.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// The words and marks of a source, without comments, texts and letters.
fn tokens(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    let starts = |at: usize, with: &str| {
        with.chars()
            .enumerate()
            .all(|(n, letter)| letters.get(at + n) == Some(&letter))
    };
    while let Some(letter) = letters.get(at) {
        let word_end =
            (at..letters.len()).find(|n| !letters[*n].is_alphanumeric() && letters[*n] != '_');
        if starts(at, "//") {
            at = (at..letters.len())
                .find(|n| letters[*n] == '\n')
                .unwrap_or(letters.len());
        } else if starts(at, "/*") {
            at = (at..letters.len())
                .find(|n| starts(*n, "*/"))
                .map_or(letters.len(), |n| n + 2);
        } else if let Some(hashes) = raw_text(&letters, at) {
            let end: String = std::iter::once('"')
                .chain(std::iter::repeat_n('#', hashes))
                .collect();
            let start = at + 2 + hashes;
            at = (start..letters.len())
                .find(|n| starts(*n, &end))
                .map_or(letters.len(), |n| n + end.len());
        } else if *letter == '"' {
            at += 1;
            while letters.get(at).is_some_and(|letter| *letter != '"') {
                at += if letters[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if *letter == '\''
            && (letters.get(at + 1) == Some(&'\\') || letters.get(at + 2) == Some(&'\''))
        {
            let start = if letters.get(at + 1) == Some(&'\\') {
                at + 3
            } else {
                at + 2
            };
            at = (start..letters.len())
                .find(|n| letters[*n] == '\'')
                .map_or(letters.len(), |n| n + 1);
        } else if let Some(end) = word_end.filter(|end| *end > at) {
            found.push(letters[at..end].iter().collect());
            at = end;
        } else if starts(at, "::") {
            found.push("::".to_owned());
            at += 2;
        } else {
            if !letter.is_whitespace() {
                found.push(letter.to_string());
            }
            at += 1;
        }
    }
    found
}

/// How many marks stand around a raw text that begins here.
fn raw_text(letters: &[char], at: usize) -> Option<usize> {
    let is_inside_word = at > 0
        && (letters[at - 1].is_alphanumeric() && letters[at - 1] != 'b' || letters[at - 1] == '_');
    if letters[at] != 'r' || is_inside_word {
        return None;
    }
    let hashes = letters[at + 1..]
        .iter()
        .take_while(|letter| **letter == '#')
        .count();
    (letters.get(at + 1 + hashes) == Some(&'"')).then_some(hashes)
}

#[test]
fn circles_between_folders_are_found() {
    let circles_of = |sources: &[(&str, &str)]| {
        let sources = sources
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        circles(&sources.collect())
    };
    let found = circles_of(&[
        ("lib.rs", "pub mod a; mod b; mod c;"),
        ("a/mod.rs", "mod low; use crate::{c, b::{Thing, other}};"),
        (
            "a/low.rs",
            "use super::up; fn f() { crate::c::go(\"crate::b\") }",
        ),
        (
            "b.rs",
            "mod tests { use super::super::c; } fn g(a: crate::c::C) {}",
        ),
        (
            "c/mod.rs",
            "//! crate::b\n#[cfg(test)] mod tests { use crate::b; }\nfn f() -> char { '\"' }",
        ),
        ("c/deep.rs", "pub fn x() { crate::a::low::y() }"),
    ]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(found[0], "a uses c, c::deep uses a::low");
    assert_eq!(found[1], "b uses c, c::deep uses a::low, a uses b");
    let inside = [
        ("a/x.rs", "use super::y;"),
        ("a/y.rs", "use super::x;"),
        ("a/mod.rs", ""),
    ];
    assert!(circles_of(&inside).is_empty());
}
