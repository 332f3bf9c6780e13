//! What strangers write makes the parser neither panic nor hang.

use proptest::prelude::*;

use super::ini;

proptest! {
    #[test]
    fn any_file_is_parsed_or_refused(text in "([\\[\\]=:#; \ta-z\"'\\\\]{0,10}\n){0,12}|.{0,200}") {
        let _ = ini::parse(&text);
        let _ = ini::parse_flat(&text);
    }

    #[test]
    fn what_is_written_into_a_file_is_read_from_it(name in "[a-z_]{1,10}", value in "[!-~]([ -~]{0,20}[!-~])?") {
        let sections = ini::parse(&format!("[default]\n{name} = {value}\n")).unwrap();
        prop_assert_eq!(sections["default"][name.as_str()].text(), Some(value.as_str()));
    }
}
