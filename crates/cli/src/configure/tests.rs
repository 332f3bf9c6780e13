//! Properties of the writer, with the reader as its judge.

use proptest::prelude::*;

use super::writer::{NewValue, changed};
use crate::session::ini::{Setting, parse};

/// A setting's line, or the lines of a group.
fn setting() -> impl Strategy<Value = (String, String)> {
    let value = "[a-z#;=:\\[\\] .]{0,8}".prop_map(|text| text.trim().to_owned());
    let plain = ("[a-e]{1,2}", "(=| = |: |:)", value)
        .prop_map(|(name, sign, value)| (name.clone(), format!("{name}{sign}{value}\n")));
    let inner = prop::collection::btree_set("in[a-e]", 1..4);
    let group = ("[f-h]{1,2}", inner).prop_map(|(name, inner)| {
        let line = |text: String, name: &String| text + "    " + name + " = 1\n";
        let lines = inner.iter().fold(format!("{name} =\n"), line);
        (name, lines)
    });
    prop_oneof![4 => plain, 1 => group]
}

/// Lines that say nothing.
fn filling() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            Just("\n".to_owned()),
            Just("# [default]\n".to_owned()),
            Just("; a = 1\n".to_owned()),
            "#[ -~]{0,6}\n"
        ],
        0..3,
    )
    .prop_map(|lines| lines.concat())
}

/// A file with sections that differ, and settings that differ in each.
fn file() -> impl Strategy<Value = String> {
    let settings = prop::collection::vec((filling(), setting()), 0..5).prop_map(|settings| {
        let mut text = String::new();
        let mut seen = Vec::new();
        for (filling, (name, lines)) in settings {
            text += &filling;
            if !seen.contains(&name) {
                text += &lines;
                seen.push(name);
            }
        }
        text
    });
    let headers =
        prop::sample::subsequence(vec!["default", "profile p", "profile q", "plugins"], 0..=4);
    (
        filling(),
        headers.prop_shuffle(),
        prop::collection::vec(settings, 4),
        any::<bool>(),
    )
        .prop_map(|(filling, headers, settings, cut)| {
            let sections = headers.iter().zip(settings);
            let section = |text: String, (header, settings): (&&str, String)| {
                text + "[" + header + "]\n" + &settings
            };
            let sections = sections.fold(String::new(), section);
            let mut text = filling + &sections;
            if cut && text.ends_with('\n') {
                text.pop();
            }
            text
        })
}

/// Whether the first lines are among the second ones, in their order.
fn is_part(lines: &[&str], of: &[&str]) -> bool {
    let mut rest = of.iter();
    lines.iter().all(|line| rest.any(|other| other == line))
}

proptest! {
    #[test]
    fn what_is_set_is_read_back_and_every_other_line_stays(
        text in file(),
        section in prop::sample::select(vec!["default", "profile p", "profile r"]),
        name in "[a-e]{1,2}",
        value in "[a-z=:#;\\[\\]][a-z=:#; \\[\\]]{0,8}[a-z]",
    ) {
        let before = parse(&text).unwrap();
        let known = before.get(section).is_some_and(|settings| settings.contains_key(&name));
        let values = vec![(name.clone(), NewValue::Text(value.clone()))];
        let new = changed(&text, section, values);
        let mut expected = before;
        expected.entry(section.to_owned()).or_default().insert(name.clone(), Setting::Text(value));
        prop_assert_eq!(&parse(&new).unwrap(), &expected, "{}", new);
        let (old, new): (Vec<&str>, Vec<&str>) = (text.lines().collect(), new.lines().collect());
        if known {
            let differ = old.iter().zip(&new).filter(|(old, new)| old != new).count();
            prop_assert!(old.len() == new.len() && differ <= 1);
        } else {
            prop_assert!(is_part(&old, &new));
            prop_assert!(new.len() - old.len() <= 2);
        }
    }

    #[test]
    fn a_setting_of_a_group_is_read_back_and_every_other_line_stays(
        text in file(),
        group in "[f-h]{1,2}",
        name in "in[a-e]",
    ) {
        let mut expected = parse(&text).unwrap();
        let inner = vec![(name.clone(), "new".to_owned())];
        let new = changed(&text, "default", vec![(group.clone(), NewValue::Nested(inner))]);
        let slot = expected.entry("default".to_owned()).or_default();
        match slot.entry(group).or_insert_with(|| Setting::Nested(indexmap::IndexMap::new())) {
            Setting::Nested(settings) => settings.insert(name, "new".to_owned()),
            Setting::Text(_) => return Err(TestCaseError::reject("no group")),
        };
        prop_assert_eq!(&parse(&new).unwrap(), &expected, "{}", new);
        let (old, new): (Vec<&str>, Vec<&str>) = (text.lines().collect(), new.lines().collect());
        if old.len() == new.len() {
            let differ = old.iter().zip(&new).filter(|(old, new)| old != new).count();
            prop_assert!(differ <= 1);
        } else {
            prop_assert!(is_part(&old, &new));
        }
    }

    #[test]
    fn no_text_is_too_strange_to_be_read_or_written(text in "(\\PC|[\\[\\]=:#;\\r\\n \\t]){0,60}") {
        let _ = parse(&text);
        let values = vec![("a".to_owned(), NewValue::Text("1".to_owned()))];
        prop_assert!(changed(&text, "default", values).contains("a = 1\n"));
        let inner = vec![("b".to_owned(), "1".to_owned())];
        let values = vec![("a".to_owned(), NewValue::Nested(inner))];
        prop_assert!(changed(&text, "default", values).contains("b = 1\n"));
    }
}
