//! What strangers write makes the parser neither panic nor hang.

use proptest::prelude::*;

use crate::python;
use crate::value::Value;

proptest! {
    #[test]
    fn quoted_words_are_split_into_what_they_were(words in proptest::collection::vec(any::<String>(), 0..5)) {
        let line: Vec<String> = words.iter().map(|word| python::shell_quoted(word)).collect();
        prop_assert_eq!(python::split_words(&line.join(" ")), Ok(words));
    }

    #[test]
    fn any_text_can_be_quoted(text in any::<String>()) {
        let quoted = python::repr(&Value::Str(text));
        prop_assert!(quoted.len() >= 2 && !quoted.contains('\n'));
    }
}
