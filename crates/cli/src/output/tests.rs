//! The output formats, text for text.

use super::{Colour, Format, lay_out};
use crate::failure::Cause;
use crate::formats::json;

fn painted(format: Format, document: &str, colour: Colour) -> (String, Option<Cause>) {
    let value = json::parse(document).unwrap();
    let (text, outcome) = lay_out(format, "Title", &value, colour);
    (text, outcome.err().map(|failure| failure.cause))
}

fn shown(format: Format, document: &str) -> String {
    let (text, problem) = painted(format, document, Colour::Off);
    assert_eq!(problem, None);
    text
}

#[test]
fn yaml_quotes_what_would_be_something_else() {
    let document = r#"{"a":["yes","true","0123","1e3","2020-01-01","~","","- x","a: b","a #b","x\ty","é","😀","=","<<","1.5","a ","http://x/y?z=1","-","--- a","null","nul","0x1f","_1"]}"#;
    insta::assert_snapshot!(shown(Format::Yaml, document), @r#"
    a:
    - yes
    - 'true'
    - '0123'
    - '1e3'
    - '2020-01-01'
    - '~'
    - ''
    - '- x'
    - 'a: b'
    - 'a #b'
    - "x\ty"
    - é
    - "\U0001F600"
    - '='
    - '<<'
    - '1.5'
    - 'a '
    - http://x/y?z=1
    - '-'
    - '--- a'
    - 'null'
    - nul
    - '0x1f'
    - _1
    "#);
}

#[test]
fn yaml_nests_lists_and_maps() {
    let document = r#"{"b":[[1,[2,{"x":[],"y":{}}]],{"k":[null,1.0]}],"a":"l1\nl2"}"#;
    insta::assert_snapshot!(shown(Format::Yaml, document), @r"
    a: 'l1

      l2'
    b:
    - - 1
      - - 2
        - x: []
          y: {}
    - k:
      - null
      - 1.0
    ");
}

#[test]
fn tables_refuse_what_has_no_columns_of_its_own() {
    for (document, problem) in [
        (
            "[[1,2],[3]]",
            "Row should have 2 elements, instead it has 1",
        ),
        (
            r#"[{"a":1},"x"]"#,
            "string indices must be integers, not 'str'",
        ),
        (r#"[{"a":1},""]"#, "'str' object has no attribute 'get'"),
        (r#"[{"a":1},[]]"#, "'list' object has no attribute 'get'"),
        (r#"[{"a":1},[7]]"#, "list index out of range"),
        (
            r#"[{"a":1},["x"]]"#,
            "list indices must be integers or slices, not str",
        ),
        (r#"[["x"],[[{"a":1,"b":2}]]]"#, "list index out of range"),
        (r#"[{"a":1},null]"#, "'NoneType' object is not iterable"),
    ] {
        let expected = Some(Cause::Plain(problem.to_owned()));
        assert_eq!(
            painted(Format::Table, document, Colour::Off),
            (String::new(), expected),
            "{document}"
        );
    }
}

#[test]
fn text_before_what_cannot_be_laid_out_is_shown() {
    let (text, problem) = painted(Format::Text, r#"{"a":"x","b":[{"c":1},2]}"#, Colour::Off);
    let expected = Cause::Plain("'int' object has no attribute 'items'".to_owned());
    assert_eq!((text.as_str(), problem), ("x\n", Some(expected)));
}

#[test]
fn coloured_tables_reset_after_every_piece_unless_a_pager_shows_them() {
    for (resets, cells) in [
        (
            true,
            "|  \x1b[1m\x1b[34mId\x1b[0m |  \x1b[1m\x1b[34mx\x1b[0m  |\x1b[0m\x1b[0m\n\x1b[0m",
        ),
        (
            false,
            "|  \x1b[1m\x1b[34mId\x1b[0m |  \x1b[1m\x1b[34mx\x1b[0m  |\n+",
        ),
    ] {
        let (table, _) = painted(Format::Table, r#"{"Id":"x"}"#, Colour::On { resets });
        assert!(table.contains(cells), "{table:?}");
    }
}
