//! What strangers write makes the parser neither panic nor hang.

use proptest::prelude::*;
use signback_wire::Service;

use super::{globals, operation, parser};

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
