//! What strangers write makes the parser neither panic nor hang.

use proptest::prelude::*;

use super::{json, timestamps, xml, yaml};
use crate::value::Value;

proptest! {
    #[test]
    fn any_text_is_a_document_or_none(text in "[\\[\\]{}:,\"\\\\u0-9eE+.truefalsn -]{0,60}|.{0,100}") {
        if let Ok(document) = json::parse(&text) {
            let written = json::write(&document, json::Layout::SENT);
            prop_assert!(written.is_ascii());
            if !written.contains("NaN") {
                prop_assert_eq!(json::parse(&written), Ok(document));
            }
        }
    }

    #[test]
    fn any_text_is_a_yaml_document_or_none(text in "[a-c0-9:.&*<>|?!\"'\\[\\]{},#%@~= \n\t-]{0,60}|.{0,100}|(a|: |- |\n|  |&x |\\*x|!!str |<<|\"\\\\ud83d|\\\\u|2020-01-02){0,16}") {
        let _ = yaml::parse(&text);
    }

    #[test]
    fn any_text_is_a_time_or_none(text in "[0-9TZ:.+, /ap-]{0,24}|[A-Za-z0-9é: .,+-]{0,24}|.{0,40}") {
        let value = Value::Str(text);
        let shown = timestamps::shown(&value);
        prop_assert_eq!(timestamps::is_timestamp(&value) || shown.is_err(), true);
        if let Ok(shown) = shown {
            prop_assert_eq!(timestamps::shown(&Value::from(shown.as_str())), Ok(shown));
        }
    }

    #[test]
    fn any_text_is_xml_or_none(text in "(<|</|a|b:c|>|/>| |='|\"|&|lt;|#x41;|<!--|-->|<!\\[CDATA\\[|\\]\\]>|\\?>|é){0,20}|.{0,60}") {
        if let Ok(root) = xml::parse(&text) {
            prop_assert!(text.contains(&root.name) && !root.name.contains(':'));
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    assert!(json::parse(&"[".repeat(1_000_000)).is_err());
    assert!(yaml::parse(&"[".repeat(100_000)).is_err());
    assert!(yaml::parse(&"- ".repeat(10_000)).is_err());
}

#[test]
fn a_small_document_cannot_unfold_into_a_large_one() {
    let lines = ('a'..='i').zip('b'..='j').map(|(before, name)| {
        let copies = vec![format!("*{before}"); 9].join(", ");
        format!("{name}: &{name} [{copies}]\n")
    });
    let text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned() + &lines.collect::<String>();
    assert!(yaml::parse(&text).is_err());
}
