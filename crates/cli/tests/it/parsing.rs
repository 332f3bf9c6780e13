//! What strangers write: no words, files or documents make the parsers panic or hang.

use proptest::prelude::*;
use signback::arguments::globals;
use signback::arguments::operation;
use signback::arguments::parser;
use signback::formats::{json, timestamps, xml, yaml};
use signback::python;
use signback::session::ini;
use signback::value::Value;
use signback_wire::Service;

/// Words that look like words of a command line.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-=a-z0-9 .]{0,12}",
        "--(state|instance-id|code|err|no-|cli-input-json|generate-cli-skeleton|out|=)[=a-z]{0,4}",
        Just("--".to_owned()),
        Just("help".to_owned()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn words_are_parsed_and_none_is_lost_or_made_up(words in proptest::collection::vec(word(), 0..8)) {
        let service = Service::builtin("connect").unwrap();
        let found = service.operation("UpdateParticipantAuthentication").unwrap();
        let options = operation::options(service, found);
        for arguments in [globals::arguments(), operation::arguments(service, found, &options)] {
            if let Ok((_, rest)) = parser::parse(&arguments, &words) {
                prop_assert!(rest.len() <= words.len());
                for word in rest {
                    prop_assert!(words.contains(&word));
                }
            }
        }
    }

    #[test]
    fn a_value_after_an_equals_sign_is_taken_as_it_is(value in any::<String>()) {
        let words = [format!("--region={value}")];
        let (parsed, rest) = parser::parse(&globals::arguments(), &words).unwrap();
        prop_assert_eq!(parsed.word("region"), Some(value.as_str()));
        prop_assert!(rest.is_empty());
    }

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
    fn quoted_words_are_split_into_what_they_were(words in proptest::collection::vec(any::<String>(), 0..5)) {
        let line: Vec<String> = words.iter().map(|word| python::shell_quoted(word)).collect();
        prop_assert_eq!(python::split_words(&line.join(" ")), Ok(words));
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

    #[test]
    fn any_text_can_be_quoted(text in any::<String>()) {
        let quoted = python::repr(&Value::Str(text));
        prop_assert!(quoted.len() >= 2 && !quoted.contains('\n'));
    }
}

#[test]
fn many_words_take_no_longer_than_their_number() {
    let words: Vec<String> = (0..40_000)
        .map(|number| format!("{}x", if number % 2 == 0 { "--" } else { "" }))
        .chain(std::iter::repeat_n("y".to_owned(), 40_000))
        .collect();
    let (_, rest) = parser::parse(&globals::arguments(), &words).unwrap();
    assert_eq!(rest.len(), words.len());
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
