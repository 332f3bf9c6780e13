//! Queries by their printed results and errors.

use proptest::prelude::*;

use super::Expression;
use crate::formats::json;
use crate::value::Value;

/// The printed result, or the error.
fn found(expression: &str, document: &str) -> String {
    let document = json::parse(document).unwrap();
    let result = Expression::parse(expression).and_then(|parsed| parsed.search(&document));
    match result {
        Ok(value) => json::write(&value, json::Layout::SENT),
        Err(problem) => problem,
    }
}

#[test]
fn numbers_keep_their_kind() {
    for (expression, printed) in [
        ("sum([`1`,`2`])", "3"),
        ("sum([`1`,`2.0`])", "3.0"),
        ("sum(`[]`)", "0"),
        ("avg(`[]`)", "null"),
        ("avg([`1`,`2`])", "1.5"),
        ("abs(`-1`)", "1"),
        ("ceil(`1.2`)", "2"),
        ("floor(`-0.5`)", "-1"),
        ("floor(`1e40`)", "10000000000000000303786028427003666890752"),
        ("to_number('12.0')", "12.0"),
        ("to_number(' 1_0 ')", "10"),
        ("sum([`9223372036854775807`,`1`])", "9223372036854775808"),
        ("`1` == `1.0`", "true"),
        ("`1` == `true`", "false"),
        ("`[1]` == `[true]`", "true"),
        ("!`0`", "false"),
        ("max([`1`,`3`,`2`])", "3"),
        ("`\"2020\"` < `\"2021\"`", "true"),
        (
            "`1` < 'a'",
            "'<' not supported between instances of 'int' and 'str'",
        ),
    ] {
        assert_eq!(found(expression, "{}"), printed, "{expression}");
    }
}

#[test]
fn projections_and_slices_follow_the_python_package() {
    let document = r#"{"a":[[0,1],[2,3]],"m":{"z":1,"y":{"k":2}},"t":[{"n":"b"},{"n":"a"}]}"#;
    for (expression, printed) in [
        ("a[]", "[0, 1, 2, 3]"),
        ("a[*][0]", "[0, 2]"),
        ("a[0][::-1]", "[1, 0]"),
        ("a[::-1][0]", "[2, 0]"),
        ("m.*", "[1, {\"k\": 2}]"),
        ("m.*.k", "[2]"),
        ("keys(m)", "[\"z\", \"y\"]"),
        ("sort_by(t,&n)[].n", "[\"a\", \"b\"]"),
        ("t[?n=='a']|[0]", "{\"n\": \"a\"}"),
        ("{x:m.z,w:nope}", "{\"x\": 1, \"w\": null}"),
        ("to_string(m)", "\"{\\\"z\\\":1,\\\"y\\\":{\\\"k\\\":2}}\""),
        ("a[::0]", "slice step cannot be zero"),
        ("a[-1][-2:]", "[2, 3]"),
        ("m.z.[@]", "[1]"),
        ("nope.[@]", "null"),
        ("sort(['b','a'])", "[\"a\", \"b\"]"),
    ] {
        assert_eq!(found(expression, document), printed, "{expression}");
    }
}

#[test]
fn problems_are_shown_with_their_place() {
    for (expression, problem) in [
        (
            "a.",
            "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: eof: Parse error at column 2, token \"\" (EOF), for expression:\n\"a.\"\n   ^",
        ),
        (
            "[a,",
            "Invalid jmespath expression: Incomplete expression:\n\"[a,\"\n    ^",
        ),
        ("a$", "Bad jmespath expression: Unknown token $:\na$\n ^"),
        ("", "Invalid JMESPath expression: cannot be empty."),
        (
            "length(`1`)",
            "In function length(), invalid type for value: 1, expected one of: ['string', 'array', 'object'], received: \"number\"",
        ),
        (
            "length()",
            "Expected 1 argument for function length(), received 0",
        ),
        (
            "sum([`1`,'x'])",
            "In function sum(), invalid type for value: x, expected one of: ['array-number'], received: \"str\"",
        ),
    ] {
        assert_eq!(found(expression, "{}"), problem, "{expression}");
    }
}

#[test]
fn depth_is_bounded() {
    for expression in [
        "(".repeat(100_000),
        "a|".repeat(100_000) + "a",
        "!".repeat(100_000) + "a",
        "a[*]".repeat(100_000),
        "a[?".repeat(100_000),
        "[@,@]|".repeat(60) + "@",
    ] {
        let parsed = Expression::parse(&expression);
        let result = parsed.and_then(|parsed| parsed.search(&Value::List(vec![Value::Null])));
        assert!(result.is_err(), "{}", &expression[..10]);
    }
    assert_eq!(
        found(&("a".to_owned() + &".a".repeat(100_000)), "{}"),
        "null"
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[a-c0-2.*\\[\\]{}():,@&|!<>=`'\"? -]{0,24}") {
        let document = json::parse(r#"{"a":[1,{"b":[true,null,"x"]}],"b":{"c":1.5}}"#).unwrap();
        if let Ok(parsed) = Expression::parse(&text) {
            let _ = parsed.search(&document);
        }
    }

    #[test]
    fn no_call_makes_it_panic(
        name in "abs|avg|contains|ceil|ends_with|floor|join|keys|length|map|max|max_by|merge|min|min_by|not_null|reverse|sort|sort_by|starts_with|sum|to_array|to_number|to_string|type|values",
        arguments in prop::collection::vec("@|a|b|&b|&c|`1`|'x'|a\\[1\\].b|`\\[1,2.5\\]`|`\\[\"x\"\\]`|\\[a,b\\]", 0..4),
    ) {
        let document = json::parse(r#"{"a":[1,{"b":[true,null,"x"]}],"b":{"c":1.5}}"#).unwrap();
        let text = format!("{name}({})", arguments.join(","));
        if let Ok(parsed) = Expression::parse(&text) {
            let _ = parsed.search(&document);
        }
    }
}
