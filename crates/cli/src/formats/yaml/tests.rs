//! YAML read and written, as the command's users see it.

use proptest::prelude::*;

use super::{SYNTAX, parse};
use crate::python;

fn read(text: &str) -> String {
    match parse(text) {
        Ok(document) => python::repr(&document.value),
        Err(SYNTAX) => "malformed".to_owned(),
        Err(malformed) => malformed.impossible_date.unwrap_or_default().to_owned(),
    }
}

#[test]
fn scalars_have_the_types_of_version_1_2() {
    for (text, value) in [
        ("yes", "'yes'"),
        ("true", "True"),
        ("012", "12"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("1e3", "1000.0"),
        (".5", "0.5"),
        ("-.inf", "-inf"),
        ("~", "None"),
        ("2001-12-14", "datetime.date(2001, 12, 14)"),
        (
            "2001-12-14t21:59:43.10-05:00",
            "datetime.datetime(2001, 12, 15, 2, 59, 43, 100000)",
        ),
        ("2001-13-14", "month must be in 1..12"),
        ("2001-02-30", "day is out of range for month"),
        ("2001-02-03 24:00:00", "hour must be in 0..23"),
        (r#""\ud83d\ude00\u0041""#, "'😀A'"),
        (r#""\ud83d""#, "malformed"),
        ("'5'", "'5'"),
        ("!!str 5", "'5'"),
        ("!!binary aGk=", "b'hi'"),
        ("!foo x", "malformed"),
        ("", "None"),
        ("# only a comment", "None"),
        ("0x1F", "31"),
        ("1.2.3", "'1.2.3'"),
        ("10:30", "'10:30'"),
    ] {
        assert_eq!(read(text), value, "{text}");
    }
}

#[test]
fn a_document_may_ask_for_the_former_version() {
    for (text, value) in [
        ("yes", "True"),
        ("Off", "False"),
        ("012", "10"),
        ("08", "'08'"),
        ("1:30", "90"),
        ("-1:30", "-90"),
        ("1:30.5", "90.5"),
        ("1:60", "'1:60'"),
        ("0o17", "'0o17'"),
        ("-.5", "'-.5'"),
        ("1_000", "1000"),
    ] {
        assert_eq!(read(&format!("%YAML 1.1\n---\n{text}")), value, "{text}");
        assert_ne!(read(text), "malformed", "{text}");
    }
    assert_eq!(read("%YAML 2.0\n---\na"), "malformed");
}

#[test]
fn keys_sets_and_ordered_maps_keep_what_they_are() {
    for (text, value) in [
        ("true: 1", "{True: 1}"),
        ("{null: {5: a}}", "{None: {5: 'a'}}"),
        ("!!set {x, y}", "{'x', 'y'}"),
        ("!!omap [{x: 1}, {y: 2}]", "{'x': 1, 'y': 2}"),
        ("!!omap [x]", "malformed"),
    ] {
        assert_eq!(read(text), value, "{text}");
    }
}

#[test]
fn documents_are_read_with_anchors_and_merges() {
    for (text, value) in [
        ("a: &x {b: 1}\nc: *x", "{'a': {'b': 1}, 'c': {'b': 1}}"),
        (
            "a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3",
            "{'a': {'b': 1, 'c': 2}, 'd': {'b': 1, 'c': 3}}",
        ),
        ("a: 1\na: 2", "malformed"),
        ("a: 1\n---\nb: 2", "malformed"),
        ("---\na: |\n  x\n  y\n...\n", "{'a': 'x\\ny\\n'}"),
        ("a:\n\tb: 1", "malformed"),
        ("- a\n- - b\n  - c", "['a', ['b', 'c']]"),
        ("{a: [1, 'x'], b: }", "{'a': [1, 'x'], 'b': None}"),
        ("a: |\n  x", "{'a': 'x'}"),
        ("a: |\n  x\n", "{'a': 'x\\n'}"),
        ("a: |\n  x\nb: x", "{'a': 'x\\n', 'b': 'x'}"),
        ("a: =", "malformed"),
        ("a: *nope", "malformed"),
        ("a: [", "malformed"),
    ] {
        assert_eq!(read(text), value, "{text}");
    }
}

#[test]
fn small_documents_stay_small() {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..12 {
        let last = level - 1;
        let references = vec![format!("*a{last}"); 8].join(",");
        bomb.extend([
            &format!("a{level}: &a{level} ["),
            references.as_str(),
            "]\n",
        ]);
    }
    assert_eq!(read(&bomb), "malformed");
    assert_eq!(read(&"[".repeat(5000)), "malformed");
    assert_eq!(read(&"- ".repeat(5000)), "malformed");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-b0-1:,\\[\\]{}&*!|>'\"#%@?<~. \t\n-]{0,24}") {
        let _ = parse(&text);
    }
}
