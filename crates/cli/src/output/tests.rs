//! The output formats, text for text.

use super::{Colour, Format, lay_out};
use crate::json;

fn shown(format: Format, document: &str) -> String {
    lay_out(
        format,
        "Title",
        &json::parse(document).unwrap(),
        Colour::Off,
    )
    .unwrap()
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
fn tables_refuse_rows_of_unequal_length() {
    let value = json::parse("[[1,2],[3]]").unwrap();
    assert!(lay_out(Format::Table, "T", &value, Colour::Off).is_err());
}

#[test]
fn coloured_tables_reset_after_every_piece() {
    let value = json::parse(r#"{"Id":"x"}"#).unwrap();
    let table = lay_out(Format::Table, "T", &value, Colour::On).unwrap();
    assert!(
        table.contains(
            "|  \x1b[1m\x1b[34mId\x1b[0m |  \x1b[1m\x1b[34mx\x1b[0m  |\x1b[0m\x1b[0m\n\x1b[0m"
        ),
        "{table:?}"
    );
}
