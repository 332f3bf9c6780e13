//! Shorthand syntax, right and wrong.

use proptest::prelude::*;

use super::parser::{Unread, parse};
use crate::python;
use crate::python::sentences;
use crate::session::environment::Environment;
use crate::value::Value;

fn read(text: &str) -> String {
    match parse(&Environment::default(), text) {
        Ok(map) => python::repr(&Value::Map(map)),
        Err(Unread::Syntax(message) | Unread::Inside(message)) => message,
    }
}

#[test]
fn pairs_lists_and_maps_are_read() {
    for (text, value) in [
        ("a=b,c=d", "{'a': 'b', 'c': 'd'}"),
        ("a=b,c", "{'a': ['b', 'c']}"),
        ("a=b,c,d=e", "{'a': ['b', 'c'], 'd': 'e'}"),
        ("a=", "{'a': ''}"),
        (
            "a=[1, 2],b={c=d,e=[f]}",
            "{'a': ['1', '2'], 'b': {'c': 'd', 'e': ['f']}}",
        ),
        ("a='x, y',b=\"q\\\"r\"", "{'a': 'x, y', 'b': 'q\"r'}"),
        ("a=b=c", "{'a': 'b=c'}"),
        ("a=x y ,b=z", "{'a': 'x y', 'b': 'z'}"),
        ("a=x\\,y", "{'a': 'x,y'}"),
        ("a.b/c:d=1", "{'a.b/c:d': '1'}"),
    ] {
        assert_eq!(read(text), value, "{text}");
    }
}

#[test]
fn problems_are_shown_with_their_place() {
    for (text, problem) in [
        ("a", "Expected: '=', received: 'EOF' for input:\n a\n ^"),
        (
            "a=[b",
            "Expected: ',', received: 'EOF' for input:\n a=[b\n    ^",
        ),
        (
            "a=b,",
            "Expected: '<second>', received: '<none>' for input:\n a=b,\n    ^",
        ),
        ("=x", "{'': 'x'}"),
        (
            "a=\u{1f600}",
            "Expected: ',', received: '\u{1f600}' for input:\n a=\u{1f600}\n  ^",
        ),
        ("a='\u{1f600}'", "{'a': '\u{1f600}'}"),
        (
            "a='x",
            "Expected: '<singled quoted>', received: '<none>' for input:\n a='x\n  ^",
        ),
    ] {
        assert_eq!(read(text), problem, "{text}");
    }
    assert!(read("a=1,a=2").starts_with("Second instance of key \"a\""));
    assert_eq!(
        read(&("a=".to_owned() + &"[".repeat(10_000))),
        sentences::TOO_DEEP
    );
}

#[test]
fn many_pairs_take_no_longer_than_their_text() {
    let pairs: Vec<String> = (0..50_000).map(|number| format!("k{number}=v")).collect();
    let map = parse(&Environment::default(), &pairs.join(",")).unwrap();
    assert_eq!(map.len(), 50_000);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-b=,\\[\\]{}'\"\\\\ @\n-]{0,24}") {
        let _ = parse(&Environment::default(), &text);
    }
}
