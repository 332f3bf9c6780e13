//! The list of functions that a call goes through: it names modules of ours, which must be there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The names on the list that belong to crates of ours, each as its path.
fn names() -> BTreeSet<Vec<String>> {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("link/start.ld");
    let text = std::fs::read_to_string(list).expect("the list is there");
    // Types inside of a name: `signback..http..Client`.
    let marks = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_' && letter != '.';
    let types = text.split(marks).flat_map(|part| part.split('$'));
    let types = types.filter(|part| part.contains(".."));
    let types = types.map(|part| part.split("..").map(str::to_owned).collect());
    // Functions: `_ZN8signback11credentials4find`, each part after its length.
    let functions = text.split("_ZN").skip(1).map(|mut rest| {
        let mut path = Vec::new();
        while let Some(end) = rest.find(|letter: char| !letter.is_ascii_digit()) {
            let Some(part) = rest[..end]
                .parse()
                .ok()
                .and_then(|length: usize| rest.get(end..end + length))
            else {
                break;
            };
            path.push(part.to_owned());
            rest = &rest[end + part.len()..];
        }
        path
    });
    let ours = |path: &Vec<String>| path.len() > 1 && path[0].starts_with("signback");
    types.chain(functions).filter(ours).collect()
}

/// The part of a path that is nowhere in the sources, if there is one.
fn missing(path: &[String]) -> Option<&str> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("it lies in crates/");
    let name = path[0].strip_prefix("signback_").unwrap_or("cli");
    let mut folder = crates.join(name).join("src");
    let mut file = folder.join("lib.rs");
    for part in &path[1..] {
        let places: [PathBuf; 2] = [
            folder.join(format!("{part}.rs")),
            folder.join(part).join("mod.rs"),
        ];
        if let Some(place) = places.into_iter().find(|place| place.exists()) {
            (file, folder) = (place, folder.join(part));
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap_or_default();
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let is_there = source
            .split(|letter| !is_word(letter))
            .any(|word| word == part);
        // A part with marks in it is the compiler's: a closure, an implementation.
        let is_ours = !part.is_empty() && part.chars().all(is_word) && !part.starts_with("17h");
        return (is_ours && !is_there).then_some(part);
    }
    None
}

#[test]
fn every_module_of_ours_that_the_start_order_names_exists() {
    let names = names();
    assert!(names.len() > 50, "{names:?}");
    let gone: Vec<_> = names
        .iter()
        .filter_map(|path| Some((path, missing(path)?)))
        .collect();
    assert!(gone.is_empty(), "run scripts/order-start: {gone:?}");
}
